/* Descriptors: the lowest free number, duplicates, close-on-exec, flags that are shared and flags that are
 * not. */
#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <testing.h>
#include <unistd.h>

static void numbers(void) {
  int a = open("f", O_RDWR | O_CREAT, 0600), b = open("f", O_RDWR), c = open("f", O_RDWR);
  say("in order: %d %d", b - a, c - a);
  close(b);
  say("the lowest free number is next: %d", open("f", O_RDWR) == b);
  close(a);
  close(b);
  say("dup: %d", dup(c) == a);
  report("dup2 onto a free number", dup2(c, 40));
  report("dup2 onto an open one", dup2(a, 40));
  report("dup2 onto itself", dup2(40, 40));
  report("dup2 of a closed one", dup2(77, 40));
  report("dup2 of a closed one onto itself", dup2(77, 77));
  report("dup2 to a negative number", dup2(c, -1));
  report("dup3 onto itself", dup3(40, 40, 0));
  report("dup3 with bad flags", dup3(c, 41, O_APPEND));
  report("F_DUPFD from 50", fcntl(c, F_DUPFD, 50));
  report("again", fcntl(c, F_DUPFD, 50));
  report("F_DUPFD beyond the limit", fcntl(c, F_DUPFD, 1 << 30));
  report("F_DUPFD from a negative number", fcntl(c, F_DUPFD, -1));
  report("close", close(50));
  report("close again", close(50));
  report("dup of a closed one", dup(50));
}

static void close_on_exec(void) {
  int plain = open("f", O_RDONLY), closing = open("f", O_RDONLY | O_CLOEXEC), ends[2];
  say("FD_CLOEXEC: plain %d, O_CLOEXEC %d", fcntl(plain, F_GETFD), fcntl(closing, F_GETFD));
  int copy = dup(closing), copy3 = dup3(closing, 45, O_CLOEXEC), copy_f = fcntl(plain, F_DUPFD_CLOEXEC, 60);
  say("dup clears it %d, dup3 sets it %d, F_DUPFD_CLOEXEC too %d", fcntl(copy, F_GETFD),
      fcntl(copy3, F_GETFD), fcntl(copy_f, F_GETFD));
  fcntl(plain, F_SETFD, FD_CLOEXEC);
  say("F_SETFD: %d", fcntl(plain, F_GETFD));
  pipe2(ends, O_CLOEXEC | O_NONBLOCK);
  say("pipe2: %d %d, %d", fcntl(ends[0], F_GETFD), fcntl(ends[1], F_GETFD),
      (fcntl(ends[0], F_GETFL) & O_NONBLOCK) != 0);
  report("pipe2 with bad flags", pipe2(ends, O_TRUNC));
  report("an unknown command", fcntl(plain, 999));
}

/* File status flags belong to the open file; descriptor flags to the descriptor. */
static void flags(void) {
  int first = open("f", O_RDWR), copy = dup(first), other = open("f", O_RDWR);
  fcntl(first, F_SETFL, O_APPEND | O_NONBLOCK);
  fcntl(first, F_SETFD, FD_CLOEXEC);
  say("a duplicate: status flags %o, descriptor flags %d", fcntl(copy, F_GETFL) & (O_APPEND | O_NONBLOCK),
      fcntl(copy, F_GETFD));
  say("another open: %o", fcntl(other, F_GETFL) & (O_APPEND | O_NONBLOCK));
  fcntl(first, F_SETFL, O_WRONLY | O_CREAT | O_TRUNC);
  say("F_SETFL cannot change the rest: %o", fcntl(first, F_GETFL) & 07777);
}

static int close_in_child(void *descriptor) { return close(*(int *)descriptor); }

static void across_fork(void) {
  int descriptor = open("f", O_RDWR);
  report_status("a child closes its copy", run(close_in_child, &descriptor));
  report("ours stays open", fcntl(descriptor, F_GETFD));
}

static void limit(void) {
  struct rlimit wanted = {20, 20};
  setrlimit(RLIMIT_NOFILE, &wanted);
  int last = -1, descriptor;
  while ((descriptor = open("f", O_RDONLY)) >= 0) last = descriptor;
  report("the limit is reached", -1);
  say("the last number was %d", last);
  int ends[2];
  report("a pipe", pipe(ends));
  report("dup", dup(0));
  report("dup2 beyond", dup2(0, 20));
  close(last);
  report("a pipe with room for one", pipe(ends));
  report_ok("open with room for one", open("f", O_RDONLY));
}

int main(void) {
  enter_scratch("descriptors");
  numbers();
  close_on_exec();
  flags();
  across_fork();
  limit();
  return 0;
}
