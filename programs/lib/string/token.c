/* Cutting a string into words. strtok keeps its place in a static variable, and so cannot be used by two
 * parts of a program, or two threads, at once; strtok_r lets the caller keep it. */
#include <string.h>

char *strtok_r(char *restrict string, const char *restrict separators, char **restrict rest) {
  if (!string) string = *rest;
  string += strspn(string, separators);
  if (!*string) return *rest = string, NULL;
  char *end = string + strcspn(string, separators);
  *rest = *end ? end + 1 : end;
  *end = 0;
  return string;
}

char *strtok(char *restrict string, const char *restrict separators) {
  static char *rest;
  return strtok_r(string, separators, &rest);
}
