/* Reading, writing and positioning through descriptors. */
#include <fcntl.h>
#include <stdarg.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

ssize_t read(int descriptor, void *to, size_t length) { return SYSCALL_3(SYS_read, descriptor, to, length); }

ssize_t write(int descriptor, const void *from, size_t length) {
  return SYSCALL_3(SYS_write, descriptor, from, length);
}

ssize_t pread(int descriptor, void *to, size_t length, off_t offset) {
  return SYSCALL_4(SYS_pread64, descriptor, to, length, offset);
}

ssize_t pwrite(int descriptor, const void *from, size_t length, off_t offset) {
  return SYSCALL_4(SYS_pwrite64, descriptor, from, length, offset);
}

ssize_t readv(int descriptor, const struct iovec *parts, int count) {
  return SYSCALL_3(SYS_readv, descriptor, parts, count);
}

ssize_t writev(int descriptor, const struct iovec *parts, int count) {
  return SYSCALL_3(SYS_writev, descriptor, parts, count);
}

off_t lseek(int descriptor, off_t offset, int whence) {
  return SYSCALL_3(SYS_lseek, descriptor, offset, whence);
}

int close(int descriptor) { return (int)SYSCALL_1(SYS_close, descriptor); }

int fsync(int descriptor) { return (int)SYSCALL_1(SYS_fsync, descriptor); }

int ftruncate(int descriptor, off_t length) { return (int)SYSCALL_2(SYS_ftruncate, descriptor, length); }

int flock(int descriptor, int operation) { return (int)SYSCALL_2(SYS_flock, descriptor, operation); }

int ioctl(int descriptor, unsigned long request, void *argument) {
  return (int)SYSCALL_3(SYS_ioctl, descriptor, request, argument);
}

int fcntl(int descriptor, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  long argument = va_arg(arguments, long);
  va_end(arguments);
  return (int)SYSCALL_3(SYS_fcntl, descriptor, command, argument);
}

int isatty(int descriptor) {
  char settings[64];
  return ioctl(descriptor, TCGETS, settings) == 0;
}
