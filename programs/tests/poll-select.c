/* poll, ppoll and select: what is ready, what has gone, what never was there. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/select.h>
#include <testing.h>
#include <unistd.h>

static int ends[2];

static void show(const char *what, int descriptor, short events, int timeout) {
  struct pollfd one = {descriptor, events, 0x7f};
  int count = poll(&one, 1, timeout);
  if (count < 0) report(what, count);
  else say("%s: %d, events %02x", what, count, one.revents & 0x3f);
}

static void pipes(void) {
  must(pipe(ends) == 0, "pipe");
  show("empty pipe, reader", ends[0], POLLIN, 0);
  show("empty pipe, writer", ends[1], POLLOUT, 0);
  write(ends[1], "x", 1);
  show("full of one byte, reader", ends[0], POLLIN, 0);
  show("wrong direction", ends[0], POLLOUT, 0);
  fcntl(ends[1], F_SETFL, O_NONBLOCK);
  static char block[4096];
  while (write(ends[1], block, sizeof block) > 0) continue;
  show("full pipe, writer", ends[1], POLLOUT, 0);
  close(ends[1]);
  show("writer gone, data left", ends[0], POLLIN, 0);
  while (read(ends[0], block, sizeof block) > 0) continue;
  show("writer gone, nothing left", ends[0], POLLIN, 0);
  show("asked for nothing", ends[0], 0, 0);
  close(ends[0]);
  must(pipe(ends) == 0, "pipe");
  close(ends[0]);
  show("reader gone", ends[1], POLLOUT, 0);
  close(ends[1]);
}

static void others(void) {
  show("closed descriptor", 77, POLLIN, 0);
  show("negative descriptor", -1, POLLIN, 0);
  int file = open("file", O_RDWR | O_CREAT, 0600);
  show("a file is always ready", file, POLLIN | POLLOUT, 0);
  int null = open("/dev/null", O_RDWR);
  show("so is /dev/null", null, POLLIN | POLLOUT, 0);
  close(file);
  close(null);
}

static int write_later(void *unused) {
  (void)unused;
  sleep_milliseconds(30);
  return write(ends[1], "x", 1) == 1 ? 0 : 1;
}

static void waiting(void) {
  must(pipe(ends) == 0, "pipe");
  long before = milliseconds();
  show("nothing for 40 ms", ends[0], POLLIN, 40);
  say("that took at least 40 ms: %d", milliseconds() - before >= 40);
  pid_t child = start(write_later, NULL);
  show("a child writes", ends[0], POLLIN, -1);
  wait_for(child);
  struct pollfd three[3] = {{ends[0], POLLIN, 0}, {-1, POLLIN, 0}, {ends[1], POLLOUT, 0}};
  report("three at once", poll(three, 3, 0));
  say("events %02x %02x %02x", three[0].revents, three[1].revents, three[2].revents);
}

static volatile sig_atomic_t alarms;
static void on_alarm(int signal) { (void)signal, alarms++; }

static int kill_later(void *unused) {
  (void)unused;
  sleep_milliseconds(30);
  return kill(getppid(), SIGUSR1);
}

static void signals(void) {
  struct sigaction action = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
  sigaction(SIGUSR1, &action, NULL);
  pid_t child = start(kill_later, NULL);
  report("poll is interrupted even with SA_RESTART", poll(NULL, 0, 5000));
  wait_for(child);
  sigset_t usr1 = 1UL << (SIGUSR1 - 1), none = 0;
  sigprocmask(SIG_BLOCK, &usr1, NULL);
  raise(SIGUSR1);
  alarms = 0;
  report("poll with a blocked pending signal", poll(NULL, 0, 10));
  struct timespec long_time = {5, 0};
  report("ppoll unblocks it", ppoll(NULL, 0, &long_time, &none));
  say("the handler has run: %d", alarms);
  sigset_t now;
  sigprocmask(SIG_BLOCK, NULL, &now);
  say("and the mask is back: %d", now == usr1);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

static void selecting(void) {
  must(pipe(ends) == 0, "pipe");
  fd_set readable, writable;
  struct timeval zero = {0, 0};
  FD_ZERO(&readable);
  FD_ZERO(&writable);
  FD_SET(ends[0], &readable);
  FD_SET(ends[1], &writable);
  report("select", select(ends[1] + 1, &readable, &writable, NULL, &zero));
  say("readable %d, writable %d", FD_ISSET(ends[0], &readable), FD_ISSET(ends[1], &writable));
  write(ends[1], "x", 1);
  FD_SET(ends[0], &readable);
  report("select", select(ends[1] + 1, &readable, &writable, NULL, NULL));
  say("readable %d, writable %d", FD_ISSET(ends[0], &readable), FD_ISSET(ends[1], &writable));
  close(ends[1]);
  FD_SET(ends[1], &readable);
  report("select of a closed descriptor", select(ends[1] + 1, &readable, NULL, NULL, &zero));
  report("select with a negative count", select(-1, &readable, NULL, NULL, &zero));
  struct timeval soon = {0, 20000};
  report("select of nothing", select(0, NULL, NULL, NULL, &soon));
}

int main(void) {
  enter_scratch("poll-select");
  pipes();
  others();
  waiting();
  signals();
  selecting();
  return 0;
}
