/* New descriptors for what is open already, and pipes. */
#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

int dup(int descriptor) { return (int)SYSCALL_1(SYS_dup, descriptor); }

int dup3(int descriptor, int wanted, int flags) {
  return (int)SYSCALL_3(SYS_dup3, descriptor, wanted, flags);
}

/* dup3 refuses equal descriptors; dup2 must return them, provided that they are open. */
int dup2(int descriptor, int wanted) {
  if (descriptor != wanted) return dup3(descriptor, wanted, 0);
  return fcntl(descriptor, F_GETFD) < 0 ? -1 : wanted;
}

int pipe(int ends[2]) { return pipe2(ends, 0); }

int pipe2(int ends[2], int flags) { return (int)SYSCALL_2(SYS_pipe2, ends, flags); }
