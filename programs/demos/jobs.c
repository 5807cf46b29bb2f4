/* jobs: jobs of a textbook as processes: jobs UNIT HERTZ ARRIVAL:BURST... in units of UNIT cycles, on a processor with HERTZ cycles a
 * second and one cycle for an instruction. Job n names and marks itself Pn, sleeps until its arrival, computes for exactly its
 * burst, and ends. */
#include <mark.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Two instructions in each round. */
static void compute(unsigned long cycles) {
  unsigned long rounds = cycles / 2;
  __asm__ volatile("1: addi %0, %0, -1\n\tbnez %0, 1b" : "+r"(rounds));
}

int main(int count, char **arguments) {
  if (count < 4) return 2;
  unsigned long unit = (unsigned long)atol(arguments[1]), hertz = (unsigned long)atol(arguments[2]);
  struct timespec begin;
  clock_gettime(CLOCK_MONOTONIC, &begin);
  /* All are asleep by then. */
  unsigned long start = (unsigned long)begin.tv_sec * 1000000000 + (unsigned long)begin.tv_nsec + 40000000000000 / (hertz / 1000);
  for (int job = 3; job < count; job++) {
    if (fork() != 0) continue;
    char *end;
    unsigned long arrival = (unsigned long)strtol(arguments[job], &end, 10), burst = (unsigned long)atol(end + 1);
    char name[16];
    snprintf(name, sizeof name, "P%d", job - 2);
    prctl(PR_SET_NAME, (unsigned long)name, 0, 0, 0);
    mark(name);
    unsigned long at = start + arrival * unit * 1000 / (hertz / 1000000);
    struct timespec when = {(long)(at / 1000000000), (long)(at % 1000000000)};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &when, NULL);
    compute(burst * unit);
    _exit(0);
  }
  while (wait(NULL) > 0) continue;
  return 0;
}
