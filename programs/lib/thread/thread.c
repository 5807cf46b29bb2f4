/* Threads: one mapping each, holding a guard page, the stack, and above it the control block and the
 * thread-local variables. Joining waits for the kernel to clear `id`, which it does when the thread has left
 * its stack for good, and then frees the mapping. */
#include "thread_block.h"

#include "../start/start.h"

#include <errno.h>
#include <futex.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#define GUARD_SIZE 4096UL
#define STACK_SIZE 65536UL
#define THREAD_FLAGS                                                                                 \
  (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | CLONE_SETTLS | \
   CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID)

static int run_thread(void *block) {
  thread_t *self = block;
  self->result = self->function(self->argument);
  return 0;
}

int thread_create(thread_t **thread, void *(*function)(void *), void *argument) {
  size_t size = (GUARD_SIZE + STACK_SIZE + thread_local_size() + 4095) & ~4095UL;
  char *mapping = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  if (mapping == MAP_FAILED) return errno;
  if (mprotect(mapping, GUARD_SIZE, PROT_NONE) < 0) {
    munmap(mapping, size);
    return errno;
  }
  char *stack_top = mapping + GUARD_SIZE + STACK_SIZE;
  char *tp = thread_local_place(stack_top);
  thread_t *block = (thread_t *)stack_top;
  *block = (thread_t){.function = function, .argument = argument, .mapping = mapping, .mapping_size = size};
  long answer = clone_with_stack(THREAD_FLAGS, stack_top, &block->id, tp, &block->id, run_thread, block);
  if (answer < 0) {
    munmap(mapping, size);
    return (int)-answer;
  }
  *thread = block;
  return 0;
}

int thread_join(thread_t *thread, void **result) {
  int id;
  /* The kernel's wake is not a private one: a plain FUTEX_WAIT must match it. */
  while ((id = __atomic_load_n(&thread->id, __ATOMIC_ACQUIRE)) != 0)
    SYSCALL_4(SYS_futex, &thread->id, FUTEX_WAIT, id, NULL);
  if (result) *result = thread->result;
  return munmap(thread->mapping, thread->mapping_size) < 0 ? errno : 0;
}

_Noreturn void thread_exit(void *result) {
  thread_self()->result = result;
  for (;;) system_call(SYS_exit, 0, 0, 0, 0, 0, 0);
}
