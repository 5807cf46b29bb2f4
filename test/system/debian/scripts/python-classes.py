# programs: python3
# packages: python3

import dataclasses, enum, functools, contextlib, heapq, bisect, typing

@dataclasses.dataclass(order=True)
class P:
    x: int
    y: int = 0

class C(enum.Enum):
    A = 1
    B = 2

@functools.lru_cache(None)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)

@contextlib.contextmanager
def ctx():
    print('in')
    try:
        yield 5
    finally:
        print('out')

def gen():
    got = (yield 1)
    print('got', got)
    yield from range(2)
with ctx() as v:
    print(v, P(1) < P(1, 2), C['A'], fib(80))
g = gen()
next(g)
print(g.send('s'), list(g))
h = [5, 1, 4]
heapq.heapify(h)
print(heapq.heappop(h), bisect.bisect([1, 3, 5], 4), [*map(lambda p: p.x, sorted([P(3), P(1)]))])
try:
    {}['k']
except KeyError as e:
    print(repr(e))
match [1, [2, 3]]:
    case [a, [b, *c]]:
        print(a, b, c)

async def co():
    return 7
c = co()
try:
    c.send(None)
except StopIteration as s:
    print(s.value)
