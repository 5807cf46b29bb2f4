/* Thread-local variables: where each thread's copies live.
 *
 * RISC-V puts them just above the address in tp (the psABI's 'variant I'); our own thread control block is
 * just below it. The initial values are the program's PT_TLS segment, found through its program headers. */
#include "start.h"

#include "../thread/thread_block.h"

#include <elf.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>

/* Enough for every program here, so that starting needs no system call. */
static char first_area[512] __attribute__((aligned(64)));

static const struct program_header *thread_local_segment(void) {
  const struct program_header *header = (const struct program_header *)getauxval(AT_PHDR);
  for (unsigned long left = getauxval(AT_PHNUM); left > 0; left--, header++)
    if (header->type == PT_TLS) return header;
  return NULL;
}

/* The address at which the image was loaded: where the headers are, less where they were linked to be. */
static char *load_address(void) {
  const struct program_header *header = (const struct program_header *)getauxval(AT_PHDR);
  for (unsigned long left = getauxval(AT_PHNUM); left > 0; left--, header++)
    if (header->type == PT_LOAD && header->offset == 0)
      return (char *)getauxval(AT_PHDR) - sizeof(struct elf_header) - header->virtual_address;
  return NULL;
}

#define BLOCK_OFFSET sizeof(struct thread)

size_t thread_local_size(void) {
  const struct program_header *segment = thread_local_segment();
  return BLOCK_OFFSET + (segment ? segment->memory_size : 0);
}

void *thread_local_place(void *area) {
  char *tp = (char *)area + BLOCK_OFFSET;
  const struct program_header *segment = thread_local_segment();
  if (segment) memcpy(tp, load_address() + segment->virtual_address, segment->file_size);
  return tp;
}

void thread_local_start(void) {
  size_t size = thread_local_size();
  void *area = first_area;
  if (size > sizeof first_area) {
    area = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (area == MAP_FAILED) __builtin_trap();
  }
  __asm__ volatile("mv tp, %0" : : "r"(thread_local_place(area)) : "memory");
}
