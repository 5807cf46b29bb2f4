/* user-threads: what one blocking call stops. Three threads of each kind count; one of them sleeps for 50 ms in the kernel.
 *   user-threads        both kinds, each in a process of its own, at the same time
 *   user-threads order  user-level threads under policies of their own: in turn, and by priority */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <thread.h>
#include <time.h>
#include <unistd.h>
#include <user_thread.h>

enum { THREADS = 3, ROUNDS = 20 };

static volatile long progress;
static long while_asleep;

static void sleep_in_the_kernel(void) {
  struct timespec while_ = {0, 50000000};
  long before = progress;
  nanosleep(&while_, NULL);
  while_asleep = progress - before;
}

static void *count_as_user(void *is_sleeper) {
  for (int round = 0; round < ROUNDS; round++) {
    progress++;
    if (is_sleeper && round == 5) sleep_in_the_kernel();
    user_thread_yield();
  }
  return (void *)(long)ROUNDS;
}

static void *count_in_kernel(void *is_sleeper) {
  for (int round = 0; round < ROUNDS; round++) {
    progress++;
    if (is_sleeper && round == 5) sleep_in_the_kernel();
    struct timespec short_ = {0, 1000000};
    if (!is_sleeper) nanosleep(&short_, NULL);
  }
  return (void *)(long)ROUNDS;
}

static void tell(const char *kind, long total) {
  printf("%s threads: %ld steps, of which %ld while one of them slept in the kernel\n", kind, total, while_asleep);
}

static int with_user_threads(void) {
  user_thread_t *threads[THREADS];
  long total = 0;
  for (long i = 0; i < THREADS; i++)
    if (user_thread_create(&threads[i], count_as_user, (void *)(long)(i == 0)) != 0) return 1;
  for (int i = 0; i < THREADS; i++) {
    void *result;
    user_thread_join(threads[i], &result);
    total += (long)result;
  }
  tell("user-level", total);
  return 0;
}

static int with_kernel_threads(void) {
  thread_t *threads[THREADS];
  long total = 0;
  for (long i = 0; i < THREADS; i++)
    if (thread_create(&threads[i], count_in_kernel, (void *)(long)(i == 0)) != 0) return 1;
  for (int i = 0; i < THREADS; i++) {
    void *result;
    thread_join(threads[i], &result);
    total += (long)result;
  }
  tell("kernel", total);
  return 0;
}

static char order[64];

static void *note(void *name) {
  for (int round = 0; round < 3; round++) {
    strcat(order, name);
    user_thread_yield();
  }
  return NULL;
}

static int best(user_thread_t *const *ready, int count) {
  int chosen = 0;
  for (int i = 1; i < count; i++)
    if (user_thread_priority(ready[i]) > user_thread_priority(ready[chosen])) chosen = i;
  return chosen;
}

static void show_order(const char *what, user_thread_policy policy) {
  static char *const names[THREADS] = {"a", "b", "c"};
  user_thread_t *threads[THREADS];
  order[0] = 0;
  user_thread_set_policy(policy);
  for (int i = 0; i < THREADS; i++) {
    user_thread_create(&threads[i], note, names[i]);
    user_thread_set_priority(threads[i], i);
  }
  for (int i = 0; i < THREADS; i++) user_thread_join(threads[i], NULL);
  printf("%s: %s\n", what, order);
}

int main(int count, char **arguments) {
  if (count > 1 && strcmp(arguments[1], "order") == 0) {
    show_order("in turn", NULL);
    show_order("by priority", best);
    return 0;
  }
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) return with_kernel_threads();
  int failed = with_user_threads();
  fflush(stdout);
  int status;
  waitpid(child, &status, 0);
  return failed || status != 0;
}
