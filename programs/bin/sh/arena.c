/* Memory for trees and expanded words. It is taken from the front of large chunks and given back all at once,
 * when the line of commands, or one turn of a loop, is done: nothing need be freed piece by piece. */
#include "shell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_SIZE 8192

struct chunk {
  struct chunk *before;
  size_t used, size;
  unsigned long serial; /* newer chunks have greater numbers */
  char bytes[] __attribute__((aligned(16)));
};

static struct chunk *newest;
static struct arena_mark floor; /* what is older is never given back */

void *arena_take(size_t size) {
  size = (size + 15) & ~15UL;
  if (!newest || newest->size - newest->used < size) {
    size_t room = size > CHUNK_SIZE ? size : CHUNK_SIZE;
    struct chunk *chunk = malloc(sizeof *chunk + room);
    if (!chunk) {
      fprintf(stderr, "sh: out of memory\n");
      exit(2);
    }
    chunk->before = newest;
    chunk->serial = newest ? newest->serial + 1 : 1;
    chunk->used = 0;
    chunk->size = room;
    newest = chunk;
  }
  void *memory = newest->bytes + newest->used;
  newest->used += size;
  return memory;
}

char *arena_copy(const char *text, size_t length) {
  char *copy = arena_take(length + 1);
  memcpy(copy, text, length);
  copy[length] = 0;
  return copy;
}

struct arena_mark arena_mark(void) {
  return (struct arena_mark){newest, newest ? newest->used : 0};
}

static int is_older(struct arena_mark left, struct arena_mark right) {
  unsigned long a = left.chunk ? left.chunk->serial : 0, b = right.chunk ? right.chunk->serial : 0;
  return a < b || (a == b && left.used < right.used);
}

void arena_pin(void) { floor = arena_mark(); }

void arena_release(struct arena_mark mark) {
  if (is_older(mark, floor)) mark = floor;
  while (newest != mark.chunk) {
    struct chunk *before = newest->before;
    free(newest);
    newest = before;
  }
  if (newest) newest->used = mark.used;
}

static void *grown(void *data, size_t used, size_t room) {
  void *larger = arena_take(room);
  if (used) memcpy(larger, data, used);
  return larger;
}

void buffer_put(struct buffer *buffer, char character) {
  if (buffer->length == buffer->room) {
    buffer->room = buffer->room ? buffer->room * 2 : 32;
    buffer->data = grown(buffer->data, buffer->length, buffer->room);
  }
  buffer->data[buffer->length++] = character;
}

void buffer_add(struct buffer *buffer, const char *text, size_t length) {
  for (size_t i = 0; i < length; i++) buffer_put(buffer, text[i]);
}

char *buffer_string(struct buffer *buffer) {
  buffer_put(buffer, 0);
  buffer->length--;
  return buffer->data;
}

/* There is always a NULL behind the last item, as execve wants it. */
void list_add(struct list *list, char *item) {
  if (list->count + 1 >= list->room) {
    list->room = list->room ? list->room * 2 : 8;
    list->items = grown(list->items, list->count * sizeof(char *), list->room * sizeof(char *));
  }
  list->items[list->count++] = item;
  list->items[list->count] = NULL;
}
