/* Names: link, symlink, unlink, rename, and what becomes of files without a name. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <testing.h>
#include <unistd.h>

static unsigned int links(const char *path) {
  struct stat status;
  return lstat(path, &status) < 0 ? 0 : status.st_nlink;
}

static void hard_links(void) {
  write_file("a", "text of a");
  report("link", link("a", "b"));
  say("links %u, text through the other name: %s", links("a"), read_file("b"));
  report("link over a name", link("a", "b"));
  report("link from something missing", link("missing", "c"));
  mkdir("directory", 0755);
  report("link to a directory", link("directory", "c"));
  report("unlink", unlink("a"));
  say("links %u, text: %s", links("b"), read_file("b"));
  symlink("b", "to-b");
  link("to-b", "also-to-b");
  struct stat status;
  lstat("also-to-b", &status);
  say("link names a symbolic link itself: %d", S_ISLNK(status.st_mode));
}

static void open_without_name(void) {
  write_file("doomed", "still here");
  int file = open("doomed", O_RDWR);
  report("unlink while it is open", unlink("doomed"));
  report("it has no name", access("doomed", F_OK));
  char text[20] = "";
  report("but can be read", read(file, text, 19));
  struct stat status;
  fstat(file, &status);
  say("text: %s, links %u", text, status.st_nlink);
  write_file("doomed", "another");
  pread(file, text, 10, 0);
  say("a new file of that name is another one: %s | %s", text, read_file("doomed"));
  close(file);
}

static void symbolic_links(void) {
  char target[64];
  report("symlink", symlink("b", "s"));
  ssize_t length = readlink("s", target, sizeof target);
  say("readlink: %.*s, %ld", (int)length, target, (long)length);
  report("readlink into 0 bytes", readlink("s", target, 0));
  symlink("a long target name", "long");
  length = readlink("long", target, 6);
  say("cut off: %.*s", (int)length, target);
  report("readlink of a file", readlink("b", target, sizeof target));
  struct stat status;
  lstat("s", &status);
  say("size of a link: %ld", status.st_size);
  report("an empty target", symlink("", "e"));
  report("over a name", symlink("x", "s"));
  mkdir("d1", 0755);
  symlink("d1", "to-d1");
  write_file("d1/f", "inside");
  say("a link within a path: %s", read_file("to-d1/f"));
  report("unlink takes the link", unlink("to-d1"));
  report("not what it points to", access("d1/f", F_OK));
  symlink("../d1/f", "d1/up");
  say("relative to where the link is: %s", read_file("d1/up"));
  /* 40 links in a row are allowed, 41 are not. */
  write_file("l0", "end of the chain");
  char from[8], to[8];
  for (int i = 1; i <= 41; i++) {
    sprintf(from, "l%d", i - 1);
    sprintf(to, "l%d", i);
    symlink(from, to);
  }
  say("40 links: %s", read_file("l40"));
  report("41 links", open("l41", O_RDONLY));
}

static void renaming(void) {
  write_file("old", "text of old");
  write_file("target", "text of target");
  report("rename", rename("old", "new"));
  report("the old name is gone", access("old", F_OK));
  int held = open("target", O_RDONLY);
  report("rename over a file", rename("new", "target"));
  char text[20] = "";
  read(held, text, 19);
  say("now: %s; an open descriptor still reads: %s", read_file("target"), text);
  close(held);
  link("target", "same");
  report("rename onto another name of the same file", rename("same", "target"));
  say("does nothing: links %u", links("same"));
  report("rename onto itself", rename("target", "target"));
  report("rename something missing", rename("missing", "x"));
  mkdir("d2", 0755);
  mkdir("d3", 0755);
  write_file("d3/f", "");
  report("a file over a directory", rename("target", "d2"));
  report("a directory over a file", rename("d2", "target"));
  report("a directory over a full one", rename("d2", "d3"));
  report("a directory over an empty one", rename("d3", "d2"));
  report("what was in it came along", access("d2/f", F_OK));
  report("a directory into itself", rename("d2", "d2/below"));
  symlink("target", "link-to-rename");
  report("a link is renamed itself", rename("link-to-rename", "renamed-link"));
  report("rename with RENAME_NOREPLACE", SYSCALL_5(SYS_renameat2, AT_FDCWD, "target", AT_FDCWD, "same", 1));
  report("rename with RENAME_EXCHANGE", SYSCALL_5(SYS_renameat2, AT_FDCWD, "target", AT_FDCWD, "d2", 2));
  struct stat status;
  stat("target", &status);
  say("exchanged: %d", S_ISDIR(status.st_mode));
}

static void removing(void) {
  mkdir("full", 0755);
  write_file("full/f", "");
  report("rmdir of a full directory", rmdir("full"));
  report("unlink of a directory", unlink("full"));
  report("rmdir of a file", rmdir("b"));
  report("rmdir of .", rmdir("full/."));
  report("rmdir of ..", rmdir("full/.."));
  report("unlink of something missing", unlink("missing"));
  unlink("full/f");
  report("rmdir", rmdir("full"));
  report("mkdir over a file", mkdir("b", 0755));
  say("links of a directory: %u", links("d1"));
  mkdir("d1/below", 0755);
  say("with one below: %u", links("d1"));
  char long_name[300];
  memset(long_name, 'n', 256);
  long_name[256] = 0;
  report("a name of 256 bytes", mkdir(long_name, 0755));
  long_name[255] = 0;
  report("a name of 255 bytes", mkdir(long_name, 0755));
}

static void removed_current_directory(void) {
  char path[64];
  mkdir("here", 0755);
  chdir("here");
  report("remove the current directory", rmdir("../here"));
  report("getcwd", getcwd(path, sizeof path) ? 0 : -1);
  report("make a file there", open("f", O_WRONLY | O_CREAT, 0600));
  report_ok("open .", open(".", O_RDONLY));
  report("leave", chdir(".."));
}

int main(void) {
  enter_scratch("files-names");
  hard_links();
  open_without_name();
  symbolic_links();
  renaming();
  removing();
  removed_current_directory();
  return 0;
}
