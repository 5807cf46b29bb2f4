/* A place for a test's files, and small files in it. */
#include <fcntl.h>
#include <file_tree.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <testing.h>
#include <unistd.h>

void enter_scratch(const char *name) {
  char path[128];
  snprintf(path, sizeof path, "/tmp/test-%s", name);
  struct stat status;
  if (lstat(path, &status) == 0) must(remove_tree("test", path) == 0, "clearing the scratch directory");
  must(mkdir(path, 0755) == 0, "making the scratch directory");
  must(chdir(path) == 0, "entering the scratch directory");
  umask(022);
}

void write_file(const char *path, const char *text) {
  int to = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  must(to >= 0 && write(to, text, strlen(text)) == (ssize_t)strlen(text) && close(to) == 0, path);
}

const char *read_file(const char *path) {
  static char text[4096];
  int from = open(path, O_RDONLY);
  must(from >= 0, path);
  ssize_t length = read(from, text, sizeof text - 1);
  must(length >= 0, path);
  close(from);
  text[length] = 0;
  return text;
}
