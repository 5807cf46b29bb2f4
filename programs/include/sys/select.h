/* The older way of waiting for several descriptors at once. */
#pragma once

#include <signal.h>
#include <sys/time.h>

#define FD_SETSIZE 1024
typedef struct {
  unsigned long bits[FD_SETSIZE / 64];
} fd_set;
#define FD_ZERO(set) (*(set) = (fd_set){{0}})
#define FD_SET(descriptor, set) ((set)->bits[(descriptor) / 64] |= 1UL << (descriptor) % 64)
#define FD_CLR(descriptor, set) ((set)->bits[(descriptor) / 64] &= ~(1UL << (descriptor) % 64))
#define FD_ISSET(descriptor, set) ((int)((set)->bits[(descriptor) / 64] >> (descriptor) % 64 & 1))

int select(int limit, fd_set *readable, fd_set *writable, fd_set *exceptional, struct timeval *timeout);
