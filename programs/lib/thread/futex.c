/* Sleeping on a word, and waking sleepers. FUTEX_PRIVATE: the word is not shared between processes. */
#include <futex.h>
#include <sys/syscall.h>

int futex_wait(int *word, int expected, const struct timespec *timeout) {
  return (int)SYSCALL_4(SYS_futex, word, FUTEX_WAIT | FUTEX_PRIVATE, expected, timeout);
}

int futex_wake(int *word, int count) {
  return (int)SYSCALL_3(SYS_futex, word, FUTEX_WAKE | FUTEX_PRIVATE, count);
}
