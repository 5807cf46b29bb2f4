/* A scheduler that is a program, for `run --scheduler user`: it is told which tasks are ready and which are gone, is asked whom a
 * hart is to run, and answers before it asks for what comes next. Who answers too late, or names a task that cannot run, is
 * overruled. One privileged program may do this. Under another policy the calls are answered -38 (ENOSYS). */
#pragma once
#include <stdint.h>

#define SCHEDULER_READY 1 /* a task has become ready, or is so again */
#define SCHEDULER_GONE 2  /* it is not ready any more, and perhaps has ended */
#define SCHEDULER_ASK 3   /* a hart asks */

struct scheduler_event {
  long kind;     /* 0: interrupted by a signal; negative: -38 where there is no such policy */
  uint64_t task; /* a name for it that says nothing */
  uint64_t hart, nice, priority, tickets, burst;
  uint64_t obeyed, overruled; /* with SCHEDULER_ASK: answers so far that were followed, and that were not */
};

static inline long scheduler_call(long number, uint64_t first, uint64_t second) {
  register uint64_t a0 __asm__("a0") = first;
  register uint64_t a1 __asm__("a1") = second;
  register uint64_t a7 __asm__("a7") = (uint64_t)number;
  __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a7) : "memory");
  return (long)a0;
}

/* The calling thread decides from now on. 0, -1 when it may not or another one does, -38. */
static inline long scheduler_attach(void) { return scheduler_call(4145, 0, 0); }

/* The hart that has asked is to run a task for so many cycles. 0, or -22 when it is not ready. */
static inline long scheduler_run(uint64_t task, uint64_t cycles) { return scheduler_call(4147, task, cycles); }

/* What happened next; returns when there is something. */
static inline struct scheduler_event scheduler_next(void) {
  register uint64_t a0 __asm__("a0") = 0;
  register uint64_t a1 __asm__("a1");
  register uint64_t a2 __asm__("a2");
  register uint64_t a3 __asm__("a3");
  register uint64_t a4 __asm__("a4");
  register uint64_t a5 __asm__("a5");
  register uint64_t a6 __asm__("a6");
  register uint64_t a7 __asm__("a7") = 4146;
  __asm__ volatile("ecall"
                   : "+r"(a0), "=r"(a1), "=r"(a2), "=r"(a3), "=r"(a4), "=r"(a5), "=r"(a6)
                   : "r"(a7)
                   : "memory");
  struct scheduler_event event = {.kind = (long)a0};
  if (event.kind == SCHEDULER_ASK) {
    event.hart = a1, event.obeyed = a2, event.overruled = a3;
    return event;
  }
  event.task = a1, event.hart = a2, event.nice = a3, event.priority = a4, event.tickets = a5, event.burst = a6;
  return event;
}
