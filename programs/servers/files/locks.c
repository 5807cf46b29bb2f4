/* Locks on files: POSIX record locks, by owner and range, and flock's, by open file and whole.
 *
 * The two kinds do not see each other, as on Linux. A file's locks are a list in no order; ranges are half open. Taking a range
 * replaces whatever the same owner held there. Owners that wait for record locks are noted, so that a circle of them is seen. */
#include "operations.h"

enum { LOCK_READ, LOCK_WRITE, LOCK_UNLOCK, LONGEST_CHAIN = 256 };

/* The request `lock` by the names of its fields; `testLock` begins alike. */
struct lock_request {
  struct node *node;
  int64_t owner, kind, start, length, wait, process, whole;
};

struct lock_wait {
  struct lock_wait *next;
  int64_t owner, blocker;
};
static struct lock_wait *waits;

static int64_t end_of(const struct lock_request *l) {
  return l->length == 0 || l->start > NEVER - l->length ? NEVER : l->start + l->length;
}

/* The lock that stands in the way and starts first. */
static struct lock *find_conflict(const struct lock_request *l, int64_t whole) {
  struct lock *found = NULL;
  for (struct lock *at = l->node->locks; at; at = at->next) {
    bool shares = l->kind == LOCK_READ && at->kind == LOCK_READ;
    bool other = at->whole == whole && at->owner != l->owner;
    bool meets = at->start < end_of(l) && l->start < at->end;
    if (other && !shares && meets && (!found || at->start < found->start)) found = at;
  }
  return found;
}

static void unlink_lock(struct node *node, struct lock *lock) {
  struct lock **at = &node->locks;
  while (*at != lock) at = &(*at)->next;
  *at = lock->next;
  give_back(lock, sizeof *lock);
}

static void enter_lock(struct lock *lock, const struct lock_request *l, uint32_t kind, int64_t start, int64_t end) {
  *lock = (struct lock){l->node->locks, l->owner, l->process, start, end, kind, (uint32_t)l->whole};
  l->node->locks = lock;
}

/* Takes a range out of a lock of the same owner; true when `spare` has become the part behind it. */
static bool cut(const struct lock_request *l, struct lock *lock, int64_t start, int64_t end, struct lock *spare) {
  bool before = lock->start < start, behind = lock->end > end;
  if (before && behind) {
    enter_lock(spare, l, lock->kind, end, lock->end);
    lock->end = start;
    return true;
  }
  if (before) lock->end = start;
  else if (behind) lock->start = end;
  else unlink_lock(l->node, lock);
  return false;
}

/* Gives the owner the range as asked and nothing else of its own there. */
static int64_t apply(const struct lock_request *l) {
  struct lock *fresh = allocate(sizeof *fresh), *spare = allocate(sizeof *spare);
  if (!fresh || !spare) {
    if (fresh) give_back(fresh, sizeof *fresh);
    if (spare) give_back(spare, sizeof *spare);
    return -ENOLCK;
  }
  int64_t start = l->start, end = end_of(l);
  bool used = false;
  for (struct lock *at = l->node->locks, *next; at; at = next) {
    next = at->next;
    if (at->whole != l->whole || at->owner != l->owner) continue;
    if (at->kind == l->kind) {
      if (at->start > end || start > at->end) continue;
      if (at->start < start) start = at->start;
      if (at->end > end) end = at->end;
      unlink_lock(l->node, at);
    } else if (at->start < end && start < at->end) used = cut(l, at, start, end, spare) || used;
  }
  if (!used) give_back(spare, sizeof *spare);
  if (l->kind == LOCK_UNLOCK) give_back(fresh, sizeof *fresh);
  else enter_lock(fresh, l, (uint32_t)l->kind, start, end);
  return 0;
}

/* Would an owner that waits for `blocker` close a circle of owners that wait for each other? */
static bool closes_circle(int64_t owner, int64_t blocker) {
  for (int turn = 0; turn < LONGEST_CHAIN; turn++) {
    if (blocker == owner) return true;
    const struct lock_wait *wait = waits;
    while (wait && wait->owner != blocker) wait = wait->next;
    if (!wait) return false;
    blocker = wait->blocker;
  }
  return false;
}

static bool drop_locks(struct node *node, int64_t owner, int64_t whole) {
  bool dropped = false;
  for (struct lock *at = node->locks, *next; at; at = next) {
    next = at->next;
    if (at->whole != whole || at->owner != owner) continue;
    unlink_lock(node, at);
    dropped = true;
  }
  return dropped;
}

/* Sleeps until a lock of the file goes; a record lock's owner is noted meanwhile. */
static int64_t wait_for(const struct lock_request *l, const struct lock *conflict) {
  struct lock_wait note = {waits, l->owner, conflict->owner};
  if (l->wait != 1) return -EAGAIN;
  if (l->whole != 1) {
    if (closes_circle(l->owner, conflict->owner)) return -EDEADLK;
    waits = &note;
  }
  int reason = sleep_on(l->node, true);
  if (l->whole != 1) {
    struct lock_wait **at = &waits;
    while (*at != &note) at = &(*at)->next;
    *at = note.next;
  }
  return reason == INTERRUPTED ? -ERESTART_CALL : 0;
}

int64_t lock_operation(const struct request *r, struct answer *answer) {
  (void)answer;
  const struct lock_request *l = (const struct lock_request *)r->fields;
  if (l->start < 0 || l->length < 0) return -EINVAL;
  /* flock gives up what it has before it waits for another kind. */
  if (l->whole == 1 && drop_locks(l->node, l->owner, 1)) wake_sleepers(l->node);
  const struct lock *conflict;
  while (l->kind != LOCK_UNLOCK && (conflict = find_conflict(l, l->whole))) {
    int64_t error = wait_for(l, conflict);
    if (error) return error;
  }
  int64_t error = apply(l);
  /* What was held there before may have been more than what is held now. */
  if (!error) wake_sleepers(l->node);
  return error;
}

struct lock_figures {
  uint32_t kind, process;
  uint64_t start, length;
};

int64_t test_lock_operation(const struct request *r, struct answer *answer) {
  (void)answer;
  const struct lock_request *l = (const struct lock_request *)r->fields;
  if (l->start < 0 || l->length < 0) return -EINVAL;
  const struct lock *conflict = find_conflict(l, 0);
  if (!conflict) return 0;
  struct lock_figures figures = {
      conflict->kind, (uint32_t)conflict->process, real_bits(conflict->start),
      conflict->end == NEVER ? 0 : real_bits(conflict->end - conflict->start),
  };
  int64_t room = r->fields[6];
  return put(5, 0, &figures, room < (int64_t)sizeof figures ? room : (int64_t)sizeof figures);
}

int64_t unlock_all_operation(const struct request *r, struct answer *answer) {
  (void)answer;
  struct node *node = handle(r->fields[0]);
  if (drop_locks(node, r->fields[1], r->fields[2])) wake_sleepers(node);
  return 0;
}

void free_locks(struct node *node) {
  while (node->locks) unlink_lock(node, node->locks);
}
