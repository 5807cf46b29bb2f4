/* Messages: local datagrams and sequences, messages in pieces, descriptors and credentials that travel with them. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <testing.h>
#include <unistd.h>

static unsigned char sent[40000], received[80000];
static long control[200];

static void say_control(struct msghdr *message, int *descriptors) {
  size_t left = message->msg_controllen;
  say("  flags: %x, ancillary data %lu", (unsigned)message->msg_flags, left);
  for (size_t at = 0; at + sizeof(struct cmsghdr) <= left;) {
    struct cmsghdr *element = (struct cmsghdr *)((char *)control + at);
    void *data = element + 1;
    say("  level %d, type %d, length %lu", element->cmsg_level, element->cmsg_type, element->cmsg_len);
    if (element->cmsg_type == SCM_RIGHTS) memcpy(descriptors, data, element->cmsg_len - sizeof *element);
    struct ucred *who = data;
    if (element->cmsg_type == SCM_CREDENTIALS) say("  from this process: %d, user %u", who->pid == getpid(), who->uid);
    at += (element->cmsg_len + 7) & ~7UL;
  }
}

static ssize_t send_descriptors(int socket_, const int *descriptors, int count, const char *text) {
  struct iovec part = {(void *)text, strlen(text)};
  struct cmsghdr *element = (struct cmsghdr *)control;
  element->cmsg_len = sizeof *element + (size_t)count * sizeof(int);
  element->cmsg_level = SOL_SOCKET;
  element->cmsg_type = SCM_RIGHTS;
  memcpy(element + 1, descriptors, (size_t)count * sizeof(int));
  struct msghdr message = {NULL, 0, &part, 1, control, (element->cmsg_len + 7) & ~7UL, 0};
  return sendmsg(socket_, &message, 0);
}

static ssize_t receive_descriptors(int socket_, int *descriptors, size_t room, int flags) {
  char text[10];
  struct iovec part = {text, sizeof text};
  struct msghdr message = {NULL, 0, &part, 1, control, room, 0};
  ssize_t length = recvmsg(socket_, &message, flags);
  if (length >= 0) say_control(&message, descriptors);
  return length;
}

static void rights(int *ends) {
  int pipe_ends[2], got[10];
  char text[10];
  must(pipe(pipe_ends) == 0, "pipe");
  report("send two descriptors", send_descriptors(ends[0], pipe_ends, 2, "ab"));
  report("receive them", receive_descriptors(ends[1], got, sizeof control, 0));
  report("write to one", write(got[1], "xyz", 3));
  report("read from the other's original", read(pipe_ends[0], text, 3));
  close(got[0]);
  close(got[1]);
  report("send one, then close it", send_descriptors(ends[0], pipe_ends + 1, 1, "cd"));
  close(pipe_ends[1]);
  struct pollfd one = {pipe_ends[0], POLLIN, 0};
  say("the pipe has a writer: %d", poll(&one, 1, 0));
  report("receive without asking for it", recv(ends[1], text, 10, 0));
  say("the pipe has none: %d, events %02x", poll(&one, 1, 100), one.revents);
  close(pipe_ends[0]);
  must(pipe(pipe_ends) == 0, "pipe");
  send_descriptors(ends[0], pipe_ends, 2, "ef");
  report("room for one only", receive_descriptors(ends[1], got, 20, MSG_CMSG_CLOEXEC));
  say("closed on exec: %d", fcntl(got[0], F_GETFD, 0));
  close(got[0]);
  send_descriptors(ends[0], pipe_ends, 1, "gh");
  report("a look at one", receive_descriptors(ends[1], got, sizeof control, MSG_PEEK));
  close(got[0]);
  report("and the message", receive_descriptors(ends[1], got, sizeof control, 0));
  close(got[0]);
  int bad = 99;
  report("a bad descriptor", send_descriptors(ends[0], &bad, 1, "x"));
  int on = 1;
  setsockopt(ends[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
  write(ends[0], "me", 2);
  report("credentials", receive_descriptors(ends[1], got, sizeof control, 0));
  on = 0;
  setsockopt(ends[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
  // A descriptor on its way with nobody left to receive it.
  send_descriptors(ends[0], pipe_ends + 1, 1, "lost");
  close(pipe_ends[1]);
  close(ends[1]);
  one.fd = pipe_ends[0];
  say("lost with its message: %d, events %02x", poll(&one, 1, 100), one.revents);
  close(ends[0]);
  close(pipe_ends[0]);
}

static void pieces(int *ends, int type) {
  char text[20];
  struct iovec out[3] = {{"one", 3}, {"", 0}, {"four", 4}}, in[2] = {{text, 2}, {text + 10, 10}};
  report("writev", writev(ends[0], out, 3));
  report("readv", readv(ends[1], in, 2));
  say("%.2s, %.5s", text, text + 10);
  for (unsigned i = 0; i < sizeof sent; i++) sent[i] = (unsigned char)(i * 31);
  struct iovec large[3] = {{sent, 10000}, {sent + 10000, 20000}, {sent + 30000, 5000}};
  struct iovec room[2] = {{received, 12345}, {received + 12345, 60000}};
  report("a large writev", writev(ends[0], large, 3));
  ssize_t length = readv(ends[1], room, 2);
  report("a large readv", length);
  say("the same: %d", memcmp(sent, received, 35000) == 0);
  if (type == SOCK_STREAM) return;
  send(ends[0], sent, 5000, 0);
  report("what does not fit is lost", recv(ends[1], received, 10, MSG_TRUNC));
  send(ends[0], sent, 5000, 0);
  struct iovec small = {received, 10};
  struct msghdr message = {NULL, 0, &small, 1, NULL, 0, 0};
  report("recvmsg says so", recvmsg(ends[1], &message, 0));
  say("flags %x", (unsigned)message.msg_flags);
  report("an empty message", send(ends[0], "", 0, 0));
  report("is one", recv(ends[1], received, 10, 0));
  report("and no more", recv(ends[1], received, 10, MSG_DONTWAIT));
}

static void several(int *ends) {
  struct iovec out[3] = {{"a", 1}, {"bb", 2}, {"ccc", 3}}, in[3];
  struct mmsghdr messages[3] = {0};
  for (int i = 0; i < 3; i++) {
    messages[i].msg_hdr.msg_iov = &out[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  report("sendmmsg", sendmmsg(ends[0], messages, 3, 0));
  for (int i = 0; i < 3; i++) {
    in[i] = (struct iovec){received + 10 * i, 10};
    messages[i].msg_hdr.msg_iov = &in[i];
    messages[i].msg_len = 0;
  }
  report("recvmmsg", recvmmsg(ends[1], messages, 3, MSG_DONTWAIT, NULL));
  say("lengths %u %u %u", messages[0].msg_len, messages[1].msg_len, messages[2].msg_len);
}

static void kind(const char *what, int type) {
  int ends[2];
  char text[10];
  say("%s", what);
  must(socketpair(AF_UNIX, type, 0, ends) == 0, "socketpair");
  pieces(ends, type);
  several(ends);
  close(ends[0]);
  report("the other has gone", recv(ends[1], text, 10, MSG_DONTWAIT));
  report("send", send(ends[1], "x", 1, MSG_NOSIGNAL));
  close(ends[1]);
  must(socketpair(AF_UNIX, type, 0, ends) == 0, "socketpair");
  rights(ends);
}

static void datagrams(void) {
  struct sockaddr_un first = {AF_UNIX, "/tmp/test-datagram"}, second = {AF_UNIX, "\0test-name"}, who;
  char text[10];
  unlink(first.sun_path);
  int one = socket(AF_UNIX, SOCK_DGRAM, 0), two = socket(AF_UNIX, SOCK_DGRAM, 0);
  report("bind", bind(one, &first, sizeof first));
  report("bind", bind(two, &second, 2 + 10));
  report("send to a name", sendto(two, "hi", 2, 0, &first, sizeof first));
  socklen_t length = sizeof who;
  report("receive", recvfrom(one, text, 10, 0, &who, &length));
  say("from %u bytes, %d %s", length, who.sun_path[0], who.sun_path + 1);
  report("answer", sendto(one, "yo", 2, 0, &who, length));
  length = sizeof who;
  report("receive", recvfrom(two, text, 10, 0, &who, &length));
  say("from %u bytes, %s", length, who.sun_path);
  int three = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  report("send from nobody", sendto(three, "?", 1, 0, &first, sizeof first));
  length = sizeof who;
  report("receive", recvfrom(one, text, 10, 0, &who, &length));
  say("from %u bytes", length);
  report("connect", connect(three, &first, sizeof first));
  int count = 0;
  while (send(three, "x", 1, 0) == 1) count++;
  report("full", -1);
  say("after %d", count);
  int stream = socket(AF_UNIX, SOCK_STREAM, 0);
  report("a stream to a datagram socket", connect(stream, &first, sizeof first));
  close(one);
  report("the receiver has gone", send(three, "x", 1, 0));
  report("and is forgotten", send(three, "x", 1, 0));
  report("its name is there", access(first.sun_path, 0));
  report("but nobody", sendto(three, "x", 1, 0, &first, sizeof first));
  unlink(first.sun_path);
  close(two);
  close(three);
  close(stream);
}

int main(void) {
  kind("stream", SOCK_STREAM);
  kind("datagram", SOCK_DGRAM);
  kind("sequence", SOCK_SEQPACKET);
  datagrams();
  return 0;
}
