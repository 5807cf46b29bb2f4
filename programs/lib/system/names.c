/* What can be done to files through their names: riscv64 has only the forms that name a directory too. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int access(const char *path, int mode) { return (int)SYSCALL_3(SYS_faccessat, AT_FDCWD, path, mode); }

int faccessat(int directory, const char *path, int mode, int flags) {
  return (int)SYSCALL_4(SYS_faccessat2, directory, path, mode, flags);
}

int link(const char *from, const char *to) {
  return (int)SYSCALL_5(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int symlink(const char *target, const char *path) {
  return (int)SYSCALL_3(SYS_symlinkat, target, AT_FDCWD, path);
}

ssize_t readlink(const char *path, char *to, size_t size) {
  return SYSCALL_4(SYS_readlinkat, AT_FDCWD, path, to, size);
}

int unlinkat(int directory, const char *path, int flags) {
  return (int)SYSCALL_3(SYS_unlinkat, directory, path, flags);
}

int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }

int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }

int remove(const char *path) {
  if (unlink(path) == 0) return 0;
  return errno == EISDIR ? rmdir(path) : -1;
}

int rename(const char *from, const char *to) {
  return (int)SYSCALL_5(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int mkdirat(int directory, const char *path, mode_t mode) {
  return (int)SYSCALL_3(SYS_mkdirat, directory, path, mode);
}

int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

int mknod(const char *path, mode_t mode, dev_t device) {
  return (int)SYSCALL_4(SYS_mknodat, AT_FDCWD, path, mode, device);
}

int mkfifo(const char *path, mode_t mode) { return mknod(path, mode | S_IFIFO, 0); }

int truncate(const char *path, off_t length) { return (int)SYSCALL_2(SYS_truncate, path, length); }

int chdir(const char *path) { return (int)SYSCALL_1(SYS_chdir, path); }

int fchdir(int descriptor) { return (int)SYSCALL_1(SYS_fchdir, descriptor); }

/* The kernel counts the terminating zero; C wants the buffer back. */
char *getcwd(char *to, size_t size) { return SYSCALL_2(SYS_getcwd, to, size) < 0 ? NULL : to; }
