#!/usr/bin/env python3
"""Records what pipes of the Linux kernel that runs this do, as an oracle for the pipes service.

    python3 record-transcripts.py [COUNT [FIRST SEED]] > transcripts.json

Each case is a pipe whose ends do not wait, and random writes, reads, polls, counts, changes of capacity and closings. A step
is [what, argument, result]; a result below 0 is an error number.
"""
import fcntl, json, os, platform, random, select, signal, struct, sys

signal.signal(signal.SIGPIPE, signal.SIG_IGN)
SIZES = [1, 10, 100, 1000, 2047, 2048, 2049, 4000, 4095, 4096, 4097, 5000, 8191, 8192, 10000, 40000, 65535, 65536, 70000]
CAPACITIES = [0, 1, 4096, 4097, 8192, 12288, 30000, 65536, 131072, 1048576, 1048577]
F_SETPIPE_SZ = 1031


def attempt(call):
    try:
        return call()
    except OSError as error:
        return -error.errno


def poll(fd):
    poller = select.poll()
    poller.register(fd, 0x145)
    return dict(poller.poll(0)).get(fd, 0)


def act(rng, ends):
    kinds = ["setsize"] if len(ends) == 2 else []
    if "w" in ends:
        kinds += ["write"] * 5 + ["pollw"]
    if "r" in ends:
        kinds += ["read"] * 5 + ["pollr", "count"]
    if len(ends) == 2 and rng.random() < 0.05:
        kinds = ["closer", "closew"]
    what = rng.choice(kinds)
    size = rng.choice(SIZES)
    if what == "write":
        return [what, size, attempt(lambda: os.write(ends["w"], b"x" * size))]
    if what == "read":
        return [what, size, attempt(lambda: len(os.read(ends["r"], size)))]
    if what == "count":
        return [what, 0, struct.unpack("<i", fcntl.ioctl(ends["r"], 0x541B, b"\0" * 4))[0]]
    if what.startswith("poll"):
        return [what, 0, poll(ends[what[-1]])]
    if what.startswith("close"):
        os.close(ends.pop(what[-1]))
        return [what, 0, 0]
    capacity = rng.choice(CAPACITIES)
    return [what, capacity, attempt(lambda: fcntl.fcntl(ends["w"], F_SETPIPE_SZ, capacity))]


def case(seed):
    rng = random.Random(seed)
    read, write = os.pipe()
    os.set_blocking(read, False)
    os.set_blocking(write, False)
    ends = {"r": read, "w": write}
    steps = [act(rng, ends) for _ in range(rng.randint(10, 60))]
    for fd in ends.values():
        os.close(fd)
    return {"seed": seed, "steps": steps}


count = int(sys.argv[1]) if len(sys.argv) > 1 else 80
first = int(sys.argv[2]) if len(sys.argv) > 2 else 0
cases = [case(seed) for seed in range(first, first + count)]
print('{"kernel": %s, "cases": [' % json.dumps("Linux " + platform.release().split("-")[0]))
print(",\n".join(json.dumps(each, separators=(",", ":")) for each in cases))
print("]}")
