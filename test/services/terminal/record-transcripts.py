#!/usr/bin/env python3
"""Records what a pseudo-terminal of the Linux kernel that runs this does, as an oracle for the terminal service.

    python3 record-transcripts.py [COUNT [FIRST SEED]] > transcripts.json

Each case sets a terminal's modes, then types, reads, writes, counts and polls at random; after every action the terminal's
output is taken. STOP is never typed: the kernel then keeps echo back, which the service does not.
"""
import fcntl, json, os, platform, pty, random, select, struct, sys, termios, time

TCGETS, TCSETS = 0x5401, 0x5402
PIECES = [b"a", b"b1", b"hello", b"_x", b" ", b".", b"\t", b"\n", b"\r", b"\x7f", b"\x7f\x7f", b"\x15", b"\x17", b"\x16",
          b"\x12", b"\x04", b"\x04\x04", b"\x03", b"\x1c", b"\x1a", b"\x01", b"\x1b[A", b"\x08", b"\xc3\xa9", b"\xe2\x82\xac",
          b"\x00", b"q", b"Z", b"\x84", b"\xff", b"\x11"]
WRITES = [b"x\n", b"a\tb\n", b"\r\n", b"long line of text", b"\b\b", b"\xc3\xa9\t|", b"\x01\x02", b"up\n\n\tdown\r"]
IFLAGS = {"ISTRIP": 0x20, "INLCR": 0x40, "IGNCR": 0x80, "ICRNL": 0x100, "IXON": 0x400, "IUTF8": 0x4000}
OFLAGS = {"OPOST": 1, "OLCUC": 2, "ONLCR": 4, "OCRNL": 8, "ONOCR": 0x10, "ONLRET": 0x20, "XTABS": 0x1800}
LFLAGS = {"ISIG": 1, "ICANON": 2, "ECHO": 8, "ECHOE": 0x10, "ECHOK": 0x20, "ECHONL": 0x40, "NOFLSH": 0x80, "ECHOCTL": 0x200,
          "ECHOKE": 0x800, "IEXTEN": 0x8000}
USUAL_L = 0x8a3b


def flags(rng, names, usual, odd):
    if rng.random() > odd:
        return usual
    return sum(bit for bit in names.values() if rng.random() < 0.5)


def settings(rng, odd):
    made = {
        "input": flags(rng, IFLAGS, 0x4500 if rng.random() < 0.5 else 0x500, odd),
        "output": flags(rng, OFLAGS, 5, odd),
        "local": flags(rng, LFLAGS, USUAL_L, odd),
        "characters": {},
    }
    if rng.random() < 0.3:
        made["characters"]["6"] = rng.choice([0, 1, 2, 5])
    if rng.random() < 0.2:
        made["characters"]["11"] = ord("q")
    if rng.random() < 0.2:
        made["characters"]["16"] = ord("Z")
    return made


def apply(slave, made):
    old = bytearray(fcntl.ioctl(slave, TCGETS, b"\0" * 36))
    struct.pack_into("<I", old, 0, made["input"])
    struct.pack_into("<I", old, 4, made["output"])
    struct.pack_into("<I", old, 12, made["local"])
    for index, value in made["characters"].items():
        old[17 + int(index)] = value
    fcntl.ioctl(slave, TCSETS, bytes(old))


def drain(master):
    time.sleep(0.008)
    taken = b""
    while True:
        try:
            taken += os.read(master, 65536)
        except BlockingIOError:
            return taken
        time.sleep(0.004)


def poll(slave):
    poller = select.poll()
    poller.register(slave, select.POLLIN | select.POLLOUT)
    return dict(poller.poll(0)).get(slave, 0)


def act(rng, slave, master, made, odd):
    kind = rng.choices(["type", "read", "write", "count", "poll", "set"], [50, 25, 8, 8, 6, 3])[0]
    if kind == "type":
        data = b"".join(rng.choice(PIECES) for _ in range(rng.randint(1, 8)))
        os.write(master, data)
        return {"do": kind, "bytes": data.hex()}
    if kind == "read":
        size = rng.choice([1, 2, 3, 5, 10, 100, 100])
        try:
            result = os.read(slave, size).hex()
        except BlockingIOError:
            result = "EAGAIN"
        return {"do": kind, "size": size, "result": result}
    if kind == "write":
        data = rng.choice(WRITES)
        os.write(slave, data)
        return {"do": kind, "bytes": data.hex()}
    if kind == "count":
        return {"do": kind, "result": struct.unpack("<i", fcntl.ioctl(slave, 0x541B, b"\0" * 4))[0]}
    if kind == "poll":
        return {"do": kind, "result": poll(slave)}
    chosen = settings(rng, odd)
    apply(slave, chosen)
    return {"do": kind, "settings": chosen}


def case(seed):
    rng = random.Random(seed)
    odd = rng.choice([0, 0.3, 1])
    master, slave = pty.openpty()
    os.set_blocking(master, False)
    os.set_blocking(slave, False)
    made = settings(rng, odd)
    apply(slave, made)
    steps = []
    for _ in range(rng.randint(4, 14)):
        step = act(rng, slave, master, made, odd)
        step["output"] = drain(master).hex()
        steps.append(step)
    os.close(slave)
    os.close(master)
    return {"seed": seed, "settings": made, "steps": steps}

def settled(seed):
    """The case as recorded twice alike: a busy machine may be late with output."""
    last = case(seed)
    while True:
        again = case(seed)
        if again == last:
            return again
        last = again


count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
first = int(sys.argv[2]) if len(sys.argv) > 2 else 0
cases = [settled(seed) for seed in range(first, first + count)]
print('{"kernel": %s, "cases": [' % json.dumps("Linux " + platform.release().split("-")[0]))
print(",\n".join(json.dumps(each, separators=(",", ":")) for each in cases))
print("]}")
