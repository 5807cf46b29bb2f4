/* Small functions that a program writes for itself, word by word, and what makes the machine see them. */
#pragma once

typedef long function(long count);

/* Words of `multiply`: it adds `step` (below 2,048) to 0 so often as it is told. */
#define MULTIPLY_WORDS 6
/* How often is enough for a machine to find that the code is worth some effort. */
#define OFTEN 12000

/* Writes `multiply` to a place of at least MULTIPLY_WORDS words, which may be on any halfword. */
void write_multiply(void *at, int step);
/* Changes the step of one that stands there. */
void change_step(void *at, int step);
/* The word of `addi t0, t0, step`. */
unsigned int add_step(int step);
/* What was written between the addresses is to be executed: by the instruction, and by the system call. */
void see_code(void);
void see_code_by_call(void *start, void *end);
/* Calls it. */
long call(void *at, long count);
