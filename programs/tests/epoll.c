/* epoll and eventfd: level and edge, once only, changes to the list, counters. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <testing.h>
#include <unistd.h>

static int list, ends[2];

static void show(const char *what, int timeout) {
  struct epoll_event events[4];
  int count = epoll_wait(list, events, 4, timeout);
  if (count <= 0) report(what, count);
  for (int i = 0; i < count; i++) say("%s: events %02x, data %lu", what, events[i].events, events[i].data);
}

static int control(int operation, int descriptor, uint32_t events, uint64_t data) {
  struct epoll_event event = {events, data};
  return epoll_ctl(list, operation, descriptor, &event);
}

static void level(void) {
  report("add", control(EPOLL_CTL_ADD, ends[0], EPOLLIN, 7));
  show("empty", 0);
  write(ends[1], "abc", 3);
  show("written", 0);
  show("still there", 0);
  char text[4];
  read(ends[0], text, 3);
  show("read", 0);
  report("change to nothing", control(EPOLL_CTL_MOD, ends[0], 0, 7));
  write(ends[1], "x", 1);
  show("nothing asked", 0);
  report("add the writer", control(EPOLL_CTL_ADD, ends[1], EPOLLOUT, 8));
  show("the writer", 0);
  report("take it out", control(EPOLL_CTL_DEL, ends[1], 0, 0));
  show("gone", 0);
}

static void edge(void) {
  char text[8];
  control(EPOLL_CTL_MOD, ends[0], EPOLLIN | EPOLLET, 9);
  show("edge: what was there", 0);
  show("edge: not again", 0);
  write(ends[1], "y", 1);
  show("edge: something new", 0);
  read(ends[0], text, 1);
  show("edge: part of it read", 0);
  control(EPOLL_CTL_MOD, ends[0], EPOLLIN | EPOLLONESHOT, 10);
  show("once", 0);
  write(ends[1], "z", 1);
  show("not again", 0);
  control(EPOLL_CTL_MOD, ends[0], EPOLLIN | EPOLLONESHOT, 11);
  show("armed again", 0);
  read(ends[0], text, 8);
}

static int write_later(void *unused) {
  (void)unused;
  sleep_milliseconds(30);
  return write(ends[1], "late", 4) == 4 ? 0 : 1;
}

static void waiting(void) {
  control(EPOLL_CTL_MOD, ends[0], EPOLLIN, 12);
  long before = milliseconds();
  show("for 30 ms", 30);
  say("it took that long: %d", milliseconds() - before >= 30);
  pid_t child = start(write_later, NULL);
  show("until a child writes", -1);
  wait_for(child);
  struct pollfd itself = {list, POLLIN, 0};
  say("a list can be polled: %d, events %02x", poll(&itself, 1, 0), itself.revents);
  char text[8];
  read(ends[0], text, 8);
  int copy = dup(ends[0]);
  close(ends[0]);
  write(ends[1], "x", 1);
  show("closing one of two descriptors does not take it out", 0);
  close(copy);
  show("closing the last does", 0);
  close(ends[1]);
}

static void errors(void) {
  struct epoll_event event = {EPOLLIN, 0};
  int file = open("/tmp/test-epoll", O_RDWR | O_CREAT, 0600);
  must(pipe(ends) == 0, "pipe");
  control(EPOLL_CTL_ADD, ends[0], EPOLLIN, 1);
  report("add twice", control(EPOLL_CTL_ADD, ends[0], EPOLLIN, 1));
  report("change what is not in it", control(EPOLL_CTL_MOD, ends[1], EPOLLIN, 1));
  report("take out what is not in it", control(EPOLL_CTL_DEL, ends[1], EPOLLIN, 1));
  report("a file", control(EPOLL_CTL_ADD, file, EPOLLIN, 1));
  report("a closed descriptor", control(EPOLL_CTL_ADD, 99, EPOLLIN, 1));
  report("itself", control(EPOLL_CTL_ADD, list, EPOLLIN, 1));
  report("not a list", epoll_ctl(ends[0], EPOLL_CTL_ADD, ends[1], &event));
  report("an unknown operation", control(9, ends[1], EPOLLIN, 1));
  report("a bad pointer", epoll_ctl(list, EPOLL_CTL_ADD, ends[1], nowhere()));
  report("room for none", epoll_wait(list, &event, 0, 0));
  report("bad flags", epoll_create1(12345));
  unlink("/tmp/test-epoll");
}

static void counters(void) {
  int counter = eventfd(3, O_NONBLOCK);
  uint64_t value = 0;
  report("read", read(counter, &value, 8));
  say("value %lu", value);
  report("read again", read(counter, &value, 8));
  value = 5;
  report("write", write(counter, &value, 8));
  report("write", write(counter, &value, 8));
  read(counter, &value, 8);
  say("value %lu", value);
  value = ~0UL;
  report("the greatest number", write(counter, &value, 8));
  value = ~0UL - 1;
  report("one less", write(counter, &value, 8));
  value = 1;
  report("and one more", write(counter, &value, 8));
  report("too short", read(counter, &value, 4));
  int semaphore = eventfd(2, EFD_SEMAPHORE | O_NONBLOCK);
  for (int i = 0; i < 3; i++) {
    value = 0;
    ssize_t length = read(semaphore, &value, 8);
    report("semaphore", length);
    say("value %lu", value);
  }
  struct pollfd both = {semaphore, POLLIN | POLLOUT, 0};
  say("polled: %d, events %02x", poll(&both, 1, 0), both.revents);
}

int main(void) {
  list = epoll_create1(0);
  must(list >= 0 && pipe(ends) == 0, "setup");
  level();
  edge();
  waiting();
  errors();
  counters();
  return 0;
}
