# programs: python3 + sh + sleep
# packages: python3, coreutils

import subprocess, sys, os
r = subprocess.run(['sh', '-c', 'echo out; echo err >&2; cat; exit 3'], input='given\n', capture_output=True, text=True)
print(r.returncode, repr(r.stdout), repr(r.stderr))
print(subprocess.check_output('seq 3 | tac', shell=True), subprocess.call(['false']), subprocess.getstatusoutput('echo x; exit 2'))
p = subprocess.Popen(['sleep', '10'])
p.terminate()
print(p.wait())
p = subprocess.Popen(['sleep', '10'])
p.kill()
print(p.wait())
try:
    subprocess.run(['sleep', '10'], timeout=0.3)
except subprocess.TimeoutExpired as e:
    print('timeout', e.timeout)
try:
    subprocess.run(['/nonexistent'], cwd='/')
except OSError as e:
    print(e)
try:
    subprocess.run(['true'], cwd='/nonexistent')
except OSError as e:
    print(e)
try:
    subprocess.check_call('exit 5', shell=True)
except subprocess.CalledProcessError as e:
    print(e)
a = subprocess.Popen(['seq', '100'], stdout=subprocess.PIPE)
b = subprocess.Popen(['tail', '-n', '1'], stdin=a.stdout, stdout=subprocess.PIPE)
a.stdout.close()
print(b.communicate(), a.wait())
print(subprocess.run([sys.executable, '-c', 'import os; print(os.environ["V"], os.getcwd())'], env={'V': '1'}, cwd='/', capture_output=True).stdout, os.system('exit 4') >> 8)
