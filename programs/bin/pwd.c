/* pwd: the current directory. */
#include <command.h>
#include <stdio.h>
#include <unistd.h>

int main(void) {
  char path[4096];
  if (!getcwd(path, sizeof path)) return complain("pwd", "current directory");
  puts(path);
  return fflush(stdout) != 0;
}
