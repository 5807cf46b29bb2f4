/* Calls about memory: what they refuse, and what they do to the part that they can. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <testing.h>
#include <unistd.h>

#define PAGE 4096L
#define SYS_msync 227
#define SYS_mlock 228
#define SYS_munlock 229
#define SYS_mlockall 230
#define SYS_munlockall 231
#define SYS_mincore 232
#define SYS_madvise 233
#define SYS_mlock2 284
#define SYS_membarrier 283
#define SYS_pkey_mprotect 288
#define CHECK(call) report(#call, call)
#define MAPS(a, length, protection, flags, fd, offset)                                                       \
  report_ok("mmap " #a " " #length " " #protection " " #flags " " #fd " " #offset,                           \
            mmap(a, length, protection, flags, fd, offset) == MAP_FAILED ? -1 : 0)
#define RW (PROT_READ | PROT_WRITE)
#define ANONYMOUS (MAP_PRIVATE | MAP_ANONYMOUS)

static int readable, writable, both, directory, ends[2];
static char *area;

static char *fresh(int pages) {
  char *made = mmap(NULL, (size_t)(pages * PAGE), RW, ANONYMOUS, -1, 0);
  must(made != MAP_FAILED, "mmap");
  return made;
}

static void mapping(void) {
  MAPS(NULL, 0, RW, ANONYMOUS, -1, 0);
  MAPS(NULL, -1UL, RW, ANONYMOUS, -1, 0);
  MAPS(NULL, 1UL << 48, RW, ANONYMOUS, -1, 0);
  MAPS(NULL, PAGE, RW, MAP_ANONYMOUS, -1, 0);
  MAPS(NULL, PAGE, RW, MAP_PRIVATE | MAP_SHARED, both, 0);
  MAPS(NULL, PAGE, RW, 3, both, 0);
  MAPS(NULL, PAGE, RW, ANONYMOUS, 99, 0);
  MAPS(NULL, PAGE, RW, ANONYMOUS, -1, 100);
  MAPS(NULL, PAGE, RW, ANONYMOUS, -1, PAGE);
  MAPS((char *)1, PAGE, RW, ANONYMOUS, -1, 0);
  MAPS((char *)1, PAGE, RW, ANONYMOUS | MAP_FIXED, -1, 0);
  MAPS((char *)(1UL << 58), PAGE, RW, ANONYMOUS | MAP_FIXED, -1, 0);
  MAPS((char *)(1UL << 58), PAGE, RW, ANONYMOUS, -1, 0);
  MAPS(NULL, PAGE, 0xff, ANONYMOUS, -1, 0);
  MAPS(NULL, PAGE, RW, MAP_PRIVATE, -1, 0);
  MAPS(NULL, PAGE, RW, MAP_PRIVATE, 99, 0);
  MAPS(NULL, PAGE, RW, MAP_PRIVATE, directory, 0);
  MAPS(NULL, PAGE, RW, MAP_PRIVATE, ends[0], 0);
  MAPS(NULL, PAGE, RW, MAP_PRIVATE, both, 1);
  MAPS(NULL, PAGE, RW, MAP_PRIVATE, both, -PAGE);
  MAPS(NULL, PAGE, RW, MAP_SHARED, readable, 0);
  MAPS(NULL, PAGE, PROT_READ, MAP_SHARED, readable, 0);
  MAPS(NULL, PAGE, RW, MAP_PRIVATE, readable, 0);
  MAPS(NULL, PAGE, PROT_WRITE, MAP_SHARED, writable, 0);
  MAPS(NULL, PAGE, PROT_READ, MAP_PRIVATE, writable, 0);
  MAPS(NULL, PAGE, PROT_NONE, MAP_PRIVATE, writable, 0);
  MAPS(NULL, 100 * PAGE, RW, MAP_SHARED, both, 50 * PAGE);
}

static void unmapping(void) {
  CHECK(munmap(area, 0));
  CHECK(munmap(area + 1, PAGE));
  CHECK(munmap((char *)(1UL << 58), PAGE));
  CHECK(munmap(nowhere(), PAGE));
  CHECK(munmap(area, -PAGE));
  char *part = fresh(3);
  CHECK(munmap(part + PAGE, 1));
  CHECK(munmap(part, 3 * PAGE));
}

static void protecting(void) {
  char *part = fresh(3);
  munmap(part + PAGE, PAGE);
  CHECK(mprotect(part, 3 * PAGE, PROT_READ));
  struct fault fault = catch_fault(touch_write, part);
  say("the first page: %d", fault.signal);
  fault = catch_fault(touch_write, part + 2 * PAGE);
  say("the last page: %d", fault.signal);
  CHECK(mprotect(part + 1, PAGE, PROT_READ));
  CHECK(mprotect(part, 0, PROT_READ));
  CHECK(mprotect(nowhere(), PAGE, PROT_READ));
  CHECK(mprotect(part, PAGE, 0x100));
  CHECK(mprotect(part, PAGE, 0x01000000));
  CHECK(mprotect(part, PAGE, 0x03000000));
  CHECK(mprotect(part, -PAGE, PROT_READ));
  char *shared = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, readable, 0);
  CHECK(mprotect(shared, PAGE, RW));
  CHECK(SYSCALL_4(SYS_pkey_mprotect, part, PAGE, RW, -1));
  CHECK(SYSCALL_4(SYS_pkey_mprotect, part, PAGE, RW, 1));
}

static void asking(void) {
  unsigned char resident[4];
  char *part = fresh(3);
  CHECK(SYSCALL_3(SYS_mincore, part + 1, PAGE, resident));
  CHECK(SYSCALL_3(SYS_mincore, part, PAGE, nowhere()));
  CHECK(SYSCALL_3(SYS_mincore, nowhere(), PAGE, resident));
  CHECK(SYSCALL_3(SYS_mincore, part, 0, resident));
  part[PAGE] = 1;
  CHECK(SYSCALL_3(SYS_mincore, part, 3 * PAGE, resident));
  say("%d %d %d", resident[0] & 1, resident[1] & 1, resident[2] & 1);
  CHECK(SYSCALL_3(SYS_msync, part, PAGE, 4));
  CHECK(SYSCALL_3(SYS_msync, part, PAGE, 5));
  CHECK(SYSCALL_3(SYS_msync, part, PAGE, 8));
  CHECK(SYSCALL_3(SYS_msync, part, PAGE, 0));
  CHECK(SYSCALL_3(SYS_msync, part + 1, PAGE, 4));
  CHECK(SYSCALL_3(SYS_msync, nowhere(), PAGE, 4));
  CHECK(SYSCALL_3(SYS_msync, nowhere(), 0, 4));
  CHECK(SYSCALL_2(SYS_mlock, part, PAGE));
  CHECK(SYSCALL_2(SYS_mlock, nowhere(), PAGE));
  CHECK(SYSCALL_2(SYS_mlock, part + 1, 1));
  CHECK(SYSCALL_3(SYS_mlock2, part, PAGE, 2));
  CHECK(SYSCALL_3(SYS_mlock2, part, PAGE, 1));
  CHECK(SYSCALL_2(SYS_munlock, part, PAGE));
  CHECK(SYSCALL_2(SYS_munlock, nowhere(), PAGE));
  CHECK(SYSCALL_1(SYS_mlockall, 0));
  CHECK(SYSCALL_1(SYS_mlockall, 8));
  CHECK(SYSCALL_1(SYS_mlockall, 4));
  CHECK(SYSCALL_0(SYS_munlockall));
}

static void advising(void) {
  char *part = fresh(3);
  memset(part, 7, 3 * PAGE);
  CHECK(SYSCALL_3(SYS_madvise, part + 1, PAGE, 4));
  CHECK(SYSCALL_3(SYS_madvise, part, 0, 4));
  CHECK(SYSCALL_3(SYS_madvise, part, PAGE, 99));
  CHECK(SYSCALL_3(SYS_madvise, nowhere(), PAGE, 4));
  CHECK(SYSCALL_3(SYS_madvise, part, -PAGE, 4));
  CHECK(SYSCALL_3(SYS_madvise, part, 1, 4));
  say("%d %d", part[0], part[PAGE]);
  for (int advice = 0; advice <= 25; advice++) {
    if (advice == 4 || advice == 8) continue;
    char what[32] = "advice ";
    what[7] = (char)('0' + advice / 10), what[8] = (char)('0' + advice % 10), what[9] = 0;
    report(what, SYSCALL_3(SYS_madvise, part + PAGE, PAGE, advice));
  }
  char *file = mmap(NULL, PAGE, RW, MAP_SHARED, both, 0);
  file[0] = 9;
  CHECK(SYSCALL_3(SYS_madvise, file, PAGE, 4));
  say("%d", file[0]);
  CHECK(SYSCALL_3(SYS_madvise, file, PAGE, 8));
  CHECK(SYSCALL_3(SYS_madvise, file, PAGE, 18));
  munmap(part + PAGE, PAGE);
  CHECK(SYSCALL_3(SYS_madvise, part, 3 * PAGE, 4));
  say("%d", part[2 * PAGE]);
}

static void moving(void) {
  char *part = fresh(4);
  CHECK(SYSCALL_5(SYS_mremap, part + 1, PAGE, PAGE, 0, 0));
  CHECK(SYSCALL_5(SYS_mremap, part, PAGE, PAGE, 8, 0));
  CHECK(SYSCALL_5(SYS_mremap, part, PAGE, PAGE, 2, part));
  CHECK(SYSCALL_5(SYS_mremap, part, PAGE, PAGE, 3, part));
  CHECK(SYSCALL_5(SYS_mremap, part, PAGE, PAGE, 3, part + 1));
  CHECK(SYSCALL_5(SYS_mremap, part, 2 * PAGE, 2 * PAGE, 3, part + PAGE));
  CHECK(SYSCALL_5(SYS_mremap, part, PAGE, 2 * PAGE, 4, 0));
  CHECK(SYSCALL_5(SYS_mremap, nowhere(), PAGE, 2 * PAGE, 1, 0));
  CHECK(SYSCALL_5(SYS_mremap, part, 4 * PAGE, 0, 1, 0));
  CHECK(SYSCALL_5(SYS_mremap, part, 8 * PAGE, 9 * PAGE, 1, 0));
  CHECK(SYSCALL_5(SYS_mremap, part, 0, PAGE, 1, 0));
  CHECK(SYSCALL_5(SYS_mremap, part, 4 * PAGE, 2 * PAGE, 0, 0) == (long)part);
  CHECK(SYSCALL_5(SYS_mremap, part, 2 * PAGE, 1L << 47, 1, 0));
}

int main(void) {
  enter_scratch("calls-memory");
  both = open("file", O_RDWR | O_CREAT, 0600);
  must(ftruncate(both, 2 * PAGE) == 0, "size");
  readable = open("file", O_RDONLY);
  writable = open("file", O_WRONLY);
  directory = open(".", O_RDONLY);
  must(pipe(ends) == 0, "pipe");
  area = fresh(4);
  mapping();
  unmapping();
  protecting();
  asking();
  advising();
  moving();
  return 0;
}
