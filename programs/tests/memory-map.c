/* mmap: anonymous and of files, private and shared, fixed places, holes, errors, huge reservations. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <testing.h>
#include <unistd.h>

#define PAGE 4096UL

static char *map(size_t length, int protection, int flags) {
  char *address = mmap(NULL, length, protection, flags | MAP_ANONYMOUS, -1, 0);
  must(address != MAP_FAILED, "mmap");
  return address;
}

static char *volatile place;

static int write_there(void *unused) {
  (void)unused;
  place[0] = 'c';
  place[PAGE] = 'd';
  return place[100];
}

static void across_fork(void) {
  place = map(2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE);
  say("fresh memory is zero: %d", place[0] == 0 && place[2 * PAGE - 1] == 0);
  place[0] = 'a';
  place[100] = 'b';
  report_status("private: the child sees b", run(write_there, NULL));
  say("private: the parent still sees %c and %d", place[0], place[PAGE]);
  munmap(place, 2 * PAGE);
  place = map(2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED);
  place[0] = 'a';
  place[100] = 'b';
  report_status("shared: the child sees b", run(write_there, NULL));
  say("shared: the parent sees %c and %c", place[0], place[PAGE]);
  munmap(place, 2 * PAGE);
}

static void of_files(void) {
  write_file("file", "the text of a file");
  int file = open("file", O_RDWR);
  char *shared = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  char *own = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
  must(shared != MAP_FAILED && own != MAP_FAILED, "mmap");
  say("mapped: %s; behind the end: %d", shared, shared[18]);
  memcpy(shared + 4, "TEXT", 4);
  say("written through a shared mapping: %s", read_file("file"));
  say("a private mapping not yet written sees it: %s", own);
  memcpy(own, "own", 3);
  say("a private write stays private: %s | %s", own, read_file("file"));
  pwrite(file, "A", 1, 9);
  say("a write to the file shows in the shared one: %s", shared);
  own[PAGE - 1] = 1;
  shared[17] = '!';
  shared[18] = '?'; /* behind the end: not part of the file */
  close(file);
  say("the mapping outlives the descriptor: %s", shared);
  report("msync", msync(shared, PAGE, MS_SYNC));
  report("munmap", munmap(shared, PAGE));
  say("file: %s", read_file("file"));
  munmap(own, PAGE);
  file = open("file", O_RDWR);
  ftruncate(file, 3 * PAGE);
  pwrite(file, "second page", 11, PAGE);
  shared = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, file, PAGE);
  say("from an offset: %s", shared);
  unlink("file");
  say("the mapping outlives the name: %s", shared);
  munmap(shared, PAGE);
  close(file);
}

static int write_shared_file(void *address) {
  strcpy(address, "from the child");
  return 0;
}

static void shared_file_across_fork(void) {
  write_file("shared", "...............");
  int file = open("shared", O_RDWR);
  char *mine = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  run(write_shared_file, mine);
  say("parent: %s; file: %s", mine, read_file("shared"));
  char *again = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  again[0] = 'F';
  say("two mappings of one file: %s", mine);
  close(file);
}

static void fixed_places(void) {
  char *reserved = map(16 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_NORESERVE);
  char *inside = mmap(reserved + 4 * PAGE, 2 * PAGE, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  say("MAP_FIXED inside a reservation: %d", inside == reserved + 4 * PAGE);
  inside[0] = 'x';
  report_fault("below it", catch_fault(touch_read, inside - 1), inside - 1);
  report_fault("above it", catch_fault(touch_read, inside + 2 * PAGE), inside + 2 * PAGE);
  mmap(inside, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  say("mapped over again it is zero: %d", inside[0]);
  char *refused = mmap(inside, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  report("MAP_FIXED_NOREPLACE over it", refused == MAP_FAILED ? -1 : 0);
  char *hinted = mmap(reserved, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  say("a hint that is taken is moved: %d", hinted != reserved && hinted != MAP_FAILED);
  munmap(hinted, PAGE);
  munmap(reserved, 16 * PAGE);
  hinted = mmap(reserved, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  say("a hint that is free is followed: %d", hinted == reserved);
  munmap(hinted, PAGE);
}

static void holes(void) {
  char *pages = map(8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE);
  memset(pages, 'p', 8 * PAGE);
  report("unmap the middle", munmap(pages + 2 * PAGE, 3 * PAGE));
  say("left and right stay: %c %c", pages[2 * PAGE - 1], pages[5 * PAGE]);
  report_fault("the hole", catch_fault(touch_read, pages + 2 * PAGE), pages + 2 * PAGE);
  report("unmap the hole again", munmap(pages + 2 * PAGE, 3 * PAGE));
  report("unmap all, hole and all", munmap(pages, 8 * PAGE));
  pages = map(3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE);
  report("unmap part of a page", munmap(pages + PAGE, 1));
  report_fault("takes the whole page", catch_fault(touch_read, pages + 2 * PAGE - 1), pages + 2 * PAGE - 1);
}

static void errors(void) {
  write_file("data", "x");
  int reader = open("data", O_RDONLY), writer = open("data", O_WRONLY);
#define TRY(what, ...) report(what, mmap(__VA_ARGS__) == MAP_FAILED ? -1 : 0)
  TRY("length 0", NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  TRY("neither private nor shared", NULL, PAGE, PROT_READ, MAP_ANONYMOUS, -1, 0);
  TRY("odd fixed address", (void *)0x10000001, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
      0);
  TRY("odd offset", NULL, PAGE, PROT_READ, MAP_PRIVATE, reader, 100);
  TRY("bad descriptor", NULL, PAGE, PROT_READ, MAP_PRIVATE, 99, 0);
  TRY("write a read-only file", NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, reader, 0);
  TRY("a private copy of it may be written", NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, reader, 0);
  TRY("read a write-only file", NULL, PAGE, PROT_READ, MAP_SHARED, writer, 0);
  TRY("a directory", NULL, PAGE, PROT_READ, MAP_PRIVATE, open(".", O_RDONLY), 0);
  TRY("more than there is room for", NULL, 1UL << 57, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
      -1, 0);
  report("munmap of an odd address", munmap((void *)0x10000001, PAGE));
  report("munmap of length 0", munmap((void *)0x10000000, 0));
  report("munmap of nothing", munmap((void *)0x10000000, PAGE));
  report("msync of nothing", msync((void *)0x10000000, PAGE, MS_SYNC));
}

static void huge_reservation(void) {
  unsigned long size = 64UL << 30;
  char *pages = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  say("64 GiB without reserve: %d", pages != MAP_FAILED);
  if (pages == MAP_FAILED) return;
  for (unsigned long i = 0; i < 64; i++) pages[i << 30] = (char)i;
  unsigned long sum = 0;
  for (unsigned long i = 0; i < 64; i++) sum += (unsigned long)pages[i << 30];
  say("one byte in each of 64: sum %lu", sum);
  report("munmap", munmap(pages, size));
}

int main(void) {
  enter_scratch("memory-map");
  across_fork();
  of_files();
  shared_file_across_fork();
  fixed_places();
  holes();
  errors();
  huge_reservation();
  return 0;
}
