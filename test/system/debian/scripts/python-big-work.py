# programs: python3
# packages: python3

def sieve(n):
    s = bytearray([1]) * (n + 1)
    s[0:2] = b'\x00\x00'
    for i in range(2, int(n ** 0.5) + 1):
        if s[i]:
            s[i * i::i] = bytes(len(s[i * i::i]))
    return sum(s)

def queens(n, row=0, cols=0, d1=0, d2=0):
    return 1 if row == n else sum((queens(n, row + 1, cols | 1 << c, d1 | 1 << row + c, d2 | 1 << row - c + n) for c in range(n) if not (cols >> c & 1 or d1 >> row + c & 1 or d2 >> row - c + n & 1)))
print(sieve(100000), queens(6))
import functools
print(len(str(functools.reduce(int.__mul__, range(1, 500)))))
x = 1.0
for i in range(1, 2000):
    x += 1 / i ** 2
print(x, sorted((str(i) for i in range(200)))[:5], sum(map(ord, 'abc' * 1000)))
