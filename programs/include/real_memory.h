/* What a system in real memory shows of itself: the vector table at address 0 and the list of lists.
 *
 * Any of it may be read and written by any program, which is the point. See src/kernel/resident.ts and
 * src/services/memory/real/records.ts. */
#pragma once

#include <stdint.h>

#define VECTOR_TIMER 0x08
#define VECTOR_KEYBOARD 0x09
#define VECTOR_SYSTEM_CALL 0x21
#define VECTOR_LISTS 0x52

#define PAGE 4096u

struct lists {
  uint32_t first_block, blocks_end; /* the chain of memory control blocks, and the end of the memory that it divides */
  uint32_t handles;                 /* the descriptors of the program that runs */
  uint32_t frame_table, frame_entry, first_frame, frame_count; /* the frames of the services' buffers and records */
  uint32_t root;                                               /* the kernel's root record */
};

/* In front of each block, at the start of a page. The next one is behind the block. */
struct control_block {
  uint8_t signature; /* 'M', or 'Z' for the last */
  uint32_t owner;    /* 0: free */
  uint32_t pages;
  char name[8];
};

/* A frame's entry: whose it is, and what for. */
struct frame {
  uint32_t owner, references;
  uint16_t use, slab_class;
};
#define FRAME_FILE 5  /* a block of a file, in the block cache */
#define FRAME_INDEX 7 /* the block that says where the blocks of a file are */

/* Address 0 is an address like others here, which a compiler does not believe. */
static inline volatile void *at_address(uint64_t address) {
  __asm__("" : "+r"(address));
  return (volatile void *)address;
}

static inline volatile uint64_t *vector(unsigned number) { return (volatile uint64_t *)at_address(8 * number); }

static inline struct lists *list_of_lists(void) { return (struct lists *)*vector(VECTOR_LISTS); }

static inline struct control_block *next_block(struct control_block *block) {
  return (struct control_block *)((char *)block + (1 + (uint64_t)block->pages) * PAGE);
}

static inline struct frame *frame_entry(struct lists *lists, uint32_t index) {
  return (struct frame *)((uint64_t)lists->frame_table + (uint64_t)index * lists->frame_entry);
}

static inline void *frame_content(struct lists *lists, uint32_t index) {
  return (void *)((uint64_t)(lists->first_frame + index) * PAGE);
}
