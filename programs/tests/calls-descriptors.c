/* Calls about descriptors: what they refuse, in which order they look, and what is left when they do. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <testing.h>
#include <unistd.h>

#define SYS_sendfile 71
#define SYS_splice 76
#define SYS_preadv 69
#define SYS_pwritev 70
#define SYS_copy_file_range 285
#define SYS_preadv2 286
#define SYS_close_range 436
#define SYS_memfd_create 279
#define CHECK(call) report(#call, call)

static int file, ends[2], directory, named;
static char buffer[100];

static void duplicates(void) {
  CHECK(SYSCALL_3(SYS_dup3, file, file, 0));
  CHECK(SYSCALL_3(SYS_dup3, file, 50, 1));
  CHECK(SYSCALL_3(SYS_dup3, 99, 50, 0));
  CHECK(SYSCALL_3(SYS_dup3, file, -1, 0));
  CHECK(SYSCALL_3(SYS_dup3, file, 1 << 30, 0));
  CHECK(SYSCALL_3(SYS_dup3, file, 50, O_CLOEXEC));
  CHECK(fcntl(50, F_GETFD));
  CHECK(dup2(50, 50));
  CHECK(fcntl(file, F_DUPFD, -1));
  CHECK(fcntl(file, F_DUPFD, 1 << 30));
  CHECK(fcntl(file, F_DUPFD, 60));
  CHECK(fcntl(file, F_DUPFD_CLOEXEC, 60));
  CHECK(fcntl(61, F_GETFD));
  CHECK(fcntl(99, F_GETFD));
  CHECK(fcntl(file, F_SETFD, 0xfe));
  CHECK(fcntl(file, F_GETFD));
  CHECK(fcntl(file, 9999, 0));
  CHECK(SYSCALL_3(SYS_close_range, 50, 61, 0));
  CHECK(SYSCALL_3(SYS_close_range, 61, 50, 0));
  CHECK(SYSCALL_3(SYS_close_range, 50, 61, 1));
  CHECK(SYSCALL_3(SYS_close_range, 1000, ~0U, 0));
  CHECK(fcntl(61, F_GETFD));
  CHECK(close(99));
  CHECK(close(-1));
}

static void flags(void) {
  say("file %o", fcntl(file, F_GETFL));
  CHECK(fcntl(file, F_SETFL, O_APPEND | O_NONBLOCK | O_RDONLY | O_CREAT));
  say("then %o", fcntl(file, F_GETFL));
  CHECK(fcntl(file, F_SETFL, 0));
  say("path %o", fcntl(named, F_GETFL));
  CHECK(fcntl(named, F_SETFL, O_NONBLOCK));
  CHECK(fcntl(named, F_SETFD, FD_CLOEXEC));
  CHECK(read(named, buffer, 1));
  CHECK(write(named, buffer, 1));
  CHECK(lseek(named, 0, SEEK_SET));
  CHECK(fchmod(named, 0600));
  CHECK(fchown(named, 0, 0));
  CHECK(ftruncate(named, 0));
  struct stat status;
  CHECK(fstat(named, &status));
  CHECK(fsync(named));
  say("pipe %o %o", fcntl(ends[0], F_GETFL), fcntl(ends[1], F_GETFL));
  CHECK(pipe2((int[2]){0}, O_RDWR));
  CHECK(pipe2((int[2]){0}, O_TRUNC));
  CHECK(fcntl(ends[0], 1032, 0) > 0);
  CHECK(fcntl(file, 1032, 0));
  CHECK(fcntl(ends[0], 1031, 5000));
  CHECK(fcntl(ends[0], 1031, 0));
  CHECK(fcntl(ends[0], 1031, 1));
  CHECK(fcntl(ends[0], 1031, 1 << 30));
  CHECK(fcntl(ends[0], 1031, 65536));
}

static void vectors(void) {
  struct iovec none = {buffer, 0}, two[2] = {{buffer, 3}, {buffer + 3, 2}};
  struct iovec negative[2] = {{buffer, 1}, {buffer, (size_t)-1}};
  struct iovec broken[2] = {{buffer, 3}, {nowhere(), 3}};
  static struct iovec many[1025];
  lseek(file, 0, SEEK_SET);
  CHECK(writev(file, two, 2));
  CHECK(writev(file, two, 0));
  CHECK(writev(file, two, -1));
  CHECK(writev(file, many, 1024));
  CHECK(writev(file, many, 1025));
  CHECK(writev(file, negative, 2));
  CHECK(writev(file, &none, 1));
  CHECK(writev(file, nowhere(), 1));
  CHECK(writev(file, nowhere(), 0));
  CHECK(writev(99, nowhere(), 1));
  CHECK(writev(file, broken, 2));
  CHECK(lseek(file, 0, SEEK_CUR));
  lseek(file, 0, SEEK_SET);
  CHECK(readv(file, broken, 2));
  CHECK(readv(directory, two, 2));
  CHECK(readv(ends[1], two, 2));
  CHECK(writev(ends[0], two, 2));
  CHECK(SYSCALL_5(SYS_preadv, file, two, 2, -1, 0));
  CHECK(SYSCALL_5(SYS_preadv, ends[0], two, 2, 0, 0));
  CHECK(SYSCALL_5(SYS_preadv, file, two, 2, 6, 0));
  CHECK(SYSCALL_6(SYS_preadv2, file, two, 2, 0, 0, 0x40000000));
  CHECK(SYSCALL_6(SYS_preadv2, file, two, 2, -1, -1, 0));
  CHECK(pread(file, buffer, 1, -1));
  CHECK(pread(ends[0], buffer, 1, -1));
  CHECK(pread(ends[0], buffer, 1, 0));
  CHECK(pwrite(file, buffer, 0, 1000));
  CHECK(read(file, nowhere(), 0));
  CHECK(read(file, nowhere(), 1));
  CHECK(read(directory, buffer, 1));
  CHECK(read(directory, nowhere(), 1));
  CHECK(write(directory, buffer, 1));
  CHECK(read(99, nowhere(), 1));
  CHECK(write(ends[1], nowhere(), 0));
  CHECK(write(ends[1], nowhere(), 1));
}

static void seeking(void) {
  CHECK(lseek(file, -1, SEEK_SET));
  CHECK(lseek(file, 0, 9));
  CHECK(lseek(ends[0], 0, 9));
  CHECK(lseek(ends[0], 0, SEEK_CUR));
  CHECK(lseek(99, 0, 9));
  CHECK(lseek(file, 0, SEEK_SET));
  ftruncate(file, 10000);
  CHECK(lseek(file, 0, 3));
  CHECK(lseek(file, 0, 4));
  CHECK(lseek(file, 8192, 3));
  CHECK(lseek(file, 8192, 4));
  CHECK(lseek(file, 10000, 3));
  CHECK(lseek(file, 10000, 4));
  CHECK(lseek(file, -1, 3));
  CHECK(ftruncate(file, -1));
  CHECK(ftruncate(directory, 1));
  CHECK(ftruncate(ends[1], 1));
  CHECK(ftruncate(99, 1));
  int reader = open("file", O_RDONLY);
  CHECK(ftruncate(reader, 1));
  CHECK(write(reader, "x", 1));
  CHECK(SYSCALL_4(SYS_fallocate, reader, 0, 0, 1));
  CHECK(SYSCALL_4(SYS_fallocate, file, 0, 0, 0));
  CHECK(SYSCALL_4(SYS_fallocate, file, 0, -1, 1));
  CHECK(SYSCALL_4(SYS_fallocate, file, 2, 0, 1));
  CHECK(SYSCALL_4(SYS_fallocate, ends[1], 0, 0, 1));
  CHECK(SYSCALL_4(SYS_fallocate, directory, 0, 0, 1));
  close(reader);
}

static void moving(void) {
  int other = open("other", O_RDWR | O_CREAT | O_TRUNC, 0600);
  write(other, "0123456789", 10);
  long offset = 2;
  ftruncate(file, 0);
  lseek(file, 0, SEEK_SET);
  CHECK(SYSCALL_4(SYS_sendfile, file, other, &offset, 4));
  say("offset %ld, position %ld", offset, lseek(other, 0, SEEK_CUR));
  CHECK(SYSCALL_4(SYS_sendfile, file, other, NULL, 4));
  lseek(other, 0, SEEK_SET);
  CHECK(SYSCALL_4(SYS_sendfile, file, other, NULL, 100));
  CHECK(SYSCALL_4(SYS_sendfile, ends[1], other, &offset, 100));
  CHECK(read(ends[0], buffer, 100));
  CHECK(SYSCALL_4(SYS_sendfile, file, ends[0], NULL, 1));
  CHECK(SYSCALL_4(SYS_sendfile, file, directory, NULL, 1));
  CHECK(SYSCALL_4(SYS_sendfile, file, 99, NULL, 1));
  CHECK(SYSCALL_4(SYS_sendfile, 99, other, NULL, 1));
  CHECK(SYSCALL_4(SYS_sendfile, file, other, nowhere(), 1));
  offset = -1;
  CHECK(SYSCALL_4(SYS_sendfile, file, other, &offset, 1));
  fcntl(file, F_SETFL, O_APPEND);
  offset = 0;
  CHECK(SYSCALL_4(SYS_sendfile, file, other, &offset, 1));
  CHECK(SYSCALL_6(SYS_copy_file_range, other, NULL, file, NULL, 1, 0));
  fcntl(file, F_SETFL, 0);
  long from = 0, to = 3;
  CHECK(SYSCALL_6(SYS_copy_file_range, other, &from, file, &to, 5, 0));
  say("from %ld, to %ld", from, to);
  CHECK(SYSCALL_6(SYS_copy_file_range, other, &from, file, &to, 5, 1));
  from = 0, to = 3;
  CHECK(SYSCALL_6(SYS_copy_file_range, other, &from, other, &to, 5, 0));
  CHECK(SYSCALL_6(SYS_copy_file_range, ends[0], NULL, file, NULL, 5, 0));
  CHECK(SYSCALL_6(SYS_copy_file_range, directory, NULL, file, NULL, 5, 0));
  from = 100;
  CHECK(SYSCALL_6(SYS_copy_file_range, other, &from, file, NULL, 5, 0));
  from = 0;
  CHECK(SYSCALL_6(SYS_splice, other, &from, ends[1], NULL, 5, 0));
  CHECK(SYSCALL_6(SYS_splice, other, &from, ends[1], &from, 5, 0));
  CHECK(SYSCALL_6(SYS_splice, other, NULL, file, NULL, 5, 0));
  CHECK(SYSCALL_6(SYS_splice, ends[0], NULL, file, NULL, 3, 0));
  CHECK(SYSCALL_6(SYS_splice, ends[0], NULL, file, NULL, 30, 2));
  CHECK(SYSCALL_6(SYS_splice, ends[0], NULL, file, NULL, 30, 2));
  CHECK(SYSCALL_6(SYS_splice, ends[0], NULL, file, NULL, 1, 0x100));
  CHECK(SYSCALL_2(SYS_memfd_create, "a", 0x80));
  CHECK(SYSCALL_2(SYS_memfd_create, nowhere(), 0));
  say("memfd %o", fcntl((int)SYSCALL_2(SYS_memfd_create, "a", 1), F_GETFL));
}

int main(void) {
  enter_scratch("calls-descriptors");
  file = open("file", O_RDWR | O_CREAT, 0600);
  directory = open(".", O_RDONLY);
  named = open("file", O_PATH);
  must(pipe(ends) == 0, "pipe");
  duplicates();
  flags();
  vectors();
  seeking();
  moving();
  return 0;
}
