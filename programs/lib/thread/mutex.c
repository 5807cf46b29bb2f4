/* Mutual exclusion in three states: free, taken, taken and contended.
 *
 * Without contention, locking and unlocking are one atomic instruction each and the kernel is not asked.
 * (Ulrich Drepper, 'Futexes Are Tricky', describes why the third state is needed and suffices.) */
#include <errno.h>
#include <futex.h>
#include <thread.h>

enum { FREE, TAKEN, CONTENDED };

int mutex_try_lock(mutex_t *mutex) {
  int expected = FREE;
  return __atomic_compare_exchange_n(&mutex->state, &expected, TAKEN, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)
             ? 0
             : EBUSY;
}

void mutex_lock(mutex_t *mutex) {
  if (mutex_try_lock(mutex) == 0) return;
  while (__atomic_exchange_n(&mutex->state, CONTENDED, __ATOMIC_ACQUIRE) != FREE)
    futex_wait(&mutex->state, CONTENDED, NULL);
}

void mutex_unlock(mutex_t *mutex) {
  if (__atomic_exchange_n(&mutex->state, FREE, __ATOMIC_RELEASE) == CONTENDED) futex_wake(&mutex->state, 1);
}
