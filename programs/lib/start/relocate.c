/* Self-relocation of a static position-independent program.
 *
 * The linker leaves two kinds of relocation in such a program: R_RISCV_RELATIVE, 'the word at this offset is
 * the load address plus this addend', and R_RISCV_TLS_TPREL64, 'it is a thread-local variable's distance from
 * tp', which the linker already knows. This runs before anything is relocated: it may use no pointer that
 * lives in memory, and therefore no global table. */
#include <stddef.h>
#include <stdint.h>

struct dynamic_entry {
  long tag;
  unsigned long value;
};

struct relocation {
  unsigned long offset;
  unsigned long info;
  long addend;
};

#define DT_NULL 0
#define DT_RELA 7
#define DT_RELASZ 8
#define R_RISCV_RELATIVE 3
#define R_RISCV_TLS_TPREL64 11

__attribute__((visibility("hidden"))) void relocate_image(char *base, const struct dynamic_entry *dynamic) {
  const struct relocation *table = NULL;
  size_t bytes = 0;
  for (; dynamic->tag != DT_NULL; dynamic++) {
    if (dynamic->tag == DT_RELA) table = (const struct relocation *)(base + dynamic->value);
    if (dynamic->tag == DT_RELASZ) bytes = dynamic->value;
  }
  for (size_t i = 0; i < bytes / sizeof(struct relocation); i++) {
    uint64_t *word = (uint64_t *)(base + table[i].offset);
    if (table[i].info == R_RISCV_RELATIVE) *word = (uint64_t)(base + table[i].addend);
    else if (table[i].info == R_RISCV_TLS_TPREL64) *word = (uint64_t)table[i].addend;
    else __builtin_trap();
  }
}
