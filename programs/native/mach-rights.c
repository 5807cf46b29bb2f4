/* mach-rights: rights travel in messages; names of dead ports; what a task without a right cannot do. */
#include <mach.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct letter {
  mach_msg_header_t head;
  mach_msg_body_t body;
  mach_msg_port_descriptor_t right;
  char text[24];
};
struct plain {
  mach_msg_header_t head;
  char text[32];
};

static void say(const char *what, uint32_t result) { printf("%s: 0x%x\n", what, result); }

static uint32_t send_text(mach_port_t to, const char *text) {
  struct plain message = {.head = {.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0), .msgh_remote_port = to}};
  strncpy(message.text, text, sizeof message.text - 1);
  return mach_msg(&message.head, MACH_SEND_MSG, sizeof message, 0, 0, 0);
}

static uint32_t send_right(mach_port_t to, mach_port_t right, int disposition, const char *text) {
  struct letter letter = {
      .head = {.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0) | MACH_MSGH_BITS_COMPLEX, .msgh_remote_port = to},
      .body = {1},
      .right = {.name = right, .disposition = disposition},
  };
  strncpy(letter.text, text, sizeof letter.text - 1);
  return mach_msg(&letter.head, MACH_SEND_MSG, sizeof letter, 0, 0, 0);
}

static uint32_t type_of(mach_port_t name) {
  uint32_t type;
  uint32_t result = mach_port_type(name, &type);
  return result ? result : type >> 16;
}

/* The child offers its own port to the parent, answers one letter there, takes a receive right over, and ends. */
static void child(void) {
  mach_port_t parent, own;
  task_get_special_port(TASK_BOOTSTRAP_PORT, &parent);
  mach_port_allocate(&own);
  say("child: offers its port", send_right(parent, own, MACH_MSG_TYPE_MAKE_SEND, "my port"));
  struct letter letter;
  uint32_t result = mach_msg(&letter.head, MACH_RCV_MSG, 0, sizeof letter, own, 0);
  printf("child: 0x%x '%s', a right of kind %d and type %u\n", result, letter.text, letter.right.disposition,
         type_of(letter.right.name));
  struct plain plain;
  result = mach_msg(&plain.head, MACH_RCV_MSG, 0, sizeof plain, letter.right.name, 0);
  printf("child: 0x%x '%s', by the port that was the parent's\n", result, plain.text);
  exit(0);
}

int main(void) {
  setvbuf(stdout, 0, _IOLBF, 0);
  mach_port_t port, send, other, name;
  mach_port_allocate(&port);
  mach_port_insert_right(port, MACH_MSG_TYPE_MAKE_SEND, &send);
  printf("send and receive have one name: %d, type %u\n", send == port, type_of(port));
  task_set_special_port(TASK_BOOTSTRAP_PORT, port);
  pid_t pid = fork();
  if (pid == 0) child();

  struct letter letter;
  uint32_t result = mach_msg(&letter.head, MACH_RCV_MSG, 0, sizeof letter, port, 0);
  mach_port_t children = letter.right.name;
  printf("parent: 0x%x '%s', a right of kind %d and type %u\n", result, letter.text, letter.right.disposition,
         type_of(children));
  say("parent: asks to hear of its death",
      mach_port_request_notification(children, MACH_NOTIFY_DEAD_NAME, port));
  mach_port_allocate(&other);
  mach_port_insert_right(other, MACH_MSG_TYPE_MAKE_SEND, &send);
  say("parent: writes to a port that it gives away", send_text(other, "kept for the new owner"));
  say("parent: gives its receive right", send_right(children, other, MACH_MSG_TYPE_MOVE_RECEIVE, "take over"));
  say("parent: may it still receive there", mach_msg(&letter.head, MACH_RCV_MSG, 0, sizeof letter, other, 0));

  union {
    mach_notification_t notice;
    char room[64];
  } heard;
  result = mach_msg(&heard.notice.not_header, MACH_RCV_MSG, 0, sizeof heard, port, 0);
  printf("parent: 0x%x notice %o about the child's port: %d\n", result, heard.notice.not_header.msgh_id,
         heard.notice.not_port == children);
  printf("parent: its name is of type %u now\n", type_of(children));
  say("parent: writes to it", send_text(children, "anybody?"));
  printf("parent: the port that it gave away is of type %u\n", type_of(other));
  say("parent: gives the dead name up", mach_port_deallocate(children));
  say("parent: writes to nothing", send_text(children, "anybody?"));
  say("parent: a made-up name", send_text(0x4242, "anybody?"));
  int status;
  waitpid(pid, &status, 0);

  /* A full queue; what it holds; a send-once right that nobody uses. */
  int queued = 0;
  struct plain plain = {.head = {.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0), .msgh_remote_port = port}};
  while (mach_msg(&plain.head, MACH_SEND_MSG | MACH_SEND_TIMEOUT, sizeof plain, 0, 0, 0) == 0) queued++;
  printf("a queue holds %d messages\n", queued);
  for (int left = queued; left > 0; left--) mach_msg(&plain.head, MACH_RCV_MSG, 0, sizeof plain, port, 0);
  say("an empty one, with no patience", mach_msg(&plain.head, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0, sizeof plain, port, 0));
  say("with a little", mach_msg(&plain.head, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0, sizeof plain, port, 20));
  say("a send-once right", mach_port_insert_right(port, MACH_MSG_TYPE_MAKE_SEND_ONCE, &name));
  printf("is of type %u\n", type_of(name));
  say("it is given up", mach_port_deallocate(name));
  result = mach_msg(&heard.notice.not_header, MACH_RCV_MSG, 0, sizeof heard, port, 0);
  printf("its port hears: 0x%x notice %o\n", result, heard.notice.not_header.msgh_id);
  say("a message that is too large", mach_msg(&plain.head, MACH_SEND_MSG, 4096, 0, 0, 0));
  say("one from nowhere", mach_msg((mach_msg_header_t *)16, MACH_SEND_MSG, 64, 0, 0, 0));
  say("the port's end", mach_port_mod_refs(port, MACH_PORT_RIGHT_RECEIVE, -1));
  printf("leaves a name of type %u\n", type_of(port));
  return 0;
}
