/* Clocks never go backwards, and sleeping takes at least as long as asked. */
#include <errno.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <testing.h>
#include <time.h>

static long nanoseconds(struct timespec time) { return time.tv_sec * 1000000000 + time.tv_nsec; }

static long now(clockid_t clock) {
  struct timespec time;
  return clock_gettime(clock, &time) < 0 ? -1 : nanoseconds(time);
}

static void never_backwards(const char *name, clockid_t clock) {
  long last = now(clock);
  int backwards = 0;
  for (int i = 0; i < 2000; i++) {
    long next = now(clock);
    backwards += next < last;
    last = next;
  }
  struct timespec resolution;
  clock_getres(clock, &resolution);
  say("%s: backwards %d times, resolution given %d", name, backwards,
      resolution.tv_sec == 0 && resolution.tv_nsec > 0);
}

static void sleeping(void) {
  struct timespec time = {0, 15000000}, deadline, left;
  long before = now(CLOCK_MONOTONIC);
  report("nanosleep", nanosleep(&time, NULL));
  say("at least 15 ms: %d", now(CLOCK_MONOTONIC) - before >= 15000000);
  clock_gettime(CLOCK_MONOTONIC, &deadline);
  deadline.tv_nsec += 15000000;
  if (deadline.tv_nsec >= 1000000000) deadline.tv_sec++, deadline.tv_nsec -= 1000000000;
  say("until a time: %d", clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &deadline, NULL));
  say("it is later now: %d", now(CLOCK_MONOTONIC) >= nanoseconds(deadline));
  struct timespec past = {0, 0}, bad = {0, 1000000000}, negative = {-1, 0};
  say("until a time past: %d", clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &past, NULL));
  report("for no time", nanosleep(&past, &left));
  report("too many nanoseconds", nanosleep(&bad, &left));
  report("negative", nanosleep(&negative, &left));
  say("on an unknown clock: %s", clock_nanosleep(99, 0, &time, NULL) == EINVAL ? "EINVAL" : "?");
}

static void agreement(void) {
  struct timeval day;
  struct timespec time;
  report("gettimeofday", gettimeofday(&day, NULL));
  clock_gettime(CLOCK_REALTIME, &time);
  long difference = nanoseconds(time) - (day.tv_sec * 1000000000 + day.tv_usec * 1000);
  say("agrees with CLOCK_REALTIME: %d", difference >= 0 && difference < 1000000000);
  say("it is after 2020: %d", day.tv_sec > 1577836800);
  report("an unknown clock", clock_gettime(99, &time));
  report("a bad pointer", clock_gettime(CLOCK_REALTIME, nowhere()));
}

static void processor_time(void) {
  long before = now(CLOCK_PROCESS_CPUTIME_ID), thread_before = now(CLOCK_THREAD_CPUTIME_ID);
  sleep_milliseconds(50);
  say("processor time stands still in sleep: %d", now(CLOCK_PROCESS_CPUTIME_ID) - before < 30000000);
  before = now(CLOCK_PROCESS_CPUTIME_ID);
  for (volatile int i = 0; i < 300000; i++) continue;
  say("and runs in computing: %d %d", now(CLOCK_PROCESS_CPUTIME_ID) > before,
      now(CLOCK_THREAD_CPUTIME_ID) > thread_before);
}

static void dates(void) {
  static const time_t moments[] = {0,          951782399,  951782400, 1078012800,
                                   1709164800, 4107542399, -1,        -2208988800};
  for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
    struct tm date;
    char text[64];
    gmtime_r(&moments[i], &date);
    strftime(text, sizeof text, "%F %T %a %j", &date);
    say("%ld: %s, back %d", moments[i], text, timegm(&date) == moments[i]);
  }
}

int main(void) {
  never_backwards("realtime", CLOCK_REALTIME);
  never_backwards("monotonic", CLOCK_MONOTONIC);
  never_backwards("process", CLOCK_PROCESS_CPUTIME_ID);
  never_backwards("thread", CLOCK_THREAD_CPUTIME_ID);
  sleeping();
  agreement();
  processor_time();
  dates();
  return 0;
}
