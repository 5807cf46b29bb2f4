/* The operations that tell names: `list` (getdents64), `readLink`, `path` (getcwd) and `mounts`. */
#include "operations.h"

/* An entry of getdents64(2). */
struct linux_entry {
  uint64_t number, next;
  uint16_t size;
  uint8_t kind;
  char name[];
};
enum { HEAD = 19 };

/* A listing under way: an answer of at most a page at a time. */
struct listing {
  struct node *node;
  int64_t cursor, moved, room; /* what the span has left */
  int64_t used;
  _Alignas(8) char page[PAGE_SIZE];
};

/* Adds an entry; false when it does not fit. */
static bool add(struct listing *l, uint32_t number, int64_t next, uint8_t kind, const char *name, uint32_t length) {
  int64_t size = (HEAD + length + 1 + 7) & ~7;
  int64_t room = l->room < PAGE_SIZE ? l->room : PAGE_SIZE;
  if (l->used + size > room) return false;
  struct linux_entry *to = (struct linux_entry *)(l->page + l->used);
  to->number = number;
  to->next = (uint64_t)next;
  to->size = (uint16_t)size;
  to->kind = kind;
  memcpy(to->name, name, length);
  memset(to->name + length, 0, size - HEAD - length);
  l->used += size;
  l->cursor = next;
  return true;
}

static bool add_dots(struct listing *l) {
  while (l->cursor < FIRST_POSITION) {
    struct node *up = l->cursor == 1 ? parent_of(tree_root(), l->node) : l->node;
    if (!add(l, up->number, l->cursor + 1, KIND_DIRECTORY >> 12, "..", (uint32_t)l->cursor + 1)) return false;
  }
  return true;
}

/* The first entry at or after the cursor. A cursor is most often at the end or the beginning. */
static struct entry *entry_from(const struct listing *l) {
  const struct node *node = l->node;
  if (!node->last || node->last->position < l->cursor) return NULL;
  struct entry *at = node->first;
  while (at->position < l->cursor) at = at->next;
  return at;
}

/* Adds entries from the cursor on; true when the directory has no more. */
static bool add_entries(struct listing *l) {
  if (!add_dots(l)) return false;
  for (struct entry *at = entry_from(l); at; at = at->next) {
    uint8_t kind = kind_of_entry(at);
    if (!add(l, at->number, (int64_t)at->position + 1, kind, at->name, at->length)) return false;
  }
  return true;
}

/* A supplier's entries: {u32 node, u32 next cursor, u8 kind, u8 length, bytes}, packed. */
static bool add_supplied(struct listing *l, const uint8_t *from, int64_t bytes) {
  for (int64_t at = 0; at < bytes; at += 10 + from[at + 9]) {
    uint32_t number, next;
    memcpy(&number, from + at, sizeof number);
    memcpy(&next, from + at + 4, sizeof next);
    const char *name = (const char *)from + at + 10;
    if (!add(l, number, (int64_t)next + FIRST_POSITION, from[at + 8], name, from[at + 9])) return false;
  }
  return true;
}

/* Fills the page from a supplied tree; more says whether there are further entries. May wait. */
static int64_t fill_supplied(struct listing *l, bool *complete) {
  if (!add_dots(l)) return 0;
  uint8_t entries[PAGE_SIZE];
  int64_t answer[2];
  const int64_t request[] = {l->node->mount->layer, l->node->number, l->cursor - FIRST_POSITION, (int64_t)entries,
                             sizeof entries};
  int64_t error = ask(ASK_ENTRIES, request, answer);
  if (error) return error;
  *complete = answer[0] == 0 || (add_supplied(l, entries, answer[0]) && answer[1] == 0);
  return 0;
}

static int64_t fill(struct listing *l, bool *complete) {
  *complete = false;
  if (l->node->flags & NODE_SUPPLIED) return fill_supplied(l, complete);
  int64_t error = fill_directory(l->node);
  if (!error) *complete = add_entries(l);
  return error;
}

int64_t list_operation(const struct request *r, struct answer *answer) {
  struct listing l = {.node = handle(r->fields[0]), .cursor = r->fields[1], .moved = 0, .room = r->fields[3]};
  if (!is_directory(l.node)) return -ENOTDIR;
  if (l.node->links == 0) return -ENOENT;
  bool complete = false;
  while (!complete) {
    int64_t before = l.cursor;
    l.used = 0;
    int64_t error = fill(&l, &complete);
    if (!error && l.used > 0 && put(2, l.moved, l.page, l.used) < 0) error = -EFAULT;
    if (error) {
      answer->second = before;
      if (l.moved > 0) break;
      return error;
    }
    l.moved += l.used;
    l.room -= l.used;
    if (l.used == 0 && !complete) {
      if (l.moved == 0) return -EINVAL;
      break;
    }
  }
  touch_accessed(l.node, now_of(r));
  answer->second = l.cursor;
  return l.moved;
}

int64_t read_link_operation(const struct request *r, struct answer *answer) {
  (void)answer;
  struct node *node = handle(r->fields[0]);
  if (kind_of(node) != KIND_LINK) return -EINVAL;
  touch_accessed(node, now_of(r));
  int64_t room = r->fields[2];
  if (!(node->flags & NODE_SUPPLIED)) return put(1, 0, node->target, node->size < room ? node->size : room);
  char target[PAGE_SIZE];
  int64_t reply[2];
  const int64_t content[] = {node->mount->layer, node->number, 0, (int64_t)target, room < PAGE_SIZE ? room : PAGE_SIZE};
  int64_t error = ask(ASK_CONTENT, content, reply);
  return error ? error : put(1, 0, target, reply[0]);
}

char *build_path(char *page, struct node *root, struct node *node, uint32_t *bits) {
  char *end = page + PAGE_SIZE, *start = end;
  *bits = 0;
  for (struct node *at = node; at != root;) {
    struct entry *entry = at->entry;
    if (!entry) {
      bool is_top = at->mount->root == at;
      if (!at->mount->covered || !is_top) {
        *bits |= is_top ? PATH_UNREACHABLE : PATH_DELETED;
        break;
      }
      at = at->mount->covered;
      continue;
    }
    if (!(at->flags & NODE_SUPPLIED) && entry->flags & ENTRY_DETACHED) *bits |= PATH_DELETED;
    if (start - page < entry->length + 1) return NULL;
    start -= entry->length + 1;
    *start = '/';
    memcpy(start + 1, entry->name, entry->length);
    at = entry->directory;
  }
  if (start == end) *--start = '/';
  return start;
}

int64_t path_operation(const struct request *r, struct answer *answer) {
  struct node *root = handle(r->fields[0]), *node = original_of(handle(r->fields[1]));
  char page[PAGE_SIZE];
  uint32_t bits;
  char *start = build_path(page, root ? root : tree_root(), node, &bits);
  if (!start) return -ENAMETOOLONG;
  if (bits & PATH_DELETED && (is_directory(node) || !node->entry)) return -ENOENT;
  int64_t length = page + PAGE_SIZE - start;
  if (length > r->fields[3]) return -ERANGE;
  answer->second = bits;
  return put(2, 0, start, length);
}

/* The record of src/services/files/attributes.ts, which the path follows. */
struct mount_figures {
  uint32_t kind, layer, flags, device, parent_device, path_length;
};

int64_t mounts_operation(const struct request *r, struct answer *answer) {
  (void)answer;
  struct node *root = handle(r->fields[0]);
  int64_t left = r->fields[1];
  const struct mount *mount = files.first;
  while (mount && (mount == files.unnamed || left-- > 0)) mount = mount->next;
  if (!mount) return -ENOENT;
  char page[PAGE_SIZE];
  uint32_t bits;
  char *start = build_path(page, root ? root : tree_root(), mount->root, &bits);
  int64_t length = page + PAGE_SIZE - start;
  struct mount_figures figures = {
      mount->kind, mount->layer, mount->flags, mount->device, mount->covered ? mount->covered->mount->device : 0, 0,
  };
  int64_t bytes = sizeof figures + length;
  if (!start || bits & PATH_UNREACHABLE || bytes > PAGE_SIZE) return 0;
  figures.path_length = (uint32_t)length;
  memmove(page + sizeof figures, start, length);
  memcpy(page, &figures, sizeof figures);
  return put(2, 0, page, bytes < r->fields[3] ? bytes : r->fields[3]);
}
