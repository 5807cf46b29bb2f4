/* Mapping memory, and the program break. */
#include <errno.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

void *mmap(void *address, size_t length, int protection, int flags, int descriptor, off_t offset) {
  return (void *)SYSCALL_6(SYS_mmap, address, length, protection, flags, descriptor, offset);
}

int munmap(void *address, size_t length) { return (int)SYSCALL_2(SYS_munmap, address, length); }

int mprotect(void *address, size_t length, int protection) {
  return (int)SYSCALL_3(SYS_mprotect, address, length, protection);
}

void *mremap(void *old, size_t old_length, size_t new_length, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  void *wanted = va_arg(arguments, void *);
  va_end(arguments);
  return (void *)SYSCALL_5(SYS_mremap, old, old_length, new_length, flags, wanted);
}

int madvise(void *address, size_t length, int advice) {
  return (int)SYSCALL_3(SYS_madvise, address, length, advice);
}

int msync(void *address, size_t length, int flags) {
  return (int)SYSCALL_3(SYS_msync, address, length, flags);
}

int memfd_create(const char *name, unsigned int flags) {
  return (int)SYSCALL_2(SYS_memfd_create, name, flags);
}

/* The kernel's brk never fails: it answers with the break as it now is. */
static char *set_break(void *address) { return (char *)system_call(SYS_brk, (long)address, 0, 0, 0, 0, 0); }

int brk(void *address) {
  if (set_break(address) >= (char *)address) return 0;
  errno = ENOMEM;
  return -1;
}

void *sbrk(intptr_t increment) {
  char *old = set_break(NULL);
  if (increment != 0 && set_break(old + increment) != old + increment) {
    errno = ENOMEM;
    return (void *)-1;
  }
  return old;
}
