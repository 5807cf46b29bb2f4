/* A process that writes code, runs it, and writes it anew: by stores, by system calls, with and without rights taken away. */
#include <fcntl.h>
#include <generated_code.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <testing.h>
#include <unistd.h>

#define PAGE 4096UL
#define ROUNDS 6

static char *map(size_t length) {
  char *area =
      mmap(NULL, length, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  must(area != MAP_FAILED, "mmap");
  return area;
}

static void rewritten(void) {
  char *area = map(PAGE);
  long sums[ROUNDS];
  write_multiply(area, 1);
  for (int i = 0; i < ROUNDS; i++) {
    change_step(area, i + 1);
    if (i % 2) see_code();
    else see_code_by_call(area, area + PAGE);
    sums[i] = call(area, OFTEN) / OFTEN;
  }
  say("rewritten between calls: %ld %ld %ld %ld %ld %ld", sums[0], sums[1], sums[2], sums[3], sums[4], sums[5]);
}

/* A loop that changes one of its own instructions each time. */
static void while_it_runs(void) {
  const unsigned int code[] = {
      0x00000293,  /* li t0, 0 */
      0x00c5a023,  /* loop: sw a2, 0(a1) */
      0x0000100f,  /* fence.i */
      add_step(0), /* the one that is changed */
      0x00d60633,  /* add a2, a2, a3 */
      0xfff50513,  /* addi a0, a0, -1 */
      0xfe0516e3,  /* bnez a0, loop */
      0x00028513,  /* mv a0, t0 */
      0x00008067,  /* ret */
  };
  char *area = map(PAGE);
  memcpy(area, code, sizeof code);
  see_code();
  long (*function)(long, void *, long, long) = (long (*)(long, void *, long, long))area;
  say("while it runs: %ld", function(2000, area + 12, add_step(1), 1 << 20));
}

/* An instruction whose halves are on two pages, of which only the second is written. */
static void across_pages(void) {
  char *area = map(2 * PAGE);
  char *at = area + PAGE - 6; /* the step's word begins two bytes before the page's end */
  write_multiply(at, 1);
  see_code();
  long before = call(at, OFTEN) / OFTEN;
  uint16_t upper = add_step(9) >> 16;
  memcpy(area + PAGE, &upper, sizeof upper);
  see_code();
  long after = call(at, OFTEN) / OFTEN;
  mprotect(area, PAGE, PROT_READ | PROT_EXEC);
  long again = call(at, OFTEN) / OFTEN;
  upper = add_step(10) >> 16;
  memcpy(area + PAGE, &upper, sizeof upper);
  see_code();
  say("across pages: %ld %ld %ld %ld", before, after, again, call(at, OFTEN) / OFTEN);
}

/* Many functions, one behind the other, all called in turn; one of them is changed. */
static void side_by_side(void) {
  enum { FUNCTIONS = 40, SIZE = 4 * MULTIPLY_WORDS };
  char *area = map(PAGE);
  for (int i = 0; i < FUNCTIONS; i++) write_multiply(area + i * SIZE, i);
  see_code();
  long sum = 0;
  for (int round = 0; round < 20; round++) {
    change_step(area + (round % FUNCTIONS) * SIZE, 100 + round);
    see_code();
    for (int i = 0; i < FUNCTIONS; i++) sum += call(area + i * SIZE, 100) / 100;
  }
  say("side by side: %ld", sum);
}

/* The kernel writes the code: read from a file. */
static void read_from_file(void) {
  char *area = map(PAGE), *other = map(PAGE);
  int file = open("code", O_RDWR | O_CREAT, 0600);
  long sums[3];
  for (int i = 0; i < 3; i++) {
    write_multiply(other, 11 + i);
    must(pwrite(file, other, PAGE, 0) == (ssize_t)PAGE, "pwrite");
    must(pread(file, area, PAGE, 0) == (ssize_t)PAGE, "pread");
    see_code();
    sums[i] = call(area, OFTEN) / OFTEN;
  }
  close(file);
  say("read from a file: %ld %ld %ld", sums[0], sums[1], sums[2]);
}

/* Never writable and executable at the same time, as careful programs have it. */
static void in_turn(void) {
  char *area = map(PAGE);
  long sums[3];
  for (int i = 0; i < 3; i++) {
    mprotect(area, PAGE, PROT_READ | PROT_WRITE);
    write_multiply(area, 21 + i);
    mprotect(area, PAGE, PROT_READ | PROT_EXEC);
    see_code();
    sums[i] = call(area, OFTEN) / OFTEN;
  }
  say("writable and executable in turn: %ld %ld %ld", sums[0], sums[1], sums[2]);
}

/* Code on the stack, written anew by each level of a recursion. */
static long on_the_stack(int depth) {
  unsigned int words[MULTIPLY_WORDS];
  write_multiply(words, depth);
  see_code();
  long sum = call(words, 300) / 300;
  return depth == 0 ? sum : sum + on_the_stack(depth - 1) + call(words, 300) / 300;
}

static void stack(void) {
  unsigned long top = (unsigned long)&top & -PAGE;
  must(mprotect((void *)(top - 3 * PAGE), 4 * PAGE, PROT_READ | PROT_WRITE | PROT_EXEC) == 0, "mprotect");
  say("on the stack: %ld", on_the_stack(20));
}

int main(void) {
  enter_scratch("code-changes");
  rewritten();
  while_it_runs();
  across_pages();
  side_by_side();
  read_from_file();
  in_turn();
  stack();
  return 0;
}
