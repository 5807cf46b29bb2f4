/* The code that the system maps into every program: clocks without a system call, and the return from signal handlers.
 *
 * It stands for Linux's vDSO of this architecture (Linux, arch/riscv/kernel/vdso; vdso(7) names the functions). Clocks are read from the
 * cycle counter; `clock` is filled in by the system when it maps the page. What cannot be told from the counter is asked by a system call. */

typedef unsigned long u64;
typedef long s64;

struct time {
  s64 seconds;
  s64 fraction;
};

struct time_zone {
  int minutes_west;
  int correction;
};

/* Filled in by the system: see src/linux/vdso/page.ts. */
struct clock {
  u64 hertz;
  s64 epoch;
  u64 usable;
};
__attribute__((section(".clock"), visibility("hidden"))) const volatile struct clock clock = {1, 0, 0};

enum { NANOSECONDS = 1000000000 };
enum { CALL_CLOCK_GETTIME = 113, CALL_CLOCK_GETRES = 114, CALL_GETTIMEOFDAY = 169 };
enum { SINCE_1970 = 1 << 0 | 1 << 5 | 1 << 8 | 1 << 11, SINCE_BOOT = 1 << 1 | 1 << 4 | 1 << 6 | 1 << 7 | 1 << 9 };

static inline s64 system_call(s64 number, s64 first, s64 second) {
  register s64 a7 __asm__("a7") = number;
  register s64 a0 __asm__("a0") = first;
  register s64 a1 __asm__("a1") = second;
  __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a7) : "memory");
  return a0;
}

static inline int is_one_of(unsigned which, int set) {
  return which < 32 && (1u << which & (unsigned)set) != 0;
}

static inline void read_counter(struct time *time) {
  u64 cycles;
  __asm__ volatile("rdcycle %0" : "=r"(cycles));
  u64 hertz = clock.hertz;
  time->seconds = (s64)(cycles / hertz);
  time->fraction = (s64)(cycles % hertz * NANOSECONDS / hertz);
}

int __vdso_clock_gettime(int which, struct time *time) {
  int since_1970 = is_one_of((unsigned)which, SINCE_1970);
  if (!clock.usable || !(since_1970 || is_one_of((unsigned)which, SINCE_BOOT)))
    return (int)system_call(CALL_CLOCK_GETTIME, which, (s64)time);
  read_counter(time);
  if (since_1970) time->seconds += clock.epoch;
  return 0;
}

int __vdso_gettimeofday(struct time *time, struct time_zone *zone) {
  if (!clock.usable) return (int)system_call(CALL_GETTIMEOFDAY, (s64)time, (s64)zone);
  if (time) {
    read_counter(time);
    time->seconds += clock.epoch;
    time->fraction /= 1000;
  }
  if (zone) zone->minutes_west = zone->correction = 0;
  return 0;
}

int __vdso_clock_getres(int which, struct time *resolution) {
  if (!clock.usable || !is_one_of((unsigned)which, SINCE_1970 | SINCE_BOOT))
    return (int)system_call(CALL_CLOCK_GETRES, which, (s64)resolution);
  if (resolution) {
    resolution->seconds = 0;
    resolution->fraction = (s64)((NANOSECONDS + clock.hertz - 1) / clock.hertz);
  }
  return 0;
}

/* Debuggers and unwinders know a signal frame by exactly the two instructions of the first. */
__asm__(
    ".macro call name, number\n"
    ".globl \\name\n"
    ".type \\name, @function\n"
    "\\name:\n"
    ".option push\n"
    ".option norvc\n"
    "  li a7, \\number\n"
    "  ecall\n"
    ".option pop\n"
    ".endm\n"
    ".text\n"
    "call __vdso_rt_sigreturn, 139\n"
    "call __vdso_getcpu, 168\n"
    "  ret\n"
    "call __vdso_flush_icache, 259\n"
    "  ret\n");
