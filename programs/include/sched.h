/* Giving up the processor, and making threads of control. */
#pragma once

#include <sys/types.h>

#define CLONE_VM 0x00000100
#define CLONE_FS 0x00000200
#define CLONE_FILES 0x00000400
#define CLONE_SIGHAND 0x00000800
#define CLONE_VFORK 0x00004000
#define CLONE_THREAD 0x00010000
#define CLONE_SYSVSEM 0x00040000
#define CLONE_SETTLS 0x00080000
#define CLONE_PARENT_SETTID 0x00100000
#define CLONE_CHILD_CLEARTID 0x00200000
#define CLONE_CHILD_SETTID 0x01000000

int sched_yield(void);

/* Starts function(argument) on its own stack (`stack_top`, 16-byte aligned); its result is the exit status.
 * Returns the new thread's id, or a negated error number. `tls` becomes its tp register. */
long clone_with_stack(unsigned long flags, void *stack_top, int *parent_tid, void *tls, int *child_tid,
                      int (*function)(void *), void *argument);
