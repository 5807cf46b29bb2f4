/* memory-bomb SHAPE: asks for memory without end, in the way that SHAPE says.
 *
 *     touch    writes to page after page of anonymous mappings, for ever
 *     map      makes mappings of one page with alternating protection until refused; says how many
 *     break    moves the break up and writes there until refused
 *     stack    calls itself without end
 *     pipes    fills pipe after pipe
 *     file     writes a file in memory, in the present directory, without end
 *     shared   writes to page after page of shared anonymous memory
 *     threads  starts threads with stacks of their own until refused; says the error
 *     fork     every child writes to all pages that it shares with its parent, and forks again
 *     vfork    as touch, in a child that borrows its parent's memory
 *     crew     as touch, in several threads at once, while others wait for ever in system calls
 *     read     reads page after page: page tables only
 *     ignore   as touch, with every signal ignored or handled that can be
 *
 * What is refused with an error number ends the program with "SHAPE: error N after COUNT" and exit 3. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096, CHUNK = 64 * PAGE };
#define CREW (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM)

static _Noreturn void refused(const char *shape, unsigned long count) {
  int error = errno;
  dprintf(1, "%s: error %d after %lu\n", shape, error, count);
  _exit(3);
}

static char *map(unsigned long length, int protection, int flags) {
  return mmap(NULL, length, protection, flags | MAP_ANONYMOUS, -1, 0);
}

static _Noreturn void touch_mappings(const char *shape, int flags, int write) {
  for (unsigned long count = 0;; count += CHUNK / PAGE) {
    volatile char *memory = map(CHUNK, PROT_READ | PROT_WRITE, flags);
    if (memory == MAP_FAILED) refused(shape, count);
    for (unsigned long at = 0; at < CHUNK; at += PAGE)
      if (write) memory[at] = (char)(at / PAGE);
      else (void)memory[at];
  }
}

static void shape_touch(void) { touch_mappings("touch", MAP_PRIVATE, 1); }
static void shape_shared(void) { touch_mappings("shared", MAP_SHARED, 1); }

static void shape_read(void) {
  /* A mapping of 256 GiB in steps of 2 MiB: each page read needs a table of its own. */
  for (unsigned long count = 0;;) {
    volatile char *memory = map(256UL << 30, PROT_READ, MAP_PRIVATE | MAP_NORESERVE);
    if (memory == MAP_FAILED) refused("read", count);
    for (unsigned long at = 0; at < 256UL << 30; at += 2UL << 20, count++) (void)memory[at];
  }
}

static void shape_map(void) {
  for (unsigned long count = 0;; count++)
    if (map(PAGE, count % 2 ? PROT_READ : PROT_READ | PROT_WRITE, MAP_PRIVATE) == MAP_FAILED)
      refused("map", count);
}

static void shape_break(void) {
  for (unsigned long count = 0;; count++) {
    char *memory = sbrk(PAGE);
    if (memory == (char *)-1) refused("break", count);
    *(volatile char *)memory = 1;
  }
}

static volatile long deepest = -1;
static __attribute__((noinline)) long descend(long depth) {
  volatile char frame[PAGE];
  frame[0] = (char)depth;
  if (depth == deepest) return 0;
  return descend(depth + 1) + frame[0];
}
static void shape_stack(void) { _exit((int)descend(0)); }

static void shape_pipes(void) {
  static char block[65536];
  for (unsigned long count = 0;; count++) {
    int ends[2];
    if (pipe2(ends, O_NONBLOCK) != 0) refused("pipes", count);
    while (write(ends[1], block, sizeof block) > 0) continue;
    if (errno != EAGAIN) refused("pipes", count);
  }
}

static void shape_file(void) {
  static char block[65536];
  int file = open("huge", O_WRONLY | O_CREAT, 0600);
  if (file < 0) refused("file", 0);
  memset(block, 'x', sizeof block);
  for (unsigned long count = 0;; count++)
    if (write(file, block, sizeof block) < 0) refused("file", count);
}

static int thread(void *unused) {
  (void)unused;
  while (pause() != 0) continue;
  return 0;
}

static void shape_threads(void) {
  for (unsigned long count = 0;; count++) {
    char *stack = map(4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE);
    if (stack == MAP_FAILED) refused("threads", count);
    long made = clone_with_stack(CREW, stack + 4 * PAGE, NULL, NULL, NULL, thread, NULL);
    if (made < 0) {
      errno = (int)-made;
      refused("threads", count);
    }
  }
}

static void shape_vfork(void) {
  pid_t child = vfork();
  if (child == 0) shape_touch();
  /* The child can neither exit nor leave its parent behind. */
  dprintf(1, "vfork: the parent is back\n");
  _exit(4);
}

static int member(void *which) {
  int ends[2];
  char byte;
  switch ((long)which % 4) {
    case 0: return thread(NULL);
    case 1: return pipe(ends) == 0 ? (int)read(ends[0], &byte, 1) : 1;
    default: shape_touch();
  }
  return 0;
}

static void shape_crew(void) {
  for (long number = 0; number < 12; number++) {
    char *stack = map(4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE);
    if (stack == MAP_FAILED) refused("crew", number);
    long made = clone_with_stack(CREW, stack + 4 * PAGE, NULL, NULL, NULL, member, (void *)number);
    if (made < 0) refused("crew", number);
  }
  for (;;) sched_yield();
}

static void shape_fork(void) {
  enum { SIZE = 1 << 20 };
  char *memory = map(SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE);
  if (memory == MAP_FAILED) refused("fork", 0);
  for (unsigned long count = 1;; count++) {
    for (long at = 0; at < SIZE; at += PAGE) memory[at] = (char)count;
    pid_t child = fork();
    if (child < 0) {
      /* No more children: those that there are go on writing. */
      for (;;) sched_yield();
    }
  }
}

static void on_signal(int number) { (void)number; }
static void shape_ignore(void) {
  for (int number = 1; number < 32; number++) {
    struct sigaction action = {.sa_handler = number % 2 ? SIG_IGN : on_signal};
    sigaction(number, &action, NULL);
  }
  touch_mappings("ignore", MAP_PRIVATE, 1);
}

static const struct {
  const char *name;
  void (*act)(void);
} SHAPES[] = {
    {"touch", shape_touch},     {"map", shape_map},   {"break", shape_break},   {"stack", shape_stack},
    {"pipes", shape_pipes},     {"file", shape_file}, {"shared", shape_shared}, {"threads", shape_threads},
    {"fork", shape_fork},       {"read", shape_read}, {"ignore", shape_ignore},
    {"vfork", shape_vfork},     {"crew", shape_crew},
};

int main(int count, char **arguments) {
  for (unsigned long i = 0; count == 2 && i < sizeof SHAPES / sizeof *SHAPES; i++)
    if (strcmp(arguments[1], SHAPES[i].name) == 0) SHAPES[i].act();
  dprintf(2, "usage: memory-bomb SHAPE\n");
  return 2;
}
