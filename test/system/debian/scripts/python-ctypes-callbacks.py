# programs: python3
# packages: python3
# The C library calls functions of Python's through code that was made for each of them.
import ctypes

libc = ctypes.CDLL(None)
Compare = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
numbers = [(i * 7919) % 1009 for i in range(100)]
calls = 0


def ascending(a, b):
    global calls
    calls += 1
    return a[0] - b[0]


for key in (ascending, lambda a, b: b[0] - a[0], lambda a, b: a[0] % 10 - b[0] % 10 or a[0] - b[0]):
    array = (ctypes.c_int * len(numbers))(*numbers)
    libc.qsort(array, len(array), ctypes.sizeof(ctypes.c_int), Compare(key))
    print(array[:5], array[-3:])
print(calls > 300)

Double = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double, ctypes.c_float, ctypes.c_long)
many = [Double(lambda x, y, z, k=k: k * x + y - z) for k in range(30)]
print(sum(f(1.5, 0.25, 3) for f in many for _ in range(10)))
for f in many[::2]:
    del f
print([Double(lambda x, y, z, k=k: x - k)(10.0, 0, 0) for k in range(5)])
