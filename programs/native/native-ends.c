/* native-ends: children with queued messages, rights under way and pages mapped both ways are killed, or end, or execute something
 * else. What a structure has not, answers ENOSYS and is left out. */
#include <l4.h>
#include <mach.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096, MISSING = (unsigned)-38 };

struct letter {
  mach_msg_header_t head;
  mach_msg_body_t body;
  mach_msg_port_descriptor_t right[2];
};

static uint32_t post(mach_port_t to, mach_port_t first, mach_port_t second) {
  struct letter letter = {
      .head = {.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE) | MACH_MSGH_BITS_COMPLEX,
               .msgh_remote_port = to,
               .msgh_local_port = second},
      .body = {2},
      .right = {{.name = first, .disposition = MACH_MSG_TYPE_MOVE_RECEIVE},
                {.name = second, .disposition = MACH_MSG_TYPE_MAKE_SEND}},
  };
  return mach_msg(&letter.head, MACH_SEND_MSG | MACH_SEND_TIMEOUT, sizeof letter, 0, 0, 0);
}

static void end(int how) {
  static char *const nothing[] = {"true", 0};
  if (how == 0) _exit(0);
  if (how == 1) kill(getpid(), SIGKILL);
  if (how == 2) execve("/bin/true", nothing, nothing + 1);
  for (;;) pause();
}

/* Ports in ports in queues, some of them the parent's; a letter that would carry its own destination is refused. */
static void mach_child(int how) {
  mach_port_t parent, chain[6];
  if (task_get_special_port(TASK_BOOTSTRAP_PORT, &parent) != 0) _exit(1);
  for (int i = 0; i < 6; i++) {
    mach_port_allocate(&chain[i]);
    mach_port_insert_right(chain[i], MACH_MSG_TYPE_MAKE_SEND, 0);
    mach_port_request_notification(parent, MACH_NOTIFY_DEAD_NAME, chain[i]);
  }
  if (post(chain[0], chain[0], chain[1]) != MACH_SEND_INVALID_RIGHT) printf("a port in its own queue\n");
  for (int i = 5; i > 1; i--) post(chain[i - 1], chain[i], chain[0]);
  if (post(chain[4], chain[1], chain[0]) != MACH_SEND_INVALID_RIGHT) printf("a ring of ports\n");
  post(parent, chain[1], chain[0]);
  end(how);
}

static void mach(mach_port_t port) {
  mach_port_insert_right(port, MACH_MSG_TYPE_MAKE_SEND, 0);
  task_set_special_port(TASK_BOOTSTRAP_PORT, port);
  for (int how = 0; how < 4; how++) {
    pid_t pid = fork();
    if (pid == 0) mach_child(how);
    if (how == 3) {
      struct letter letter;
      for (int i = 0; i < 4; i++) mach_msg(&letter.head, MACH_RCV_MSG, 0, sizeof letter, port, 0);
      kill(pid, SIGKILL);
    }
    waitpid(pid, 0, 0);
  }
  printf("mach: all have ended\n");
}

static l4_id_t parent;

static void l4_child(int how) {
  struct l4_words words = {{0}};
  char *own = mmap(0, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memset(own, 7, 4 * PAGE);
  struct l4_long in = {.receive_page = L4_PAGE(L4_WINDOWS, 14, 0)};
  l4_ipc(parent, parent, &words, &in, L4_FOR_EVER);
  struct l4_long out = {.send_page = L4_PAGE(own, 12, L4_WRITE)};
  l4_ipc(parent, L4_NOBODY, &words, &out, L4_FOR_EVER);
  out.send_page = L4_PAGE(L4_WINDOWS, 13, L4_WRITE);
  out.send_base = 4 * PAGE;
  l4_ipc(parent, L4_NOBODY, &words, &out, L4_FOR_EVER);
  /* Somebody waits to send to it. */
  if (fork() == 0) {
    l4_call(L4_NOBODY, &words);
    l4_send(parent, &words);
    _exit(0);
  }
  end(how);
}

static void l4(void) {
  char *pages = mmap(0, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  pages += -(uint64_t)pages % (4 * PAGE);
  for (int how = 0; how < 4; how++) {
    pid_t pid = fork();
    if (pid == 0) l4_child(how);
    struct l4_words words;
    struct l4_long window = {.receive_page = L4_PAGE(L4_WINDOWS, 16, 0)};
    struct l4_got got = l4_receive(L4_ANYBODY, &words);
    struct l4_long out = {.send_page = L4_PAGE(pages, 14, L4_WRITE)};
    l4_id_t child = got.from;
    l4_ipc(child, child, &words, (memcpy(&window.send_page, &out.send_page, 8), &window), L4_FOR_EVER);
    window.send_page = 0;
    l4_ipc(L4_NOBODY, child, &words, &window, L4_FOR_EVER);
    l4_receive(L4_ANYBODY, &words);
    if (how == 3) kill(pid, SIGKILL);
    waitpid(pid, 0, 0);
    printf("l4: after the child has gone: %ld of its pages are left\n", l4_unmap(L4_PAGE(L4_WINDOWS, 12, 0), 1));
  }
}

int main(void) {
  setvbuf(stdout, 0, _IOLBF, 0);
  mach_port_t port;
  uint32_t result = mach_port_allocate(&port);
  if (result != MISSING) mach(port);
  parent = l4_myself();
  if (parent != -38) l4();
  return 0;
}
