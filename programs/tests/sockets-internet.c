/* TCP and UDP over the loopback: connections, how they end, ports, options, datagrams, epoll. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <testing.h>
#include <sys/time.h>
#include <unistd.h>

#define LOOPBACK 0x0100007f
static unsigned char block[1000000];
static struct sockaddr_in place;

/* A machine that has just started may have its loopback down. */
static void raise_loopback(void) {
  struct {
    char name[16];
    short flags;
    char rest[22];
  } request = {"lo", 1, ""};
  int socket_ = socket(AF_INET, SOCK_DGRAM, 0);
  ioctl(socket_, SIOCSIFFLAGS, &request);
  close(socket_);
}

static void show_events(const char *what, int socket_, int timeout) {
  struct pollfd one = {socket_, POLLIN | POLLOUT | POLLRDHUP, 0};
  poll(&one, 1, timeout);
  say("%s: events %04x", what, one.revents);
}

static int option(int socket_, int level, int number) {
  int value = -1;
  socklen_t length = sizeof value;
  return getsockopt(socket_, level, number, &value, &length) < 0 ? -errno : value;
}

static int listener_at(uint32_t address) {
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  place = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr = address};
  socklen_t length = sizeof place;
  must(bind(listener, &place, sizeof place) == 0, "bind");
  must(getsockname(listener, &place, &length) == 0, "getsockname");
  return listener;
}

static void opening(void) {
  struct sockaddr_in who = {0}, own = {0};
  socklen_t length = sizeof who;
  int client = socket(AF_INET, SOCK_STREAM, 0);
  show_events("a new socket", client, 0);
  int listener = listener_at(LOOPBACK);
  report("nobody listens", connect(client, &place, sizeof place));
  report("listen", listen(listener, 5));
  report("connect", connect(client, &place, sizeof place));
  report("connect again", connect(client, &place, sizeof place));
  show_events("the listener", listener, 0);
  int server = accept(listener, &who, &length);
  length = sizeof own;
  getsockname(client, &own, &length);
  say("accepted from the client: %d, length %u", own.sin_port == who.sin_port, length);
  length = sizeof who;
  getpeername(client, &who, &length);
  say("its peer is the listener's place: %d", who.sin_port == place.sin_port);
  report("send", send(client, "hello", 5, 0));
  int waiting = 0;
  ioctl(server, FIONREAD, &waiting);
  say("FIONREAD: %d", waiting);
  char text[10];
  report("receive", recv(server, text, 10, 0));
  show_events("the server", server, 0);
  close(client);
  show_events("the client has gone", server, 100);
  report("end of file", read(server, text, 10));
  close(server);
  // Without waiting.
  client = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  report("connect without waiting", connect(client, &place, sizeof place));
  show_events("connected", client, 1000);
  say("error %d", option(client, SOL_SOCKET, SO_ERROR));
  report("told once", connect(client, &place, sizeof place));
  report("and then", connect(client, &place, sizeof place));
  report("nothing to receive", recv(client, text, 1, 0));
  server = accept(listener, NULL, NULL);
  // With something unread.
  send(client, "unread", 6, 0);
  close(server);
  show_events("closed with something unread", client, 100);
  report("receive", recv(client, text, 1, 0));
  report("receive again", recv(client, text, 1, 0));
  report("send", send(client, "x", 1, MSG_NOSIGNAL));
  close(client);
  close(listener);
  client = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  report("to nobody, without waiting", connect(client, &place, sizeof place));
  show_events("refused", client, 1000);
  say("error %d", option(client, SOL_SOCKET, SO_ERROR));
  close(client);
}

static int stream_out(void *unused) {
  (void)unused;
  int client = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(client, &place, sizeof place) < 0) return 1;
  for (size_t sent = 0; sent < sizeof block;) {
    size_t most = sizeof block - sent < 70001 ? sizeof block - sent : 70001;
    ssize_t count = send(client, block + sent, most, 0);
    if (count < 0) return 2;
    sent += (size_t)count;
  }
  shutdown(client, SHUT_WR);
  char answer[10];
  return read(client, answer, 10) == 4 ? 0 : 3;
}

static void streaming(void) {
  for (unsigned i = 0; i < sizeof block; i++) block[i] = (unsigned char)((i * 2654435761u) >> 24);
  int listener = listener_at(0);
  listen(listener, 1);
  pid_t child = start(stream_out, NULL);
  int server = accept(listener, NULL, NULL);
  static unsigned char part[33333];
  size_t total = 0, wrong = 0;
  ssize_t count;
  while ((count = read(server, part, sizeof part)) > 0) {
    wrong += memcmp(part, block + total, (size_t)count) != 0;
    total += (size_t)count;
  }
  say("%lu bytes, %lu parts wrong", total, wrong);
  show_events("half closed", server, 0);
  write(server, "done", 4);
  report_status("the client", wait_for(child));
  close(server);
  int client = socket(AF_INET, SOCK_STREAM, 0);
  must(connect(client, &place, sizeof place) == 0, "connect");
  server = accept(listener, NULL, NULL);
  fcntl(client, F_SETFL, O_NONBLOCK);
  total = 0;
  while ((count = send(client, block, 50000, 0)) > 0) total += (size_t)count;
  report("full", count);
  show_events("full", client, 0);
  size_t got = 0;
  while (got < total && (count = read(server, part, sizeof part)) > 0) got += (size_t)count;
  say("all of it came: %d", got == total);
  show_events("empty", client, 1000);
  struct timeval wait = {0, 30000};
  setsockopt(server, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
  report("a receive with a limit", recv(server, part, 10, 0));
  close(client);
  close(server);
  close(listener);
}

static void ports(void) {
  int one = socket(AF_INET, SOCK_STREAM, 0), other = socket(AF_INET, SOCK_STREAM, 0), on = 1;
  struct sockaddr_in far = {.sin_family = AF_INET, .sin_port = 0x5000, .sin_addr = 0x08080808};
  report("an address of others", bind(one, &far, sizeof far));
  far.sin_addr = 0;
  report("any address", bind(one, &far, sizeof far));
  report("twice", bind(one, &far, sizeof far));
  report("the port is taken", bind(other, &far, sizeof far));
  far.sin_addr = LOOPBACK;
  report("also at one address", bind(other, &far, sizeof far));
  setsockopt(one, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  setsockopt(other, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  report("with SO_REUSEADDR on both", bind(other, &far, sizeof far));
  report("one may listen", listen(one, 1));
  report("not both", listen(other, 1));
  report("too short", bind(other, &far, 8));
  report("a local address", bind(socket(AF_INET, SOCK_STREAM, 0), &(struct sockaddr_un){AF_UNIX, "x"}, 16));
  close(one);
  close(other);
  one = socket(AF_INET, SOCK_STREAM, 0);
  char text[4];
  socklen_t length = sizeof far;
  report("getpeername", getpeername(one, &far, &length));
  report("receive", recv(one, text, 1, 0));
  report("send", send(one, text, 1, MSG_NOSIGNAL));
  report("shutdown", shutdown(one, SHUT_RDWR));
  report("accept", accept(one, NULL, NULL));
  report("a pair", socketpair(AF_INET, SOCK_STREAM, 0, (int[2]){0}));
  report("UDP as a stream", socket(AF_INET, SOCK_STREAM, IPPROTO_UDP));
  close(one);
}

static void options(void) {
  int socket_ = socket(AF_INET, SOCK_STREAM, 0), value = 1;
  say("type %d", option(socket_, SOL_SOCKET, SO_TYPE));
  say("domain %d, protocol %d", option(socket_, SOL_SOCKET, SO_DOMAIN), option(socket_, SOL_SOCKET, SO_PROTOCOL));
  say("buffers %d %d", option(socket_, SOL_SOCKET, SO_SNDBUF), option(socket_, SOL_SOCKET, SO_RCVBUF));
  value = 5000;
  setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &value, sizeof value);
  setsockopt(socket_, SOL_SOCKET, SO_SNDBUF, &value, sizeof value);
  say("and then %d %d", option(socket_, SOL_SOCKET, SO_SNDBUF), option(socket_, SOL_SOCKET, SO_RCVBUF));
  say("TCP_NODELAY %d", option(socket_, IPPROTO_TCP, TCP_NODELAY));
  report("set it", setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &value, sizeof value));
  say("TCP_NODELAY %d", option(socket_, IPPROTO_TCP, TCP_NODELAY));
  say("SO_KEEPALIVE %d", option(socket_, SOL_SOCKET, SO_KEEPALIVE));
  say("SO_ACCEPTCONN %d", option(socket_, SOL_SOCKET, SO_ACCEPTCONN));
  struct linger linger = {1, 5};
  report("SO_LINGER", setsockopt(socket_, SOL_SOCKET, SO_LINGER, &linger, sizeof linger));
  socklen_t length = sizeof linger;
  linger = (struct linger){0, 0};
  getsockopt(socket_, SOL_SOCKET, SO_LINGER, &linger, &length);
  say("%d %d", linger.l_onoff, linger.l_linger);
  say("an unknown one %d", option(socket_, SOL_SOCKET, 999));
  say("an unknown level %d", option(socket_, 99, 1));
  report("too short", setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &value, 2));
  report("nowhere", setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, nowhere(), 4));
  close(socket_);
}

static void datagrams(void) {
  char text[10];
  int to = socket(AF_INET, SOCK_DGRAM, 0), from = socket(AF_INET, SOCK_DGRAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = LOOPBACK}, who;
  bind(to, &address, sizeof address);
  socklen_t length = sizeof address;
  getsockname(to, &address, &length);
  show_events("a new one", from, 0);
  report("send", sendto(from, "one", 3, 0, &address, sizeof address));
  report("send", sendto(from, "second", 6, 0, &address, sizeof address));
  report("send nothing", sendto(from, "", 0, 0, &address, sizeof address));
  length = sizeof who;
  report("receive two of three", recvfrom(to, text, 2, MSG_TRUNC, &who, &length));
  say("from the loopback: %d, length %u", who.sin_addr == LOOPBACK, length);
  int waiting = 0;
  ioctl(to, FIONREAD, &waiting);
  say("FIONREAD: %d", waiting);
  report("receive", recv(to, text, 10, 0));
  report("receive nothing", recv(to, text, 10, 0));
  report("receive no more", recv(to, text, 10, MSG_DONTWAIT));
  report("send without an address", send(from, "x", 1, 0));
  report("port 0", sendto(from, "x", 1, 0, &(struct sockaddr_in){.sin_family = AF_INET, .sin_addr = LOOPBACK}, 16));
  report("too long", sendto(from, block, 70000, 0, &address, sizeof address));
  report("listen", listen(from, 1));
  report("connect", connect(from, &address, sizeof address));
  report("send", send(from, "x", 1, 0));
  report("others are not heard", sendto(to, "y", 1, 0, &who, sizeof who));
  close(to);
  report("nobody is there", send(from, "x", 1, 0));
  report("which is told", send(from, "x", 1, 0));
  close(from);
}

static void wait_in_list(const char *what, int list, int timeout) {
  struct epoll_event events[4];
  int count = epoll_wait(list, events, 4, timeout);
  if (count <= 0) report(what, count);
  for (int i = 0; i < count; i++) say("%s: events %04x, data %lu", what, events[i].events, events[i].data);
}

static void add(int list, int socket_, uint32_t events, uint64_t data) {
  struct epoll_event event = {events, data};
  must(epoll_ctl(list, EPOLL_CTL_ADD, socket_, &event) == 0, "epoll_ctl");
}

static void lists(void) {
  char text[10];
  int list = epoll_create1(0), outer = epoll_create1(0), listener = listener_at(LOOPBACK);
  listen(listener, 5);
  add(list, listener, EPOLLIN, 1);
  add(outer, list, EPOLLIN, 100);
  wait_in_list("nothing", list, 0);
  int client = socket(AF_INET, SOCK_STREAM, 0);
  connect(client, &place, sizeof place);
  wait_in_list("a list in a list", outer, 1000);
  wait_in_list("a connection", list, 1000);
  int server = accept(listener, NULL, NULL);
  wait_in_list("accepted", list, 0);
  wait_in_list("the outer list", outer, 0);
  add(list, server, EPOLLIN | EPOLLOUT | EPOLLET | POLLRDHUP, 2);
  wait_in_list("for changes only", list, 0);
  wait_in_list("once", list, 0);
  write(client, "abc", 3);
  wait_in_list("bytes", list, 1000);
  wait_in_list("not read, not told again", list, 0);
  write(client, "d", 1);
  wait_in_list("more bytes", list, 1000);
  read(server, text, 10);
  shutdown(client, SHUT_WR);
  wait_in_list("the end", list, 1000);
  close(server);
  wait_in_list("closed", list, 0);
  close(client);
  close(listener);
  close(outer);
  close(list);
}

int main(void) {
  raise_loopback();
  opening();
  streaming();
  ports();
  options();
  datagrams();
  lists();
  return 0;
}
