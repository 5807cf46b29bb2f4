/* The operation `rename`: renameat2(2), with its checks in Linux's order. */
#include "operations.h"

enum { NAME = WALK_NAME | WALK_MISSING, NO_REPLACE = 1, EXCHANGE = 2 };

/* Is a directory the same as, or below, another? Both in one mounted tree. */
static bool is_within(const struct node *directory, const struct node *ancestor) {
  const struct node *at = directory;
  for (; at != ancestor; at = at->entry->directory)
    if (!at->entry) return false;
  return true;
}

static int64_t check_places(const struct walk *from, const struct walk *to, bool no_replace) {
  if (from->current->mount != to->current->mount) return -EXDEV;
  if (from->last_kind != LAST_NORMAL) return -EBUSY;
  if (to->last_kind != LAST_NORMAL) return no_replace ? -EEXIST : -EBUSY;
  if (is_read_only(from->current)) return -EROFS;
  if (!from->node) return -ENOENT;
  return no_replace && to->node ? -EEXIST : 0;
}

static int64_t check_kinds(const struct walk *from, const struct walk *to, bool exchange) {
  const struct node *target = to->node;
  if (exchange) {
    if (!target) return -ENOENT;
    if (!is_directory(target) && to->trailing) return -ENOTDIR;
  }
  if (!is_directory(from->node)) {
    if (from->trailing || (!exchange && to->trailing)) return -ENOTDIR;
  } else if (is_within(to->current, from->node)) return -EINVAL;
  if (target && is_directory(target) && is_within(from->current, target)) return exchange ? -EINVAL : -ENOTEMPTY;
  return 0;
}

/* A directory that moves to another gets another '..': that is a change to itself. */
static int64_t may_move(const struct walk *from, const struct walk *to, const struct node *node,
                        const struct caller *who) {
  return is_directory(node) && from->current != to->current ? refusal(node, RIGHT_WRITE, who) : 0;
}

static bool is_mounted_at(const struct node *node) { return is_directory(node) && node->mounted; }

static int64_t check_rights(const struct walk *from, const struct walk *to, bool exchange, const struct caller *who) {
  struct node *node = from->node, *target = to->node;
  bool directory = is_directory(node);
  int64_t error = may_remove(from->current, node, directory, who);
  if (error) return error;
  if (!target) error = may_create(to->current, who);
  else error = may_remove(to->current, target, exchange ? is_directory(target) : directory, who);
  if (!error) error = may_move(from, to, node, who);
  if (!error && exchange) error = may_move(to, from, target, who);
  if (error) return error;
  if (is_mounted_at(node) || (target && is_mounted_at(target))) return -EBUSY;
  return node->flags & NODE_SUPPLIED ? -EPERM : 0;
}

/* A directory's '..' counts in another directory now. */
static void move_link(struct node *from, struct node *to, int count) {
  if (from == to) return;
  from->links -= (uint32_t)count;
  to->links += (uint32_t)count;
}

static int64_t move_name(struct walk *from, struct walk *to, struct entry *source, struct entry *target,
                         struct instant now) {
  struct node *node = from->node;
  struct entry *entry = insert_entry(to->current, to->name, to->name_length, node);
  if (!entry) return -ENOSPC;
  if (target) remove_entry(target, now);
  detach_entry(source);
  if (node->entry == source) node->entry = NULL;
  free_entry(source);
  note_entry(node, entry);
  move_link(from->current, to->current, is_directory(node) ? 1 : 0);
  return 0;
}

static void exchange_names(struct walk *from, struct walk *to, struct entry *source, struct entry *target) {
  struct node *a = from->node, *b = to->node;
  point_entry(source, b);
  point_entry(target, a);
  note_entry(a, target);
  note_entry(b, source);
  move_link(from->current, to->current, (is_directory(a) ? 1 : 0) - (is_directory(b) ? 1 : 0));
}

static int64_t carry_out(struct walk *from, struct walk *to, bool exchange, struct instant now) {
  struct entry *source = find_entry(from->current, from->name, from->name_length);
  struct entry *target = find_entry(to->current, to->name, to->name_length);
  /* Somebody else was faster since the names were looked up: what is there now is not what was checked. */
  if (!source || source->node != from->node || (target ? target->node : NULL) != to->node) return -ENOENT;
  if (exchange) exchange_names(from, to, source, target);
  else {
    int64_t error = move_name(from, to, source, target, now);
    if (error) return error;
  }
  touch_modified(from->current, now);
  if (from->current != to->current) touch_modified(to->current, now);
  from->node->changed = now;
  if (to->node) to->node->changed = now;
  return 0;
}

static int64_t rename_found(struct walk *from, struct walk *to, int64_t flags, const struct request *r) {
  bool exchange = flags & EXCHANGE;
  struct caller who = caller_of(r, false);
  int64_t error = check_places(from, to, flags & NO_REPLACE);
  if (!error) error = check_kinds(from, to, exchange);
  if (error || from->node == to->node) return error;
  error = check_rights(from, to, exchange, &who);
  if (!error && !exchange && to->node && is_directory(to->node)) error = check_empty(to->node);
  return error ? error : carry_out(from, to, exchange, now_of(r));
}

int64_t rename_operation(const struct request *r, struct answer *answer) {
  (void)answer;
  struct walk from, to;
  struct node *root = handle(r->fields[0]);
  int64_t flags = r->fields[7];
  if (flags & ~(NO_REPLACE | EXCHANGE) || flags == (NO_REPLACE | EXCHANGE)) return -EINVAL;
  int64_t error = walk_path(&from, r, root, handle(r->fields[1]), 2, r->fields[3], NAME);
  if (error) return error;
  error = walk_path(&to, r, root, handle(r->fields[4]), 4, r->fields[6], NAME);
  if (!error) {
    error = rename_found(&from, &to, flags, r);
    end_walk(&to);
  }
  end_walk(&from);
  return error;
}
