/* mount -t type source directory: attaches a file system. Alone: what is attached. */
#include <command.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int print_mounts(void) {
  FILE *from = fopen("/proc/mounts", "r");
  if (!from) return complain("mount", "/proc/mounts");
  int character;
  while ((character = getc(from)) != EOF) putchar(character);
  return fflush(stdout) != 0;
}

int main(int argc, char **argv) {
  if (argc == 1) return print_mounts();
  if (argc != 5 || strcmp(argv[1], "-t") != 0) usage("mount -t type source directory");
  return SYSCALL_5(SYS_mount, argv[3], argv[4], argv[2], 0, NULL) < 0 ? complain("mount", argv[4]) : 0;
}
