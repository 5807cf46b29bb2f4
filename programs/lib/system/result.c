/* C's convention for failed system calls: -1, and the reason in errno. */
#include <errno.h>
#include <sys/syscall.h>

_Thread_local int errno;

long system_result(long raw) {
  if ((unsigned long)raw <= -4096UL) return raw;
  errno = (int)-raw;
  return -1;
}

long syscall(long number, long a, long b, long c, long d, long e, long f) {
  return system_result(system_call(number, a, b, c, d, e, f));
}
