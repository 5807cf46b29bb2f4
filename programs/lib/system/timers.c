/* Timers that end in a signal. */
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

int setitimer(int which, const struct itimerval *wanted, struct itimerval *old) {
  return (int)SYSCALL_3(SYS_setitimer, which, wanted, old);
}

int getitimer(int which, struct itimerval *current) { return (int)SYSCALL_2(SYS_getitimer, which, current); }

/* Returns the seconds that were left of the last alarm, rounded up. */
unsigned int alarm(unsigned int seconds) {
  struct itimerval wanted = {{0, 0}, {seconds, 0}}, old = {{0, 0}, {0, 0}};
  if (setitimer(ITIMER_REAL, &wanted, &old) < 0) return 0;
  return (unsigned int)(old.it_value.tv_sec + (old.it_value.tv_usec > 0));
}
