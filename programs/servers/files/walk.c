/* Resolving a path, a component at a time. What is to be done at the last component is said by walk_flag bits. Rules and
 * precedence of errors follow Linux's path_resolution(7), and its fs/namei.c where the manual is silent. */
#include "server.h"

/* Puts text before what is still to come; NULL without memory. */
static struct segment *push_segment(struct walk *walk, uint32_t length) {
  struct segment *segment = allocate(sizeof *segment + length);
  if (!segment) return NULL;
  segment->length = length;
  segment->outer = walk->segment;
  segment->all = walk->segments;
  walk->segment = walk->segments = segment;
  return segment;
}

void end_walk(struct walk *walk) {
  for (struct segment *at = walk->segments; at;) {
    struct segment *next = at->all;
    give_back(at, sizeof *at + at->length);
    at = next;
  }
  if (walk->node) release(walk->node);
  if (walk->current) release(walk->current);
  if (walk->root) release(walk->root);
}

struct node *take_node(struct walk *walk) {
  struct node *node = walk->node;
  walk->node = NULL;
  return node;
}

/* Skips slashes; true when a component follows. */
static bool more_to_come(struct walk *walk) {
  for (; walk->segment; walk->segment = walk->segment->outer) {
    struct segment *at = walk->segment;
    while (at->position < at->length && at->text[at->position] == '/') at->position++;
    if (at->position < at->length) return true;
  }
  return false;
}

static void next_component(struct walk *walk) {
  struct segment *segment = walk->segment;
  uint32_t start = segment->position, end = start;
  while (end < segment->length && segment->text[end] != '/') end++;
  segment->position = end;
  walk->name = segment->text + start;
  walk->name_length = end - start;
  walk->last = !more_to_come(walk);
  if (walk->last && end < segment->length) walk->trailing = true;
}

/* 1 for '.', 2 for '..', 0 for any other name. */
static int dots(const char *name, uint32_t length) {
  if (length > 2 || name[0] != '.') return 0;
  return length == 1 ? 1 : name[1] == '.' ? 2 : 0;
}

struct node *parent_of(struct node *root, struct node *directory) {
  struct node *at = directory;
  while (at != root) {
    if (at->entry) return at->entry->directory;
    if (!at->mount->covered || at->mount->root != at) return at;
    at = at->mount->covered;
  }
  return at;
}

static void move_to(struct walk *walk, struct node *held) {
  release(walk->current);
  walk->current = held;
}

/* How a part of a resolution ended, beside negative error numbers. */
enum { FINISHED, FURTHER };

static int64_t stay(struct walk *walk, enum last_kind kind) {
  walk->last_kind = kind;
  if (!(walk->flags & WALK_NAME)) walk->node = hold(walk->current);
  return FINISHED;
}

static int64_t go_dotted(struct walk *walk, int dotted) {
  enum last_kind kind = dotted == 1 ? LAST_DOT : LAST_DOTDOT;
  if (walk->last && walk->flags & WALK_NAME) return stay(walk, kind);
  if (dotted == 2) move_to(walk, hold(parent_of(walk->root, walk->current)));
  return walk->last ? stay(walk, kind) : FURTHER;
}

static int64_t arrive_nowhere(struct walk *walk) {
  walk->last_kind = LAST_NORMAL;
  return walk->last && walk->flags & WALK_MISSING ? FINISHED : -ENOENT;
}

/* From a directory that is hidden by a mounted tree to that tree's root; the hold goes along. */
static struct node *cross_mounts(struct node *found) {
  struct node *at = found;
  while (is_directory(at) && at->mounted) {
    struct node *root = hold(at->mounted->root);
    release(at);
    at = root;
  }
  return at;
}

/* The innermost segment has become a link's target: the link is left, for its directory or the root. */
static int64_t enter_link(struct walk *walk) {
  release(walk->node);
  walk->node = NULL;
  if (walk->segment->text[0] == '/') move_to(walk, hold(walk->root));
  return FURTHER;
}

/* A supplied link: it leads to a node at once, or its target is asked for. */
static int64_t follow_supplied(struct walk *walk) {
  int64_t answer[2], layer = walk->node->mount->layer, number = walk->node->number;
  int64_t error = ask(ASK_FOLLOW, (const int64_t[]){layer, number}, answer);
  if (error) return error;
  if (answer[0]) {
    release(walk->node);
    walk->node = (struct node *)answer[0];
    if (walk->last) return FINISHED;
    move_to(walk, take_node(walk));
    return FURTHER;
  }
  struct segment *segment = push_segment(walk, LONGEST_PATH);
  if (!segment) return -ENOMEM;
  const int64_t content[] = {layer, number, 0, (int64_t)segment->text, LONGEST_PATH};
  error = ask(ASK_CONTENT, content, answer);
  if (error) return error;
  if (answer[0] == 0) return -ENOENT;
  /* The record keeps its size: what is behind the text is skipped. */
  memmove(segment->text + LONGEST_PATH - answer[0], segment->text, answer[0]);
  segment->position = LONGEST_PATH - (uint32_t)answer[0];
  if (segment->position > 0) segment->text[0] = segment->text[segment->position];
  return enter_link(walk);
}

static int64_t follow_link(struct walk *walk) {
  if (walk->links++ >= MOST_LINKS) return -ELOOP;
  if (walk->node->flags & NODE_SUPPLIED) return follow_supplied(walk);
  if (walk->node->size == 0) return -ENOENT;
  struct segment *segment = push_segment(walk, (uint32_t)walk->node->size);
  if (!segment) return -ENOMEM;
  memcpy(segment->text, walk->node->target, walk->node->size);
  return enter_link(walk);
}

/* The name at hand leads to a node, which is held for the walk. */
static int64_t arrive(struct walk *walk, struct node *found) {
  walk->last_kind = LAST_NORMAL;
  walk->node = found;
  if (walk->last && walk->flags & WALK_NAME) return FINISHED;
  struct node *node = walk->node = cross_mounts(found);
  bool follows = !walk->last || walk->trailing || walk->flags & WALK_FOLLOW;
  if (follows && kind_of(node) == KIND_LINK) return follow_link(walk);
  if (walk->last) return FINISHED;
  walk->node = NULL;
  move_to(walk, node);
  return FURTHER;
}

static int64_t descend(struct walk *walk) {
  if (walk->last && walk->trailing && walk->flags & WALK_FILE) return -EISDIR;
  if (walk->name_length > LONGEST_NAME) return -ENAMETOOLONG;
  struct node *node;
  if (walk->current->flags & NODE_SUPPLIED) {
    int64_t error = find_supplied(walk, &node);
    if (error) return error == -ENOENT ? arrive_nowhere(walk) : error;
    return arrive(walk, node);
  }
  struct entry *entry = find_entry(walk->current, walk->name, walk->name_length);
  if (!entry) return arrive_nowhere(walk);
  int64_t error = node_of_entry(entry, &node);
  if (error) return error;
  hold(node);
  note_entry(node, entry);
  return arrive(walk, node);
}

static int64_t advance(struct walk *walk, const struct caller *who) {
  if (!more_to_come(walk)) return stay(walk, LAST_ROOT);
  if (!is_directory(walk->current)) return -ENOTDIR;
  int64_t error = refusal(walk->current, RIGHT_EXECUTE, who);
  if (!error && walk->current->flags & NODE_UNFILLED) error = fill_directory(walk->current);
  if (error) return error;
  next_component(walk);
  int dotted = dots(walk->name, walk->name_length);
  return dotted ? go_dotted(walk, dotted) : descend(walk);
}

static int64_t go_all_the_way(struct walk *walk, const struct request *request) {
  struct caller who = caller_of(request, walk->flags & WALK_REAL);
  int64_t progress;
  do progress = advance(walk, &who);
  while (progress == FURTHER);
  if (progress < 0) return progress;
  bool wants_directory = walk->flags & WALK_DIRECTORY || walk->trailing;
  if (!(walk->flags & WALK_NAME) && wants_directory && walk->node && !is_directory(walk->node)) return -ENOTDIR;
  return 0;
}

int64_t walk_path(struct walk *walk, const struct request *request, struct node *root, struct node *base, unsigned field,
                  int64_t length, uint32_t flags) {
  if (length > LONGEST_PATH) return -ENAMETOOLONG;
  if (length == 0 && !(flags & WALK_EMPTY)) return -ENOENT;
  memset(walk, 0, sizeof *walk);
  walk->flags = flags;
  walk->root = hold(root ? root : tree_root());
  walk->current = hold(base ? base : walk->root);
  int64_t error = 0;
  if (length > 0) {
    struct segment *segment = push_segment(walk, (uint32_t)length);
    error = segment ? get(field, 0, segment->text, length) : -ENOMEM;
    if (error > 0) error = 0;
    if (!error && segment->text[0] == '/') move_to(walk, hold(walk->root));
  }
  if (!error) error = go_all_the_way(walk, request);
  if (error) end_walk(walk);
  return error;
}
