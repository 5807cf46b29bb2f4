/* web-server read|sendfile FILE BYTES REQUESTS: serves parts of a file, one behind the other, to a client in another process,
 * over TCP. A request is one byte; its answer is the next BYTES bytes. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST 65536
#define LOOPBACK 0x0100007f
#define PORT 0x901f /* 8080, most significant byte first */

static char bytes[MOST];

static int fail(const char *what) {
  perror(what);
  return 1;
}

static int all(int from, long length) {
  for (long got = 0; got < length;) {
    ssize_t part = read(from, bytes + got, length - got);
    if (part <= 0) return -1;
    got += part;
  }
  return 0;
}

static int ask(const struct sockaddr_in *address, long length, int requests) {
  int server = socket(AF_INET, SOCK_STREAM, 0);
  if (server < 0 || connect(server, address, sizeof *address) < 0) return fail("client");
  for (; requests > 0; requests--)
    if (write(server, "?", 1) != 1 || all(server, length) < 0) return fail("answer");
  return 0;
}

static int answer(int client, int file, long length, int sends) {
  if (sends) return syscall(SYS_sendfile, client, file, 0, length, 0, 0) == length ? 0 : -1;
  return read(file, bytes, length) == length && write(client, bytes, length) == length ? 0 : -1;
}

int main(int count, char **arguments) {
  if (count < 5) return 2;
  int sends = strcmp(arguments[1], "sendfile") == 0, requests = atoi(arguments[4]), status = 0;
  long length = atol(arguments[3]);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = PORT, .sin_addr = LOOPBACK};
  int listener = socket(AF_INET, SOCK_STREAM, 0), file = open(arguments[2], O_RDONLY);
  if (length < 1 || length > MOST || listener < 0 || file < 0) return fail(arguments[2]);
  if (bind(listener, &address, sizeof address) < 0 || listen(listener, 1) < 0) return fail("listen");
  pid_t child = fork();
  if (child < 0) return fail("fork");
  if (child == 0) return ask(&address, length, requests);
  int client = accept(listener, (void *)0, (void *)0);
  char request;
  while (read(client, &request, 1) == 1)
    if (answer(client, file, length, sends) < 0) return fail("serve");
  waitpid(child, &status, 0);
  return status != 0;
}
