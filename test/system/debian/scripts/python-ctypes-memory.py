# programs: python3
# packages: python3

import ctypes, array, sys, gc, weakref
l = ctypes.CDLL(None)
print(l.abs(-5), l.strlen(b'four'), ctypes.sizeof(ctypes.c_long), ctypes.c_uint8(300).value)

class S(ctypes.Structure):
    _fields_ = [('a', ctypes.c_int), ('b', ctypes.c_double)]
print(ctypes.sizeof(S), S(1, 2.5).b)
F = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
v = (ctypes.c_int * 5)(3, 1, 4, 1, 5)
l.qsort(v, 5, 4, F(lambda p, q: p[0] - q[0]))
print(list(v))
a = array.array('d', [1, 2])
print(a.tobytes().hex(), sys.byteorder, sys.maxsize, sys.float_info.max)
m = bytearray(5000000)
m[-1] = 1
print(len(m), m[-1])
del m
try:
    x = bytearray(1 << 62)
except MemoryError:
    print('no memory')
sys.setrecursionlimit(300)

def f():
    return f()
try:
    f()
except RecursionError as e:
    print(e)
