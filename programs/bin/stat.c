/* stat file...: what the system knows about files. */
#include <command.h>
#include <stdio.h>
#include <sys/stat.h>

static void print_time(const char *what, struct timespec time) {
  struct tm date;
  char text[32];
  gmtime_r(&time.tv_sec, &date);
  strftime(text, sizeof text, "%F %T", &date);
  printf("%s: %s.%09ld\n", what, text, time.tv_nsec);
}

int main(int argc, char **argv) {
  int failed = 0;
  if (argc < 2) usage("stat file...");
  for (int i = 1; i < argc; i++) {
    struct stat status;
    if (lstat(argv[i], &status) < 0) {
      failed = complain("stat", argv[i]);
      continue;
    }
    printf("  File: %s\n  Size: %-10ld Blocks: %-8ld Device: %-6lu Inode: %-8lu Links: %u\n", argv[i],
           status.st_size, status.st_blocks, status.st_dev, status.st_ino, status.st_nlink);
    printf("  Mode: %06o     User: %u  Group: %u\n", status.st_mode, status.st_uid, status.st_gid);
    print_time("Access", status.st_atim);
    print_time("Modify", status.st_mtim);
    print_time("Change", status.st_ctim);
  }
  return fflush(stdout) != 0 || failed;
}
