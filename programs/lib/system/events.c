/* Lists of descriptors to wait for, and counters to wait for. */
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/syscall.h>

int epoll_create1(int flags) { return (int)SYSCALL_1(SYS_epoll_create1, flags); }

int epoll_ctl(int list, int operation, int descriptor, struct epoll_event *event) {
  return (int)SYSCALL_4(SYS_epoll_ctl, list, operation, descriptor, event);
}

int epoll_wait(int list, struct epoll_event *events, int most, int timeout) {
  return (int)SYSCALL_6(SYS_epoll_pwait, list, events, most, timeout, NULL, sizeof(sigset_t));
}

int eventfd(unsigned int value, int flags) { return (int)SYSCALL_2(SYS_eventfd2, value, flags); }
