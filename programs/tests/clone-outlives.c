/* A process that shares its parent's memory goes on when the parent has ended and has been waited for. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <testing.h>
#include <unistd.h>

#define SIZE (1 << 20)
static char stack[16384] __attribute__((aligned(16)));
static struct gate go, done;
static volatile int value = 1;
static char *given;

static int survivor(void *unused) {
  (void)unused;
  gate_wait(&go);
  say("  it sees what its parent wrote: %d", value);
  char *own = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  must(own != MAP_FAILED, "mmap");
  memset(own, 3, SIZE);
  memset(given + SIZE / 2, 4, SIZE / 2);
  long sum = 0;
  for (int i = 0; i < SIZE; i += 4096) sum += own[i] + given[i];
  say("  sum %ld", sum);
  pid_t child = fork();
  if (child == 0) _exit(own[77] + given[SIZE - 1]);
  report_status("  its own child", wait_for(child));
  gate_open(&done);
  return 0;
}

static int parent(void *unused) {
  (void)unused;
  given = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memset(given, 2, SIZE / 2);
  long child = clone_with_stack(CLONE_VM | SIGCHLD, stack + sizeof stack, NULL, NULL, NULL, survivor, NULL);
  must(child > 0, "clone");
  value = 5;
  return 4;
}

int main(void) {
  for (int round = 0; round < 3; round++) {
    go = gate_make();
    done = gate_make();
    report_status("the parent", run(parent, NULL));
    gate_open(&go);
    gate_wait(&done);
    report("nobody to wait for", wait_for_state(getpid(), 'R') - 1 + waitpid(-1, NULL, WNOHANG));
  }
  return 0;
}
