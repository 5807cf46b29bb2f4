/* A handler does not disturb the program it interrupts: every register comes back, those of floating point
 * and the rounding mode too; and a handler may change what comes back. */
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <testing.h>
#include <unistd.h>

static volatile int handled;

/* Overwrites every register that it may, as a long computation would. */
static void clobber(int signal) {
  (void)signal;
  handled++;
  __asm__ volatile(
      "li t0, -1\n li t1, -1\n li t2, -1\n li a0, -1\n li a1, -1\n li a2, -1\n li a3, -1\n li a4, -1\n li "
      "a5, -1\n"
      "li a6, -1\n li a7, -1\n li t3, -1\n li t4, -1\n li t5, -1\n li t6, -1\n"
      "fmv.d.x ft0, t0\n fmv.d.x ft1, t0\n fmv.d.x ft2, t0\n fmv.d.x ft3, t0\n fmv.d.x ft4, t0\n fmv.d.x "
      "ft5, t0\n"
      "fmv.d.x ft6, t0\n fmv.d.x ft7, t0\n fmv.d.x fa0, t0\n fmv.d.x fa1, t0\n fmv.d.x fa2, t0\n fmv.d.x "
      "fa3, t0\n"
      "fmv.d.x fa4, t0\n fmv.d.x fa5, t0\n fmv.d.x fa6, t0\n fmv.d.x fa7, t0\n fmv.d.x ft8, t0\n fmv.d.x "
      "ft9, t0\n"
      "fmv.d.x ft10, t0\n fmv.d.x ft11, t0\n li t0, 0\n fscsr t0\n"
      :
      :
      : "t0", "t1", "t2", "a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "t3", "t4", "t5", "t6", "ft0",
        "ft1", "ft2", "ft3", "ft4", "ft5", "ft6", "ft7", "fa0", "fa1", "fa2", "fa3", "fa4", "fa5", "fa6",
        "fa7", "ft8", "ft9", "ft10", "ft11");
}

/* In registers-loop below: loads known values into all registers but sp, gp and tp; runs in a circle until
 * *stop is set; then stores all registers. */
extern void registers_loop(volatile int *stop, unsigned long *integer, unsigned long *floating,
                           unsigned long *control);
__asm__(
    ".text\n.globl registers_loop\nregisters_loop:\n"
    "addi sp, sp, -256\n"
    "sd ra, 0(sp)\n sd s0, 8(sp)\n sd s1, 16(sp)\n sd s2, 24(sp)\n sd s3, 32(sp)\n sd s4, 40(sp)\n sd s5, "
    "48(sp)\n"
    "sd s6, 56(sp)\n sd s7, 64(sp)\n sd s8, 72(sp)\n sd s9, 80(sp)\n sd s10, 88(sp)\n sd s11, 96(sp)\n"
    "fsd fs0, 104(sp)\n fsd fs1, 112(sp)\n fsd fs2, 120(sp)\n fsd fs3, 128(sp)\n fsd fs4, 136(sp)\n fsd fs5, "
    "144(sp)\n"
    "fsd fs6, 152(sp)\n fsd fs7, 160(sp)\n fsd fs8, 168(sp)\n fsd fs9, 176(sp)\n fsd fs10, 184(sp)\n"
    "fsd fs11, 192(sp)\n"
    "sd a1, 200(sp)\n sd a2, 208(sp)\n sd a3, 216(sp)\n"
    "li t0, 1000\n"
    ".irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31\n"
    "fmv.d.x f\\n, t0\n addi t0, t0, 1\n"
    ".endr\n"
    "li t0, 0x7f\n fscsr t0\n" /* rounding towards +infinity, all flags */
    "li x1, 101\n li x5, 105\n li x6, 106\n li x7, 107\n li x8, 108\n li x9, 109\n"
    "li x11, 111\n li x12, 112\n li x13, 113\n li x14, 114\n li x15, 115\n li x16, 116\n li x17, 117\n li "
    "x18, 118\n"
    "li x19, 119\n li x20, 120\n li x21, 121\n li x22, 122\n li x23, 123\n li x24, 124\n li x25, 125\n li "
    "x26, 126\n"
    "li x27, 127\n li x28, 128\n li x29, 129\n li x30, 130\n li x31, 131\n"
    "1: addi x31, x31, 1\n lw x31, 0(a0)\n beqz x31, 1b\n li x31, 131\n"
    "sd a0, 224(sp)\n sd t6, 232(sp)\n ld a0, 200(sp)\n"
    ".irp n, 1,5,6,7,8,9,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31\n"
    "sd x\\n, 8*\\n(a0)\n"
    ".endr\n"
    "ld a1, 208(sp)\n"
    ".irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31\n"
    "fsd f\\n, 8*\\n(a1)\n"
    ".endr\n"
    "ld a2, 216(sp)\n frcsr t0\n sd t0, 0(a2)\n fscsr zero\n"
    "ld ra, 0(sp)\n ld s0, 8(sp)\n ld s1, 16(sp)\n ld s2, 24(sp)\n ld s3, 32(sp)\n ld s4, 40(sp)\n ld s5, "
    "48(sp)\n"
    "ld s6, 56(sp)\n ld s7, 64(sp)\n ld s8, 72(sp)\n ld s9, 80(sp)\n ld s10, 88(sp)\n ld s11, 96(sp)\n"
    "fld fs0, 104(sp)\n fld fs1, 112(sp)\n fld fs2, 120(sp)\n fld fs3, 128(sp)\n fld fs4, 136(sp)\n fld fs5, "
    "144(sp)\n"
    "fld fs6, 152(sp)\n fld fs7, 160(sp)\n fld fs8, 168(sp)\n fld fs9, 176(sp)\n fld fs10, 184(sp)\n"
    "fld fs11, 192(sp)\n"
    "addi sp, sp, 256\n ret\n");

static volatile int stop;

static void on_timer(int signal) {
  clobber(signal);
  if (handled == 5) stop = 1;
}

static void preserved(void) {
  struct sigaction action = {.sa_handler = on_timer};
  sigaction(SIGALRM, &action, NULL);
  struct itimerval timer = {{0, 2000}, {0, 2000}}, off = {{0, 0}, {0, 0}};
  unsigned long integer[32] = {0}, floating[32], control;
  setitimer(ITIMER_REAL, &timer, NULL);
  registers_loop(&stop, integer, floating, &control);
  setitimer(ITIMER_REAL, &off, NULL);
  int wrong = 0;
  for (unsigned long i = 1; i < 32; i++)
    wrong += i != 2 && i != 3 && i != 4 && i != 10 && integer[i] != 100 + i;
  say("after 5 interruptions, wrong integer registers: %d", wrong);
  wrong = 0;
  for (unsigned long i = 0; i < 32; i++) wrong += floating[i] != 1000 + i;
  say("wrong floating-point registers: %d", wrong);
  say("fcsr %lx", control);
}

static void change_registers(int signal, siginfo_t *info, void *context) {
  ucontext_t *interrupted = context;
  (void)signal, (void)info;
  interrupted->uc_mcontext.gregs[REG_A0] += 1000;
  interrupted->uc_mcontext.gregs[REG_PC] += 4; /* over the ebreak */
  double seven = 7;
  memcpy(&interrupted->uc_mcontext.fpregs[10], &seven, sizeof seven);
  interrupted->uc_mcontext.fcsr = 3 << 5;
}

static void changed(void) {
  struct sigaction action = {.sa_sigaction = change_registers, .sa_flags = SA_SIGINFO};
  sigaction(SIGTRAP, &action, NULL);
  register long number __asm__("a0") = 234;
  register double fraction __asm__("fa0") = 1.5;
  unsigned long control;
  __asm__ volatile(".option push\n.option norvc\nebreak\n.option pop\nfrcsr %2\nfscsr zero"
                   : "+r"(number), "+f"(fraction), "=r"(control));
  long number_after = number, tenths = (long)(fraction * 10);
  say("changed by the handler: %ld, %ld/10, fcsr %lx", number_after, tenths, control);
}

static sigset_t mask_seen;
static void change_mask(int signal, siginfo_t *info, void *context) {
  (void)signal, (void)info;
  ucontext_t *interrupted = context;
  mask_seen = interrupted->uc_sigmask;
  interrupted->uc_sigmask = 1UL << (SIGUSR2 - 1);
}

static void mask_in_context(void) {
  struct sigaction action = {.sa_sigaction = change_mask, .sa_flags = SA_SIGINFO};
  sigaction(SIGUSR1, &action, NULL);
  sigset_t hup = 1UL << (SIGHUP - 1), now;
  sigprocmask(SIG_SETMASK, &hup, NULL);
  raise(SIGUSR1);
  sigprocmask(SIG_BLOCK, NULL, &now);
  say("mask before %lx, set by the handler %lx", mask_seen, now);
}

int main(void) {
  preserved();
  changed();
  mask_in_context();
  return 0;
}
