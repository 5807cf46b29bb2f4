/* Reading directories: every name once, also when it changes meanwhile; kinds; positions. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <testing.h>
#include <unistd.h>

static int compare(const void *left, const void *right) {
  return strcmp(*(char *const *)left, *(char *const *)right);
}

static void list(const char *path) {
  char *lines[64];
  int count = 0;
  DIR *directory = opendir(path);
  must(directory != NULL, path);
  struct dirent *entry;
  while ((entry = readdir(directory)) && count < 64) {
    lines[count] = malloc(300);
    sprintf(lines[count++], "  %s, type %d", entry->d_name, entry->d_type);
  }
  closedir(directory);
  qsort(lines, (size_t)count, sizeof *lines, compare);
  for (int i = 0; i < count; i++) say("%s", lines[i]);
}

static void kinds(void) {
  mkdir("kinds", 0755);
  mkdir("kinds/directory", 0755);
  write_file("kinds/file", "");
  symlink("file", "kinds/link");
  mkfifo("kinds/pipe", 0600);
  write_file("kinds/.hidden", "");
  say("kinds:");
  list("kinds");
  mkdir("empty", 0755);
  say("empty:");
  list("empty");
  struct stat status;
  stat("kinds", &status);
  ino_t inode = 0;
  DIR *directory = opendir("kinds");
  struct dirent *entry;
  while ((entry = readdir(directory)))
    if (strcmp(entry->d_name, ".") == 0) inode = entry->d_ino;
  closedir(directory);
  say("the inode of . is the directory's: %d", inode == status.st_ino);
}

/* Counts names of the form nNNN; each must come once. */
static int count_names(int descriptor, size_t buffer_size, char *seen) {
  static char buffer[8192] __attribute__((aligned(8)));
  int count = 0;
  ssize_t length;
  while ((length = getdents64(descriptor, buffer, buffer_size)) > 0)
    for (char *at = buffer; at < buffer + length;) {
      struct dirent *entry = (struct dirent *)at;
      if (entry->d_name[0] == 'n') seen[atoi(entry->d_name + 1)]++, count++;
      at += entry->d_reclen;
    }
  return length < 0 ? -1 : count;
}

static void many(void) {
  char name[16], seen[300];
  mkdir("many", 0755);
  chdir("many");
  for (int i = 0; i < 300; i++) {
    sprintf(name, "n%d", i);
    close(open(name, O_WRONLY | O_CREAT, 0600));
  }
  int descriptor = open(".", O_RDONLY | O_DIRECTORY);
  static const size_t sizes[] = {64, 256, 8192};
  for (int i = 0; i < 3; i++) {
    memset(seen, 0, sizeof seen);
    int count = count_names(descriptor, sizes[i], seen), missing = 0;
    for (int j = 0; j < 300; j++) missing += seen[j] != 1;
    say("with %lu bytes at a time: %d names, missing or double %d", sizes[i], count, missing);
    report("at the end there is no more", getdents64(descriptor, name, sizeof name));
    lseek(descriptor, 0, SEEK_SET);
  }
  /* Removing what has been read must not hide what has not. */
  DIR *directory = opendir(".");
  struct dirent *entry;
  int removed = 0;
  while ((entry = readdir(directory)))
    if (entry->d_name[0] == 'n') removed += unlink(entry->d_name) == 0;
  closedir(directory);
  say("removed while reading: %d", removed);
  memset(seen, 0, sizeof seen);
  say("left: %d", count_names(descriptor, 8192, seen));
  close(descriptor);
  chdir("..");
  report("the directory is empty", rmdir("many"));
}

static void errors(void) {
  char buffer[64];
  int file = open("file", O_RDONLY | O_CREAT, 0600), directory = open(".", O_RDONLY);
  report("of a file", getdents64(file, buffer, sizeof buffer));
  report("of nothing", getdents64(99, buffer, sizeof buffer));
  report("too small a buffer", getdents64(directory, buffer, 8));
  report("a bad buffer", getdents64(directory, nowhere(), 100));
  mkdir("gone", 0755);
  int gone = open("gone", O_RDONLY);
  rmdir("gone");
  report("of a removed directory", getdents64(gone, buffer, sizeof buffer));
  report("opendir of a file", opendir("file") ? 0 : -1);
}

static void working_directory(void) {
  char path[64];
  mkdir("a", 0755);
  mkdir("a/b", 0755);
  report("chdir", chdir("a/b"));
  say("%s", getcwd(path, sizeof path) ? path : "?");
  report("chdir up twice", chdir("../.."));
  report("getcwd into too little room", getcwd(path, 5) ? 0 : -1);
  int below = open("a/b", O_RDONLY | O_DIRECTORY), file = open("file", O_RDONLY);
  report("fchdir", fchdir(below));
  say("%s", getcwd(path, sizeof path) ? path : "?");
  report("fchdir to a file", fchdir(file));
  rename("../../a", "../../c");
  say("renamed above: %s", getcwd(path, sizeof path) ? path : "?");
  report("chdir to a file", chdir("../../file"));
  report("chdir to something missing", chdir("missing"));
  chdir("/");
  report(".. of the root is the root", chdir("../../.."));
  say("%s", getcwd(path, sizeof path) ? path : "?");
}

int main(void) {
  enter_scratch("directories");
  kinds();
  many();
  errors();
  working_directory();
  return 0;
}
