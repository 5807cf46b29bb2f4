/* The server's memory: records by size, and pages of files.
 *
 * Records come from free lists of a few sizes, whose memory is never given back to the kernel; whoever gives a record back
 * knows its size. Pages of files are the kernel's frames, each at an address of its own: the addresses are used again. */
#include "server.h"

static const uint16_t SIZES[] = {32, 64, 96, 128, 192, 256, 320, 384, 512, 768, 1024, 2048, 4096, 8192};
enum { CLASSES = sizeof SIZES / sizeof *SIZES, GROWTH = 4 };

struct free_record {
  struct free_record *next;
};
static struct free_record *free_records[CLASSES];
static char *rest;
static size_t rest_size;

static int class_of(size_t size) {
  int class = 0;
  while (SIZES[class] < size) class++;
  return class;
}

static void *fresh(size_t size) {
  if (rest_size < size) {
    char *more = (char *)server_call(CALL_GROW, GROWTH, 0, 0, 0, 0, 0);
    if (!more) return NULL;
    if (more != rest + rest_size) rest = more, rest_size = 0;
    rest_size += GROWTH * PAGE_SIZE;
  }
  void *record = rest;
  rest += size;
  rest_size -= size;
  return record;
}

void *allocate(size_t size) {
  int class = class_of(size);
  struct free_record *found = free_records[class];
  if (!found) return fresh(SIZES[class]);
  free_records[class] = found->next;
  return memset(found, 0, SIZES[class]);
}

void give_back(void *record, size_t size) {
  int class = class_of(size);
  struct free_record *freed = record;
  freed->next = free_records[class];
  free_records[class] = freed;
}

/* Addresses of pages that were given back, in blocks. */
enum { BLOCK = 500 };
struct address_block {
  struct address_block *below;
  uint32_t count;
  char *addresses[BLOCK];
};
static struct address_block *addresses;
static char *next_address = (char *)0x40000000;
static char *const last_address = (char *)0xc0000000;

static char *take_address(void) {
  while (addresses && addresses->count == 0 && addresses->below) {
    struct address_block *empty = addresses;
    addresses = empty->below;
    give_back(empty, sizeof *empty);
  }
  if (addresses && addresses->count) return addresses->addresses[--addresses->count];
  if (next_address == last_address) return NULL;
  char *address = next_address;
  next_address += PAGE_SIZE;
  return address;
}

static void keep_address(char *address) {
  if (!addresses || addresses->count == BLOCK) {
    struct address_block *block = allocate(sizeof *block);
    if (!block) return;
    block->below = addresses;
    addresses = block;
  }
  addresses->addresses[addresses->count++] = address;
}

char *page_make(void) {
  enum { BATCH = 32 };
  char *address = take_address();
  if (!address) return NULL;
  if (server_call(CALL_PAGE_MAKE, (int64_t)address, 0, 0, 0, 0, 0) == 0) return address;
  if (reclaim(BATCH) > 0 && server_call(CALL_PAGE_MAKE, (int64_t)address, 0, 0, 0, 0, 0) == 0) return address;
  keep_address(address);
  return NULL;
}

void page_drop(char *page) {
  server_call(CALL_PAGE_DROP, (int64_t)page, 0, 0, 0, 0, 0);
  keep_address(page);
}

struct figures machine_figures(void) {
  struct figures figures;
  server_call(CALL_FIGURES, (int64_t)&figures, 0, 0, 0, 0, 0);
  return figures;
}
