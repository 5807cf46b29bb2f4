/* paths: symbolic links in circles and in chains, directories nested without end, names that are too long.
 *
 * Works in the present directory and says what the system answered; removes what it made. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEPTH = 3000, CHAIN = 60, PATH_BYTES = 4096 };

static void say(const char *what, long result) {
  if (result < 0) printf("%s: error %d\n", what, errno);
  else printf("%s: ok\n", what);
  fflush(stdout);
}

static long open_close(const char *path) {
  int file = open(path, O_RDONLY);
  return file < 0 ? file : close(file);
}

static void circles(void) {
  symlink("self", "self");
  say("a link to itself", open_close("self"));
  symlink("b", "a");
  symlink("a", "b");
  say("two links to each other", open_close("a"));
  say("through them", open_close("a/x"));
  symlink(".", "here");
  say("forty times here", open_close("here/here/here/here/here/here/here/here/here/here/here/here/here/here/here/"
                                     "here/here/here/here/here/here/here/here/here/here/here/here/here/here/here/"
                                     "here/here/here/here/here/here/here/here/here/here"));
  say("once more", open_close("here/here/here/here/here/here/here/here/here/here/here/here/here/here/here/"
                              "here/here/here/here/here/here/here/here/here/here/here/here/here/here/here/"
                              "here/here/here/here/here/here/here/here/here/here/here"));
  symlink("here/here/here/here/here/here/here/doubling", "doubling");
  say("a link that grows", open_close("doubling"));
  unlink("self"), unlink("a"), unlink("b"), unlink("here"), unlink("doubling");
}

static void chains(void) {
  char name[16], target[16];
  close(open("link0", O_CREAT | O_WRONLY, 0600));
  for (int i = 1; i <= CHAIN; i++) {
    sprintf(name, "link%d", i);
    sprintf(target, "link%d", i - 1);
    symlink(target, name);
  }
  say("a chain of 40 links", open_close("link40"));
  say("a chain of 41 links", open_close("link41"));
  for (int i = 0; i <= CHAIN; i++) {
    sprintf(name, "link%d", i);
    unlink(name);
  }
}

static void nesting(void) {
  long made = 0;
  while (made < DEPTH && mkdir("d", 0700) == 0 && chdir("d") == 0) made++;
  printf("nested: %ld\n", made);
  static char path[3 * PATH_BYTES];
  say("getcwd far below", getcwd(path, PATH_BYTES) == NULL ? -1 : 0);
  say("a file far below", close(open("file", O_CREAT | O_WRONLY, 0600)));
  unlink("file");
  for (int i = 0; i < 3 * PATH_BYTES - 3; i += 2) memcpy(path + i, "./", 3);
  say("a path that is too long", open_close(path));
  path[PATH_BYTES - 1] = 0;
  say("the longest path", open_close(path));
  memset(path, 'n', sizeof path);
  path[256] = 0;
  say("a name that is too long", mkdir(path, 0700));
  path[255] = 0;
  say("the longest name", mkdir(path, 0700));
  rmdir(path);
  for (int i = 0; i < 1300; i++) memcpy(path + 3 * i, "../", 4);
  say("far up at once", chdir(path));
  for (int i = 0; i < 1300; i++) memcpy(path + 2 * i, "d/", 3);
  say("and down again", chdir(path));
  long up = 0;
  while (up < made && chdir("..") == 0 && rmdir("d") == 0) up++;
  printf("removed: %ld\n", up);
}

int main(void) {
  char scratch[] = "paths-scratch";
  if (mkdir(scratch, 0700) != 0 || chdir(scratch) != 0) return 1;
  circles();
  chains();
  nesting();
  say("a directory into itself", (mkdir("one", 0700), rename("one", "one/two")));
  rmdir("one");
  chdir("..");
  say("all is gone", rmdir(scratch));
  return 0;
}
