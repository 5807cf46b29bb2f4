/* getrusage and times: what a process and its children have used. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <testing.h>
#include <time.h>
#include <unistd.h>

static long microseconds(struct timeval time) { return time.tv_sec * 1000000 + time.tv_usec; }

static long used_by(int who) {
  struct rusage used;
  getrusage(who, &used);
  return microseconds(used.ru_utime) + microseconds(used.ru_stime);
}

/* Computes, asking the clock seldom, until 20 ms of processor time have passed. */
static int compute(void *unused) {
  (void)unused;
  struct timespec start, now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
  do {
    for (volatile int i = 0; i < 20000; i++) continue;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  } while ((now.tv_sec - start.tv_sec) * 1000 + (now.tv_nsec - start.tv_nsec) / 1000000 < 20);
  return 0;
}

static void processor_time(void) {
  long before = used_by(RUSAGE_SELF);
  sleep_milliseconds(60);
  say("sleeping uses next to nothing: %d", used_by(RUSAGE_SELF) - before < 15000);
  compute(NULL);
  say("computing for 20 ms is seen: %d", used_by(RUSAGE_SELF) - before >= 15000);
  say("a thread's part is not more than the process's: %d", used_by(RUSAGE_THREAD) <= used_by(RUSAGE_SELF));
}

static void children(void) {
  long before = used_by(RUSAGE_CHILDREN);
  pid_t child = start(compute, NULL);
  wait_for_state(child, 'Z');
  say("not before it is waited for: %d", used_by(RUSAGE_CHILDREN) == before);
  int status;
  struct rusage used;
  wait4(child, &status, 0, &used);
  long own = microseconds(used.ru_utime) + microseconds(used.ru_stime);
  say("wait4 tells its time: %d", own >= 15000);
  say("which is added to the children's: %d", used_by(RUSAGE_CHILDREN) - before >= 15000);
}

static void memory(void) {
  struct rusage before, after;
  getrusage(RUSAGE_SELF, &before);
  char *area = mmap(NULL, 4 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memset(area, 1, 4 << 20);
  getrusage(RUSAGE_SELF, &after);
  say("page faults: %d", after.ru_minflt > before.ru_minflt);
  say("the most memory grew: %d", after.ru_maxrss > before.ru_maxrss);
}

static void clock_ticks(void) {
  struct {
    long user, system, children_user, children_system;
  } ticks;
  long now = SYSCALL_1(SYS_times, &ticks);
  say("times: %d, %d", now > 0, ticks.user + ticks.system >= 0);
  report("getrusage of somebody unknown", getrusage(7, (struct rusage *)&ticks));
}

int main(void) {
  processor_time();
  children();
  memory();
  clock_ticks();
  return 0;
}
