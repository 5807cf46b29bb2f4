/*
 * Runs sequences of instructions natively and reports what became of the registers: the reference side of
 * comparison.test.ts. Every sequence ends in a signal (an ebreak at the latest); the handler writes out the state and
 * starts the next one by changing the interrupted context.
 *
 * Standard input: struct header, the code, the initial data, then a struct state per sequence.
 * Standard output: a struct state per sequence.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>

struct header {
  uint64_t sequences, code_base, code_size, data_base, data_size, read_only_size;
};

struct state {
  uint64_t pc, x[31], f[32], fcsr, signal, address, checksum;
};

static struct header header;
static uint64_t done;

/* The handler runs with whatever the sequence left in gp and tp: no C library, and the linker must not use gp. */
static long system_call(long number, long a, const void *b, size_t c) {
  register long a7 asm("a7") = number;
  register long a0 asm("a0") = a;
  register const void *a1 asm("a1") = b;
  register size_t a2 asm("a2") = c;
  asm volatile("ecall" : "+r"(a0) : "r"(a7), "r"(a1), "r"(a2) : "memory");
  return a0;
}

static void leave(int status) { system_call(SYS_exit_group, status, 0, 0); }

static void read_all(void *to, size_t size) {
  for (size_t got = 0; got < size;) {
    long n = system_call(SYS_read, 0, (char *)to + got, size - got);
    if (n <= 0) leave(3);
    got += n;
  }
}

static void write_all(const void *from, size_t size) {
  for (size_t put = 0; put < size;) {
    long n = system_call(SYS_write, 1, (const char *)from + put, size - put);
    if (n <= 0) leave(4);
    put += n;
  }
}

static uint64_t checksum(void) {
  uint64_t sum = 0xcbf29ce484222325;
  const uint32_t *data = (const uint32_t *)header.data_base;
  for (size_t i = 0; i < header.data_size / 4; i++) sum = (sum ^ data[i]) * 0x100000001b3;
  return sum;
}

static void resume(mcontext_t *context) {
  struct state state;
  int nothing;
  /* QEMU keeps a reservation across signals; a failing SC ends it. */
  asm volatile("sc.w zero, zero, (%0)" : : "r"(&nothing) : "memory");
  if (done == header.sequences) leave(0);
  read_all(&state, sizeof state);
  context->__gregs[0] = state.pc;
  __builtin_memcpy(&context->__gregs[1], state.x, sizeof state.x);
  memcpy(context->__fpregs.__d.__f, state.f, sizeof state.f);
  context->__fpregs.__d.__fcsr = state.fcsr;
}

static void handle(int number, siginfo_t *info, void *user) {
  mcontext_t *context = &((ucontext_t *)user)->uc_mcontext;
  struct state state = {.pc = context->__gregs[0], .signal = number, .checksum = checksum()};
  if (number != SIGUSR1) {
    if (number == SIGSEGV) state.address = (uint64_t)info->si_addr;
    memcpy(state.x, &context->__gregs[1], sizeof state.x);
    memcpy(state.f, context->__fpregs.__d.__f, sizeof state.f);
    state.fcsr = context->__fpregs.__d.__fcsr;
    write_all(&state, sizeof state);
    done++;
  }
  resume(context);
}

static void map(uint64_t base, uint64_t size, int rights) {
  void *at = mmap((void *)base, size, rights, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  if (at != (void *)base) leave(2);
}

int main(void) {
  static char alternate[65536];
  stack_t stack = {.ss_sp = alternate, .ss_size = sizeof alternate};
  struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  const int signals[] = {SIGILL, SIGTRAP, SIGBUS, SIGSEGV, SIGUSR1};

  read_all(&header, sizeof header);
  map(header.code_base, header.code_size, PROT_READ | PROT_WRITE | PROT_EXEC);
  map(header.data_base, header.data_size + header.read_only_size, PROT_READ | PROT_WRITE);
  read_all((void *)header.code_base, header.code_size);
  read_all((void *)header.data_base, header.data_size + header.read_only_size);
  mprotect((void *)(header.data_base + header.data_size), header.read_only_size, PROT_READ);
  __builtin___clear_cache((char *)header.code_base, (char *)(header.code_base + header.code_size));

  sigaltstack(&stack, 0);
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) sigaction(signals[i], &action, 0);
  raise(SIGUSR1);
  return 1;
}
