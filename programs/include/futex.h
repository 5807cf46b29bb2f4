/* The kernel's one primitive for user-level locks: sleep while a word holds a value, and wake the
 * sleepers. */
#pragma once

#include <sys/types.h>
#include <time.h>

#define FUTEX_WAIT 0
#define FUTEX_WAKE 1
#define FUTEX_REQUEUE 3
#define FUTEX_CMP_REQUEUE 4
#define FUTEX_WAIT_BITSET 9
#define FUTEX_WAKE_BITSET 10
#define FUTEX_PRIVATE 128
#define FUTEX_CLOCK_REALTIME 256
#define FUTEX_BITSET_ANY 0xffffffffu
#define FUTEX_WAITERS 0x80000000u
#define FUTEX_OWNER_DIED 0x40000000u
#define FUTEX_TID_MASK 0x3fffffffu

/* Sleeps while *word == expected; timeout is relative, NULL for ever. -1 with EAGAIN if the value differs. */
int futex_wait(int *word, int expected, const struct timespec *timeout);
/* Wakes up to `count` sleepers; returns how many. */
int futex_wake(int *word, int count);
