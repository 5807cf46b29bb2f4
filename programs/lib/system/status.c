/* Asking for and changing what is known about a file: kind, permissions, owner, times. */
#include <assert.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static_assert(sizeof(struct stat) == 128, "the kernel's struct stat");
static_assert(sizeof(struct statx) == 256, "the kernel's struct statx");

int fstatat(int directory, const char *path, struct stat *status, int flags) {
  return (int)SYSCALL_4(SYS_newfstatat, directory, path, status, flags);
}

int stat(const char *path, struct stat *status) { return fstatat(AT_FDCWD, path, status, 0); }

int lstat(const char *path, struct stat *status) {
  return fstatat(AT_FDCWD, path, status, AT_SYMLINK_NOFOLLOW);
}

int fstat(int descriptor, struct stat *status) { return (int)SYSCALL_2(SYS_fstat, descriptor, status); }

int statx(int directory, const char *path, int flags, unsigned int mask, struct statx *status) {
  return (int)SYSCALL_5(SYS_statx, directory, path, flags, mask, status);
}

int chmod(const char *path, mode_t mode) { return (int)SYSCALL_3(SYS_fchmodat, AT_FDCWD, path, mode); }

int fchmod(int descriptor, mode_t mode) { return (int)SYSCALL_2(SYS_fchmod, descriptor, mode); }

int chown(const char *path, uid_t user, gid_t group) {
  return (int)SYSCALL_5(SYS_fchownat, AT_FDCWD, path, user, group, 0);
}

int lchown(const char *path, uid_t user, gid_t group) {
  return (int)SYSCALL_5(SYS_fchownat, AT_FDCWD, path, user, group, AT_SYMLINK_NOFOLLOW);
}

int fchown(int descriptor, uid_t user, gid_t group) {
  return (int)SYSCALL_3(SYS_fchown, descriptor, user, group);
}

mode_t umask(mode_t mask) { return (mode_t)SYSCALL_1(SYS_umask, mask); }

int utimensat(int directory, const char *path, const struct timespec times[2], int flags) {
  return (int)SYSCALL_4(SYS_utimensat, directory, path, times, flags);
}
