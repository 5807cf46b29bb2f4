/* Sizes: `truncate`, `resize`, `allocate`, and `seek` for data and holes. */
#include "operations.h"

enum { KEEP_SIZE = 1, PUNCH_HOLE = 2 };

void drop_privileges(struct node *node, const struct caller *who) {
  if (!(node->mode & (MODE_SET_USER | MODE_SET_GROUP)) || who->user == 0) return;
  uint32_t group = node->mode & MODE_GROUP_EXECUTE ? MODE_SET_GROUP : 0;
  node->mode &= ~(MODE_SET_USER | group);
}

/* Clears what a page holds behind the end of the file. It stays as clean as it was: the lower layer is cut as well. */
static void clear_tail(struct node *node, int64_t size) {
  uint64_t slot = read_slot(node, size / PAGE_SIZE);
  int64_t within = size % PAGE_SIZE;
  if (within && slot > SLOT_HOLE) memset(slot_page(slot) + within, 0, PAGE_SIZE - within);
}

int64_t set_size(struct node *node, int64_t size, int64_t limit, const struct request *r, struct answer *answer) {
  if (is_directory(node)) return -EISDIR;
  if (kind_of(node) != KIND_REGULAR || size < 0) return -EINVAL;
  if (is_read_only(node)) return -EROFS;
  if (size > LARGEST_FILE || (size > limit && size > node->size)) return -EFBIG;
  claim(node);
  int64_t extent = lower_pages(node);
  bool shrinks = size <= node->size;
  struct caller who = caller_of(r, false);
  node->size = size;
  if (shrinks) {
    if (node->lower_size > size) node->lower_size = size;
    clear_tail(node, size);
  }
  drop_privileges(node, &who);
  touch_modified(node, now_of(r));
  answer->second = 0;
  if (shrinks) {
    drop_pages(node, (size + PAGE_SIZE - 1) / PAGE_SIZE, extent);
    answer->second = node->flags & NODE_MAPPED ? 1 : 0;
  }
  unclaim(node);
  return 0;
}

int64_t truncate_operation(const struct request *r, struct answer *answer) {
  return set_size(handle(r->fields[0]), r->fields[1], NEVER, r, answer);
}

int64_t resize_operation(const struct request *r, struct answer *answer) {
  struct node *node = handle(r->fields[0]);
  return node->executors > 0 ? -ETXTBSY : set_size(node, r->fields[1], r->fields[2], r, answer);
}

/* The request `allocate` by the names of its fields. */
struct allocation {
  struct node *node;
  int64_t mode, offset, length, limit;
};

static int64_t check_allocate(const struct allocation *a) {
  uint32_t kind = kind_of(a->node);
  if (a->offset < 0 || a->length <= 0) return -EINVAL;
  bool punches = a->mode == (KEEP_SIZE | PUNCH_HOLE);
  if (!punches && a->mode != 0 && a->mode != KEEP_SIZE) return -EOPNOTSUPP;
  if (kind == KIND_FIFO) return -ESPIPE;
  if (kind == KIND_DIRECTORY) return -EISDIR;
  if (kind != KIND_REGULAR) return -ENODEV;
  if (is_read_only(a->node)) return -EROFS;
  int64_t end = a->offset + a->length;
  if (end > LARGEST_FILE) return -EFBIG;
  return a->mode == 0 && end > a->limit && end > a->node->size ? -EFBIG : 0;
}

static int64_t make_pages(const struct allocation *a) {
  int64_t last = (a->offset + a->length + PAGE_SIZE - 1) / PAGE_SIZE;
  for (int64_t index = a->offset / PAGE_SIZE; index < last; index++) {
    char *page;
    int64_t error = page_for(a->node, index, true, &page);
    if (error) return error;
  }
  return 0;
}

/* Makes a range read as zeros: parts of pages at both ends are cleared, whole pages freed. */
static int64_t punch(const struct allocation *a) {
  struct node *node = a->node;
  int64_t end = a->offset + a->length < node->size ? a->offset + a->length : node->size;
  int64_t first = (a->offset + PAGE_SIZE - 1) / PAGE_SIZE, tail = end / PAGE_SIZE * PAGE_SIZE;
  int64_t head = first * PAGE_SIZE < end ? first * PAGE_SIZE : end;
  int64_t error = clear_within(node, a->offset, head - a->offset);
  if (!error && tail >= first * PAGE_SIZE) error = clear_within(node, tail, end - tail);
  int64_t last = (a->offset + a->length) / PAGE_SIZE;
  for (int64_t index = first; !error && index < last; index++) {
    /* Beyond the lower layer's file, only pages that are there need a look. */
    if (index >= lower_pages(node)) {
      index = next_slot(node, index);
      if (index < 0 || index >= last) break;
    }
    error = punch_page(node, index);
  }
  return error;
}

int64_t allocate_operation(const struct request *r, struct answer *answer) {
  const struct allocation *a = (const struct allocation *)r->fields;
  int64_t error = check_allocate(a);
  if (error) return error;
  claim(a->node);
  error = a->mode & PUNCH_HOLE ? punch(a) : make_pages(a);
  if (!error) {
    struct caller who = caller_of(r, false);
    int64_t end = a->offset + a->length;
    if (a->mode == 0 && end > a->node->size) a->node->size = end;
    drop_privileges(a->node, &who);
    touch_modified(a->node, now_of(r));
    if (a->mode & PUNCH_HOLE) answer->second = a->node->flags & NODE_MAPPED ? 1 : 0;
  }
  unclaim(a->node);
  return error;
}

static bool holds_data(const struct node *node, int64_t index) {
  uint64_t slot = read_slot(node, index);
  if (slot == SLOT_HOLE) return false;
  return slot != 0 || index * PAGE_SIZE < node->lower_size;
}

int64_t seek_operation(const struct request *r, struct answer *answer) {
  (void)answer;
  struct node *node = handle(r->fields[0]);
  int64_t offset = r->fields[1], hole = r->fields[2];
  if (kind_of(node) != KIND_REGULAR) return -EINVAL;
  if (offset < 0 || offset >= node->size) return -ENXIO;
  for (int64_t index = offset / PAGE_SIZE; index >= 0 && index * PAGE_SIZE < node->size;) {
    if (holds_data(node, index) != (hole == 1)) return index * PAGE_SIZE > offset ? index * PAGE_SIZE : offset;
    index++;
    if (hole != 1 && index >= lower_pages(node)) index = next_slot(node, index);
  }
  return hole == 1 ? node->size : -ENXIO;
}
