/* Waiting for several descriptors at once. */
#pragma once

#include <signal.h>
#include <time.h>

#define POLLIN 0x001
#define POLLPRI 0x002
#define POLLOUT 0x004
#define POLLERR 0x008
#define POLLHUP 0x010
#define POLLNVAL 0x020

struct pollfd {
  int fd;
  short events;
  short revents;
};

/* timeout in milliseconds, negative for ever. */
int poll(struct pollfd *descriptors, unsigned long count, int timeout);
int ppoll(struct pollfd *descriptors, unsigned long count, const struct timespec *timeout,
          const sigset_t *mask);
