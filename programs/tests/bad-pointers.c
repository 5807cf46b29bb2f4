/* Pointers that lead nowhere: every call that follows one says EFAULT, and the system goes on. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <testing.h>
#include <time.h>
#include <unistd.h>

#define CHECK(call) report(#call, call)

static void *bad;
static int file, ends[2];

static void paths(void) {
  CHECK(open(bad, O_RDONLY));
  CHECK(access(bad, F_OK));
  CHECK(mkdir(bad, 0755));
  CHECK(unlink(bad));
  CHECK(rmdir(bad));
  CHECK(link(bad, "x"));
  CHECK(link("file", bad));
  CHECK(symlink(bad, "x"));
  CHECK(symlink("x", bad));
  CHECK(rename(bad, "x"));
  CHECK(rename("file", bad));
  CHECK(chdir(bad));
  CHECK(chmod(bad, 0600));
  CHECK(chown(bad, 0, 0));
  CHECK(truncate(bad, 0));
  CHECK(mkfifo(bad, 0600));
}

static void results(void) {
  char buffer[8];
  CHECK(stat(bad, bad));
  CHECK(stat("file", bad));
  CHECK(fstat(file, bad));
  CHECK(readlink("link", bad, 10));
  CHECK(readlink(bad, buffer, 8));
  CHECK(SYSCALL_2(SYS_getcwd, bad, 100));
  CHECK(getdents64(open(".", O_RDONLY), bad, 100));
  CHECK(pipe(bad));
  CHECK(utimensat(AT_FDCWD, "file", bad, 0));
  gid_t group = 0;
  must(setgroups(1, &group) == 0, "setgroups");
  CHECK(getgroups(10, bad));
  CHECK(setgroups(1, bad));
  CHECK(getrlimit(RLIMIT_NOFILE, bad));
  CHECK(setrlimit(RLIMIT_NOFILE, bad));
  CHECK(getrusage(RUSAGE_SELF, bad));
  CHECK(SYSCALL_3(SYS_sched_getaffinity, 0, 128, bad));
  CHECK(SYSCALL_3(SYS_getresuid, bad, bad, bad));
  CHECK(SYSCALL_3(SYS_getrandom, bad, 10, 0));
}

static void reading_and_writing(void) {
  char buffer[8];
  struct iovec vector = {bad, 10};
  CHECK(read(file, bad, 4));
  CHECK(write(file, bad, 4));
  CHECK(pread(file, bad, 4, 0));
  CHECK(pwrite(file, bad, 4, 0));
  CHECK(readv(file, bad, 1));
  CHECK(readv(file, &vector, 1));
  CHECK(writev(file, &vector, 1));
  CHECK(write(ends[1], bad, 4));
  write(ends[1], "data", 4);
  CHECK(read(ends[0], bad, 4));
  CHECK(read(ends[0], buffer, 4));
  CHECK(read(file, bad, 0));
  int null = open("/dev/null", O_WRONLY);
  CHECK(write(null, bad, 4)); /* nobody looks */
}

static void times_and_signals(void) {
  CHECK(nanosleep(bad, NULL));
  CHECK(clock_gettime(CLOCK_MONOTONIC, bad));
  CHECK(gettimeofday(bad, NULL));
  CHECK(setitimer(ITIMER_REAL, bad, NULL));
  CHECK(getitimer(ITIMER_REAL, bad));
  CHECK(sigaction(SIGUSR1, bad, NULL));
  CHECK(sigaction(SIGUSR1, NULL, bad));
  CHECK(sigprocmask(SIG_BLOCK, bad, NULL));
  CHECK(sigprocmask(SIG_BLOCK, NULL, bad));
  CHECK(sigpending(bad));
  CHECK(sigsuspend(bad));
  CHECK(sigtimedwait(bad, NULL, NULL));
  CHECK(sigaltstack(bad, NULL));
  CHECK(sigaltstack(NULL, bad));
}

static void waiting(void) {
  struct timeval zero = {0, 0};
  CHECK(poll(bad, 1, 0));
  CHECK(select(1, bad, NULL, NULL, &zero));
  pid_t child = fork();
  if (child == 0) _exit(3);
  CHECK(waitpid(child, bad, 0));
  report("the child was waited for all the same", waitpid(child, NULL, 0));
  CHECK(SYSCALL_4(SYS_futex, bad, 0, 0, NULL));
}

/* Half of the buffer is there: the bytes that fit are moved. */
static void partly_there(void) {
  char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(pages + 4096, 4096);
  memset(pages, 'p', 4096);
  int target = open("target", O_RDWR | O_CREAT, 0600);
  say("write of 10 bytes, 5 of them there: more than 0 or EFAULT: %d",
      write(target, pages + 4091, 10) > 0 || errno == EFAULT);
  strcpy(pages + 4096 - 5, "name");
  report_ok("a name at the very end of a page", open(pages + 4096 - 5, O_WRONLY | O_CREAT, 0600));
  memset(pages + 4000, 'n', 96);
  report("a name that runs out of it", open(pages + 4090, O_WRONLY | O_CREAT, 0600));
  mprotect(pages, 4096, PROT_READ);
  lseek(file, 0, SEEK_SET);
  report("read into read-only memory", read(file, pages, 4));
  report("write from it", write(target, pages, 4));
  report("read into the program", read(file, (void *)partly_there, 4));
  report("an address in the kernel's half", read(file, (void *)-4096L, 4));
  report("a length that wraps around", read(file, pages, (size_t)-1));
}

int main(void) {
  bad = nowhere();
  enter_scratch("bad-pointers");
  write_file("file", "some text");
  symlink("file", "link");
  file = open("file", O_RDWR);
  must(pipe(ends) == 0, "pipe");
  paths();
  results();
  reading_and_writing();
  times_and_signals();
  waiting();
  partly_there();
  return 0;
}
