/* Positions in files: lseek, holes, truncation, pread and pwrite, readv and writev. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <testing.h>
#include <unistd.h>

static int file;

static void seeking(void) {
  file = open("file", O_RDWR | O_CREAT, 0600);
  write(file, "0123456789", 10);
  report("position after writing", lseek(file, 0, SEEK_CUR));
  report("to the start", lseek(file, 0, SEEK_SET));
  report("four on", lseek(file, 4, SEEK_CUR));
  report("one before the end", lseek(file, -1, SEEK_END));
  report("before the start", lseek(file, -1, SEEK_SET));
  report("it has not moved", lseek(file, 0, SEEK_CUR));
  report("behind the end", lseek(file, 100, SEEK_END));
  char byte;
  report("read there", read(file, &byte, 1));
  report("a bad choice", lseek(file, 0, 9));
  report("a bad descriptor", lseek(99, 0, SEEK_SET));
}

static void sparse(void) {
  char block[16];
  struct stat status;
  int sparse_file = open("sparse", O_RDWR | O_CREAT, 0600);
  pwrite(sparse_file, "start", 5, 0);
  pwrite(sparse_file, "end", 3, 1 << 20);
  fstat(sparse_file, &status);
  say("size %ld, less than its size is stored: %d", status.st_size, status.st_blocks * 512 < status.st_size);
  report("read in the hole", pread(sparse_file, block, 16, 500000));
  int sum = 0;
  for (int i = 0; i < 16; i++) sum += block[i];
  say("zeros: %d", sum == 0);
  report("SEEK_DATA from the start", lseek(sparse_file, 0, SEEK_DATA));
  say("SEEK_HOLE is at or before the second part: %d", lseek(sparse_file, 0, SEEK_HOLE) <= 1 << 20);
  say("SEEK_DATA from the middle is near the second part: %d",
      lseek(sparse_file, 500000, SEEK_DATA) > 900000 || lseek(sparse_file, 500000, SEEK_DATA) == 500000);
  report("SEEK_HOLE in the last part is the end", lseek(sparse_file, 1 << 20, SEEK_HOLE));
  report("SEEK_DATA at the end", lseek(sparse_file, (1 << 20) + 3, SEEK_DATA));
  report("SEEK_HOLE behind the end", lseek(sparse_file, 1 << 21, SEEK_HOLE));
  close(sparse_file);
}

static void truncating(void) {
  struct stat status;
  char block[20];
  report("cut to 4", ftruncate(file, 4));
  report("grow to 12", ftruncate(file, 12));
  memset(block, 'x', sizeof block);
  report("read all", pread(file, block, 20, 0));
  say("the old part %.4s, the new part zero: %d", block, block[4] == 0 && block[11] == 0);
  report("truncate by name", truncate("file", 6));
  fstat(file, &status);
  say("size %ld", status.st_size);
  report("to a negative length", ftruncate(file, -1));
  int reader = open("file", O_RDONLY);
  report("a file open for reading", ftruncate(reader, 0));
  report("a directory", truncate(".", 0));
  report("something missing", truncate("missing", 0));
  close(reader);
}

static void at_offsets(void) {
  char text[8] = "";
  ftruncate(file, 0);
  lseek(file, 3, SEEK_SET);
  report("pwrite", pwrite(file, "abcdef", 6, 2));
  report("pread", pread(file, text, 3, 4));
  say("text %s; the position stays %ld", text, lseek(file, 0, SEEK_CUR));
  report("pread at the end", pread(file, text, 3, 8));
  report("pread at a negative offset", pread(file, text, 3, -1));
  int ends[2];
  pipe(ends);
  report("pread from a pipe", pread(ends[0], text, 1, 0));
  report("pwrite to a pipe", pwrite(ends[1], text, 1, 0));
}

static void vectors(void) {
  ftruncate(file, 0);
  lseek(file, 0, SEEK_SET);
  struct iovec out[3] = {{"one", 3}, {NULL, 0}, {"-two", 4}};
  report("writev", writev(file, out, 3));
  lseek(file, 0, SEEK_SET);
  char first[3] = "", second[10] = "";
  struct iovec in[2] = {{first, 2}, {second, 9}};
  report("readv", readv(file, in, 2));
  say("%s | %s", first, second);
  report("no parts", writev(file, out, 0));
  report("a negative count", writev(file, out, -1));
  report("too many parts", writev(file, out, 1025));
  struct iovec bad[2] = {{"ok", 2}, {nowhere(), 5}};
  say("a bad second part: %ld", (long)writev(file, bad, 2));
}

/* Descriptors from dup and fork share one position; a second open has its own. */
static int read_two(void *unused) {
  (void)unused;
  char text[3] = "";
  read(file, text, 2);
  say("child reads %s", text);
  return 0;
}

static void sharing(void) {
  char text[3] = "";
  write_file("shared", "abcdefgh");
  file = open("shared", O_RDONLY);
  int copy = dup(file), other = open("shared", O_RDONLY);
  read(file, text, 2);
  run(read_two, NULL);
  read(copy, text, 2);
  say("the copy reads %s", text);
  read(other, text, 2);
  say("another open file reads %s", text);
}

int main(void) {
  enter_scratch("files-seek");
  seeking();
  sparse();
  truncating();
  at_offsets();
  vectors();
  sharing();
  return 0;
}
