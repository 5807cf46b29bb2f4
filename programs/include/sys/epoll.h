/* Waiting for many descriptors with one list that the kernel keeps. */
#pragma once

#include <signal.h>
#include <stdint.h>
#include <sys/types.h>

#define EPOLL_CTL_ADD 1
#define EPOLL_CTL_DEL 2
#define EPOLL_CTL_MOD 3
#define EPOLLIN 0x001u
#define EPOLLOUT 0x004u
#define EPOLLERR 0x008u
#define EPOLLHUP 0x010u
#define EPOLLONESHOT (1u << 30)
#define EPOLLET (1u << 31)

struct epoll_event {
  uint32_t events;
  uint64_t data;
};

int epoll_create1(int flags);
int epoll_ctl(int list, int operation, int descriptor, struct epoll_event *event);
/* timeout in milliseconds, negative for ever. */
int epoll_wait(int list, struct epoll_event *events, int most, int timeout);

/* A counter that can be read, written and waited for. */
#define EFD_SEMAPHORE 1
int eventfd(unsigned int value, int flags);
