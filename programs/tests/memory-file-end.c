/* Mapped files that become shorter: pages behind the end are gone, in every process, and come back empty. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <testing.h>
#include <unistd.h>

#define PAGE 4096
static char *shared, *private;
static int file;

static void look(const char *what, char *at) {
  struct fault fault = catch_fault(touch_read, at);
  if (fault.signal) report_fault(what, fault, at);
  else say("%s: %d", what, *at);
}

static void fill(int pages) {
  char page[PAGE];
  for (int i = 0; i < pages; i++) {
    memset(page, 'a' + i, PAGE);
    must(pwrite(file, page, PAGE, i * PAGE) == PAGE, "pwrite");
  }
}

static int in_child(void *unused) {
  (void)unused;
  look("  the child's second page", shared + PAGE);
  return 0;
}

int main(void) {
  enter_scratch("memory-file-end");
  file = open("file", O_RDWR | O_CREAT, 0600);
  fill(4);
  shared = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  private = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
  for (int i = 0; i < 4; i++) {
    look("shared", shared + i * PAGE);
    if (i != 1) look("private", private + i * PAGE);
  }
  private[2 * PAGE] = 'X';
  struct gate go = gate_make(), back = gate_make();
  pid_t child = fork();
  if (child == 0) {
    look("the child sees", shared + PAGE);
    gate_open(&back);
    gate_wait(&go);
    _exit(in_child(NULL));
  }
  gate_wait(&back);
  report("cut within the first page", ftruncate(file, 100));
  gate_open(&go);
  report_status("the child", wait_for(child));
  look("the first byte", shared);
  look("behind the end, in the same page", shared + 100);
  look("the second page", shared + PAGE);
  look("private, not looked at before", private + PAGE);
  look("private, looked at", private + 3 * PAGE);
  look("private, written", private + 2 * PAGE);
  report("longer again", ftruncate(file, 4 * PAGE));
  look("the second page", shared + PAGE);
  look("private, written", private + 2 * PAGE);
  shared[PAGE] = 'y';
  char byte = 0;
  pread(file, &byte, 1, PAGE);
  say("written through the mapping: %c", byte);
  fill(4);
  look("the fourth page", shared + 3 * PAGE);
  private[3 * PAGE] = 'Z';
  report("a hole", SYSCALL_4(SYS_fallocate, file, 3, PAGE, 3 * PAGE));
  look("in the hole", shared + 2 * PAGE);
  look("a private copy stays", private + 3 * PAGE);
  fill(2);
  look("before O_TRUNC", shared);
  int again = open("file", O_WRONLY | O_TRUNC);
  look("after it", shared);
  close(again);
  struct fault fault = catch_fault(touch_write, shared);
  report_fault("writing", fault, shared);
  report("a system call", write(file, shared, 1));
  return 0;
}
