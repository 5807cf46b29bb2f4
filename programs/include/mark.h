/* Marks: a program says that something has happened, for whoever watches the machine from outside (run --constraints). A name
 * has up to 23 characters. Elsewhere, as on Linux, the call is answered ENOSYS, and nothing happens. */
#pragma once
#include <stdint.h>

#define NATIVE_MARK 4144

static inline void mark(const char *name) {
  uint64_t words[3] = {0, 0, 0};
  for (int at = 0; at < 23 && name[at]; at++) words[at / 8] |= (uint64_t)(unsigned char)name[at] << at % 8 * 8;
  register uint64_t a0 __asm__("a0") = words[0];
  register uint64_t a1 __asm__("a1") = words[1];
  register uint64_t a2 __asm__("a2") = words[2];
  register uint64_t a7 __asm__("a7") = NATIVE_MARK;
  __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a7) : "memory");
}
