/* See generated_code.h. */
#include <generated_code.h>
#include <string.h>
#include <sys/syscall.h>
#include <testing.h>

/* Where the step stands in `multiply`. */
#define STEP_WORD 1

unsigned int add_step(int step) {
  return (unsigned int)step << 20 | 5u << 15 | 5u << 7 | 0x13;
}

void write_multiply(void *at, int step) {
  const unsigned int words[MULTIPLY_WORDS] = {
      0x00000293, /* li t0, 0 */
      add_step(step),
      0xfff50513, /* addi a0, a0, -1 */
      0xfe051ce3, /* bnez a0, two words back */
      0x00028513, /* mv a0, t0 */
      0x00008067, /* ret */
  };
  memcpy(at, words, sizeof words);
}

void change_step(void *at, int step) {
  const unsigned int word = add_step(step);
  memcpy((char *)at + 4 * STEP_WORD, &word, sizeof word);
}

void see_code(void) { asm volatile("fence.i" ::: "memory"); }

void see_code_by_call(void *start, void *end) {
  must(SYSCALL_3(SYS_riscv_flush_icache, start, end, 0) == 0, "riscv_flush_icache");
}

long call(void *at, long count) { return ((function *)at)(count); }
