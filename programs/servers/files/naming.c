/* The operations that make and remove names: `make`, `symbolicLink`, `link`, `remove`. */
#include "operations.h"

enum { NAME = WALK_NAME | WALK_MISSING };

/* 0 when a walk has found room for a new name. Slashes may follow a directory's name only. */
static int64_t name_is_free(const struct walk *walk, bool directory, const struct caller *who) {
  if (walk->last_kind != LAST_NORMAL || walk->node) return -EEXIST;
  if (walk->trailing && !directory) return -ENOENT;
  return may_create(walk->current, who);
}

static int64_t make_found(const struct walk *walk, const struct request *r, struct node **made) {
  uint32_t mode = (uint32_t)r->fields[4], kind = mode & KIND_MASK;
  struct caller who = caller_of(r, false);
  int64_t error = name_is_free(walk, kind == KIND_DIRECTORY, &who);
  if (error) return error;
  bool device = kind == KIND_CHARACTER || kind == KIND_BLOCK;
  if (device && who.user != 0) return -EPERM;
  if (kind == KIND_LINK) return -EINVAL;
  /* mkdir(2) takes no set-user or set-group bit. */
  mode &= kind == KIND_DIRECTORY ? MODE_ORDINARY : MODE_PERMISSIONS;
  mode |= kind == 0 ? KIND_REGULAR : kind;
  error = create_child(walk->current, walk->name, walk->name_length, mode, &who, now_of(r), made);
  if (!error && device) (*made)->device = (uint32_t)r->fields[5];
  return error;
}

static int64_t walk_to_name(struct walk *walk, const struct request *r) {
  return walk_path(walk, r, handle(r->fields[0]), handle(r->fields[1]), 2, r->fields[3], NAME);
}

int64_t make_operation(const struct request *r, struct answer *answer) {
  struct walk walk;
  struct node *made;
  int64_t error = walk_to_name(&walk, r);
  if (error) return error;
  error = make_found(&walk, r, &made);
  if (!error) hold(made);
  end_walk(&walk);
  return error ? error : give(answer, made);
}

static int64_t make_link(const struct walk *walk, const struct request *r, const char *target, int64_t length) {
  struct caller who = caller_of(r, false);
  struct node *made;
  int64_t error = name_is_free(walk, false, &who);
  if (error) return error;
  char *text = allocate(length + 1);
  if (!text) return -ENOSPC;
  memcpy(text, target, length);
  error = create_child(walk->current, walk->name, walk->name_length, KIND_LINK | 0777, &who, now_of(r), &made);
  if (error) {
    give_back(text, length + 1);
    return error;
  }
  made->target = text;
  made->size = length;
  return 0;
}

int64_t symbolic_link_operation(const struct request *r, struct answer *answer) {
  (void)answer;
  int64_t length = r->fields[5];
  if (length == 0) return -ENOENT;
  if (length > LONGEST_PATH) return -ENAMETOOLONG;
  struct walk walk;
  int64_t error = walk_to_name(&walk, r);
  if (error) return error;
  struct caller who = caller_of(r, false);
  char target[LONGEST_PATH];
  error = name_is_free(&walk, false, &who);
  if (!error) error = get(3, 0, target, length);
  if (error >= 0) error = make_link(&walk, r, target, length);
  end_walk(&walk);
  return error;
}

/* 0 when the file may have another name in a directory. */
static int64_t may_link(const struct node *directory, const struct node *node) {
  if (directory->mount != node->mount) return -EXDEV;
  if (is_directory(node)) return -EPERM;
  if (node->flags & NODE_SUPPLIED) return -EPERM;
  return node->links == 0 && !(node->flags & NODE_LINKABLE) ? -ENOENT : 0;
}

static int64_t enter_link(const struct walk *walk, const struct request *r, struct node *node) {
  struct node *current = walk->current;
  struct caller who = caller_of(r, false);
  if (walk->last_kind != LAST_NORMAL || walk->node) return -EEXIST;
  if (walk->trailing) return -ENOENT;
  if (current->mount != node->mount) return -EXDEV;
  int64_t error = may_create(current, &who);
  if (!error) error = may_link(current, node);
  if (!error) error = enter_name(current, walk->name, walk->name_length, node, now_of(r));
  if (!error) node->changed = now_of(r);
  return error;
}

int64_t link_operation(const struct request *r, struct answer *answer) {
  (void)answer;
  struct walk walk;
  int64_t error = walk_to_name(&walk, r);
  if (error) return error;
  error = enter_link(&walk, r, handle(r->fields[4]));
  end_walk(&walk);
  return error;
}

/* What removing the last component comes to when it is no plain name. */
static int64_t refuse_dots(enum last_kind kind, bool directory) {
  if (kind == LAST_NORMAL) return 0;
  if (!directory) return -EISDIR;
  return kind == LAST_DOT ? -EINVAL : kind == LAST_DOTDOT ? -ENOTEMPTY : -EBUSY;
}

static int64_t remove_found(const struct walk *walk, const struct request *r, bool directory) {
  struct node *current = walk->current, *node = walk->node;
  struct caller who = caller_of(r, false);
  int64_t error = refuse_dots(walk->last_kind, directory);
  if (error) return error;
  if (is_read_only(current)) return -EROFS;
  if (!node) return -ENOENT;
  if (!directory && walk->trailing) return is_directory(node) ? -EISDIR : -ENOTDIR;
  error = may_remove(current, node, directory, &who);
  if (error) return error;
  if (directory && node->mounted) return -EBUSY;
  if (node->flags & NODE_SUPPLIED) return -EPERM;
  if (directory && (error = check_empty(node))) return error;
  struct entry *entry = find_entry(current, walk->name, walk->name_length);
  if (!entry || entry->node != node) return -ENOENT;
  remove_entry(entry, now_of(r));
  return 0;
}

int64_t remove_operation(const struct request *r, struct answer *answer) {
  (void)answer;
  struct walk walk;
  int64_t error = walk_to_name(&walk, r);
  if (error) return error;
  error = remove_found(&walk, r, r->fields[4] == 1);
  end_walk(&walk);
  return error;
}
