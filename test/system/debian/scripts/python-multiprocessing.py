# programs: python3 + python3
# packages: python3

import multiprocessing as mp

def square(x):
    return x * x

def produce(q, n):
    for i in range(n):
        q.put(i)
    q.put(None)

def add(v, l):
    for _ in range(100):
        with l:
            v.value += 1
if __name__ == '__main__':
    mp.set_start_method('fork')
    with mp.Pool(3) as p:
        print(p.map(square, range(10)), p.apply(square, (12,)), sorted(p.imap_unordered(square, range(4))))
    q = mp.Queue()
    p = mp.Process(target=produce, args=(q, 5))
    p.start()
    print(list(iter(q.get, None)))
    p.join()
    print(p.exitcode)
    v = mp.Value('i', 0)
    l = mp.Lock()
    ps = [mp.Process(target=add, args=(v, l)) for _ in range(3)]
    [x.start() for x in ps]
    [x.join() for x in ps]
    print(v.value)
    e = mp.Event()
    p = mp.Process(target=e.wait)
    p.start()
    print(p.is_alive())
    e.set()
    p.join()
    print(p.exitcode)
    p = mp.Process(target=mp.Event().wait)
    p.start()
    p.terminate()
    p.join()
    print(p.exitcode)
    a = mp.Array('d', 3)
    a[1] = 2.5
    print(list(a))
