/* Clocks, sleeping, and calendar dates (UTC only). */
#pragma once

#include <stddef.h>
#include <sys/types.h>

#define CLOCK_REALTIME 0
#define CLOCK_MONOTONIC 1
#define CLOCK_PROCESS_CPUTIME_ID 2
#define CLOCK_THREAD_CPUTIME_ID 3
#define TIMER_ABSTIME 1

struct timespec {
  time_t tv_sec;
  long tv_nsec;
};

struct tm {
  int tm_sec, tm_min, tm_hour;
  int tm_mday; /* from 1 */
  int tm_mon;  /* from 0 */
  int tm_year; /* since 1900 */
  int tm_wday; /* from Sunday = 0 */
  int tm_yday; /* from 0 */
  int tm_isdst;
};

int clock_gettime(clockid_t clock, struct timespec *now);
int clock_getres(clockid_t clock, struct timespec *resolution);
int clock_nanosleep(clockid_t clock, int flags, const struct timespec *time, struct timespec *left);
int nanosleep(const struct timespec *time, struct timespec *left);
time_t time(time_t *now);

struct tm *gmtime_r(const time_t *seconds, struct tm *date);
time_t timegm(struct tm *date);
/* Understands %Y %m %d %H %M %S %a %A %b %B %e %j %u %w %y %F %T %D %R %s %Z %z %n %t %%. */
size_t strftime(char *to, size_t size, const char *format, const struct tm *date);
