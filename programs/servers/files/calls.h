/* The kernel's calls for servers (src/kernel/user-server-calls.ts): number in a7, arguments in a0 to a5, result in a0. */
#pragma once
#include <stdint.h>

enum server_call {
  CALL_RECEIVE = 4200,
  CALL_REPLY,
  CALL_COPY_OUT,
  CALL_COPY_IN,
  CALL_SUPPLY,
  CALL_ASK,
  CALL_WAIT,
  CALL_WAKE,
  CALL_GROW,
  CALL_PAGE_MAKE,
  CALL_PAGE_DROP,
  CALL_PAGE_HOLDERS,
  CALL_LAYER_ATTRIBUTES,
  CALL_LAYER_LIST,
  CALL_LAYER_READ,
  CALL_LAYER_LINK,
  CALL_FIGURES,
  CALL_LOG,
  CALL_KEEP,
  CALL_FORGET,
};

/* Why a wait has ended. */
enum { WOKEN = 0, INTERRUPTED = 2 };
/* What the value of a reply is. */
enum value_kind { VALUE_NUMBER, VALUE_HANDLE, VALUE_PAGE };

static inline int64_t server_call(int64_t number, int64_t first, int64_t second, int64_t third, int64_t fourth,
                                  int64_t fifth, int64_t sixth) {
  register int64_t a0 __asm__("a0") = first;
  register int64_t a1 __asm__("a1") = second;
  register int64_t a2 __asm__("a2") = third;
  register int64_t a3 __asm__("a3") = fourth;
  register int64_t a4 __asm__("a4") = fifth;
  register int64_t a5 __asm__("a5") = sixth;
  register int64_t a7 __asm__("a7") = number;
  __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a5), "r"(a7) : "memory");
  return a0;
}

/* A request as the kernel hands it over (src/kernel/user-server-message.ts). A span is its field's number and its length. */
struct request {
  int64_t operation;
  int64_t seconds;
  int64_t nanoseconds;
  uint32_t user, group, real_user, real_group;
  uint32_t is_system, group_count;
  uint32_t groups[32];
  int64_t fields[42];
};
_Static_assert(sizeof(struct request) == 512, "the kernel writes 512 bytes");

/* What the outside says of a file. */
struct outside_attributes {
  int64_t mode, user, group, size, seconds, nanoseconds, device, identity, links;
};
