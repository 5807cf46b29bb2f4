/* Conditions: wait, with the mutex released, until somebody signals a change.
 *
 * The sequence number closes the gap between unlocking and sleeping: a signal in that gap changes the number,
 * and the futex refuses to sleep. */
#include <errno.h>
#include <futex.h>
#include <limits.h>
#include <stddef.h>
#include <thread.h>

int condition_wait_for(condition_t *condition, mutex_t *mutex, const struct timespec *timeout) {
  int seen = __atomic_load_n(&condition->sequence, __ATOMIC_RELAXED);
  mutex_unlock(mutex);
  int result = futex_wait(&condition->sequence, seen, timeout) < 0 && errno == ETIMEDOUT ? ETIMEDOUT : 0;
  mutex_lock(mutex);
  return result;
}

void condition_wait(condition_t *condition, mutex_t *mutex) { condition_wait_for(condition, mutex, NULL); }

void condition_signal(condition_t *condition) {
  __atomic_fetch_add(&condition->sequence, 1, __ATOMIC_RELAXED);
  futex_wake(&condition->sequence, 1);
}

void condition_broadcast(condition_t *condition) {
  __atomic_fetch_add(&condition->sequence, 1, __ATOMIC_RELAXED);
  futex_wake(&condition->sequence, INT_MAX);
}
