/* The file server's loop: each of its threads takes a request, works on it under the lock, and replies. */
#include "operations.h"

#define PLACE(name) name##_operation,
static operation *const operations[] = {OPERATIONS(PLACE)};
enum { OPERATION_COUNT = sizeof operations / sizeof *operations };

static int64_t carry_out(const struct request *request, struct answer *answer) {
  if ((uint64_t)request->operation >= OPERATION_COUNT) return -ENOSYS;
  lock_server();
  int64_t result = operations[request->operation](request, answer);
  unlock_server();
  return result;
}

__attribute__((noreturn)) void serve(void) {
  _Alignas(sizeof(struct request)) struct request request;
  server_call(CALL_RECEIVE, (int64_t)&request, 0, 0, 0, 0, 0);
  for (;;) {
    struct answer answer = {VALUE_NUMBER, 0};
    int64_t result = carry_out(&request, &answer), error = result < 0 ? -result : 0;
    server_call(CALL_REPLY, answer.kind, error ? 0 : result, answer.second, error, (int64_t)&request, 0);
  }
}
