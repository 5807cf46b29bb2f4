# programs: python3
# packages: python3

def f(n):
    if n == 0:
        raise ValueError('deep')
    f(n - 1)
try:
    f(3)
except ValueError as e:
    raise RuntimeError('outer') from e
