/* User-level threads: a queue of those that are ready, and switches between their stacks (user_switch.S). The kernel sees one
 * thread. Who runs is in no queue. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <user_thread.h>

enum { STACK_SIZE = 16384, FRAME_SIZE = 208, MOST = 64 };

struct user_thread {
  char *stack_pointer;
  char *stack;
  void *(*function)(void *);
  void *argument, *result;
  user_thread_t *joiner;
  int priority, ended;
};

void user_thread_switch(char **save, char *load);

static user_thread_t initial;
static user_thread_t *running = &initial;
static user_thread_t *ready[MOST];
static int ready_count, thread_count;
static user_thread_policy policy;

user_thread_t *user_thread_self(void) { return running; }
void user_thread_set_policy(user_thread_policy wanted) { policy = wanted; }
void user_thread_set_priority(user_thread_t *thread, int priority) { thread->priority = priority; }
int user_thread_priority(const user_thread_t *thread) { return thread->priority; }

/* Goes on with whoever the policy chooses; the caller has put itself where it is found again. */
static void run_next(void) {
  int chosen = policy ? policy(ready, ready_count) : 0;
  if (chosen < 0 || chosen >= ready_count) chosen = 0;
  user_thread_t *next = ready[chosen], *before = running;
  memmove(&ready[chosen], &ready[chosen + 1], (size_t)(--ready_count - chosen) * sizeof ready[0]);
  running = next;
  if (next != before) user_thread_switch(&before->stack_pointer, next->stack_pointer);
}

/* The first procedure of every thread, on its own stack. */
static void begin(void) { user_thread_exit(running->function(running->argument)); }

int user_thread_create(user_thread_t **thread, void *(*function)(void *), void *argument) {
  if (thread_count == MOST - 1) return EAGAIN;
  user_thread_t *made = calloc(1, sizeof *made);
  char *stack = malloc(STACK_SIZE);
  if (!made || !stack) {
    free(made);
    free(stack);
    return ENOMEM;
  }
  made->stack = stack;
  made->function = function;
  made->argument = argument;
  made->stack_pointer = (char *)((unsigned long)(stack + STACK_SIZE) & ~15UL) - FRAME_SIZE;
  memset(made->stack_pointer, 0, FRAME_SIZE);
  void (*entry)(void) = begin;
  memcpy(made->stack_pointer, &entry, sizeof entry);
  thread_count++;
  ready[ready_count++] = made;
  *thread = made;
  return 0;
}

void user_thread_yield(void) {
  if (ready_count == 0) return;
  ready[ready_count++] = running;
  run_next();
}

int user_thread_join(user_thread_t *thread, void **result) {
  if (thread == running) return EDEADLK;
  if (!thread->ended) {
    if (ready_count == 0) return EDEADLK;
    thread->joiner = running;
    run_next();
  }
  if (result) *result = thread->result;
  thread_count--;
  free(thread->stack);
  free(thread);
  return 0;
}

void user_thread_exit(void *result) {
  running->result = result;
  running->ended = 1;
  if (running->joiner) ready[ready_count++] = running->joiner;
  if (ready_count == 0) exit(0);
  run_next();
  __builtin_unreachable();
}
