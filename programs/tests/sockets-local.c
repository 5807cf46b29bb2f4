/* Local stream sockets: pairs, names, connections, what becomes of them when one side goes. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <testing.h>
#include <unistd.h>

static struct sockaddr_un name = {AF_UNIX, "/tmp/test-socket"};
static unsigned char block[200000];

static void show_events(const char *what, int socket) {
  struct pollfd one = {socket, POLLIN | POLLOUT | POLLRDHUP, 0};
  poll(&one, 1, 0);
  say("%s: events %04x", what, one.revents);
}

static void pairs(void) {
  int ends[2];
  char text[100];
  report("socketpair", socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
  show_events("a new one", ends[0]);
  report("write", write(ends[0], "hello", 5));
  report("write", write(ends[0], " world", 6));
  int waiting = 0;
  ioctl(ends[1], FIONREAD, &waiting);
  say("FIONREAD: %d", waiting);
  show_events("something to read", ends[1]);
  report("a look at it", recv(ends[1], text, 3, MSG_PEEK));
  ssize_t length = read(ends[1], text, 100);
  say("both writes at once: %.*s", (int)length, text);
  report("nothing more", recv(ends[1], text, 3, MSG_DONTWAIT));
  report("seek", lseek(ends[1], 0, SEEK_SET));
  report("shut the writing half", shutdown(ends[0], SHUT_WR));
  show_events("the one that shut", ends[0]);
  show_events("the other", ends[1]);
  report("end of file", read(ends[1], text, 3));
  report("no more writing", send(ends[0], "x", 1, MSG_NOSIGNAL));
  report("the other way goes on", write(ends[1], "abc", 3));
  close(ends[1]);
  show_events("the other has gone", ends[0]);
  report("what it wrote is there", read(ends[0], text, 100));
  report("then the end", read(ends[0], text, 100));
  close(ends[0]);
  must(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0, "socketpair");
  write(ends[0], "unread", 6);
  close(ends[1]);
  show_events("gone with something unread", ends[0]);
  report("read", read(ends[0], text, 10));
  report("read again", read(ends[0], text, 10));
  close(ends[0]);
}

static int write_to_nobody(void *unused) {
  (void)unused;
  int ends[2];
  socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
  close(ends[1]);
  write(ends[0], "x", 1);
  return 1;
}

static int talk(void *unused) {
  (void)unused;
  int socket_ = socket(AF_UNIX, SOCK_STREAM, 0);
  if (connect(socket_, &name, sizeof name) < 0) return 1;
  for (unsigned i = 0; i < sizeof block; i++) block[i] = (unsigned char)(i * 7);
  for (size_t sent = 0; sent < sizeof block;) {
    ssize_t count = send(socket_, block + sent, sizeof block - sent, 0);
    if (count < 0) return 2;
    sent += (size_t)count;
  }
  shutdown(socket_, SHUT_WR);
  char answer[10];
  return read(socket_, answer, 10) == 2 ? 0 : 3;
}

static void named(void) {
  struct stat status;
  char text[10];
  unlink(name.sun_path);
  int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  say("closed on exec: %d", fcntl(listener, F_GETFD, 0));
  report("bind", bind(listener, &name, sizeof name));
  report("bind again", bind(listener, &name, sizeof name));
  stat(name.sun_path, &status);
  say("at the path: %o", status.st_mode & 0170000);
  fstat(listener, &status);
  say("the descriptor: %o", status.st_mode & 0170000);
  report("open the path", open(name.sun_path, O_RDWR));
  int client = socket(AF_UNIX, SOCK_STREAM, 0);
  report("bind another there", bind(client, &name, sizeof name));
  report("connect before anyone listens", connect(client, &name, sizeof name));
  report("accept before that", accept(listener, NULL, NULL));
  report("listen", listen(listener, 1));
  show_events("nobody waits", listener);
  fcntl(listener, F_SETFL, O_NONBLOCK);
  report("accept nobody", accept(listener, NULL, NULL));
  report("read from a listener", read(listener, text, 1));
  fcntl(listener, F_SETFL, 0);
  pid_t child = start(talk, NULL);
  struct sockaddr_un peer;
  socklen_t length = sizeof peer;
  int server = accept(listener, &peer, &length);
  say("the peer has no name: length %u, family %d", length, peer.sun_family);
  size_t total = 0, wrong = 0;
  ssize_t count;
  static unsigned char part[5000];
  while ((count = read(server, part, sizeof part)) > 0) {
    for (ssize_t i = 0; i < count; i++) wrong += part[i] != (unsigned char)((total + (size_t)i) * 7);
    total += (size_t)count;
  }
  say("%lu bytes, %lu wrong", total, wrong);
  write(server, "ok", 2);
  report_status("the client", wait_for(child));
  length = sizeof peer;
  getsockname(server, &peer, &length);
  say("own name: length %u, %s", length, peer.sun_path);
  close(server);
  report("connect", connect(client, &name, sizeof name));
  report("connect again", connect(client, &name, sizeof name));
  show_events("somebody waits", listener);
  struct ucred who;
  length = sizeof who;
  report("SO_PEERCRED", getsockopt(client, SOL_SOCKET, SO_PEERCRED, &who, &length));
  say("the peer is this process: %d, user %u", who.pid == getpid(), who.uid);
  close(listener);
  show_events("the listener has gone", client);
  report("read", read(client, text, 1));
  close(client);
  client = socket(AF_UNIX, SOCK_STREAM, 0);
  report("nobody listens any more", connect(client, &name, sizeof name));
  unlink(name.sun_path);
  report("nothing there", connect(client, &name, sizeof name));
  write_file("/tmp/test-socket", "");
  report("a file there", connect(client, &name, sizeof name));
  unlink(name.sun_path);
  close(client);
}

static void abstract(void) {
  struct sockaddr_un other = {AF_UNIX, "\0test-abstract"};
  socklen_t length = 2 + 14;
  int first = socket(AF_UNIX, SOCK_STREAM, 0), second = socket(AF_UNIX, SOCK_STREAM, 0);
  report("bind to an abstract name", bind(first, &other, length));
  report("taken", bind(second, &other, length));
  report("listen", listen(first, 0));
  report("connect", connect(second, &other, length));
  int third = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
  report("the queue holds one more than the backlog", connect(third, &other, length));
  report("a connection that was not accepted can be written to", write(second, "early", 5));
  int server = accept4(first, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
  say("flags: %d %d", fcntl(server, F_GETFD, 0), (fcntl(server, F_GETFL, 0) & O_NONBLOCK) != 0);
  char text[10];
  report("and read", read(server, text, 10));
  length = sizeof other;
  getpeername(second, &other, &length);
  say("peer's name: length %u", length);
  close(first);
  close(second);
  close(third);
  close(server);
  int nameless = socket(AF_UNIX, SOCK_STREAM, 0);
  report("a name of the system's choice", bind(nameless, &other, 2));
  length = sizeof other;
  getsockname(nameless, &other, &length);
  say("length %u, first byte %d", length, other.sun_path[0]);
  close(nameless);
}

static void errors(void) {
  char text[4];
  socklen_t length = sizeof name;
  report("an unknown family", socket(77, SOCK_STREAM, 0));
  report("an unknown type", socket(AF_UNIX, 9, 0));
  report("no type", socket(AF_UNIX, 12, 0));
  report("a protocol", socket(AF_UNIX, SOCK_STREAM, 5));
  report("unknown flags", socket(AF_UNIX, SOCK_STREAM | 0100, 0));
  report("a pair with a bad pointer", socketpair(AF_UNIX, SOCK_STREAM, 0, nowhere()));
  int socket_ = socket(AF_UNIX, SOCK_STREAM, 0);
  report("read without a connection", read(socket_, text, 1));
  report("write without one", send(socket_, "x", 1, MSG_NOSIGNAL));
  report("listen without a name", listen(socket_, 1));
  report("getpeername", getpeername(socket_, &name, &length));
  report("shutdown", shutdown(socket_, SHUT_RDWR));
  report("shutdown how", shutdown(socket_, 5));
  report("too short an address", connect(socket_, &name, 1));
  report("too long an address", bind(socket_, &name, 200));
  report("a wrong family", connect(socket_, &(struct sockaddr_in){.sin_family = AF_INET}, 16));
  report("an address that is not there", bind(socket_, nowhere(), 10));
  report("not a socket", listen(0, 1));
  report("not a descriptor", listen(99, 1));
  close(socket_);
}

int main(void) {
  pairs();
  report_status("writing to nobody", run(write_to_nobody, NULL));
  named();
  abstract();
  errors();
  return 0;
}
