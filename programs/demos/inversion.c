/* inversion: a thread of high priority waits for a lock that one of low priority has, and one of middle priority computes.
 *   inversion plain|inherit [DIVISOR OF ALL COMPUTING]
 * Priorities are said from outside: --hint low:priority=3 --hint middle:priority=2 --hint high:priority=1 */
#include <futex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <thread.h>
#include <time.h>
#include <unistd.h>

#define FUTEX_LOCK_PI 6
#define FUTEX_UNLOCK_PI 7

static int inherits, word;
static mutex_t plain;
static volatile int is_taken;
static long waited, divisor = 1;

static void call_me(const char *name) { prctl(PR_SET_NAME, (unsigned long)name, 0, 0, 0); }

static void lock(void) {
  int free_ = 0;
  if (!inherits)
    mutex_lock(&plain);
  else if (!__atomic_compare_exchange_n(&word, &free_, gettid(), 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
    SYSCALL_4(SYS_futex, &word, FUTEX_LOCK_PI | FUTEX_PRIVATE, 0, NULL);
}

static void unlock(void) {
  int mine = gettid();
  if (!inherits)
    mutex_unlock(&plain);
  else if (!__atomic_compare_exchange_n(&word, &mine, 0, 0, __ATOMIC_RELEASE, __ATOMIC_RELAXED))
    SYSCALL_2(SYS_futex, &word, FUTEX_UNLOCK_PI | FUTEX_PRIVATE);
}

static void compute(long rounds) {
  for (volatile long i = 0; i < rounds; i++) continue;
}

static long microseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void *low(void *nothing) {
  call_me("low");
  lock();
  is_taken = 1;
  compute(400000 / divisor);
  unlock();
  return nothing;
}

static void *middle(void *nothing) {
  call_me("middle");
  struct timespec short_ = {0, 100000};
  while (!is_taken) nanosleep(&short_, NULL);
  nanosleep(&short_, NULL);
  compute(2000000 / divisor);
  return nothing;
}

static void *high(void *nothing) {
  call_me("high");
  struct timespec short_ = {0, 50000};
  while (!is_taken) nanosleep(&short_, NULL);
  long before = microseconds();
  lock();
  waited = microseconds() - before;
  unlock();
  return nothing;
}

int main(int count, char **arguments) {
  void *(*const all[])(void *) = {high, middle, low};
  thread_t *threads[3];
  inherits = count > 1 && strcmp(arguments[1], "inherit") == 0;
  if (count > 2) divisor = atol(arguments[2]) > 0 ? atol(arguments[2]) : 1;
  for (int i = 0; i < 3; i++) thread_create(&threads[i], all[i], NULL);
  for (int i = 0; i < 3; i++) thread_join(threads[i], NULL);
  printf("high waited %ld microseconds for the lock\n", waited);
  return 0;
}
