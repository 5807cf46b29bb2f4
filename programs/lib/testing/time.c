/* Time, for tests that must wait. */
#include <testing.h>
#include <time.h>

long milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void sleep_milliseconds(long time) {
  struct timespec left = {time / 1000, time % 1000 * 1000000};
  while (nanosleep(&left, &left) < 0) continue;
}
