/* Copying and joining strings. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

char *strcpy(char *restrict to, const char *restrict from) { return memcpy(to, from, strlen(from) + 1); }

/* Pads with zeros up to `limit`; leaves no terminating zero if `from` is longer. */
char *strncpy(char *restrict to, const char *restrict from, size_t limit) {
  size_t length = strnlen(from, limit);
  memcpy(to, from, length);
  memset(to + length, 0, limit - length);
  return to;
}

char *strcat(char *restrict to, const char *restrict from) {
  strcpy(to + strlen(to), from);
  return to;
}

char *strndup(const char *string, size_t limit) {
  size_t length = strnlen(string, limit);
  char *copy = malloc(length + 1);
  if (!copy) return NULL;
  memcpy(copy, string, length);
  copy[length] = 0;
  return copy;
}

char *strdup(const char *string) { return strndup(string, PTRDIFF_MAX); }
