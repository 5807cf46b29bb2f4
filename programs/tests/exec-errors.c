/* execve of what cannot be executed. All but the ELF cases are the same under qemu-riscv64. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <testing.h>
#include <unistd.h>

static void try(const char *what, const char *path) {
  char *arguments[] = {"x", NULL}, *environment[] = {NULL};
  report(what, execve(path, arguments, environment));
}

static void names(void) {
  char *long_name = malloc(300), *long_path = malloc(5001);
  memset(long_name, 'n', 299);
  long_name[299] = 0;
  for (int i = 0; i < 5000; i++) long_path[i] = i % 2 ? 'p' : '/';
  long_path[5000] = 0;
  try("missing", "missing");
  try("empty name", "");
  try("missing directory", "nowhere/file");
  try("a file as a directory", "data/x");
  try("name too long", long_name);
  try("path too long", long_path);
  symlink("loop-b", "loop-a");
  symlink("loop-a", "loop-b");
  try("a loop of links", "loop-a");
}

static void kinds(void) {
  write_file("data", "not a program\n");
  try("without permission", "data");
  chmod("data", 0755);
  try("text without #!", "data");
  write_file("empty", "");
  chmod("empty", 0755);
  try("an empty file", "empty");
  mkdir("directory", 0755);
  try("a directory", "directory");
  mkfifo("pipe", 0777);
  try("a named pipe", "pipe");
  write_file("magic", "\177ELF");
  chmod("magic", 0755);
  try("a bare ELF magic", "magic");
  write_file("other", "\177ELF\2\1\1\0\0\0\0\0\0\0\0\0\2");
  chmod("other", 0755);
  try("a cut-off ELF header", "other");
}

static int try_as_user(void *unused) {
  (void)unused;
  must(setresgid(1000, 1000, 1000) == 0 && setresuid(1000, 1000, 1000) == 0, "becoming a user");
  try("a user: executable by others only in part", "group-only");
  try("a user: inside a closed directory", "closed/program");
  return 0;
}

static void permissions(void) {
  write_file("group-only", "text");
  chmod("group-only", 0770);
  mkdir("closed", 0700);
  write_file("closed/program", "text");
  chmod("closed/program", 0777);
  run(try_as_user, NULL);
}

static void too_much(void) {
  /* One argument longer than 32 pages. */
  char *large = malloc(140000);
  memset(large, 'x', 139999);
  large[139999] = 0;
  char *arguments[] = {"x", large, NULL}, *environment[] = {NULL};
  write_file("script", "#!/bin/sh\n");
  chmod("script", 0755);
  report("one argument of 140 kB", execve("script", arguments, environment));
}

static void pointers(void) {
  char *environment[] = {NULL};
  report("bad path", execve(nowhere(), environment, environment));
  report("bad argument array", execve("script", nowhere(), environment));
  char *bad[] = {"x", nowhere(), NULL};
  report("bad argument", execve("script", bad, environment));
}

static void busy(void) {
  int writer = open("data", O_WRONLY);
  must(writer >= 0, "open");
  try("a file open for writing", "data");
  close(writer);
}

int main(void) {
  enter_scratch("exec-errors");
  write_file("data", "not a program\n");
  names();
  kinds();
  permissions();
  too_much();
  pointers();
  busy();
  return 0;
}
