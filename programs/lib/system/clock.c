/* Clocks and sleeping. */
#include <stddef.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t clock, struct timespec *now) {
  return (int)SYSCALL_2(SYS_clock_gettime, clock, now);
}

int clock_getres(clockid_t clock, struct timespec *resolution) {
  return (int)SYSCALL_2(SYS_clock_getres, clock, resolution);
}

/* Unlike its neighbours, this one returns the error number. */
int clock_nanosleep(clockid_t clock, int flags, const struct timespec *time, struct timespec *left) {
  return (int)-system_call(SYS_clock_nanosleep, clock, flags, (long)time, (long)left, 0, 0);
}

int nanosleep(const struct timespec *time, struct timespec *left) {
  return (int)SYSCALL_2(SYS_nanosleep, time, left);
}

int gettimeofday(struct timeval *now, void *zone) { return (int)SYSCALL_2(SYS_gettimeofday, now, zone); }

time_t time(time_t *now) {
  struct timespec precise;
  if (clock_gettime(CLOCK_REALTIME, &precise) < 0) return -1;
  if (now) *now = precise.tv_sec;
  return precise.tv_sec;
}

unsigned int sleep(unsigned int seconds) {
  struct timespec left = {(time_t)seconds, 0};
  return nanosleep(&left, &left) == 0 ? 0 : (unsigned int)left.tv_sec;
}
