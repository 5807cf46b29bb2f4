/* futex with priority inheritance: locking, unlocking, time limits, owners that die, rings, words shared by processes. */
#include <errno.h>
#include <futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <testing.h>
#include <thread.h>
#include <time.h>
#include <unistd.h>

#define FUTEX_LOCK_PI 6
#define FUTEX_UNLOCK_PI 7
#define FUTEX_TRYLOCK_PI 8

static int word, first, second;
static mutex_t order;
static int taken[4], takes;

static long lock(int *at, const struct timespec *until) { return SYSCALL_4(SYS_futex, at, FUTEX_LOCK_PI, 0, until); }
static long unlock(int *at) { return SYSCALL_2(SYS_futex, at, FUTEX_UNLOCK_PI); }
static long try_lock(int *at) { return SYSCALL_2(SYS_futex, at, FUTEX_TRYLOCK_PI); }
static int is_mine(const int *at) { return (*at & (int)FUTEX_TID_MASK) == gettid(); }
static int waits(const volatile int *at) { return (*at & (int)FUTEX_WAITERS) != 0; }

static void alone(void) {
  report("take a free one", lock(&word, NULL));
  say("it is mine: %d, waiters: %d", is_mine(&word), waits(&word));
  report("take it again", lock(&word, NULL));
  report("try to take it again", try_lock(&word));
  report("free it", unlock(&word));
  say("the word: %d", word);
  report("free a free one", unlock(&word));
  report("try a free one", try_lock(&word));
  unlock(&word);
  word = 0x3ffffff0;
  report("of a thread that there is not", lock(&word, NULL));
  report("free what is another's", unlock(&word));
  word = (int)FUTEX_OWNER_DIED;
  report("of a thread that has died", lock(&word, NULL));
  say("it is mine: %d, still marked: %d", is_mine(&word), (word & (int)FUTEX_OWNER_DIED) != 0);
  word = 0;
  struct timespec wrong = {0, -1};
  report("a bad time", lock(&word, &wrong));
}

static void *take_and_note(void *number) {
  long result = lock(&word, NULL);
  mutex_lock(&order);
  taken[takes++] = (int)(long)number + (result == 0 && is_mine(&word) ? 0 : 100);
  mutex_unlock(&order);
  unlock(&word);
  return NULL;
}

static void in_order(void) {
  thread_t *threads[3];
  lock(&word, NULL);
  for (long i = 0; i < 3; i++) {
    thread_create(&threads[i], take_and_note, (void *)(i + 1));
    sleep_milliseconds(20);
  }
  say("threads wait: %d", waits(&word));
  report("hand it on", unlock(&word));
  for (int i = 0; i < 3; i++) thread_join(threads[i], NULL);
  say("taken by %d, %d, %d; the word: %d", taken[0], taken[1], taken[2], word);
}

static void *too_late(void *nothing) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  now.tv_nsec += 20000000;
  if (now.tv_nsec >= 1000000000) now.tv_sec++, now.tv_nsec -= 1000000000;
  report("until a time", lock(&word, &now));
  report("try what is taken", try_lock(&word));
  return nothing;
}

static void in_time(void) {
  thread_t *thread;
  lock(&word, NULL);
  thread_create(&thread, too_late, NULL);
  thread_join(thread, NULL);
  report("free it after that", unlock(&word));
  say("the word: %d", word);
}

static void *take_both(void *nothing) {
  lock(&second, NULL);
  lock(&first, NULL);
  unlock(&first);
  unlock(&second);
  return nothing;
}

static void rings(void) {
  thread_t *thread;
  lock(&first, NULL);
  thread_create(&thread, take_both, NULL);
  sleep_milliseconds(20);
  report("a ring of two", lock(&second, NULL));
  unlock(&first);
  thread_join(thread, NULL);
  report("and then", lock(&second, NULL));
  unlock(&second);
}

static int *shared;

static int take_and_die(void *nothing) {
  (void)nothing;
  lock(shared, NULL);
  while (!waits((volatile int *)shared)) sleep_milliseconds(1);
  return 0;
}

static int wait_for_dead(void *nothing) {
  (void)nothing;
  while (*(volatile int *)shared == 0) sleep_milliseconds(1);
  report("of one that dies meanwhile", lock(shared, NULL));
  say("it is mine: %d, marked: %d", is_mine(shared), (*shared & (int)FUTEX_OWNER_DIED) != 0);
  *shared &= ~(int)FUTEX_OWNER_DIED;
  report("free it", unlock(shared));
  return 0;
}

int main(void) {
  alone();
  in_order();
  in_time();
  rings();
  shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pid_t owner = start(take_and_die, NULL), heir = start(wait_for_dead, NULL);
  wait_for(owner);
  wait_for(heir);
  say("the word: %d", *shared);
  return 0;
}
