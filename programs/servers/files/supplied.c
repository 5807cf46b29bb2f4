/* Nodes of supplied trees (procfs, devfs): never cached, made when a name is looked up and gone with their last hold.
 *
 * While a node is held, it is the node of its number for everybody. Its entry has the name by which it was reached, is in no
 * directory, and holds the directory above. A file of such a tree that is opened for reading becomes a copy: a file of its own
 * with the content of one moment, which is brought anew whenever reading begins again at its start. */
#include "server.h"

/* SuppliedAttributes of src/services/files/attributes.ts. */
struct description {
  uint32_t mode, links, user, group, device, unused;
  uint64_t size, seconds;
};

static void take_description(struct node *node, const struct description *from) {
  struct instant time = {whole_number(from->seconds), 0};
  node->mode = from->mode;
  node->links = from->links < 1 ? 1 : from->links;
  node->user = from->user;
  node->group = from->group;
  node->device = from->device;
  node->size = whole_number(from->size);
  node->accessed = node->modified = node->changed = node->born = time;
}

/* Gives a node just reached the name and directory that led to it. */
static int64_t name_supplied(struct node *node, struct node *directory, const char *name, uint32_t length) {
  if (node->entry) return 0;
  struct entry *entry = allocate(sizeof *entry + length);
  if (!entry) return -ENOMEM;
  memcpy(entry->name, name, length);
  entry->length = (uint8_t)length;
  entry->directory = hold(directory);
  entry->node = node;
  entry->flags = ENTRY_DETACHED;
  node->entry = entry;
  return 0;
}

int64_t find_supplied(struct walk *walk, struct node **found) {
  struct mount *mount = walk->current->mount;
  int64_t answer[2];
  const int64_t find[] = {mount->layer, walk->current->number, (int64_t)walk->name, walk->name_length};
  int64_t error = ask(ASK_FIND, find, answer);
  if (error) return error;
  int64_t number = answer[0];
  struct description description;
  const int64_t describe[] = {mount->layer, number, (int64_t)&description, sizeof description};
  error = ask(ASK_DESCRIBE, describe, answer);
  if (error) return error;
  struct node *node = find_identity(mount, number);
  if (!node) {
    node = make_node(mount, 0, 0, 0, (struct instant){0, 0});
    if (!node) return -ENOMEM;
    node->flags = NODE_SUPPLIED;
    node->number = (uint32_t)number;
    add_identity(node, number);
  }
  take_description(node, &description);
  hold(node);
  error = name_supplied(node, walk->current, walk->name, walk->name_length);
  if (error) release(node);
  *found = node;
  return error;
}

int64_t make_copy(struct node *original, struct node **copy) {
  struct node *made =
      make_node(files.unnamed, original->mode, original->user, original->group, original->modified);
  if (!made) {
    release(original);
    return -ENOMEM;
  }
  made->flags |= NODE_COPIED | NODE_FRESH;
  made->original = original;
  *copy = hold(made);
  return 0;
}

bool is_stale(struct node *node, int64_t offset) {
  if (!(node->flags & NODE_COPIED) || offset != 0) return false;
  bool fresh = node->flags & NODE_FRESH;
  node->flags &= ~NODE_FRESH;
  return !fresh;
}

int64_t bring_copy(struct node *copy) {
  struct node *original = copy->original;
  int64_t moved = 0;
  for (;;) {
    char *page;
    int64_t error = page_for(copy, moved / PAGE_SIZE, true, &page);
    if (error) return -ENOMEM;
    int64_t within = moved % PAGE_SIZE, answer[2];
    const int64_t content[] = {original->mount->layer, original->number, moved, (int64_t)page + within,
                               PAGE_SIZE - within};
    error = ask(ASK_CONTENT, content, answer);
    if (error) return error;
    moved += answer[0];
    if (answer[0] < PAGE_SIZE - within) break;
  }
  copy->size = moved;
  return 0;
}
