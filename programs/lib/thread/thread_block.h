/* The thread control block: just below the address in tp. */
#pragma once

#include <stddef.h>
#include <thread.h>

/* `id` is cleared, and its sleepers are woken, by the kernel when the thread ends (CLONE_CHILD_CLEARTID). */
struct thread {
  int id;
  void *(*function)(void *);
  void *argument;
  void *result;
  char *mapping; /* guard page, stack and thread-local variables; NULL for the first thread */
  size_t mapping_size;
  char padding[16]; /* the block is a multiple of 64 bytes, so that tp is aligned */
};
_Static_assert(sizeof(struct thread) == 64, "thread_local.c puts tp right behind the block");
