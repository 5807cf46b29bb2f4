/* mach-ping-pong [ROUNDS]: a message to the parent's port and its answer, ROUNDS times, between a child and its parent. */
#include <mach.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

struct ball {
  mach_msg_header_t head;
  uint64_t count;
};

static void check(uint32_t result, const char *what) {
  if (result == 0) return;
  printf("%s: 0x%x\n", what, result);
  exit(1);
}

static void child(int rounds) {
  mach_port_t server, reply;
  check(task_get_special_port(TASK_BOOTSTRAP_PORT, &server), "the parent's port");
  check(mach_port_allocate(&reply), "a port for answers");
  struct ball ball = {.count = 0};
  for (int i = 0; i < rounds; i++) {
    ball.head = (mach_msg_header_t){
        .msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE),
        .msgh_size = sizeof ball,
        .msgh_remote_port = server,
        .msgh_local_port = reply,
        .msgh_id = 100,
    };
    check(mach_msg(&ball.head, MACH_SEND_MSG | MACH_RCV_MSG, sizeof ball, sizeof ball, reply, 0), "ping");
  }
  printf("child: %d answers, count %lu, the last with id %d\n", rounds, (unsigned long)ball.count, ball.head.msgh_id);
  exit(ball.count == (uint64_t)rounds ? 0 : 1);
}

int main(int count, char **arguments) {
  int rounds = count > 1 ? atoi(arguments[1]) : 1000;
  mach_port_t port, send;
  check(mach_port_allocate(&port), "a port");
  check(mach_port_insert_right(port, MACH_MSG_TYPE_MAKE_SEND, &send), "a send right");
  check(task_set_special_port(TASK_BOOTSTRAP_PORT, send), "a special port");
  pid_t pid = fork();
  if (pid == 0) child(rounds);
  struct ball ball;
  uint32_t option = MACH_RCV_MSG;
  for (int i = 0; i <= rounds; i++) {
    uint32_t size = i == rounds ? 0 : sizeof ball;
    if (i == rounds) option = MACH_SEND_MSG;
    check(mach_msg(&ball.head, option, sizeof ball, size, port, 0), "pong");
    if (i == rounds) break;
    ball.count++;
    ball.head.msgh_bits = MACH_MSGH_BITS_REMOTE(ball.head.msgh_bits);
    ball.head.msgh_local_port = MACH_PORT_NULL;
    ball.head.msgh_id++;
    option = MACH_SEND_MSG | MACH_RCV_MSG;
  }
  int status;
  waitpid(pid, &status, 0);
  printf("parent: child ended with %d\n", status);
  return status != 0;
}
