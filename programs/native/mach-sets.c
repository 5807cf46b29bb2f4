/* mach-sets: one receiver for several ports: port sets, their members, and their end. */
#include <mach.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PORTS = 3 };
struct plain {
  mach_msg_header_t head;
  char text[32];
};

static mach_port_t ports[PORTS];

static void say(const char *what, uint32_t result) { printf("%s: 0x%x\n", what, result); }

static uint32_t send_text(mach_port_t to, const char *text) {
  struct plain message = {.head = {.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_MAKE_SEND, 0), .msgh_remote_port = to}};
  strncpy(message.text, text, sizeof message.text - 1);
  return mach_msg(&message.head, MACH_SEND_MSG, sizeof message, 0, 0, 0);
}

static void receive(mach_port_t from, uint32_t option) {
  struct plain message;
  uint32_t result = mach_msg(&message.head, MACH_RCV_MSG | option, 0, sizeof message, from, 0);
  int by = -1;
  for (int i = 0; i < PORTS; i++)
    if (result == 0 && message.head.msgh_local_port == ports[i]) by = i;
  printf("received: 0x%x, port %d, '%s'\n", result, by, result == 0 ? message.text : "");
}

int main(void) {
  setvbuf(stdout, 0, _IOLBF, 0);
  mach_port_t set, other, send;
  uint32_t type;
  say("a set", mach_port_allocate_set(&set));
  mach_port_allocate_set(&other);
  mach_port_type(set, &type);
  printf("is of type %u\n", type >> 16);
  for (int i = 0; i < PORTS; i++) mach_port_allocate(&ports[i]);
  for (int i = 0; i < 2; i++) say("a member", mach_port_move_member(ports[i], set));
  say("a member of what is no set", mach_port_move_member(ports[2], ports[0]));
  say("out of no set", mach_port_move_member(ports[2], MACH_PORT_NULL));
  receive(set, MACH_RCV_TIMEOUT);
  send_text(ports[1], "by the second");
  send_text(ports[2], "by one outside");
  receive(set, 0);
  receive(set, MACH_RCV_TIMEOUT);
  say("it comes in", mach_port_move_member(ports[2], set));
  receive(set, 0);
  receive(ports[0], MACH_RCV_TIMEOUT);
  say("it changes its set", mach_port_move_member(ports[0], other));
  send_text(ports[0], "by the first");
  receive(set, MACH_RCV_TIMEOUT);
  receive(other, 0);

  /* Somebody waits at the set when a child sends. */
  mach_port_insert_right(ports[1], MACH_MSG_TYPE_MAKE_SEND, &send);
  task_set_special_port(TASK_BOOTSTRAP_PORT, send);
  if (fork() == 0) {
    struct plain message = {.head = {.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0)}, .text = "by a child"};
    task_get_special_port(TASK_BOOTSTRAP_PORT, &message.head.msgh_remote_port);
    sleep(1);
    mach_msg(&message.head, MACH_SEND_MSG, sizeof message, 0, 0, 0);
    exit(0);
  }
  receive(set, 0);
  wait(0);
  say("the set's end", mach_port_mod_refs(set, MACH_PORT_RIGHT_PORT_SET, -1));
  receive(set, MACH_RCV_TIMEOUT);
  send_text(ports[1], "by itself again");
  receive(ports[1], MACH_RCV_TIMEOUT);
  return 0;
}
