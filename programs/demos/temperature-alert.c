/* temperature-alert: a task takes a sample every PERIOD microseconds (2000), and when it is too hot sends an alert, a section
 * that nothing may interrupt; two others compute. It marks what it does (mark.h), for `run --constraints`. */
#include <mark.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SAMPLES = 20 };
static long period = 2000000;

static void compute(long rounds) {
  for (volatile long i = 0; i < rounds; i++) continue;
}

static int temperature_alert(void) {
  struct timespec next;
  int alerts = 0;
  prctl(PR_SET_NAME, (unsigned long)"temperature", 0, 0, 0);
  clock_gettime(CLOCK_MONOTONIC, &next);
  for (int i = 0; i < SAMPLES; i++) {
    mark("sample");
    compute(2000);
    if (i % 5 == 4) {
      mark("send");
      compute(20000);
      mark("sent");
      mark("alert");
      alerts++;
    } else
      mark("cool");
    next.tv_nsec += period;
    if (next.tv_nsec >= 1000000000) next.tv_sec++, next.tv_nsec -= 1000000000;
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
  }
  return alerts;
}

int main(int count, char **arguments) {
  if (count > 1) period = atol(arguments[1]) * 1000;
  pid_t others[2];
  for (int i = 0; i < 2; i++)
    if ((others[i] = fork()) == 0) {
      prctl(PR_SET_NAME, (unsigned long)"others", 0, 0, 0);
      /* They compute for long, but not for ever: somebody may let them come to their end. */
      compute(1200000);
      return 0;
    }
  int alerts = temperature_alert();
  mark("done");
  printf("%d samples, %d alerts\n", SAMPLES, alerts);
  for (int i = 0; i < 2; i++) kill(others[i], SIGKILL), waitpid(others[i], NULL, 0);
  return 0;
}
