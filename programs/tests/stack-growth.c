/* The stack grows as it is used, up to its limit. */
#include <string.h>
#include <sys/resource.h>
#include <testing.h>
#include <unistd.h>

static __attribute__((noinline)) long descend(long levels) {
  volatile char frame[1000];
  memset((char *)frame, (int)levels, sizeof frame);
  if (levels == 0) return 0;
  long below = descend(levels - 1);
  /* The frame must be as it was left. */
  for (unsigned long i = 0; i < sizeof frame; i += 100)
    if (frame[i] != (char)levels) return -1000000;
  return below + 1;
}

static __attribute__((noinline)) char far_access(void) {
  /* Touches the lowest byte of a large frame first: the stack must grow by many pages at once. */
  volatile char frame[2 << 20];
  frame[0] = 'l';
  return frame[0];
}

static int six_megabytes(void *unused) {
  (void)unused;
  say("recursion 6000 deep: %ld", descend(6000));
  say("a frame of 2 MiB: %c", far_access());
  return 0;
}

static int too_deep(void *unused) {
  (void)unused;
  return (int)descend(100000);
}

static int limited(void *unused) {
  (void)unused;
  struct rlimit limit = {1 << 20, 8 << 20};
  setrlimit(RLIMIT_STACK, &limit);
  say("800 deep in 1 MiB: %ld", descend(800));
  return (int)descend(2000);
}

static int raised(void *unused) {
  (void)unused;
  struct rlimit limit = {6 << 20, 8 << 20};
  setrlimit(RLIMIT_STACK, &limit);
  say("4000 deep in 6 MiB: %ld", descend(4000));
  return 0;
}

int main(void) {
  struct rlimit limit;
  getrlimit(RLIMIT_STACK, &limit);
  say("the limit is %lu MiB", limit.rlim_cur >> 20);
  report_status("six megabytes", run(six_megabytes, NULL));
  report_status("too deep", run(too_deep, NULL));
  report_status("limited", run(limited, NULL));
  report_status("raised", run(raised, NULL));
  return 0;
}
