/* open: flags, permissions, kinds of files, errors; what each way of opening allows. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <testing.h>
#include <unistd.h>

static int try(const char *what, const char *path, int flags) {
  int descriptor = open(path, flags, 0666);
  report_ok(what, descriptor);
  return descriptor;
}

static void creating(void) {
  close(try("create", "a", O_RDWR | O_CREAT));
  close(try("create again", "a", O_RDWR | O_CREAT));
  try("O_EXCL", "a", O_RDWR | O_CREAT | O_EXCL);
  try("missing", "missing", O_RDONLY);
  try("in a missing directory", "missing/a", O_WRONLY | O_CREAT);
  try("in a file", "a/b", O_WRONLY | O_CREAT);
  try("empty name", "", O_RDONLY);
  symlink("target", "dangling");
  try("O_EXCL on a dangling link", "dangling", O_WRONLY | O_CREAT | O_EXCL);
  close(try("create through a dangling link", "dangling", O_WRONLY | O_CREAT));
  report("its target exists", access("target", F_OK));
  try("O_NOFOLLOW on a link", "dangling", O_RDONLY | O_NOFOLLOW);
  symlink("circle", "circle");
  try("a circle", "circle", O_RDONLY);
  struct stat status;
  umask(027);
  close(open("masked", O_WRONLY | O_CREAT, 0777));
  stat("masked", &status);
  say("umask 027: %o", status.st_mode & 07777);
  umask(022);
  int descriptor = open("no-rights", O_RDWR | O_CREAT, 0);
  report("mode 0 does not bind the one who makes it", write(descriptor, "x", 1));
  close(descriptor);
}

static void access_modes(void) {
  char byte;
  write_file("a", "text");
  int reader = open("a", O_RDONLY), writer = open("a", O_WRONLY);
  report("write to a reader", write(reader, "x", 1));
  report("read from a writer", read(writer, &byte, 1));
  say("F_GETFL: %o %o", fcntl(reader, F_GETFL) & O_ACCMODE, fcntl(writer, F_GETFL) & O_ACCMODE);
  close(reader);
  close(writer);
  reader = try("O_RDONLY with O_TRUNC", "a", O_RDONLY | O_TRUNC);
  struct stat status;
  fstat(reader, &status);
  say("it is cut off: size %ld", status.st_size);
  close(reader);
}

static void appending(void) {
  write_file("log", "one ");
  int first = open("log", O_WRONLY | O_APPEND), second = open("log", O_WRONLY | O_APPEND);
  write(first, "two ", 4);
  write(second, "three ", 6);
  lseek(first, 0, SEEK_SET);
  write(first, "four", 4);
  say("appended: %s", read_file("log"));
  say("position after appending: %ld", lseek(first, 0, SEEK_CUR));
  report("pwrite appends too", pwrite(first, "!", 1, 0));
  say("appended: %s", read_file("log"));
  fcntl(first, F_SETFL, 0);
  report("O_APPEND taken away", pwrite(first, "O", 1, 0));
  say("written: %s", read_file("log"));
}

static void directories(void) {
  char byte;
  mkdir("directory", 0755);
  int directory = try("a directory for reading", "directory", O_RDONLY);
  report("read it", read(directory, &byte, 1));
  close(directory);
  try("a directory for writing", "directory", O_WRONLY);
  try("O_CREAT on a directory", "directory", O_RDONLY | O_CREAT);
  try("O_DIRECTORY on a file", "a", O_RDONLY | O_DIRECTORY);
  try("a file with a slash behind", "a/", O_RDONLY);
  try("a new file with a slash behind", "new/", O_WRONLY | O_CREAT);
  directory = open("directory", O_RDONLY | O_DIRECTORY);
  int file = openat(directory, "inside", O_WRONLY | O_CREAT, 0600);
  report_ok("openat", file);
  report("it is inside", access("directory/inside", F_OK));
  report("openat below a file", openat(file, "x", O_RDONLY));
  report("openat below a closed descriptor", openat(99, "x", O_RDONLY));
  report_ok("openat with an absolute path", openat(99, "/", O_RDONLY));
}

static void paths(void) {
  int path = try("O_PATH", "a", O_PATH);
  char byte;
  struct stat status;
  report("read it", read(path, &byte, 1));
  report("fstat it", fstat(path, &status));
  report("fchmod it", fchmod(path, 0600));
  close(path);
  path = open("dangling", O_PATH | O_NOFOLLOW);
  fstat(path, &status);
  say("O_PATH with O_NOFOLLOW is the link itself: %d", S_ISLNK(status.st_mode));
  int file = try("O_TMPFILE", ".", O_RDWR | O_TMPFILE);
  if (file >= 0) {
    report("it can be written", write(file, "x", 1));
    fstat(file, &status);
    say("it has no name: links %u", status.st_nlink);
  }
}

static void devices(void) {
  char bytes[8] = "xxxxxxx";
  int null = open("/dev/null", O_RDWR), zero = open("/dev/zero", O_RDWR), full = open("/dev/full", O_RDWR);
  report("write to null", write(null, "abc", 3));
  report("read from null", read(null, bytes, 3));
  report("read from zero", read(zero, bytes, 3));
  say("zeros: %d %d %d %c", bytes[0], bytes[1], bytes[2], bytes[3]);
  report("write to full", write(full, "abc", 3));
  report("read from full", read(full, bytes, 8));
  report("lseek in null", lseek(null, 10, SEEK_SET));
}

int main(void) {
  enter_scratch("files-open");
  creating();
  access_modes();
  appending();
  directories();
  paths();
  devices();
  return 0;
}
