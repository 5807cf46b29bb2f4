/* timerfd: timers that are read. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <testing.h>
#include <time.h>
#include <unistd.h>

#define SYS_timerfd_create 85
#define SYS_timerfd_settime 86
#define SYS_timerfd_gettime 87
#define CHECK(call) report(#call, call)
#define MS 1000000L

struct setting {
  struct timespec interval, value;
};

static long set(int fd, int flags, long interval, long value) {
  struct setting setting = {{0, interval * MS}, {0, value * MS}};
  return SYSCALL_4(SYS_timerfd_settime, fd, flags, &setting, NULL);
}

static void show(const char *what, int fd) {
  uint64_t count = 0;
  ssize_t length = read(fd, &count, 8);
  if (length < 0) report(what, length);
  else say("%s: %zd bytes, %lu", what, length, count);
}

static void errors(int fd) {
  struct setting setting = {{0, 0}, {0, 0}};
  int ends[2];
  must(pipe(ends) == 0, "pipe");
  CHECK(SYSCALL_2(SYS_timerfd_create, 2, 0));
  CHECK(SYSCALL_2(SYS_timerfd_create, 4, 0));
  CHECK(SYSCALL_2(SYS_timerfd_create, 1, 1));
  CHECK(SYSCALL_4(SYS_timerfd_settime, 99, 0, &setting, NULL));
  CHECK(SYSCALL_4(SYS_timerfd_settime, ends[0], 0, &setting, NULL));
  CHECK(SYSCALL_4(SYS_timerfd_settime, fd, 4, &setting, NULL));
  CHECK(SYSCALL_4(SYS_timerfd_settime, fd, 0, NULL, NULL));
  CHECK(SYSCALL_4(SYS_timerfd_settime, fd, 0, nowhere(), NULL));
  CHECK(SYSCALL_4(SYS_timerfd_settime, fd, 0, &setting, nowhere()));
  setting.value.tv_nsec = 1000000000;
  CHECK(SYSCALL_4(SYS_timerfd_settime, fd, 0, &setting, NULL));
  setting.value.tv_nsec = -1;
  CHECK(SYSCALL_4(SYS_timerfd_settime, fd, 0, &setting, NULL));
  CHECK(SYSCALL_2(SYS_timerfd_gettime, 99, &setting));
  CHECK(SYSCALL_2(SYS_timerfd_gettime, ends[0], &setting));
  CHECK(SYSCALL_2(SYS_timerfd_gettime, fd, nowhere()));
  char byte[8];
  report("too short", read(fd, byte, 4));
  report("writing", write(fd, byte, 8));
  report("seeking", lseek(fd, 0, SEEK_SET));
}

static void on_signal(int signal) { (void)signal; }

int main(void) {
  int fd = (int)SYSCALL_2(SYS_timerfd_create, CLOCK_MONOTONIC, O_NONBLOCK | O_CLOEXEC);
  say("flags %d, close on exec %d", fcntl(fd, F_GETFL) & O_NONBLOCK ? 1 : 0, fcntl(fd, F_GETFD));
  errors(fd);
  show("not set", fd);
  struct setting now;
  CHECK(SYSCALL_2(SYS_timerfd_gettime, fd, &now));
  say("zero: %ld %ld %ld %ld", now.value.tv_sec, now.value.tv_nsec, now.interval.tv_sec,
      now.interval.tv_nsec);
  report("once in 30 ms", set(fd, 0, 0, 30));
  show("not yet", fd);
  SYSCALL_2(SYS_timerfd_gettime, fd, &now);
  say("some of it is left: %d", now.value.tv_nsec > 0 && now.value.tv_nsec <= 30 * MS);
  struct pollfd polled = {fd, POLLIN | POLLOUT, 0};
  long before = milliseconds();
  say("poll: %d, events %02x", poll(&polled, 1, 2000), polled.revents);
  say("it took that long: %d", milliseconds() - before >= 25);
  show("expired", fd);
  show("only once", fd);
  SYSCALL_2(SYS_timerfd_gettime, fd, &now);
  say("nothing left: %ld %ld", now.value.tv_sec, now.value.tv_nsec);
  report("every 20 ms", set(fd, 0, 20, 20));
  sleep_milliseconds(110);
  uint64_t count = 0;
  report("read", read(fd, &count, 8));
  say("at least 5 times: %d", count >= 5 && count < 50);
  SYSCALL_2(SYS_timerfd_gettime, fd, &now);
  say("interval %ld, left %d", now.interval.tv_nsec, now.value.tv_nsec > 0);
  fcntl(fd, F_SETFL, 0);
  report("blocks", read(fd, &count, 8));
  sleep_milliseconds(30);
  struct setting off = {{0, 0}, {0, 0}};
  report("taken back", SYSCALL_4(SYS_timerfd_settime, fd, 0, &off, &now));
  say("old interval %ld", now.interval.tv_nsec);
  fcntl(fd, F_SETFL, O_NONBLOCK);
  show("and what had come is forgotten", fd);
  struct timespec instant;
  clock_gettime(CLOCK_MONOTONIC, &instant);
  struct setting absolute = {{0, 0}, instant};
  report("an instant that is over", SYSCALL_4(SYS_timerfd_settime, fd, 1, &absolute, NULL));
  say("poll: %d", poll(&polled, 1, 2000));
  show("at once", fd);
  int wall = (int)SYSCALL_2(SYS_timerfd_create, CLOCK_REALTIME, 0);
  clock_gettime(CLOCK_REALTIME, &absolute.value);
  absolute.value.tv_sec += 1;
  report("a second from now", SYSCALL_4(SYS_timerfd_settime, wall, 1, &absolute, NULL));
  SYSCALL_2(SYS_timerfd_gettime, wall, &now);
  say("left: %d", now.value.tv_sec == 0 && now.value.tv_nsec > 500 * MS);
  struct sigaction action = {.sa_handler = on_signal};
  sigaction(SIGALRM, &action, NULL);
  alarm(1);
  set(wall, 0, 0, 0);
  report("a signal comes first", read(wall, &count, 8));
  return 0;
}
