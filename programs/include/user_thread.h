/* User-level threads: many of them to one thread of the kernel, which knows nothing of them. They switch only where they call
 * something here, so that they need no locks against each other; and a system call of one that waits stops them all. */
#pragma once

typedef struct user_thread user_thread_t;

/* Starts function(argument) on a stack of its own of 16 KiB. 0, or an error number. */
int user_thread_create(user_thread_t **thread, void *(*function)(void *), void *argument);
/* Waits until it has ended, stores what it returned if `result` is not NULL, and frees it. EDEADLK when nobody else can run. */
int user_thread_join(user_thread_t *thread, void **result);
/* Lets another one run; returns when it is this one's turn again. */
void user_thread_yield(void);
_Noreturn void user_thread_exit(void *result);
user_thread_t *user_thread_self(void);

/* A number that a policy may look at; 0 at first. */
void user_thread_set_priority(user_thread_t *thread, int priority);
int user_thread_priority(const user_thread_t *thread);

/* The policy: gets those that are ready, the one that has waited longest first, and returns the index of who runs next. NULL is
 * the first. */
typedef int (*user_thread_policy)(user_thread_t *const *ready, int count);
void user_thread_set_policy(user_thread_policy policy);
