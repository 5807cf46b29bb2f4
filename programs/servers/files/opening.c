/* The operations that turn a path into a node, and those by which nodes are held and given back. */
#include "operations.h"

enum { LOOKUP_NO_FOLLOW = 1, LOOKUP_EMPTY = 2, LOOKUP_DIRECTORY = 4, LOOKUP_REAL = 8 };
enum open_flag {
  OPEN_ACCESS = 3, OPEN_CREATE = 0100, OPEN_EXCLUSIVE = 0200, OPEN_TRUNCATE = 01000, OPEN_DIRECTORY = 0200000,
  OPEN_NO_FOLLOW = 0400000, OPEN_NO_ACCESS_TIME = 01000000, OPEN_CLOSE_ON_EXEC = 02000000, OPEN_PATH = 010000000,
  OPEN_TEMPORARY = 020000000,
};
enum { PATH_FLAGS = OPEN_PATH | OPEN_DIRECTORY | OPEN_NO_FOLLOW | OPEN_CLOSE_ON_EXEC };
enum { OPENED_LOSSY = 0x100000, PINNED = 0x40000000 };

int64_t lookup_operation(const struct request *r, struct answer *answer) {
  struct walk walk;
  int64_t flags = r->fields[4];
  uint32_t wanted = flags & LOOKUP_NO_FOLLOW ? 0 : WALK_FOLLOW;
  if (flags & LOOKUP_EMPTY) wanted |= WALK_EMPTY;
  if (flags & LOOKUP_DIRECTORY) wanted |= WALK_DIRECTORY;
  if (flags & LOOKUP_REAL) wanted |= WALK_REAL;
  int64_t error = walk_path(&walk, r, handle(r->fields[0]), handle(r->fields[1]), 2, r->fields[3], wanted);
  if (error) return error;
  struct node *node = take_node(&walk);
  end_walk(&walk);
  return give(answer, node);
}

/* The rights that open(2) asks for: 3 as an access mode asks for both. */
static uint32_t rights_of(int64_t flags) {
  static const uint8_t rights[] = {RIGHT_READ, RIGHT_WRITE, RIGHT_READ | RIGHT_WRITE, RIGHT_READ | RIGHT_WRITE};
  return rights[flags & OPEN_ACCESS] | (flags & OPEN_TRUNCATE ? RIGHT_WRITE : 0);
}

static int64_t check_flags(int64_t flags) {
  if (flags & OPEN_TEMPORARY) return flags & OPEN_DIRECTORY && rights_of(flags) & RIGHT_WRITE ? 0 : -EINVAL;
  return flags & OPEN_CREATE && flags & OPEN_DIRECTORY ? -EINVAL : 0;
}

static uint32_t walk_flags(int64_t flags) {
  bool create = flags & OPEN_CREATE, exclusive = create && flags & OPEN_EXCLUSIVE;
  uint32_t wanted = flags & OPEN_NO_FOLLOW || exclusive ? 0 : WALK_FOLLOW;
  if (create) wanted |= WALK_MISSING | WALK_FILE;
  if (flags & OPEN_DIRECTORY) wanted |= WALK_DIRECTORY;
  return wanted;
}

/* What open(2) checks of a file that is there. */
static int64_t may_open(const struct node *node, int64_t flags, const struct caller *who) {
  uint32_t kind = kind_of(node);
  if (flags & OPEN_CREATE) {
    if (flags & OPEN_EXCLUSIVE) return -EEXIST;
    if (kind == KIND_DIRECTORY) return -EISDIR;
  }
  if (flags & OPEN_PATH) return 0;
  if (kind == KIND_LINK) return -ELOOP;
  /* O_TRUNC means nothing for devices and FIFOs. */
  bool plain = kind != KIND_REGULAR && kind != KIND_DIRECTORY;
  uint32_t rights = rights_of(plain ? flags & ~OPEN_TRUNCATE : flags);
  if (kind == KIND_DIRECTORY && rights & RIGHT_WRITE) return -EISDIR;
  int64_t denied = refusal(node, rights, who);
  if (denied) return denied;
  if (flags & OPEN_NO_ACCESS_TIME && !owns(node, who)) return -EPERM;
  return kind == KIND_SOCKET ? -ENXIO : 0;
}

/* Makes the file that an open with O_CREAT did not find, or O_TMPFILE's without a name. */
static int64_t make_opened(const struct walk *walk, int64_t flags, uint32_t mode, const struct request *r,
                           struct node **made) {
  struct caller who = caller_of(r, false);
  struct node *directory = flags & OPEN_TEMPORARY ? walk->node : walk->current;
  mode = KIND_REGULAR | (mode & MODE_PERMISSIONS);
  if (!(flags & OPEN_TEMPORARY) && directory->flags & NODE_SUPPLIED) return -EACCES;
  int64_t denied = may_create(directory, &who);
  if (denied) return denied;
  if (!(flags & OPEN_TEMPORARY))
    return create_child(directory, walk->name, walk->name_length, mode, &who, now_of(r), made);
  *made = make_within(directory, mode, &who, now_of(r));
  if (!*made) return -ENOSPC;
  if (!(flags & OPEN_EXCLUSIVE)) (*made)->flags |= NODE_LINKABLE;
  return 0;
}

static int64_t give_opened(struct answer *answer, struct node *node, int64_t flags) {
  if (rights_of(flags) & RIGHT_WRITE && !(flags & OPEN_PATH) && kind_of(node) == KIND_REGULAR) node->writers++;
  return give(answer, node);
}

/* A file of a supplied tree that is to be written stands for itself; one to be read is copied. */
static int64_t open_supplied(struct answer *answer, struct node *node, int64_t flags) {
  if (rights_of(flags) & RIGHT_WRITE) return give_opened(answer, node, flags);
  struct node *copy;
  int64_t error = make_copy(node, &copy);
  if (error) return error;
  error = bring_copy(copy);
  if (!error) return give(answer, copy);
  release(copy);
  return error;
}

static int64_t open_found(const struct request *r, struct answer *answer, struct node *node, int64_t flags) {
  struct caller who = caller_of(r, false);
  int64_t error = may_open(node, flags, &who);
  if (!error) {
    if (flags & OPEN_PATH || kind_of(node) != KIND_REGULAR) return give(answer, node);
    if (node->flags & NODE_SUPPLIED) return open_supplied(answer, node, flags);
    if (rights_of(flags) & RIGHT_WRITE && node->executors > 0) error = -ETXTBSY;
    else if (!(flags & OPEN_TRUNCATE)) return give_opened(answer, node, flags);
    else error = set_size(node, 0, NEVER, r, answer);
  }
  if (error) {
    release(node);
    return error;
  }
  bool lossy = answer->second == 1;
  give_opened(answer, node, flags);
  if (lossy) answer->second |= OPENED_LOSSY;
  return (int64_t)node;
}

int64_t open_operation(const struct request *r, struct answer *answer) {
  int64_t flags = r->fields[4];
  if (flags & OPEN_PATH) flags &= PATH_FLAGS;
  int64_t error = check_flags(flags);
  if (error) return error;
  struct walk walk;
  error = walk_path(&walk, r, handle(r->fields[0]), handle(r->fields[1]), 2, r->fields[3], walk_flags(flags));
  if (error) return error;
  struct node *made = NULL;
  if (!walk.node || flags & OPEN_TEMPORARY) error = make_opened(&walk, flags, (uint32_t)r->fields[5], r, &made);
  if (!error && made) hold(made);
  struct node *found = made || error ? NULL : take_node(&walk);
  end_walk(&walk);
  if (error) return error;
  return made ? give_opened(answer, made, flags) : open_found(r, answer, found, flags);
}

int64_t create_unnamed_operation(const struct request *r, struct answer *answer) {
  int64_t error = ensure_root(r);
  if (error) return error;
  uint32_t mode = (uint32_t)r->fields[0], kind = (mode & KIND_MASK) == KIND_FIFO ? KIND_FIFO : KIND_REGULAR;
  struct node *made = make_node(files.unnamed, kind | (mode & MODE_PERMISSIONS), r->user, r->group, now_of(r));
  return made ? give(answer, hold(made)) : -ENOSPC;
}

int64_t hold_operation(const struct request *r, struct answer *answer) {
  (void)answer;
  hold(handle(r->fields[0]));
  return 0;
}

int64_t release_operation(const struct request *r, struct answer *answer) {
  (void)answer;
  release(handle(r->fields[0]));
  return 0;
}

int64_t release_writer_operation(const struct request *r, struct answer *answer) {
  struct node *node = handle(r->fields[0]);
  if (node->writers > 0) node->writers--;
  return release_operation(r, answer);
}

int64_t deny_writers_operation(const struct request *r, struct answer *answer) {
  (void)answer;
  struct node *node = handle(r->fields[0]);
  if (node->writers > 0) return -ETXTBSY;
  node->executors++;
  return 0;
}

int64_t release_program_operation(const struct request *r, struct answer *answer) {
  struct node *node = handle(r->fields[0]);
  if (node->executors > 0) node->executors--;
  return release_operation(r, answer);
}

int64_t pin_operation(const struct request *r, struct answer *answer) {
  (void)answer;
  handle(r->fields[0])->holds += PINNED;
  return 0;
}
