/* Threads, mutual exclusion and conditions, on clone and futex.
 *
 * Every function returns 0, or an error number. A mutex or a condition of all zeros is ready for use. */
#pragma once

#include <sys/types.h>
#include <time.h>

typedef struct thread thread_t;

/* Starts function(argument) in a new thread with its own stack of 64 KiB. */
int thread_create(thread_t **thread, void *(*function)(void *), void *argument);
/* Waits until it has ended, stores what it returned if `result` is not NULL, and frees it. */
int thread_join(thread_t *thread, void **result);
_Noreturn void thread_exit(void *result);
thread_t *thread_self(void);
pid_t thread_id(const thread_t *thread);

/* 0 free, 1 taken, 2 taken and perhaps others sleep. */
typedef struct {
  int state;
} mutex_t;
void mutex_lock(mutex_t *mutex);
/* Returns EBUSY if it is taken. */
int mutex_try_lock(mutex_t *mutex);
void mutex_unlock(mutex_t *mutex);

/* A count of signals: a waiter sleeps as long as it has not changed. */
typedef struct {
  int sequence;
} condition_t;
/* Unlocks the mutex, sleeps, locks it again. May wake without cause: test what you wait for in a loop. */
void condition_wait(condition_t *condition, mutex_t *mutex);
/* The same, for at most `timeout`; returns ETIMEDOUT when it has passed. */
int condition_wait_for(condition_t *condition, mutex_t *mutex, const struct timespec *timeout);
void condition_signal(condition_t *condition);
void condition_broadcast(condition_t *condition);
