/* One thread at a time: the lock around the server's records, and the calls during which others may take it.
 *
 * The lock's word is 0 when it is free, 1 when it is held, 2 when somebody may sleep on it. */
#include "server.h"

static uint32_t word;

void lock_server(void) {
  if (__atomic_exchange_n(&word, 1, __ATOMIC_ACQUIRE) == 0) return;
  while (__atomic_exchange_n(&word, 2, __ATOMIC_ACQUIRE) != 0) server_call(CALL_WAIT, (int64_t)&word, 2, 0, 0, 0, 0);
}

void unlock_server(void) {
  if (__atomic_exchange_n(&word, 0, __ATOMIC_RELEASE) == 2) server_call(CALL_WAKE, (int64_t)&word, 1, 0, 0, 0, 0);
}

int64_t supply(unsigned field, int64_t offset, bool write) {
  unlock_server();
  int64_t result = server_call(CALL_SUPPLY, field, offset, write, 0, 0, 0);
  lock_server();
  return result < 0 ? -EFAULT : 0;
}

int64_t ask(int number, const int64_t *fields, int64_t answer[2]) {
  unlock_server();
  int64_t result = server_call(CALL_ASK, number, (int64_t)fields, (int64_t)answer, 0, 0, 0);
  lock_server();
  return result;
}

int sleep_on(struct node *node, bool interruptible) {
  uint32_t seen = node->events;
  node->sleepers++;
  unlock_server();
  int64_t reason = server_call(CALL_WAIT, (int64_t)&node->events, seen, interruptible, 0, 0, 0);
  lock_server();
  node->sleepers--;
  return (int)reason;
}

void wake_sleepers(struct node *node) {
  node->events++;
  if (node->sleepers) server_call(CALL_WAKE, (int64_t)&node->events, INT32_MAX, 0, 0, 0, 0);
}

void claim(struct node *node) {
  while (node->claimed) sleep_on(node, false);
  node->claimed = true;
}

void unclaim(struct node *node) {
  node->claimed = false;
  wake_sleepers(node);
}

int64_t put_some(unsigned field, int64_t offset, const void *from, int64_t length) {
  return server_call(CALL_COPY_OUT, field, offset, (int64_t)from, length, 0, 0);
}

int64_t get_some(unsigned field, int64_t offset, void *to, int64_t length) {
  return server_call(CALL_COPY_IN, field, offset, (int64_t)to, length, 0, 0);
}

int64_t put(unsigned field, int64_t offset, const void *from, int64_t length) {
  for (int64_t moved = 0; moved < length;) {
    moved += put_some(field, offset + moved, (const char *)from + moved, length - moved);
    if (moved < length && supply(field, offset + moved, true) < 0) return -EFAULT;
  }
  return length;
}

int64_t get(unsigned field, int64_t offset, void *to, int64_t length) {
  for (int64_t moved = 0; moved < length;) {
    moved += get_some(field, offset + moved, (char *)to + moved, length - moved);
    if (moved < length && supply(field, offset + moved, false) < 0) return -EFAULT;
  }
  return length;
}
