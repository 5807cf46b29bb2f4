/* walk-trees DIRECTORY COUNT: looks at everything in DIRECTORY/0 to DIRECTORY/(COUNT - 1), whatever it is.
 *
 * Directories are listed, files read, links read and followed, everything else opened for a moment. One line for each
 * tree: its number, how many entries were seen, and a bit for each error number below 64 that was met. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { DEEPEST = 40, MOST_BYTES = 65536 };

static unsigned long entries, errors;
static char buffer[4096];

static void note(long result) {
  if (result < 0) errors |= 1UL << (errno & 63);
}

static void look_into(int parent, const char *name, int kind) {
  int file = openat(parent, name, O_RDONLY | O_NONBLOCK);
  note(file);
  if (file < 0) return;
  if (kind == S_IFREG)
    for (long total = 0, length; total < MOST_BYTES && (length = read(file, buffer, sizeof buffer)) != 0; total += length) {
      note(length);
      if (length < 0) break;
    }
  close(file);
}

static void walk(int parent, const char *name, int depth);

static void look_at(int folder, const char *name, int depth) {
  struct stat status;
  entries++;
  if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) < 0) {
    note(-1);
    return;
  }
  int kind = status.st_mode & S_IFMT;
  if (kind == S_IFDIR && depth < DEEPEST) walk(folder, name, depth + 1);
  if (kind == S_IFLNK) {
    note(SYSCALL_4(SYS_readlinkat, folder, name, buffer, sizeof buffer));
    note(fstatat(folder, name, &status, 0));
  }
  if (kind != S_IFDIR) look_into(folder, name, kind);
}

static void walk(int parent, const char *name, int depth) {
  char list[2048];
  long length;
  int folder = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  note(folder);
  if (folder < 0) return;
  while ((length = SYSCALL_3(SYS_getdents64, folder, list, sizeof list)) > 0)
    for (char *at = list; at < list + length; at += *(unsigned short *)(at + 16)) {
      const char *entry = at + 19;
      if (strcmp(entry, ".") && strcmp(entry, "..")) look_at(folder, entry, depth);
    }
  note(length);
  close(folder);
}

int main(int count, char **arguments) {
  if (count != 3) return 1;
  for (long tree = 0; tree < atol(arguments[2]); tree++) {
    char path[128];
    snprintf(path, sizeof path, "%s/%ld", arguments[1], tree);
    entries = errors = 0;
    walk(AT_FDCWD, path, 0);
    printf("%ld %lu %lx\n", tree, entries, errors);
    fflush(stdout);
  }
  return 0;
}
