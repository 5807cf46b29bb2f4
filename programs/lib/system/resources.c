/* Limits, use and priority. */
#include <errno.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>

int prlimit(pid_t process, int resource, const struct rlimit *wanted, struct rlimit *old) {
  return (int)SYSCALL_4(SYS_prlimit64, process, resource, wanted, old);
}

int getrlimit(int resource, struct rlimit *limit) { return prlimit(0, resource, NULL, limit); }

int setrlimit(int resource, const struct rlimit *limit) { return prlimit(0, resource, limit, NULL); }

int getrusage(int who, struct rusage *usage) { return (int)SYSCALL_2(SYS_getrusage, who, usage); }

/* The kernel answers 20 - nice, so that no good answer looks like an error. */
int getpriority(int which, id_t who) {
  long answer = SYSCALL_2(SYS_getpriority, which, who);
  return answer < 0 ? -1 : (int)(20 - answer);
}

int setpriority(int which, id_t who, int nice) { return (int)SYSCALL_3(SYS_setpriority, which, who, nice); }

int sched_yield(void) { return (int)SYSCALL_0(SYS_sched_yield); }
