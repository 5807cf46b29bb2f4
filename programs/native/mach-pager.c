/* mach-pager: a memory object and its pager in C: pages come when they are touched, are shared, come back when they were modified, are
 * locked and unlocked; and what happens when a page cannot be had, and when the pager has gone. */
#include <mach.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096, PAGES = 6, ERRONEOUS = 3, ABSENT = 4, LOCKED = 5 };

static char store[PAGES][PAGE] __attribute__((aligned(PAGE)));

static void caught(int signal) {
  printf("client: signal %d\n", signal);
  exit(0);
}

/* A client maps the object and does what it is asked to; `what` is a letter for each of its steps. */
static void client(const char *what) {
  mach_port_t object;
  uint64_t at = 0;
  task_get_special_port(TASK_BOOTSTRAP_PORT, &object);
  signal(SIGBUS, caught);
  signal(SIGSEGV, caught);
  kern_return_t result = vm_map(&at, PAGES * PAGE, object, 0, VM_PROT_READ | VM_PROT_WRITE);
  if (result) printf("client: vm_map 0x%x\n", result);
  volatile char *page = (volatile char *)at;
  for (; *what; what++) {
    int number = *what & 15;
    if (*what >= 'p') /* p to u: store into page 0 to 5 */
      page[number * PAGE] = 'A' + number, printf("client: stores into page %d\n", number);
    else if (*what >= '0' && *what <= '9') {
      char text[32];
      snprintf(text, sizeof text, "%s", (char *)page + number * PAGE);
      printf("client: page %d says '%s'\n", number, text);
    }
    else if (*what == 'd')
      printf("client: gives it up: %d\n", vm_deallocate(at, PAGES * PAGE));
    else if (*what == 'h')
      printf("client: half of it: %d\n", vm_deallocate(at, PAGE));
  }
  exit(0);
}

static pid_t start(const char *what) {
  pid_t pid = fork();
  if (pid == 0) client(what);
  return pid;
}

/* Serves the kernel's requests until nothing of the object is mapped. */
static void serve(mach_port_t object) {
  union {
    memory_object_request_t request;
    memory_object_return_t back;
    char room[128];
  } message;
  for (;;) {
    mach_msg(&message.request.head, MACH_RCV_MSG, 0, sizeof message, object, 0);
    uint64_t offset = message.request.offset;
    unsigned page = offset / PAGE;
    switch (message.request.head.msgh_id) {
    case MEMORY_OBJECT_DATA_REQUEST:
      printf("pager: page %u is wanted, to %s\n", page, message.request.desired_access == VM_PROT_WRITE ? "write" : "read");
      if (page == ERRONEOUS)
        memory_object_data_error(object, offset, PAGE);
      else if (page == ABSENT)
        memory_object_data_unavailable(object, offset, PAGE);
      else
        memory_object_data_supply(object, offset, store[page], PAGE, page == LOCKED ? VM_PROT_WRITE : 0);
      break;
    case MEMORY_OBJECT_DATA_UNLOCK:
      printf("pager: page %u is to be unlocked\n", page);
      memory_object_lock_request(object, offset, PAGE, 0, 0);
      break;
    case MEMORY_OBJECT_DATA_RETURN:
      page = message.back.offset / PAGE;
      memcpy(store[page], mach_msg_ool_address(&message.back.page), PAGE);
      printf("pager: page %u comes back: '%s'\n", page, store[page]);
      vm_deallocate((uint64_t)mach_msg_ool_address(&message.back.page), PAGE);
      break;
    case MEMORY_OBJECT_TERMINATE:
      printf("pager: nobody has it any more\n");
      return;
    default:
      printf("pager: message %d?\n", message.request.head.msgh_id);
      return;
    }
  }
}

int main(void) {
  setvbuf(stdout, 0, _IOLBF, 0);
  mach_port_t object, send;
  mach_port_allocate(&object);
  mach_port_insert_right(object, MACH_MSG_TYPE_MAKE_SEND, &send);
  mach_port_set_qlimit(object, 16);
  task_set_special_port(TASK_BOOTSTRAP_PORT, send);
  for (int i = 0; i < PAGES; i++) snprintf(store[i], PAGE, "number %d", i);
  printf("supply of what nobody has mapped: %d\n", memory_object_data_supply(object, 0, store, PAGE, 0));

  printf("- reading, storing, zeros, a lock\n");
  start("01p041u5hd1");
  serve(object);
  wait(0);
  printf("- what was stored is there still; a page that cannot be had\n");
  start("0p3");
  serve(object);
  wait(0);

  printf("- two children share a page\n");
  uint64_t at = 0;
  pid_t pid = fork();
  if (pid == 0) {
    task_get_special_port(TASK_BOOTSTRAP_PORT, &send);
    vm_map(&at, PAGE, send, PAGE, VM_PROT_READ | VM_PROT_WRITE);
    char *shared = (char *)at;
    strcpy(shared, "said by a child");
    while (strcmp(shared, "answered by another") != 0) sleep(1);
    printf("child: its sibling has answered\n");
    exit(0);
  }
  if (fork() == 0) {
    task_get_special_port(TASK_BOOTSTRAP_PORT, &send);
    vm_map(&at, PAGE, send, PAGE, VM_PROT_READ | VM_PROT_WRITE);
    char *shared = (char *)at;
    while (strcmp(shared, "said by a child") != 0) sleep(1);
    strcpy(shared, "answered by another");
    exit(0);
  }
  serve(object);
  while (wait(0) > 0) continue;

  printf("- the pager goes\n");
  pid = start("2");
  memory_object_request_t request;
  mach_msg(&request.head, MACH_RCV_MSG, 0, sizeof request, object, 0);
  printf("pager: page %u is wanted\n", (unsigned)(request.offset / PAGE));
  mach_port_mod_refs(object, MACH_PORT_RIGHT_RECEIVE, -1);
  waitpid(pid, 0, 0);
  return 0;
}
