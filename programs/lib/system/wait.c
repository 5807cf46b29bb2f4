/* Waiting for children. */
#include <sys/syscall.h>
#include <sys/wait.h>

pid_t wait4(pid_t process, int *status, int options, struct rusage *usage) {
  return (pid_t)SYSCALL_4(SYS_wait4, process, status, options, usage);
}

pid_t waitpid(pid_t process, int *status, int options) { return wait4(process, status, options, NULL); }

pid_t wait(int *status) { return waitpid(-1, status, 0); }

int waitid(int kind, id_t id, siginfo_t *info, int options) {
  return (int)SYSCALL_5(SYS_waitid, kind, id, info, options, 0);
}
