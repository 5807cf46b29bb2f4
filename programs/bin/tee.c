/* tee [-a] [file...]: copies standard input to standard output and to files. -a appends to them. */
#include <command.h>
#include <fcntl.h>
#include <unistd.h>

#define MOST_FILES 32

static int write_all(int to, const char *from, ssize_t length) {
  while (length > 0) {
    ssize_t written = write(to, from, (size_t)length);
    if (written < 0) return -1;
    from += written;
    length -= written;
  }
  return 0;
}

int main(int argc, char **argv) {
  static char buffer[16384];
  int option, flags = O_TRUNC, failed = 0, outputs[MOST_FILES + 1], count = 1;
  while ((option = getopt(argc, argv, "a")) != -1) {
    if (option == '?') return 2;
    flags = O_APPEND;
  }
  outputs[0] = STDOUT_FILENO;
  for (int i = optind; i < argc && count <= MOST_FILES; i++) {
    outputs[count] = open(argv[i], O_WRONLY | O_CREAT | flags, 0666);
    if (outputs[count] < 0) failed = complain("tee", argv[i]);
    else count++;
  }
  ssize_t length;
  while ((length = read(STDIN_FILENO, buffer, sizeof buffer)) > 0)
    for (int i = 0; i < count; i++)
      if (write_all(outputs[i], buffer, length) < 0) failed = complain("tee", "write");
  return length < 0 ? complain("tee", "standard input") : failed;
}
