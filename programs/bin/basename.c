/* basename path [ending]: what stands behind the last slash, without the ending. */
#include <command.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
  if (argc < 2 || argc > 3) usage("basename path [ending]");
  char *path = argv[1];
  size_t length = strlen(path);
  while (length > 1 && path[length - 1] == '/') path[--length] = 0;
  const char *name = base_name(path);
  length = strlen(name);
  size_t ending = argc == 3 ? strlen(argv[2]) : 0;
  if (ending && ending < length && strcmp(name + length - ending, argv[2]) == 0) length -= ending;
  printf("%.*s\n", (int)length, name);
  return fflush(stdout) != 0;
}
