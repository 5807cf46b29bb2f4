/* Time in microseconds, and interval timers. */
#pragma once

#include <sys/types.h>
#include <time.h>

struct timeval {
  time_t tv_sec;
  suseconds_t tv_usec;
};

struct itimerval {
  struct timeval it_interval;
  struct timeval it_value;
};
#define ITIMER_REAL 0
#define ITIMER_VIRTUAL 1
#define ITIMER_PROF 2

int gettimeofday(struct timeval *now, void *zone);
int setitimer(int which, const struct itimerval *wanted, struct itimerval *old);
int getitimer(int which, struct itimerval *current);
