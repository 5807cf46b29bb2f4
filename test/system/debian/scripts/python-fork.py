# programs: python3 + echo
# packages: python3, coreutils

import os, sys, signal
r, w = os.pipe()
pid = os.fork()
if pid == 0:
    os.close(r)
    os.write(w, b'from child')
    os._exit(7)
os.close(w)
print(os.read(r, 100), os.read(r, 100))
p, s = os.waitpid(pid, 0)
print(p == pid, os.WIFEXITED(s), os.waitstatus_to_exitcode(s))
kids = []
for i in range(5):
    k = os.fork()
    if k == 0:
        os._exit(i * i)
    kids.append(k)
print(sorted((os.waitstatus_to_exitcode(os.waitpid(k, 0)[1]) for k in kids)))
try:
    os.wait()
except ChildProcessError as e:
    print(e)
k = os.fork()
if k == 0:
    os.kill(os.getpid(), signal.SIGKILL)
s = os.waitpid(k, 0)[1]
print(os.WIFSIGNALED(s), os.WTERMSIG(s))
sys.stdout.flush()
k = os.fork()
if k == 0:
    os.execvp('echo', ['echo', 'replaced'])
print(os.waitpid(k, 0)[1])
print(os.waitpid(-1, os.WNOHANG) if False else 'end')
r, w = os.pipe()
os.close(r)
try:
    os.write(w, b'x')
except BrokenPipeError as e:
    print(e)
print(os.spawnvp(os.P_WAIT, 'sh', ['sh', '-c', 'exit 6']), os.get_inheritable(w))
