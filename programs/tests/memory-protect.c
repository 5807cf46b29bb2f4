/* mprotect: taking rights away and giving them back, page by page. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <testing.h>
#include <unistd.h>

#define PAGE 4096UL

static void show(const char *what, char *pages, int count) {
  char line[3 * 16 + 1];
  int at = 0;
  for (int i = 0; i < count; i++) {
    line[at++] = catch_fault(touch_read, pages + (unsigned long)i * PAGE).signal ? '-' : 'r';
    line[at++] = catch_fault(touch_write, pages + (unsigned long)i * PAGE).signal ? '-' : 'w';
    line[at++] = ' ';
  }
  line[at - 1] = 0;
  say("%s: %s", what, line);
}

static void page_by_page(void) {
  char *pages = mmap(NULL, 6 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  show("at first", pages, 6);
  mprotect(pages + PAGE, PAGE, PROT_READ);
  show("second read-only", pages, 6);
  mprotect(pages + 3 * PAGE, 2 * PAGE, PROT_NONE);
  show("fourth and fifth closed", pages, 6);
  mprotect(pages, 6 * PAGE, PROT_READ);
  show("all read-only", pages, 6);
  mprotect(pages, 6 * PAGE, PROT_READ | PROT_WRITE);
  show("all open", pages, 6);
  mprotect(pages + PAGE, 1, PROT_NONE);
  show("one byte means its page", pages, 6);
  mprotect(pages, 6 * PAGE, PROT_WRITE);
  show("writing includes reading", pages, 2);
  mprotect(pages, 6 * PAGE, PROT_READ | PROT_WRITE);
  pages[5 * PAGE] = 'k';
  mprotect(pages + 5 * PAGE, PAGE, PROT_NONE);
  mprotect(pages + 5 * PAGE, PAGE, PROT_READ);
  say("contents are kept: %c", pages[5 * PAGE]);
}

static void execution(void) {
  /* li a0, 42; ret */
  static const unsigned int code[] = {0x02a00513, 0x00008067}, other[] = {0x02b00513, 0x00008067};
  unsigned int *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  int (*function)(void) = (int (*)(void))page;
  memcpy(page, code, sizeof code);
  mprotect(page, PAGE, PROT_READ | PROT_EXEC);
  __asm__ volatile("fence.i");
  say("code made at run time: %d", function());
  mprotect(page, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC);
  memcpy(page, other, sizeof other);
  __asm__ volatile("fence.i");
  say("and changed: %d", function());
  mprotect(page, PAGE, PROT_READ);
  struct fault fault = catch_fault((void (*)(void *))(void *)function, NULL);
  say("no longer executable: signal %d, code %d", fault.signal, fault.code);
}

static int child(void *page) {
  struct fault fault = catch_fault(touch_write, page);
  mprotect(page, PAGE, PROT_READ | PROT_WRITE);
  return fault.signal ? 3 : 4;
}

static void across_fork(void) {
  char *page = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  report_status("a child inherits protection", run(child, page));
  say("its change is its own: %d", catch_fault(touch_write, page).signal);
}

static void errors(void) {
  char *pages = mmap(NULL, 3 * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(pages + PAGE, PAGE);
  report("odd address", mprotect(pages + 1, PAGE, PROT_READ));
  report("length 0", mprotect(pages, 0, PROT_READ));
  report("across a hole", mprotect(pages, 3 * PAGE, PROT_READ | PROT_WRITE));
  show("the part before the hole was changed", pages, 1);
  report("unknown rights", mprotect(pages, PAGE, 0x1000));
  write_file("file", "text");
  int reader = open("file", O_RDONLY);
  char *file = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, reader, 0);
  report("writing a file that is open for reading", mprotect(file, PAGE, PROT_READ | PROT_WRITE));
}

int main(void) {
  enter_scratch("memory-protect");
  page_by_page();
  execution();
  across_fork();
  errors();
  return 0;
}
