# programs: python3
# packages: python3

import threading, queue, concurrent.futures, time
n = 0
lock = threading.Lock()

def work():
    global n
    for _ in range(500):
        with lock:
            n += 1
ts = [threading.Thread(target=work) for _ in range(4)]
[t.start() for t in ts]
[t.join() for t in ts]
print(n)
q = queue.Queue()
r = []

def eat():
    while (x := q.get()) is not None:
        r.append(x * 2)
t = threading.Thread(target=eat)
t.start()
[q.put(i) for i in range(5)]
q.put(None)
t.join()
print(r)
with concurrent.futures.ThreadPoolExecutor(3) as e:
    print(list(e.map(lambda x: x ** 2, range(6))), e.submit(pow, 2, 10).result())
c = threading.Condition()
turn = [0]
out = []

def ping(me):
    for _ in range(3):
        with c:
            c.wait_for(lambda: turn[0] == me)
            out.append(me)
            turn[0] = 1 - me
            c.notify_all()
ts = [threading.Thread(target=ping, args=(i,)) for i in (0, 1)]
[t.start() for t in ts]
[t.join() for t in ts]
print(out)
e = threading.Event()
threading.Timer(0.05, e.set).start()
print(e.wait(5))
b = threading.Barrier(3)
o = []

def meet():
    o.append(b.wait())
ts = [threading.Thread(target=meet) for _ in range(3)]
[t.start() for t in ts]
[t.join() for t in ts]
print(sorted(o))
