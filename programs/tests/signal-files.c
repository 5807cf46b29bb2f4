/* signalfd: signals that are read instead of delivered. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <testing.h>
#include <unistd.h>

#define SYS_signalfd4 74
#define CHECK(call) report(#call, call)

/* struct signalfd_siginfo, as far as it is looked at. */
struct record {
  uint32_t signo;
  int32_t error, code;
  uint32_t pid, uid;
  int32_t fd;
  uint32_t tid, band, overrun, trap;
  int32_t status, integer;
  uint64_t pointer, user_time, system_time, address;
  char rest[48];
};

static sigset_t set_of(int first, int second) {
  sigset_t set;
  sigemptyset(&set);
  if (first) sigaddset(&set, first);
  if (second) sigaddset(&set, second);
  return set;
}

static int make(int fd, sigset_t set, int flags) { return (int)SYSCALL_4(SYS_signalfd4, fd, &set, 8, flags); }

static void show(const char *what, int fd) {
  struct record record;
  ssize_t length = read(fd, &record, sizeof record);
  if (length < 0) {
    report(what, length);
    return;
  }
  say("%s: %zd bytes, %s, code %d, from %s, user %u, status %d, integer %d", what, length,
      signal_name((int)record.signo), record.code,
      record.pid == (uint32_t)getpid() ? "itself" : record.pid ? "another" : "nobody", record.uid,
      record.status, record.integer);
}

static void errors(void) {
  sigset_t set = set_of(SIGUSR1, 0);
  int ends[2];
  must(pipe(ends) == 0, "pipe");
  CHECK(SYSCALL_4(SYS_signalfd4, -1, &set, 4, 0));
  CHECK(SYSCALL_4(SYS_signalfd4, -1, &set, 8, 1));
  CHECK(SYSCALL_4(SYS_signalfd4, -1, nowhere(), 8, 0));
  CHECK(SYSCALL_4(SYS_signalfd4, 99, &set, 8, 0));
  CHECK(SYSCALL_4(SYS_signalfd4, ends[0], &set, 8, 0));
  CHECK(SYSCALL_4(SYS_signalfd4, -2, &set, 8, 0));
}

static int child(void *parent) {
  sleep_milliseconds(20);
  kill(*(pid_t *)parent, SIGUSR2);
  return 7;
}

int main(void) {
  errors();
  sigset_t all = set_of(SIGUSR1, SIGUSR2), two;
  sigaddset(&all, SIGCHLD);
  sigaddset(&all, SIGKILL);
  sigaddset(&all, 40);
  sigprocmask(SIG_BLOCK, &all, NULL);
  int fd = make(-1, all, O_NONBLOCK | O_CLOEXEC);
  say("flags %d, close on exec %d", fcntl(fd, F_GETFL) & O_NONBLOCK ? 1 : 0, fcntl(fd, F_GETFD));
  struct pollfd polled = {fd, POLLIN | POLLOUT, 0};
  say("nothing pending: %d, events %02x", poll(&polled, 1, 0), polled.revents);
  show("nothing to read", fd);
  raise(SIGUSR1);
  say("pending: %d, events %02x", poll(&polled, 1, 0), polled.revents);
  char small[64];
  report("room for none", read(fd, small, sizeof small));
  report("writing", write(fd, small, sizeof small));
  show("raised", fd);
  show("only once", fd);
  kill(getpid(), SIGUSR2);
  show("killed", fd);
  union sigval value = {.sival_int = 1234};
  sigqueue(getpid(), 40, value);
  value.sival_int = 5678;
  sigqueue(getpid(), 40, value);
  struct record records[4];
  report("two at once", read(fd, records, sizeof records));
  say("integers %d %d", records[0].integer, records[1].integer);
  must(read(fd, nowhere(), 0) < 0, "no room");
  report("no room", -1);
  raise(SIGUSR1);
  report("a bad pointer", read(fd, nowhere(), 128));
  pid_t self = getpid(), other = start(child, &self);
  polled = (struct pollfd){fd, POLLIN, 0};
  say("waits: %d", poll(&polled, 1, 2000));
  wait_for_state(other, 'Z');
  show("read", fd);
  show("read", fd);
  show("read", fd);
  report_status("the child", wait_for(other));
  two = set_of(SIGUSR2, 0);
  raise(SIGUSR1);
  report_ok("another set", make(fd, two, 0) == fd ? 0 : -1);
  show("not any more", fd);
  sigset_t pending;
  sigpending(&pending);
  say("still pending: %d", sigismember(&pending, SIGUSR1));
  fcntl(fd, F_SETFL, 0);
  other = start(child, &self);
  show("blocks", fd);
  report_status("the child", wait_for(other));
  return 0;
}
