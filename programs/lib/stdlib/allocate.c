/* malloc: blocks in size classes, cut from the program break; large blocks are mappings of their own.
 *
 * Four classes per power of two (16, 32, 48, 64, 80, 96, 112, 128, 160, ...), each with a list of free
 * blocks, so that malloc and free are a few instructions and at most a fifth of a block is wasted. A freed
 * block is only used again for its own class: simple, at the price that memory is never given to another
 * class. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <thread.h>
#include <unistd.h>

struct header {
  size_t size;         /* of the whole block, header included */
  struct header *next; /* while it is free */
};

#define HEADER_SIZE sizeof(struct header)
#define LARGEST_SMALL 114688UL /* a class of its own: 7 x 16 KiB */
#define CHUNK 65536UL
#define CLASS_COUNT 64

static struct header *free_blocks[CLASS_COUNT];
static char *chunk, *chunk_end; /* what is still uncut of the latest growth of the break */
static mutex_t lock;

/* The class that holds `size`, which is rounded up to the size of that class. */
static unsigned int size_class(size_t *size) {
  size_t units = (*size + 15) / 16; /* at least 2 */
  unsigned int shift = units < 8 ? 0 : 61 - (unsigned int)__builtin_clzl(units - 1);
  size_t steps = (units + (1UL << shift) - 1) >> shift;
  *size = (steps << shift) * 16;
  return shift * 4 + (unsigned int)steps;
}

static struct header *cut(size_t size) {
  if ((size_t)(chunk_end - chunk) < size) {
    size_t growth = (size + CHUNK - 1) & -CHUNK;
    char *fresh = sbrk((intptr_t)growth);
    if (fresh == (char *)-1) return NULL;
    if (fresh != chunk_end) chunk = (char *)(((uintptr_t)fresh + 15) & -16UL);
    chunk_end = fresh + growth;
    if ((size_t)(chunk_end - chunk) < size) return cut(size);
  }
  struct header *block = (struct header *)chunk;
  chunk += size;
  return block;
}

static struct header *map_large(size_t *size) {
  *size = (*size + 4095) & -4096UL;
  void *block = mmap(NULL, *size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return block == MAP_FAILED ? NULL : block;
}

static struct header *take_small(size_t *size) {
  unsigned int which = size_class(size);
  mutex_lock(&lock);
  struct header *block = free_blocks[which];
  if (block) free_blocks[which] = block->next;
  else block = cut(*size);
  mutex_unlock(&lock);
  return block;
}

void *malloc(size_t size) {
  if (size > PTRDIFF_MAX - 8192) return errno = ENOMEM, NULL;
  size += HEADER_SIZE + (size == 0);
  struct header *block = size > LARGEST_SMALL ? map_large(&size) : take_small(&size);
  if (!block) return errno = ENOMEM, NULL;
  block->size = size;
  return block + 1;
}

void free(void *memory) {
  if (!memory) return;
  struct header *block = (struct header *)memory - 1;
  size_t size = block->size;
  if (size > LARGEST_SMALL) {
    munmap(block, size);
    return;
  }
  unsigned int which = size_class(&size);
  mutex_lock(&lock);
  block->next = free_blocks[which];
  free_blocks[which] = block;
  mutex_unlock(&lock);
}

void *calloc(size_t count, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes)) return errno = ENOMEM, NULL;
  void *memory = malloc(bytes);
  return memory ? memset(memory, 0, bytes) : NULL;
}

/* Large mappings are moved by the page table, without copying. */
static void *resize_large(struct header *block, size_t size) {
  size = (size + HEADER_SIZE + 4095) & -4096UL;
  struct header *moved = mremap(block, block->size, size, MREMAP_MAYMOVE);
  if (moved == MAP_FAILED) return NULL;
  moved->size = size;
  return moved + 1;
}

void *realloc(void *memory, size_t size) {
  if (!memory) return malloc(size);
  struct header *block = (struct header *)memory - 1;
  size_t room = block->size - HEADER_SIZE;
  if (size > PTRDIFF_MAX - 8192) return errno = ENOMEM, NULL;
  if (block->size > LARGEST_SMALL && size + HEADER_SIZE > LARGEST_SMALL) return resize_large(block, size);
  if (size <= room && size + HEADER_SIZE > room / 2) return memory;
  void *fresh = malloc(size);
  if (!fresh) return NULL;
  memcpy(fresh, memory, size < room ? size : room);
  free(memory);
  return fresh;
}
