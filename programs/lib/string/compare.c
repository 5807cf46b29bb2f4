/* Length and order of strings. */
#include <ctype.h>
#include <string.h>

#pragma GCC optimize("no-tree-loop-distribute-patterns")

size_t strlen(const char *string) {
  const char *end = string;
  while (*end) end++;
  return (size_t)(end - string);
}

size_t strnlen(const char *string, size_t limit) {
  size_t length = 0;
  while (length < limit && string[length]) length++;
  return length;
}

int strcmp(const char *left, const char *right) {
  for (; *left && *left == *right; left++) right++;
  return (unsigned char)*left - (unsigned char)*right;
}

int strncmp(const char *left, const char *right, size_t limit) {
  for (; limit && *left && *left == *right; left++, limit--) right++;
  return limit ? (unsigned char)*left - (unsigned char)*right : 0;
}

int strcasecmp(const char *left, const char *right) {
  for (; *left && tolower(*left) == tolower(*right); left++) right++;
  return tolower((unsigned char)*left) - tolower((unsigned char)*right);
}
