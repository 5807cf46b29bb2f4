/* The robust list: locks of a thread that dies are marked, and a waiter is woken. */
#include <errno.h>
#include <futex.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <testing.h>
#include <unistd.h>

struct robust_lock {
  struct robust_lock *next;
  int word;
};

/* As the kernel wants it: a circular list, the distance from an entry to its word, and the one being
 * taken. */
struct robust_head {
  struct robust_lock *first;
  long distance;
  struct robust_lock *pending;
};

static struct robust_lock *locks;

static int take_and_die(void *unused) {
  (void)unused;
  static struct robust_head head;
  head.distance = offsetof(struct robust_lock, word);
  head.first = &locks[0];
  locks[0].next = &locks[1];
  locks[1].next = (struct robust_lock *)&head;
  head.pending = &locks[2];
  report("set_robust_list", SYSCALL_2(SYS_set_robust_list, &head, sizeof head));
  report("with a wrong size", SYSCALL_2(SYS_set_robust_list, &head, 5));
  struct robust_head *found;
  size_t size;
  report("get_robust_list", SYSCALL_3(SYS_get_robust_list, 0, &found, &size));
  say("the same: %d, size %lu", found == &head, size);
  for (int i = 0; i < 3; i++) locks[i].word = gettid();
  locks[0].word |= (int)FUTEX_WAITERS;
  locks[3].word = gettid(); /* not in the list */
  sleep_milliseconds(50);
  return 0; /* without unlocking */
}

static int wait_for_lock(void *unused) {
  (void)unused;
  while (!(locks[0].word & (int)FUTEX_WAITERS)) sleep_milliseconds(1);
  int seen = locks[0].word;
  long result = SYSCALL_4(SYS_futex, &locks[0].word, FUTEX_WAIT, seen, NULL);
  return result == 0 || errno == EAGAIN ? 12 : 13;
}

int main(void) {
  locks = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pid_t waiter = start(wait_for_lock, NULL);
  pid_t owner = start(take_and_die, NULL);
  report_status("owner", wait_for(owner));
  report_status("waiter", wait_for(waiter));
  for (int i = 0; i < 4; i++)
    say("lock %d: owner died %d, waiters %d, thread gone %d", i, (locks[i].word & (int)FUTEX_OWNER_DIED) != 0,
        (locks[i].word & (int)FUTEX_WAITERS) != 0, (locks[i].word & (int)FUTEX_TID_MASK) == 0);
  return 0;
}
