/* cat [-u] [file...]: copies files, or standard input (also for -), to standard output. */
#include <command.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char buffer[65536];

static int copy(int from, const char *name) {
  for (;;) {
    ssize_t length = read(from, buffer, sizeof buffer);
    if (length == 0) return 0;
    if (length < 0) return complain("cat", name);
    for (ssize_t done = 0; done < length;) {
      ssize_t written = write(STDOUT_FILENO, buffer + done, (size_t)(length - done));
      if (written < 0) return complain("cat", "standard output");
      done += written;
    }
  }
}

static int copy_file(const char *path) {
  if (strcmp(path, "-") == 0) return copy(STDIN_FILENO, "standard input");
  int descriptor = open(path, O_RDONLY);
  if (descriptor < 0) return complain("cat", path);
  int failed = copy(descriptor, path);
  close(descriptor);
  return failed;
}

int main(int argc, char **argv) {
  int failed = 0, option;
  while ((option = getopt(argc, argv, "u")) != -1)
    if (option == '?') return 2;
  if (optind == argc) return copy(STDIN_FILENO, "standard input");
  for (int i = optind; i < argc; i++) failed |= copy_file(argv[i]);
  return failed;
}
