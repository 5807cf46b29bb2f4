/* Waiting for several descriptors; riscv64 has only the forms with a signal mask. */
#include <poll.h>
#include <stddef.h>
#include <sys/select.h>
#include <sys/syscall.h>

int ppoll(struct pollfd *descriptors, unsigned long count, const struct timespec *timeout,
          const sigset_t *mask) {
  struct timespec copy; /* the kernel writes the time left into its argument */
  if (timeout) copy = *timeout;
  return (int)SYSCALL_5(SYS_ppoll, descriptors, count, timeout ? &copy : NULL, mask, sizeof(sigset_t));
}

int poll(struct pollfd *descriptors, unsigned long count, int timeout) {
  struct timespec time = {timeout / 1000, timeout % 1000 * 1000000L};
  return ppoll(descriptors, count, timeout < 0 ? NULL : &time, NULL);
}

int select(int limit, fd_set *readable, fd_set *writable, fd_set *exceptional, struct timeval *timeout) {
  struct timespec time;
  if (timeout) time = (struct timespec){timeout->tv_sec, timeout->tv_usec * 1000};
  return (int)SYSCALL_6(SYS_pselect6, limit, readable, writable, exceptional, timeout ? &time : NULL, 0);
}
