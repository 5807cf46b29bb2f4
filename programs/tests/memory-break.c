/* The program break. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <testing.h>
#include <unistd.h>

static int grow_in_child(void *unused) {
  (void)unused;
  char *old = sbrk(8192);
  memset(old, 'c', 8192);
  return old == sbrk(0) - 8192 ? 0 : 1;
}

static int limited(void *unused) {
  (void)unused;
  struct rlimit limit = {1 << 20, 1 << 20};
  setrlimit(RLIMIT_DATA, &limit);
  report("beyond the limit on data", sbrk(4 << 20) == (void *)-1 ? -1 : 0);
  report_ok("within it", sbrk(4096) == (void *)-1 ? -1 : 0);
  return 0;
}

int main(void) {
  char *start = sbrk(0), *first = sbrk(10000);
  say("sbrk gives the old break: %d", first == start);
  say("fresh memory is zero: %d", first[0] == 0 && first[9999] == 0);
  memset(first, 'x', 10000);
  say("the break moved by exactly that much: %d", (char *)sbrk(0) == start + 10000);
  char *second = sbrk(100000);
  second[99999] = 'y';
  say("it goes on from there: %d", second == start + 10000);
  say("what was written stays: %c%c", first[0], first[9999]);
  sbrk(-100000);
  char *gone = (char *)(((unsigned long)start + 10000 + 8191) & ~4095UL);
  report_fault("given back", catch_fault(touch_read, gone), gone);
  second = sbrk(100000);
  say("taken again it is zero: %d", second[50000]);
  say("below the start nothing happens: %d",
      system_call(SYS_brk, (long)start - 4096 * 100, 0, 0, 0, 0, 0) == (long)sbrk(0));
  say("nor for an absurd address: %d", system_call(SYS_brk, 1L << 60, 0, 0, 0, 0, 0) == (long)sbrk(0));
  report_status("a child's break is its own", run(grow_in_child, NULL));
  say("the parent's has not moved: %d", (char *)sbrk(0) == start + 110000);
  run(limited, NULL);
  /* A mapping in the way stops it. */
  char *wall = (char *)(((unsigned long)sbrk(0) + 0x100000) & ~4095UL);
  mmap(wall, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  report("a mapping is in the way", sbrk(0x200000) == (void *)-1 ? -1 : 0);
  report_ok("up to it there is room", sbrk(0x80000) == (void *)-1 ? -1 : 0);
  return 0;
}
