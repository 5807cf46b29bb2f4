/* Finding characters and strings in strings. */
#include <string.h>

char *strchr(const char *string, int character) {
  for (;; string++) {
    if (*string == (char)character) return (char *)string;
    if (!*string) return NULL;
  }
}

char *strrchr(const char *string, int character) {
  const char *found = NULL;
  for (;; string++) {
    if (*string == (char)character) found = string;
    if (!*string) return (char *)found;
  }
}

char *strstr(const char *string, const char *part) {
  size_t length = strlen(part);
  if (!length) return (char *)string;
  for (; (string = strchr(string, *part)); string++)
    if (strncmp(string, part, length) == 0) return (char *)string;
  return NULL;
}

size_t strspn(const char *string, const char *accepted) {
  size_t length = 0;
  while (string[length] && strchr(accepted, string[length])) length++;
  return length;
}

size_t strcspn(const char *string, const char *rejected) {
  size_t length = 0;
  while (string[length] && !strchr(rejected, string[length])) length++;
  return length;
}
