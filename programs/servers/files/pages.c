/* The pages of a file's content: where they come from, whose they are, and what they count for.
 *
 * A page is the node's own (written, or made by a hole), or clean: the lower layer has the same bytes and it may be given up.
 * A page that is nowhere shows the lower layer's bytes as far as `lower_size` goes, and zeros behind. The index is a tree of
 * tables of 512 words; of height 0 it is the one slot in the node itself. */
#include "server.h"

enum { DIGIT = 9, FANOUT = 1 << DIGIT };

static bool covers(const struct node *node, int64_t index) { return index >> (DIGIT * node->page_height) == 0; }

static uint64_t *slot_of(const struct node *node, int64_t index) {
  if (!covers(node, index)) return NULL;
  uint64_t *at = (uint64_t *)&node->page_root;
  for (uint32_t level = node->page_height; level > 0; level--) {
    if (*at == 0) return NULL;
    at = (uint64_t *)*at + (index >> (DIGIT * (level - 1)) & (FANOUT - 1));
  }
  return at;
}

uint64_t read_slot(const struct node *node, int64_t index) {
  uint64_t *slot = slot_of(node, index);
  return slot ? *slot : 0;
}

/* The slot of a page, made with the tables that lead to it; NULL without memory. */
static uint64_t *make_slot(struct node *node, int64_t index) {
  while (!covers(node, index)) {
    if (node->page_root) {
      uint64_t *table = allocate(PAGE_SIZE);
      if (!table) return NULL;
      table[0] = (uint64_t)node->page_root;
      node->page_root = table;
    }
    node->page_height++;
  }
  uint64_t *at = (uint64_t *)&node->page_root;
  for (uint32_t level = node->page_height; level > 0; level--) {
    if (*at == 0) *at = (uint64_t)allocate(PAGE_SIZE);
    if (*at == 0) return NULL;
    at = (uint64_t *)*at + (index >> (DIGIT * (level - 1)) & (FANOUT - 1));
  }
  return at;
}

static int64_t search(const uint64_t *table, uint32_t level, int64_t base, int64_t from) {
  int64_t span = (int64_t)1 << (DIGIT * (level - 1));
  for (int64_t digit = from > base ? (from - base) / span : 0; digit < FANOUT; digit++) {
    if (table[digit] == 0) continue;
    int64_t start = base + digit * span;
    if (level == 1) return start;
    int64_t found = search((const uint64_t *)table[digit], level - 1, start, from);
    if (found >= 0) return found;
  }
  return -1;
}

int64_t next_slot(const struct node *node, int64_t from) {
  if (!node->page_root || !covers(node, from)) return -1;
  return node->page_height == 0 ? 0 : search(node->page_root, node->page_height, 0, from);
}

/* Frees the tables that only serve pages from `keep` on; their slots are empty. True when the table itself was freed. */
static bool prune(uint64_t *table, uint32_t level, int64_t base, int64_t keep) {
  int64_t span = (int64_t)1 << (DIGIT * (level - 1));
  if (level > 1)
    for (int64_t digit = 0; digit < FANOUT; digit++) {
      int64_t start = base + digit * span;
      if (start + span <= keep || table[digit] == 0) continue;
      if (prune((uint64_t *)table[digit], level - 1, start, keep)) table[digit] = 0;
    }
  if (base < keep) return false;
  give_back(table, PAGE_SIZE);
  return true;
}

bool is_full(const struct node *node) {
  const struct mount *mount = node->mount;
  return mount->page_limit != 0 && mount->pages >= mount->page_limit;
}

int64_t blocks_of(const struct node *node) {
  if (kind_of(node) != KIND_REGULAR) return 0;
  int64_t below = lower_pages(node) - node->masked_pages;
  return (node->own_pages + (below > 0 ? below : 0)) * (PAGE_SIZE / 512);
}

static void count_own(struct node *node, int64_t index) {
  node->own_pages++;
  node->mount->pages++;
  if (index * PAGE_SIZE < node->lower_size) node->masked_pages++;
}

/* A clean page that is written to becomes the node's own. */
static int64_t use_page(struct node *node, uint64_t *slot, int64_t index, bool write, char **page) {
  if (write && *slot & SLOT_CLEAN) {
    if (is_full(node)) return -ENOSPC;
    *slot &= ~(uint64_t)(SLOT_CLEAN | SLOT_USED);
    node->clean_pages--;
    count_own(node, index);
  } else if (*slot & SLOT_CLEAN) *slot |= SLOT_USED;
  *page = slot_page(*slot);
  return 0;
}

static int64_t read_lower(struct node *node, int64_t index, char *page) {
  int64_t start = index * PAGE_SIZE, left = node->lower_size - start;
  int64_t read = server_call(CALL_LAYER_READ, node->mount->layer, (int64_t)node->lower_path, node->lower_length, start,
                             (int64_t)page, left < PAGE_SIZE ? left : PAGE_SIZE);
  return read < 0 ? read : 0;
}

int64_t page_for(struct node *node, int64_t index, bool write, char **page) {
  uint64_t *slot = slot_of(node, index);
  if (slot && *slot > SLOT_HOLE) return use_page(node, slot, index, write, page);
  bool below = (!slot || *slot == 0) && index * PAGE_SIZE < node->lower_size;
  *page = NULL;
  if (!below && !write) return 0;
  if (write && is_full(node)) return -ENOSPC;
  int64_t none = write ? -ENOSPC : -ENOMEM;
  char *made = page_make();
  if (!made) return none;
  slot = make_slot(node, index);
  int64_t error = slot ? (below ? read_lower(node, index, made) : 0) : none;
  if (error) {
    page_drop(made);
    return error;
  }
  bool masks = *slot == 0;
  *slot = (uint64_t)made;
  if (write) {
    count_own(node, index);
    if (!masks && index * PAGE_SIZE < node->lower_size) node->masked_pages--;
  } else {
    *slot |= SLOT_CLEAN | SLOT_USED;
    node->clean_pages++;
  }
  *page = made;
  return 0;
}

/* Gives up the page of a slot; true when it was the node's own. */
static bool drop_page(struct node *node, uint64_t *slot) {
  bool clean = *slot & SLOT_CLEAN;
  page_drop(slot_page(*slot));
  *slot = 0;
  if (clean) node->clean_pages--;
  else node->own_pages--, node->mount->pages--;
  return !clean;
}

void drop_pages(struct node *node, int64_t from, int64_t extent) {
  for (int64_t index = next_slot(node, from); index >= 0; index = next_slot(node, index + 1)) {
    uint64_t *slot = slot_of(node, index);
    bool masked = true;
    if (*slot == SLOT_HOLE) *slot = 0;
    else masked = drop_page(node, slot);
    if (masked && index < extent && node->masked_pages > 0) node->masked_pages--;
  }
  if (node->page_height == 0) return;
  if (node->page_root && prune(node->page_root, node->page_height, 0, from)) node->page_root = NULL;
  if (!node->page_root) node->page_height = 0;
}

int64_t punch_page(struct node *node, int64_t index) {
  uint64_t *slot = slot_of(node, index);
  if (slot && *slot == SLOT_HOLE) return 0;
  bool masks = index * PAGE_SIZE < node->lower_size, own = false;
  if (slot && *slot) own = drop_page(node, slot);
  if (!masks) return 0;
  slot = make_slot(node, index);
  if (!slot) return -ENOSPC;
  *slot = SLOT_HOLE;
  if (!own) node->masked_pages++;
  return 0;
}

int64_t clear_within(struct node *node, int64_t start, int64_t length) {
  char *page;
  if (length <= 0) return 0;
  int64_t error = page_for(node, start / PAGE_SIZE, false, &page);
  if (error || !page) return error;
  error = page_for(node, start / PAGE_SIZE, true, &page);
  if (!error) memset(page + start % PAGE_SIZE, 0, length);
  return error;
}

/* Gives up clean pages of a file that nobody else holds. */
static int64_t reclaim_from(struct node *node, int64_t wanted) {
  int64_t freed = 0;
  for (int64_t index = next_slot(node, 0); index >= 0 && freed < wanted; index = next_slot(node, index + 1)) {
    uint64_t *slot = slot_of(node, index);
    if (*slot == SLOT_HOLE || !(*slot & SLOT_CLEAN)) continue;
    if (server_call(CALL_PAGE_HOLDERS, (int64_t)slot_page(*slot), 0, 0, 0, 0, 0) != 1) continue;
    drop_page(node, slot);
    freed++;
  }
  return freed;
}

int64_t reclaim(int64_t pages) {
  int64_t freed = 0;
  for (struct node *at = files.nodes; at && freed < pages; at = at->next)
    if (kind_of(at) == KIND_REGULAR && !(at->flags & NODE_SUPPLIED) && at->clean_pages > 0)
      freed += reclaim_from(at, pages - freed);
  return freed;
}
