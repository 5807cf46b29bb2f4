/* Limits on resources: asking, setting, and what happens at them. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <testing.h>
#include <unistd.h>

static char block[10000];

static void setting(void) {
  struct rlimit limit = {100, 200}, now;
  report("set", setrlimit(RLIMIT_NOFILE, &limit));
  getrlimit(RLIMIT_NOFILE, &now);
  say("now %lu %lu", now.rlim_cur, now.rlim_max);
  limit = (struct rlimit){201, 200};
  report("soft above hard", setrlimit(RLIMIT_NOFILE, &limit));
  limit = (struct rlimit){150, 300};
  report("root may raise the hard one", setrlimit(RLIMIT_NOFILE, &limit));
  report("an unknown resource", getrlimit(99, &now));
  report("prlimit of another process", prlimit(getppid(), RLIMIT_NOFILE, NULL, &now));
  report("prlimit of nobody", prlimit(0x3ffffff, RLIMIT_NOFILE, NULL, &now));
}

static int as_user(void *unused) {
  (void)unused;
  must(setresuid(1000, 1000, 1000) == 0, "user");
  struct rlimit limit = {50, 300}, now;
  report("a user lowers the soft one", setrlimit(RLIMIT_NOFILE, &limit));
  limit = (struct rlimit){50, 60};
  report("lowers the hard one", setrlimit(RLIMIT_NOFILE, &limit));
  limit = (struct rlimit){50, 61};
  report("may not raise it again", setrlimit(RLIMIT_NOFILE, &limit));
  limit = (struct rlimit){60, 60};
  report("raises the soft one up to it", setrlimit(RLIMIT_NOFILE, &limit));
  getrlimit(RLIMIT_NOFILE, &now);
  say("now %lu %lu", now.rlim_cur, now.rlim_max);
  return 0;
}

static volatile int handled;
static void on_signal(int signal) { (void)signal, handled++; }

static int file_size(void *unused) {
  (void)unused;
  struct rlimit limit = {5000, 5000};
  setrlimit(RLIMIT_FSIZE, &limit);
  signal(SIGXFSZ, on_signal);
  int file = open("large", O_RDWR | O_CREAT, 0600);
  report("write across the limit", write(file, block, sizeof block));
  report("write at the limit", write(file, block, 1));
  say("SIGXFSZ came: %d", handled);
  report("pwrite beyond", pwrite(file, block, 1, 6000));
  report("pwrite before", pwrite(file, block, 1, 100));
  report("ftruncate beyond", ftruncate(file, 5001));
  say("SIGXFSZ came: %d", handled);
  signal(SIGXFSZ, SIG_DFL);
  write(file, block, 1);
  return 0;
}

static int address_space(void *unused) {
  (void)unused;
  struct rlimit limit = {64 << 20, 64 << 20};
  setrlimit(RLIMIT_AS, &limit);
  report("map 100 MiB of 64",
         mmap(NULL, 100 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0);
  report("map 16 MiB",
         mmap(NULL, 16 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0);
  return 0;
}

static int exit_at_once(void *unused) { return (void)unused, 0; }

static int processes(void *unused) {
  (void)unused;
  struct rlimit limit = {0, 0};
  must(setresuid(12345, 12345, 12345) == 0, "user");
  setrlimit(RLIMIT_NPROC, &limit);
  report("fork with no process left", fork());
  return 0;
}

static int inherits(void *unused) {
  (void)unused;
  struct rlimit now;
  getrlimit(RLIMIT_NOFILE, &now);
  return (int)now.rlim_cur;
}

int main(void) {
  enter_scratch("limits");
  chmod(".", 0777);
  setting();
  run(as_user, NULL);
  report_status("file size", run(file_size, NULL));
  run(address_space, NULL);
  report_status("processes", run(processes, NULL));
  report_status("a child inherits limits", run(inherits, NULL));
  report_status("and ends", run(exit_at_once, NULL));
  return 0;
}
