/* futex: sleeping on a word: values, timeouts, wake counts, bit sets, requeueing, words shared by
 * processes. */
#include <errno.h>
#include <futex.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <testing.h>
#include <thread.h>
#include <time.h>

static int word, other_word;
static mutex_t lock;
static int woken, awake_mask;

static long futex(int *at, int operation, long value, const void *timeout, int *second, long third) {
  return SYSCALL_6(SYS_futex, at, operation, value, timeout, second, third);
}

static void values(void) {
  struct timespec soon = {0, 20000000}, negative = {0, -1}, past = {0, 0};
  word = 5;
  report("wait for another value", futex_wait(&word, 6, NULL));
  long before = milliseconds();
  report("wait for 20 ms", futex_wait(&word, 5, &soon));
  say("it took that long: %d", milliseconds() - before >= 20);
  report("wake nobody", futex_wake(&word, 10));
  report("a bad time", futex_wait(&word, 5, &negative));
  report("an address that is not aligned", futex_wait((int *)((char *)&word + 1), 5, NULL));
  report("no address", futex_wait(nowhere(), 5, NULL));
  report("an unknown operation", futex(&word, 99, 0, NULL, NULL, 0));
  report("bit set with a time past", futex(&word, FUTEX_WAIT_BITSET, 5, &past, NULL, FUTEX_BITSET_ANY));
  report("an empty bit set", futex(&word, FUTEX_WAIT_BITSET, 5, NULL, NULL, 0));
  report("wake with an empty bit set", futex(&word, FUTEX_WAKE_BITSET, 1, NULL, NULL, 0));
  struct timespec deadline;
  clock_gettime(CLOCK_MONOTONIC, &deadline);
  deadline.tv_nsec += 20000000;
  if (deadline.tv_nsec >= 1000000000) deadline.tv_sec++, deadline.tv_nsec -= 1000000000;
  before = milliseconds();
  report("until a time on the clock", futex(&word, FUTEX_WAIT_BITSET, 5, &deadline, NULL, FUTEX_BITSET_ANY));
  say("it took that long: %d", milliseconds() - before >= 19);
}

static void *wait_on_word(void *number) {
  unsigned int bit = 1u << (long)number;
  long result = futex(&word, FUTEX_WAIT_BITSET | FUTEX_PRIVATE, 0, NULL, NULL, bit);
  mutex_lock(&lock);
  woken += result == 0;
  awake_mask |= (int)bit;
  mutex_unlock(&lock);
  return NULL;
}

static int woken_now(void) {
  mutex_lock(&lock);
  int count = woken;
  mutex_unlock(&lock);
  return count;
}

/* Waits until the number of woken threads settles at `wanted`. */
static void settle(int wanted) {
  for (int i = 0; i < 500 && woken_now() < wanted; i++) sleep_milliseconds(2);
  sleep_milliseconds(10);
}

static thread_t *sleepers[4];

static void start_sleepers(void) {
  word = woken = awake_mask = 0;
  for (long i = 0; i < 4; i++) must(thread_create(&sleepers[i], wait_on_word, (void *)i) == 0, "thread");
  for (int i = 0; i < 4; i++) must(wait_for_state(thread_id(sleepers[i]), 'S'), "sleep");
}

static void join_sleepers(void) {
  for (int i = 0; i < 4; i++) thread_join(sleepers[i], NULL);
}

static void waking(void) {
  start_sleepers();
  report("wake one", futex_wake(&word, 1));
  settle(1);
  say("woken %d", woken_now());
  report("wake all", futex_wake(&word, 100));
  join_sleepers();
  say("woken %d", woken);
  start_sleepers();
  report("wake those of bits 1 and 2", futex(&word, FUTEX_WAKE_BITSET | FUTEX_PRIVATE, 100, NULL, NULL, 6));
  settle(2);
  say("woken %d, mask %x", woken_now(), awake_mask);
  report("wake those of bit 9", futex(&word, FUTEX_WAKE_BITSET | FUTEX_PRIVATE, 100, NULL, NULL, 512));
  report("wake the rest", futex_wake(&word, 100));
  join_sleepers();
  start_sleepers();
  report("requeue if the value is another",
         futex(&word, FUTEX_CMP_REQUEUE | FUTEX_PRIVATE, 1, (void *)2, &other_word, 7));
  report("wake one, move two", futex(&word, FUTEX_CMP_REQUEUE | FUTEX_PRIVATE, 1, (void *)2, &other_word, 0));
  settle(1);
  say("woken %d", woken_now());
  report("those moved wait on the other word", futex_wake(&other_word, 100));
  settle(3);
  report("one had stayed", futex_wake(&word, 100));
  join_sleepers();
  say("woken %d", woken);
}

static int wait_shared(void *at) { return futex(at, FUTEX_WAIT, 0, NULL, NULL, 0) == 0 ? 3 : 4; }

static void sharing(void) {
  int *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pid_t child = start(wait_shared, shared);
  must(wait_for_state(child, 'S'), "sleep");
  report("a private wake does not reach another process", futex_wake(shared, 1));
  report("a shared one does", futex(shared, FUTEX_WAKE, 1, NULL, NULL, 0));
  report_status("child", wait_for(child));
  /* Private memory at the same address is not the same word. */
  static int mine;
  child = start(wait_shared, &mine);
  must(wait_for_state(child, 'S'), "sleep");
  report("a copy after fork is another word", futex(&mine, FUTEX_WAKE, 1, NULL, NULL, 0));
  kill(child, SIGKILL);
  wait_for(child);
}

int main(void) {
  values();
  waking();
  sharing();
  return 0;
}
