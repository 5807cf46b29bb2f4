/* L4's own interface for programs: synchronous messages between threads, pages mapped by messages, pagers (after L4 version 2 and
 * X.0). Under a structure without it every call answers -38 (ENOSYS), which is none of the results below.
 *
 * A thread is named by a number that the kernel stamps on what it sends. A message is eight words in registers and, if a struct
 * l4_long is given, a string and a flexpage. The calls keep sp, gp and tp only: the compiler is told so. */
#pragma once
#include <stdint.h>

typedef long l4_id_t;
#define L4_NOBODY 0L
#define L4_ANYBODY (-1L)

/* Results; L4_RECEIVING is added when it was the receive phase. */
#define L4_OK 0
#define L4_NO_PARTNER 1
#define L4_TIMED_OUT 2
#define L4_CANCELLED 3 /* by a signal */
#define L4_CUT 4       /* the string was longer than the room for it */
#define L4_BAD_MEMORY 5
#define L4_NO_MEMORY 6
#define L4_NOT_MAPPED 7
#define L4_ABORTED 8 /* the partner went its way in the middle */
#define L4_RECEIVING 16

/* Milliseconds to wait for the partner to receive, and for a message; L4_NEVER is no limit. */
#define L4_NEVER 0xffff
#define L4_TIMEOUTS(send, receive) ((unsigned)(send) << 16 | (receive))
#define L4_FOR_EVER L4_TIMEOUTS(L4_NEVER, L4_NEVER)

/* A flexpage: 2^order bytes at a multiple of as many, with rights. */
#define L4_WRITE 1
#define L4_GRANT 2 /* the sender loses it */
#define L4_PAGE(address, order, rights) ((uint64_t)(address) | (uint64_t)(order) << 4 | (rights))
#define L4_PAGE_ORDER 12
/* Where mapped pages go: nothing else is ever there. */
#define L4_WINDOWS 0x7f8000000000UL
#define L4_WINDOWS_ORDER 39

/* What else a message has; zeros where it has it not. */
struct l4_long {
  const void *send_string;
  uint64_t send_length;
  void *receive_string;
  uint64_t receive_length;
  uint64_t send_page; /* of the sender */
  uint64_t send_base; /* where in the receiver's window, if that is larger */
  uint64_t receive_page;
  uint64_t unused;
};

struct l4_words {
  uint64_t word[8];
};

/* What a call brought: a result, the sender, the bytes of its string, the pages that it mapped. */
struct l4_got {
  long result;
  l4_id_t from;
  uint64_t bytes, pages;
};

/* Sends the words to `to`, unless that is L4_NOBODY; then receives words from `from`, unless that is L4_NOBODY. */
static inline struct l4_got l4_ipc(l4_id_t to, l4_id_t from, struct l4_words *words, const struct l4_long *more,
                                   unsigned timeouts) {
  register long a0 __asm__("a0") = to;
  register long a1 __asm__("a1") = from;
  register long a2 __asm__("a2") = timeouts;
  register long a3 __asm__("a3") = (long)more;
  register uint64_t a4 __asm__("a4") = words->word[0];
  register uint64_t a5 __asm__("a5") = words->word[1];
  register uint64_t a6 __asm__("a6") = words->word[2];
  register uint64_t t0 __asm__("t0") = words->word[3];
  register uint64_t t1 __asm__("t1") = words->word[4];
  register uint64_t t2 __asm__("t2") = words->word[5];
  register uint64_t t3 __asm__("t3") = words->word[6];
  register uint64_t t4 __asm__("t4") = words->word[7];
  register long a7 __asm__("a7") = 4128;
  __asm__ volatile("ecall"
                   : "+r"(a0), "+r"(a1), "+r"(a2), "+r"(a3), "+r"(a4), "+r"(a5), "+r"(a6), "+r"(a7), "+r"(t0), "+r"(t1),
                     "+r"(t2), "+r"(t3), "+r"(t4)
                   :
                   : "memory", "ra", "t5", "t6", "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11");
  words->word[0] = a4;
  words->word[1] = a5;
  words->word[2] = a6;
  words->word[3] = t0;
  words->word[4] = t1;
  words->word[5] = t2;
  words->word[6] = t3;
  words->word[7] = t4;
  return (struct l4_got){a0, a1, (uint64_t)a2, (uint64_t)a3};
}

static inline struct l4_got l4_send(l4_id_t to, struct l4_words *words) {
  return l4_ipc(to, L4_NOBODY, words, 0, L4_FOR_EVER);
}
static inline struct l4_got l4_receive(l4_id_t from, struct l4_words *words) {
  return l4_ipc(L4_NOBODY, from, words, 0, L4_FOR_EVER);
}
/* A client's part: a message, and the answer of the same thread. */
static inline struct l4_got l4_call(l4_id_t to, struct l4_words *words) { return l4_ipc(to, to, words, 0, L4_FOR_EVER); }
/* A server's part: an answer that waits for nobody, and the next message. */
static inline struct l4_got l4_reply_and_wait(l4_id_t to, struct l4_words *words) {
  return l4_ipc(to, L4_ANYBODY, words, 0, L4_TIMEOUTS(0, L4_NEVER));
}

static inline long l4_other(long number, long a, long b) {
  register long a7 __asm__("a7") = 4128 + number;
  register long a0 __asm__("a0") = a;
  register long a1 __asm__("a1") = b;
  __asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a7) : "memory");
  return a0;
}

/* The caller's own number. */
static inline l4_id_t l4_myself(void) { return l4_other(1, 0, 0); }
/* Takes a flexpage of the caller's away from everybody to whom it was mapped, and from whom it was mapped on; with `own`, from the
 * caller too, if it was mapped to it. With L4_WRITE in the page only the right to write is taken. The pages that were taken. */
static inline long l4_unmap(uint64_t page, int own) { return l4_other(2, (long)page, own); }
/* The thread that is told of the caller's faults in its windows, and answers with a page. */
static inline long l4_set_pager(l4_id_t pager) { return l4_other(3, pager, 0); }
/* The caller's space lies beside others in the translation cache: no flush between them. At most 4 MiB. */
static inline long l4_set_small(int on) { return l4_other(4, on, 0); }
