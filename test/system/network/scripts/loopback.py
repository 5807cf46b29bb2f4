# A machine that has just started may have its loopback down; where there is no such request, it is up.
import fcntl, socket, struct
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
    try:
        fcntl.ioctl(s, 0x8914, struct.pack('16sh22x', b'lo', 1))
    except OSError:
        pass
