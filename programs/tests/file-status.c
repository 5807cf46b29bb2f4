/* stat, statx and utimensat: what is known about a file, and when it changes. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <testing.h>
#include <unistd.h>

static struct stat before, after;

static int is_later(struct timespec a, struct timespec b) {
  return a.tv_sec != b.tv_sec ? a.tv_sec > b.tv_sec : a.tv_nsec > b.tv_nsec;
}

static void look(void) {
  stat("file", &before);
  sleep_milliseconds(20); /* more than the clock's step for files */
}

static void changed(const char *what) {
  stat("file", &after);
  say("%s: modified %d, changed %d", what, is_later(after.st_mtim, before.st_mtim),
      is_later(after.st_ctim, before.st_ctim));
}

static void times(void) {
  write_file("file", "text");
  look();
  int file = open("file", O_WRONLY | O_APPEND);
  write(file, "x", 1);
  changed("write");
  look();
  fchmod(file, 0600);
  changed("chmod");
  look();
  link("file", "other");
  changed("link");
  look();
  unlink("other");
  changed("unlink of another name");
  look();
  ftruncate(file, 0);
  changed("truncate");
  look();
  write(file, "", 0);
  changed("write of nothing");
  look();
  close(file);
  rename("file", "renamed");
  rename("renamed", "file");
  stat("file", &after);
  say("rename: modified %d", is_later(after.st_mtim, before.st_mtim));
  struct stat directory, later;
  stat(".", &directory);
  sleep_milliseconds(20);
  close(open("new", O_WRONLY | O_CREAT, 0600));
  stat(".", &later);
  say("a new name changes the directory: %d", is_later(later.st_mtim, directory.st_mtim));
}

static void setting(void) {
  struct timespec both[2] = {{1000, 123456789}, {2000, 987654321}};
  report("utimensat", utimensat(AT_FDCWD, "file", both, 0));
  stat("file", &after);
  say("times %ld.%09ld %ld.%09ld", after.st_atim.tv_sec, after.st_atim.tv_nsec, after.st_mtim.tv_sec,
      after.st_mtim.tv_nsec);
  struct timespec one[2] = {{0, UTIME_OMIT}, {3000, 0}};
  utimensat(AT_FDCWD, "file", one, 0);
  stat("file", &after);
  say("one left out: %ld %ld", after.st_atim.tv_sec, after.st_mtim.tv_sec);
  struct timespec now[2] = {{0, UTIME_NOW}, {0, UTIME_OMIT}};
  utimensat(AT_FDCWD, "file", now, 0);
  stat("file", &after);
  say("one set to now: %d %ld", after.st_atim.tv_sec > 100000, after.st_mtim.tv_sec);
  report("NULL is now", utimensat(AT_FDCWD, "file", NULL, 0));
  struct timespec bad[2] = {{0, 1000000000}, {0, 0}};
  report("bad nanoseconds", utimensat(AT_FDCWD, "file", bad, 0));
  report("missing", utimensat(AT_FDCWD, "missing", both, 0));
  symlink("file", "link");
  utimensat(AT_FDCWD, "link", both, AT_SYMLINK_NOFOLLOW);
  lstat("link", &after);
  say("of a link itself: %ld", after.st_mtim.tv_sec);
  int file = open("file", O_RDONLY);
  report("by descriptor", utimensat(file, NULL, both, 0));
  fstat(file, &after);
  say("times %ld %ld", after.st_atim.tv_sec, after.st_mtim.tv_sec);
  close(file);
}

static void contents(void) {
  write_file("file", "0123456789");
  stat("file", &after);
  say("mode %o, size %ld, links %u, user %u, block size %d", after.st_mode, after.st_size, after.st_nlink,
      after.st_uid, after.st_blksize);
  int ends[2];
  pipe(ends);
  fstat(ends[0], &after);
  say("a pipe: kind %o, size %ld", after.st_mode & S_IFMT, after.st_size);
  stat("/dev/null", &after);
  say("/dev/null: kind %o, device %lu:%lu", after.st_mode & S_IFMT, after.st_rdev >> 8, after.st_rdev & 255);
  lstat("link", &after);
  say("a link: kind %o, mode %o", after.st_mode & S_IFMT, after.st_mode & 07777);
  stat("link", &after);
  say("what it points to: kind %o", after.st_mode & S_IFMT);
  report("stat of something missing", stat("missing", &after));
  report("stat through a file", stat("file/x", &after));
  report("fstat of a closed descriptor", fstat(99, &after));
  report("stat of an empty name", stat("", &after));
  int file = open("file", O_RDONLY);
  report("fstatat with AT_EMPTY_PATH", fstatat(file, "", &after, AT_EMPTY_PATH));
  say("size %ld", after.st_size);
  report("without it", fstatat(file, "", &after, 0));
  report("with bad flags", fstatat(file, "", &after, 0x40000));
}

static void extended(void) {
  struct statx status;
  memset(&status, 0, sizeof status);
  report("statx", statx(AT_FDCWD, "file", 0, STATX_BASIC_STATS, &status));
  say("mode %o, size %lu, links %u, all basic fields: %d", status.stx_mode, status.stx_size, status.stx_nlink,
      (status.stx_mask & STATX_BASIC_STATS) == STATX_BASIC_STATS);
  stat("file", &after);
  say("the same inode as stat's: %d, the same time: %d", status.stx_ino == after.st_ino,
      status.stx_mtime.tv_sec == after.st_mtim.tv_sec && status.stx_mtime.tv_nsec == after.st_mtim.tv_nsec);
  report("of a link itself", statx(AT_FDCWD, "link", AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, &status));
  say("kind %o", status.stx_mode & S_IFMT);
  report("missing", statx(AT_FDCWD, "missing", 0, STATX_BASIC_STATS, &status));
  report("bad flags", statx(AT_FDCWD, "file", 0x40000, STATX_BASIC_STATS, &status));
  report("a bad buffer", statx(AT_FDCWD, "file", 0, STATX_BASIC_STATS, nowhere()));
}

static void masks(void) {
  say("umask was %03o", umask(0777));
  say("and %03o", umask(0));
  mkdir("open", 0777);
  umask(0177);
  mkdir("closed", 0777);
  stat("open", &before);
  stat("closed", &after);
  say("directories: %o %o", before.st_mode & 07777, after.st_mode & 07777);
  umask(022);
  mkfifo("pipe", 0666);
  stat("pipe", &after);
  say("a pipe: %o", after.st_mode & 07777);
}

int main(void) {
  enter_scratch("file-status");
  times();
  setting();
  contents();
  extended();
  masks();
  return 0;
}
