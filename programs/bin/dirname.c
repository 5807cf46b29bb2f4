/* dirname path: what stands before the last slash. */
#include <command.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
  if (argc != 2) usage("dirname path");
  const char *path = argv[1];
  size_t length = strlen(path);
  while (length > 1 && path[length - 1] == '/') length--;
  while (length > 0 && path[length - 1] != '/') length--;
  while (length > 1 && path[length - 1] == '/') length--;
  if (length == 0) puts(".");
  else printf("%.*s\n", (int)length, path);
  return fflush(stdout) != 0;
}
