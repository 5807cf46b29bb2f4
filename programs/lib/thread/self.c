/* The running thread's control block. */
#include "thread_block.h"

#include <sys/syscall.h>

thread_t *thread_self(void) {
  char *tp;
  __asm__("mv %0, tp" : "=r"(tp));
  return (thread_t *)(tp - sizeof(thread_t));
}

pid_t thread_id(const thread_t *thread) { return thread->id; }
