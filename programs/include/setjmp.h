/* Jumping out of nested calls: what a call must preserve, saved and put back. */
#pragma once

#include <signal.h>

/* ra, sp, s0 to s11, fs0 to fs11; then, for sigsetjmp, whether the signal mask was saved, and the mask. */
typedef struct {
  unsigned long registers[26];
  unsigned long mask_saved;
  sigset_t mask;
} jmp_buf[1];
typedef jmp_buf sigjmp_buf;

int setjmp(jmp_buf place) __attribute__((returns_twice));
_Noreturn void longjmp(jmp_buf place, int value);
int sigsetjmp(sigjmp_buf place, int save_mask) __attribute__((returns_twice));
_Noreturn void siglongjmp(sigjmp_buf place, int value);
