# programs: python3
# packages: python3

import signal, os, time, threading
got = []
for s in (signal.SIGUSR1, signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
    signal.signal(s, lambda n, f: got.append(signal.Signals(n).name))
for s in (signal.SIGUSR1, signal.SIGTERM, signal.SIGINT):
    os.kill(os.getpid(), s)
print(got)
signal.signal(signal.SIGALRM, lambda *a: got.append('alarm'))
signal.setitimer(signal.ITIMER_REAL, 0.1)
signal.pause()
print(got[-1])
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR2})
os.kill(os.getpid(), signal.SIGUSR2)
print([x.name for x in signal.sigpending()], signal.sigwait({signal.SIGUSR2}).name)
signal.signal(signal.SIGINT, signal.default_int_handler)
try:
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(1)
except KeyboardInterrupt:
    print('interrupted')

def boom(*a):
    raise TimeoutError('handler')
signal.signal(signal.SIGALRM, boom)
signal.alarm(1)
try:
    time.sleep(5)
except TimeoutError as e:
    print(e)
print(signal.strsignal(11), signal.getsignal(signal.SIGPIPE) == signal.SIG_IGN)
t0 = time.monotonic()
time.sleep(0.05)
print(time.monotonic() - t0 >= 0.05)
import sys
sys.stdout.flush()
signal.signal(signal.SIGTERM, signal.SIG_DFL)
os.kill(os.getpid(), signal.SIGTERM)
