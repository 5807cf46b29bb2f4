/* Faults of a program: what the handler is told, and that the program can go on. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <testing.h>
#include <unistd.h>

static void execute(void *address) { ((void (*)(void))address)(); }

static void illegal(void *unused) {
  (void)unused;
  __asm__ volatile(".globl illegal_place\nillegal_place: .word 0xffffffff");
}

static void zero_instruction(void *unused) {
  (void)unused;
  __asm__ volatile(".globl zero_place\nzero_place: .half 0");
}

static void privileged(void *unused) {
  (void)unused;
  __asm__ volatile(".globl privileged_place\nprivileged_place: csrr t0, sstatus" : : : "t0");
}

static void breakpoint(void *unused) {
  (void)unused;
  __asm__ volatile(".option push\n.option norvc\n.globl break_place\nbreak_place: ebreak\n.option pop");
}

static void compressed_breakpoint(void *unused) {
  (void)unused;
  __asm__ volatile(".globl short_break_place\nshort_break_place: c.ebreak");
}

extern char illegal_place[], zero_place[], privileged_place[], break_place[], short_break_place[];

static void instructions(void) {
  report_fault("an illegal instruction", catch_fault(illegal, NULL), illegal_place);
  report_fault("an instruction of zeros", catch_fault(zero_instruction, NULL), zero_place);
  report_fault("a privileged instruction", catch_fault(privileged, NULL), privileged_place);
  struct fault fault = catch_fault(breakpoint, NULL);
  report_fault("a breakpoint", fault, break_place);
  say("  pc is at it: %d", fault.pc == (unsigned long)break_place);
  report_fault("a short breakpoint", catch_fault(compressed_breakpoint, NULL), short_break_place);
}

static int volatile zero;

static void arithmetic(void) { say("division by zero does not fault: %d, remainder %d", 7 / zero, 7 % zero); }

static void memory(void) {
  char *pages = mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(pages + 4096, 4096);
  report_fault("read of nothing", catch_fault(touch_read, NULL), NULL);
  report_fault("write to nothing", catch_fault(touch_write, nowhere()), nowhere());
  report_fault("read of an unmapped page", catch_fault(touch_read, pages + 4096 + 123), pages + 4096 + 123);
  report_fault("write to it", catch_fault(touch_write, pages + 8191), pages + 8191);
  mprotect(pages, 4096, PROT_READ);
  report_fault("read of a read-only page", catch_fault(touch_read, pages), NULL);
  report_fault("write to it", catch_fault(touch_write, pages + 7), pages + 7);
  mprotect(pages, 4096, PROT_NONE);
  report_fault("read of a closed page", catch_fault(touch_read, pages + 4095), pages + 4095);
  report_fault("write to the program", catch_fault(touch_write, (void *)execute), (void *)execute);
  report_fault("read of an address in the kernel's half", catch_fault(touch_read, (void *)-4096L),
               (void *)-4096L);
  report_fault("jump to nothing", catch_fault(execute, NULL), NULL);
  char *data = pages + 8192;
  memcpy(data, "\x82\x80", 2); /* ret */
  struct fault fault = catch_fault(execute, data);
  report_fault("jump to data", fault, data);
  say("  pc is there: %d", fault.pc == (unsigned long)data);
  mprotect(data, 4096, PROT_READ | PROT_EXEC);
  __asm__ volatile("fence.i");
  report_fault("jump to a page made executable", catch_fault(execute, data), NULL);
}

static void write_across(void *address) { *(volatile long *)address = -1; }

static void crossing(void) {
  char *pages = mmap(NULL, 2 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  *(volatile long *)(pages + 4093) = 0x0807060504030201;
  say("a misaligned word across pages: %lx", *(volatile long *)(pages + 4093));
  mprotect(pages + 4096, 4096, PROT_READ);
  struct fault fault = catch_fault(write_across, pages + 4093);
  say("a store across into a read-only page: %s, code %d", signal_name(fault.signal), fault.code);
}

static void mapped_file(void) {
  int file = open("file", O_RDWR | O_CREAT, 0600);
  ftruncate(file, 5000);
  char *pages = mmap(NULL, 4 * 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  report_fault("read in the last page, behind the end", catch_fault(touch_read, pages + 8000), NULL);
  report_fault("read in the page behind the end", catch_fault(touch_read, pages + 8192 + 5),
               pages + 8192 + 5);
  ftruncate(file, 100);
  report_fault("after truncation", catch_fault(touch_write, pages + 4096), pages + 4096);
  ftruncate(file, 8192);
  report_fault("after growing again", catch_fault(touch_write, pages + 4096), NULL);
}

static int die(void *address) {
  *(volatile char *)address = 1;
  return 0;
}

static int die_with_signal_blocked(void *address) {
  sigset_t segv = 1UL << (SIGSEGV - 1);
  sigprocmask(SIG_BLOCK, &segv, NULL);
  *(volatile char *)address = 1;
  return 0;
}

static int die_with_signal_ignored(void *address) {
  signal(SIGSEGV, SIG_IGN);
  *(volatile char *)address = 1;
  return 0;
}

static void deaths(void) {
  report_status("without a handler", run(die, nowhere()));
  report_status("blocked", run(die_with_signal_blocked, nowhere()));
  report_status("ignored", run(die_with_signal_ignored, nowhere()));
}

int main(void) {
  enter_scratch("faults");
  instructions();
  arithmetic();
  memory();
  crossing();
  mapped_file();
  deaths();
  return 0;
}
