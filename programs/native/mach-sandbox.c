/* mach-sandbox: a child that gives up the right to the Unix server, and so every system call of Linux's; its parent gives it back. */
#include <errno.h>
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
  char text[80];
};

static void child(void) {
  mach_port_t parent, own;
  task_get_special_port(TASK_BOOTSTRAP_PORT, &parent);
  mach_port_allocate(&own);
  struct letter letter = {.head = {.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE),
                                   .msgh_remote_port = parent,
                                   .msgh_local_port = own}};
  uint32_t result = mach_port_deallocate(MACH_UNIX_SERVER);
  ssize_t written = write(1, "never seen\n", 11);
  int error = errno;
  int pid = fork();
  snprintf(letter.text, sizeof letter.text, "gave it up: 0x%x, write: %ld (error %d), fork: %d", result, (long)written,
           error, pid);
  mach_msg(&letter.head, MACH_SEND_MSG | MACH_RCV_MSG, sizeof letter, sizeof letter, own, 0);
  printf("child: given back '%s', as a right of kind %d\n", letter.text, letter.right.disposition);
  exit(7);
}

int main(void) {
  setvbuf(stdout, 0, _IOLBF, 0);
  mach_port_t port, send;
  if (mach_port_allocate(&port) != 0) return 1;
  mach_port_insert_right(port, MACH_MSG_TYPE_MAKE_SEND, &send);
  task_set_special_port(TASK_BOOTSTRAP_PORT, send);
  pid_t pid = fork();
  if (pid == 0) child();
  struct letter letter;
  mach_msg(&letter.head, MACH_RCV_MSG, 0, sizeof letter, port, 0);
  printf("parent: its child %s\n", letter.text);
  letter.head.msgh_bits = MACH_MSGH_BITS_REMOTE(letter.head.msgh_bits) | MACH_MSGH_BITS_COMPLEX;
  letter.head.msgh_local_port = MACH_PORT_NULL;
  letter.body.msgh_descriptor_count = 1;
  letter.right = (mach_msg_port_descriptor_t){.name = MACH_UNIX_SERVER, .disposition = MACH_MSG_TYPE_COPY_SEND};
  strcpy(letter.text, "the right to ask");
  printf("parent: sends a right: 0x%x\n", mach_msg(&letter.head, MACH_SEND_MSG, sizeof letter, 0, 0, 0));
  int status;
  waitpid(pid, &status, 0);
  printf("parent: its child ended with %d\n", WEXITSTATUS(status));
  /* A message to the server's port itself is none of its requests. */
  letter.head.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0);
  letter.head.msgh_remote_port = MACH_UNIX_SERVER;
  printf("parent: a letter to the server: 0x%x\n", mach_msg(&letter.head, MACH_SEND_MSG, sizeof letter, 0, 0, 0));
  return 0;
}
