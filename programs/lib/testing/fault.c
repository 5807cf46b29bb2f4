/* Surviving a fault: the handler notes it and jumps back out of the faulting code. */
#include <setjmp.h>
#include <string.h>
#include <testing.h>

static sigjmp_buf place;
static struct fault caught;

static void handler(int signal, siginfo_t *info, void *context) {
  ucontext_t *interrupted = context;
  caught = (struct fault){signal, info->si_code, info->si_addr, interrupted->uc_mcontext.gregs[REG_PC]};
  siglongjmp(place, 1);
}

struct fault catch_fault(void (*action)(void *), void *argument) {
  static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE};
  struct sigaction wanted = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK}, old[5];
  for (int i = 0; i < 5; i++) sigaction(signals[i], &wanted, &old[i]);
  caught = (struct fault){0, 0, NULL, 0};
  if (sigsetjmp(place, 1) == 0) action(argument);
  for (int i = 0; i < 5; i++) sigaction(signals[i], &old[i], NULL);
  return caught;
}

void report_fault(const char *what, struct fault fault, const void *expected) {
  if (!fault.signal) {
    say("%s: no fault", what);
    return;
  }
  say("%s: %s, code %d, %s", what, signal_name(fault.signal), fault.code,
      fault.address == expected ? "at the expected address" : "at another address");
}

void touch_read(void *address) { (void)*(volatile char *)address; }

void touch_write(void *address) { *(volatile char *)address = 1; }

void *nowhere(void) { return (void *)8; }
