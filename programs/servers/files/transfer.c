/* Moving a file's bytes: `read`, `write`, and `page` for mappings.
 *
 * Bytes go between pages and the span directly, as far as the span's pages are present; then they are asked for, and the
 * operation goes on where it stopped. A write takes effect page by page. */
#include "operations.h"

static int64_t has_bytes(const struct node *node) {
  uint32_t kind = kind_of(node);
  return kind == KIND_REGULAR ? 0 : kind == KIND_DIRECTORY ? -EISDIR : -EINVAL;
}

static const char zeros[PAGE_SIZE];

/* Moves bytes to the span; returns how many, with the error that ended it. */
static int64_t read_bytes(struct node *node, int64_t offset, int64_t length, int64_t *error) {
  int64_t moved = 0;
  *error = 0;
  while (moved < length) {
    int64_t at = offset + moved, within = at % PAGE_SIZE;
    int64_t end = node->size < offset + length ? node->size : offset + length;
    if (at >= end) break;
    int64_t count = PAGE_SIZE - within < end - at ? PAGE_SIZE - within : end - at;
    char *page;
    *error = page_for(node, at / PAGE_SIZE, false, &page);
    if (*error) break;
    int64_t part = put_some(2, moved, (page ? page : zeros) + within, count);
    moved += part;
    if (part < count && (*error = supply(2, moved, true))) break;
  }
  return moved;
}

/* What a supplier has from an offset on, a page of it at most. */
static int64_t read_supplied(struct node *node, int64_t offset, int64_t length, struct answer *answer) {
  char text[PAGE_SIZE];
  int64_t reply[2];
  const int64_t content[] = {node->mount->layer, node->number, offset, (int64_t)text,
                             length < PAGE_SIZE ? length : PAGE_SIZE};
  int64_t error = ask(ASK_CONTENT, content, reply);
  if (error) return error;
  answer->second = offset + reply[0];
  return put(2, 0, text, reply[0]);
}

int64_t read_operation(const struct request *r, struct answer *answer) {
  struct node *node = handle(r->fields[0]);
  int64_t offset = r->fields[1], length = r->fields[3];
  int64_t error = has_bytes(node);
  if (!error && offset < 0) error = -EINVAL;
  if (error) return error;
  answer->second = offset;
  if (length == 0) return 0;
  if (is_stale(node, offset) && (error = bring_copy(node))) return error;
  if (node->flags & NODE_SUPPLIED) return read_supplied(node, offset, length, answer);
  int64_t moved = read_bytes(node, offset, length, &error);
  if (moved == 0 && error) return error;
  touch_accessed(node, now_of(r));
  answer->second = offset + moved;
  return moved;
}

/* Moves into one page what the span has of it; bytes, or a negative error number. */
static int64_t write_page(struct node *node, int64_t at, int64_t moved, int64_t count) {
  int64_t index = at / PAGE_SIZE;
  bool fresh = read_slot(node, index) <= SLOT_HOLE && index * PAGE_SIZE >= node->size;
  char *page;
  int64_t error = page_for(node, index, true, &page);
  if (error) return error;
  int64_t part = get_some(2, moved, page + at % PAGE_SIZE, count);
  if (part == 0 && fresh) punch_page(node, index);
  return part;
}

static int64_t write_bytes(struct node *node, int64_t offset, int64_t end, int64_t *error) {
  int64_t moved = 0;
  *error = 0;
  while (offset + moved < end) {
    int64_t at = offset + moved, room = PAGE_SIZE - at % PAGE_SIZE;
    int64_t count = room < end - at ? room : end - at;
    int64_t part = write_page(node, at, moved, count);
    if (part < 0) {
      *error = part;
      break;
    }
    moved += part;
    if (part > 0 && at + part > node->size) node->size = at + part;
    if (part < count && (*error = supply(2, moved, false))) break;
  }
  return moved;
}

static int64_t store_supplied(struct node *node, int64_t offset, int64_t length, struct answer *answer) {
  char text[PAGE_SIZE];
  int64_t count = length < PAGE_SIZE ? length : PAGE_SIZE, reply[2];
  int64_t error = get(2, 0, text, count);
  if (error < 0) return error;
  const int64_t store[] = {node->mount->layer, node->number, offset, (int64_t)text, count};
  error = ask(ASK_STORE, store, reply);
  if (error) return error;
  answer->second = offset + reply[0];
  return reply[0];
}

int64_t write_operation(const struct request *r, struct answer *answer) {
  struct node *node = handle(r->fields[0]);
  int64_t offset = r->fields[1], length = r->fields[3], limit = r->fields[4];
  int64_t error = has_bytes(node);
  if (!error && is_read_only(node)) error = -EROFS;
  if (error) return error;
  answer->second = offset;
  if (length == 0) return 0;
  if (node->flags & NODE_SUPPLIED) return store_supplied(node, offset < 0 ? 0 : offset, length, answer);
  claim(node);
  if (offset == -1) offset = node->size;
  if (limit > LARGEST_FILE) limit = LARGEST_FILE;
  int64_t moved = 0;
  if (offset < 0) error = -EINVAL;
  else if (offset >= limit) error = -EFBIG;
  else {
    int64_t end = offset + length < limit ? offset + length : limit;
    moved = write_bytes(node, offset, end, &error);
  }
  unclaim(node);
  if (moved == 0 && error) return error;
  struct caller who = caller_of(r, false);
  drop_privileges(node, &who);
  touch_modified(node, now_of(r));
  answer->second = offset + moved;
  return moved;
}

/* For mappings: a hole must have a page as well, that all mappings of it share. */
int64_t page_operation(const struct request *r, struct answer *answer) {
  struct node *node = handle(r->fields[0]);
  int64_t index = r->fields[1];
  bool write = r->fields[2] == 1;
  int64_t error = has_bytes(node);
  if (error) return error;
  if (index * PAGE_SIZE >= node->size) return -EIO;
  bool brings = read_slot(node, index) <= SLOT_HOLE && index < lower_pages(node);
  char *page;
  error = page_for(node, index, write, &page);
  if (!error && !page) error = page_for(node, index, true, &page);
  /* A file system that is full is one thing, a machine without a frame another: somebody may be made to give some back. */
  if (error) return error == -ENOSPC && !is_full(node) ? -ENOMEM : error;
  node->flags |= NODE_MAPPED;
  if (write) disremember(node);
  answer->kind = VALUE_PAGE;
  answer->second = brings;
  return (int64_t)page;
}
