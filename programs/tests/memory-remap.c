/* mremap and madvise: growing, shrinking, moving; giving pages back. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <testing.h>
#include <unistd.h>

#define PAGE 4096UL

static char *map(size_t length) {
  char *address = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  must(address != MAP_FAILED, "mmap");
  return address;
}

static void growing(void) {
  char *area = map(16 * PAGE);
  munmap(area + 2 * PAGE, 14 * PAGE);
  memset(area, 'a', 2 * PAGE);
  char *grown = mremap(area, 2 * PAGE, 6 * PAGE, 0);
  say("in place: %d; old %c, new %d", grown == area, grown[2 * PAGE - 1], grown[5 * PAGE]);
  char *shrunk = mremap(area, 6 * PAGE, PAGE, 0);
  say("shrunk in place: %d", shrunk == area);
  report_fault("what was cut off", catch_fault(touch_read, area + PAGE), area + PAGE);
  mmap(area + PAGE, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  report("no room, and not allowed to move", mremap(area, PAGE, 3 * PAGE, 0) == MAP_FAILED ? -1 : 0);
  char *moved = mremap(area, PAGE, 300 * PAGE, MREMAP_MAYMOVE);
  say("moved: %d; old %c, new %d", moved != area && moved != MAP_FAILED, moved[0], moved[299 * PAGE]);
  report_fault("the old place", catch_fault(touch_read, area), area);
  say("the neighbour stays: %d", area[PAGE]);
  munmap(moved, 300 * PAGE);
}

static void fixed(void) {
  char *from = map(4 * PAGE), *to = map(4 * PAGE);
  memset(from, 'f', 4 * PAGE);
  memset(to, 't', 4 * PAGE);
  char *moved = mremap(from + PAGE, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, to + PAGE);
  say("onto a place: %d; %c%c%c%c", moved == to + PAGE, to[0], to[PAGE], to[2 * PAGE], to[3 * PAGE]);
  report_fault("where it was", catch_fault(touch_read, from + PAGE), from + PAGE);
  say("around it: %c %c", from[0], from[3 * PAGE]);
}

static int check_shared(void *area) {
  strcpy(area, "child");
  return 0;
}

static void of_files(void) {
  write_file("file", "text of the file");
  int file = open("file", O_RDWR);
  ftruncate(file, 3 * PAGE);
  pwrite(file, "third page", 10, 2 * PAGE);
  char *area = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  area = mremap(area, PAGE, 3 * PAGE, MREMAP_MAYMOVE);
  say("a file mapping grows into the file: %s", area + 2 * PAGE);
  run(check_shared, area + PAGE);
  say("and stays shared: %s", area + PAGE);
}

static void errors(void) {
  char *area = map(3 * PAGE);
  munmap(area + PAGE, PAGE);
#define TRY(what, ...) report(what, mremap(__VA_ARGS__) == MAP_FAILED ? -1 : 0)
  TRY("odd address", area + 1, PAGE, 2 * PAGE, MREMAP_MAYMOVE);
  TRY("to length 0", area, PAGE, 0, MREMAP_MAYMOVE);
  TRY("not mapped", area + PAGE, PAGE, 2 * PAGE, MREMAP_MAYMOVE);
  TRY("across a hole", area, 3 * PAGE, 4 * PAGE, MREMAP_MAYMOVE);
  TRY("fixed without may-move", area, PAGE, PAGE, MREMAP_FIXED, area + 16 * PAGE);
  TRY("onto itself", area, PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, area);
}

static void advice(void) {
  char *area = map(4 * PAGE);
  memset(area, 'a', 4 * PAGE);
  report("DONTNEED", madvise(area + PAGE, 2 * PAGE, MADV_DONTNEED));
  say("zero now: %d %d; kept: %c %c", area[PAGE], area[3 * PAGE - 1], area[0], area[3 * PAGE]);
  write_file("data", "from the file");
  int file = open("data", O_RDWR);
  char *own = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
  strcpy(own, "changed");
  madvise(own, PAGE, MADV_DONTNEED);
  say("a private file page is read again: %s", own);
  char *shared = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  memcpy(shared, "FROM", 4);
  madvise(shared, PAGE, MADV_DONTNEED);
  say("a shared one loses nothing: %s", shared);
  report("odd address", madvise(area + 1, PAGE, MADV_DONTNEED));
  report("length 0", madvise(area, 0, MADV_DONTNEED));
  report("unknown advice", madvise(area, PAGE, 12345));
  munmap(area + PAGE, PAGE);
  report("across a hole", madvise(area, 4 * PAGE, MADV_DONTNEED));
  say("yet both sides are zero: %d %d", area[0], area[3 * PAGE]);
}

static int read_it(void *area) { return catch_fault(touch_read, area).signal; }

static void not_for_children(void) {
  char *area = map(PAGE);
  madvise(area, PAGE, MADV_DONTFORK);
  report_status("DONTFORK: a child faults with signal", run(read_it, area));
  say("the parent does not: %d", read_it(area));
}

int main(void) {
  enter_scratch("memory-remap");
  growing();
  fixed();
  of_files();
  errors();
  advice();
  not_for_children();
  return 0;
}
