/* fork: a copy of the process. The C library's only duty is the thread id it keeps (see thread_block.h). */
#include "../thread/thread_block.h"

#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

pid_t fork(void) {
  struct thread *self = thread_self();
  unsigned long flags = CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | SIGCHLD;
  return (pid_t)SYSCALL_5(SYS_clone, flags, 0, 0, 0, &self->id);
}
