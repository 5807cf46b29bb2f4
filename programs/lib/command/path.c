/* Parts of path names. */
#include <command.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *join_path(const char *directory, const char *name) {
  size_t length = strlen(directory);
  char *path = malloc(length + strlen(name) + 2);
  if (!path) {
    fprintf(stderr, "out of memory\n");
    exit(2);
  }
  strcpy(path, directory);
  if (length && path[length - 1] != '/') path[length++] = '/';
  strcpy(path + length, name);
  return path;
}

const char *base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash && slash[1] ? slash + 1 : path;
}
