/* The alternate signal stack: used when asked for, and the only way to survive an overflow of the stack. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <testing.h>

static char alternate[16384] __attribute__((aligned(16)));
static stack_t during;
static char *where;
static int entries;
static sigjmp_buf place;

static int is_inside(const char *address) {
  return address >= alternate && address < alternate + sizeof alternate;
}

static void look(int signal) {
  char local;
  where = &local;
  sigaltstack(NULL, &during);
  if (entries++ == 0 && signal == SIGUSR1) raise(SIGUSR2);
}

static void install(int signal, void (*handler)(int), unsigned long flags) {
  struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
  sigaction(signal, &action, NULL);
}

static void choosing(void) {
  stack_t stack = {alternate, 0, sizeof alternate}, old;
  report("look at the stack", sigaltstack(NULL, &old));
  say("none at first: flags %d", old.ss_flags);
  report("set it", sigaltstack(&stack, NULL));
  sigaltstack(NULL, &old);
  say("flags %d, size %lu, the same: %d", old.ss_flags, old.ss_size, old.ss_sp == alternate);
  install(SIGUSR2, look, 0);
  raise(SIGUSR2);
  say("without SA_ONSTACK: on it %d, flags %d", is_inside(where), during.ss_flags);
  install(SIGUSR2, look, SA_ONSTACK);
  raise(SIGUSR2);
  say("with SA_ONSTACK: on it %d, flags %d", is_inside(where), during.ss_flags);
  entries = 0;
  install(SIGUSR1, look, SA_ONSTACK);
  raise(SIGUSR1);
  say("a nested one stays on it: entries %d, on it %d", entries, is_inside(where));
}

static void change_inside(int signal) {
  (void)signal;
  stack_t other = {alternate, 0, sizeof alternate};
  report("change the stack while on it", sigaltstack(&other, NULL));
}

static void errors(void) {
  stack_t small = {alternate, 0, 100}, odd = {alternate, 77, sizeof alternate}, off = {NULL, SS_DISABLE, 0},
          old;
  report("too small", sigaltstack(&small, NULL));
  report("unknown flags", sigaltstack(&odd, NULL));
  install(SIGUSR1, change_inside, SA_ONSTACK);
  raise(SIGUSR1);
  report("switch it off", sigaltstack(&off, NULL));
  sigaltstack(NULL, &old);
  say("flags %d", old.ss_flags);
}

static void overflowed(int signal) {
  char local;
  say("%s, handled on the alternate stack: %d", signal_name(signal), is_inside(&local));
  siglongjmp(place, 1);
}

static __attribute__((noinline)) int recurse(int depth) {
  volatile char frame[4096];
  frame[0] = (char)depth;
  return depth < 0 ? 0 : recurse(depth + 1) + frame[0];
}

static int overflow(void *unused) {
  (void)unused;
  stack_t stack = {alternate, 0, sizeof alternate};
  struct rlimit limit = {1 << 20, RLIM_INFINITY};
  setrlimit(RLIMIT_STACK, &limit);
  sigaltstack(&stack, NULL);
  install(SIGSEGV, overflowed, SA_ONSTACK);
  if (sigsetjmp(place, 1) == 0) recurse(0);
  say("back from the overflow");
  install(SIGSEGV, overflowed, 0);
  if (sigsetjmp(place, 1) == 0) recurse(0);
  return 0; /* not reached: there is no room for the handler's frame */
}

int main(void) {
  choosing();
  errors();
  report_status("overflow", run(overflow, NULL));
  return 0;
}
