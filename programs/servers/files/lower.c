/* Nodes over a read-only layer: directories are filled from it on first need, and nodes made when a name is first looked up.
 *
 * Once a directory is filled, its entries are the truth: to remove a name is to remove its entry. A node keeps the path that
 * it had in the layer, whatever it is called since. Paths with one identity are one node. */
#include "server.h"

/* The path of a name in a directory of a layer; returns its length, or a negative error number. */
static int64_t join_path(char path[LONGEST_PATH + 1], const struct node *directory, const char *name, uint32_t length) {
  uint32_t above = directory->lower_length;
  if (above + 1 + length > LONGEST_PATH) return -ENAMETOOLONG;
  memcpy(path, directory->lower_path, above);
  if (above) path[above++] = '/';
  memcpy(path + above, name, length);
  return above + length;
}

/* Enters the names of a batch; returns how many there were, or a negative error number. */
static int64_t enter_names(struct node *directory, const uint8_t *names, int64_t bytes) {
  int64_t count = 0;
  for (int64_t at = 0; at < bytes; at += 1 + names[at], count++) {
    if (names[at] == 0) continue;
    struct entry *entry = insert_entry(directory, (const char *)names + at + 1, names[at], NULL);
    if (!entry) return -ENOSPC;
    entry->number = directory->mount->next_number++;
  }
  return count;
}

int64_t fill_directory(struct node *directory) {
  if (!(directory->flags & NODE_UNFILLED)) return 0;
  uint8_t names[2048];
  for (;;) {
    int64_t bytes = server_call(CALL_LAYER_LIST, directory->mount->layer, (int64_t)directory->lower_path,
                                directory->lower_length, directory->filled, (int64_t)names, sizeof names);
    if (bytes < 0) return bytes;
    if (bytes == 0) break;
    int64_t count = enter_names(directory, names, bytes);
    if (count < 0) return count;
    directory->filled += (uint32_t)count;
  }
  directory->flags &= ~NODE_UNFILLED;
  return 0;
}

static bool is_shared(const struct outside_attributes *of) {
  return of->identity != 0 && (of->mode & KIND_MASK) != KIND_DIRECTORY && of->links > 1;
}

static int64_t describe(struct mount *mount, const char *path, uint32_t length, struct outside_attributes *into) {
  return server_call(CALL_LAYER_ATTRIBUTES, mount->layer, (int64_t)path, length, (int64_t)into, 0, 0);
}

/* Brings a symbolic link's target. */
static int64_t take_target(struct node *node, const char *path, uint32_t length) {
  char target[LONGEST_PATH];
  int64_t count =
      server_call(CALL_LAYER_LINK, node->mount->layer, (int64_t)path, length, (int64_t)target, sizeof target, 0);
  if (count < 0) return count;
  node->target = allocate(count + 1);
  if (!node->target) return -ENOSPC;
  memcpy(node->target, target, count);
  node->size = count;
  return 0;
}

static void take_attributes(struct node *node, const struct outside_attributes *from) {
  uint32_t links = (uint32_t)from->links;
  if (is_directory(node)) node->links = links < 2 ? 2 : links;
  else node->links = is_shared(from) ? links : 1;
  node->device = (uint32_t)from->device;
  if (is_directory(node)) node->flags |= NODE_UNFILLED;
  if (kind_of(node) == KIND_REGULAR) node->size = node->lower_size = from->size;
}

static int64_t make_outside(struct mount *mount, const char *path, uint32_t length, const struct outside_attributes *from,
                            struct node **made) {
  struct instant time = {from->seconds, from->nanoseconds};
  struct node *node = make_node(mount, (uint32_t)from->mode, (uint32_t)from->user, (uint32_t)from->group, time);
  if (!node) return -ENOSPC;
  int64_t error = 0;
  node->lower_path = allocate(length + 1);
  node->lower_length = length;
  if (!node->lower_path) error = -ENOSPC;
  else {
    memcpy(node->lower_path, path, length);
    take_attributes(node, from);
    if (kind_of(node) == KIND_LINK) error = take_target(node, path, length);
  }
  if (error) forget(node);
  else *made = node;
  return error;
}

int64_t make_lower_node(struct mount *mount, const char *path, uint32_t length, struct node **made) {
  struct outside_attributes attributes;
  int64_t error = describe(mount, path, length, &attributes);
  if (error) return error;
  if ((attributes.mode & KIND_MASK) != KIND_DIRECTORY) return -ENOTDIR;
  return make_outside(mount, path, length, &attributes, made);
}

/* The node of an entry that has none yet. */
static int64_t make_for_entry(struct entry *entry, const char *path, uint32_t length,
                              const struct outside_attributes *attributes) {
  struct mount *mount = entry->directory->mount;
  struct node *node = is_shared(attributes) ? find_identity(mount, attributes->identity) : NULL;
  if (!node) {
    int64_t error = make_outside(mount, path, length, attributes, &node);
    if (error) return error;
    node->number = entry->number;
    if (is_shared(attributes)) add_identity(node, attributes->identity);
  }
  point_entry(entry, node);
  return 0;
}

/* Looks an entry up in the layer, and makes its node when `always`, or when other names may lead to it. */
static int64_t look_up(struct entry *entry, bool always) {
  char path[LONGEST_PATH + 1];
  struct outside_attributes attributes;
  int64_t length = join_path(path, entry->directory, entry->name, entry->length);
  if (length < 0) return length;
  int64_t error = describe(entry->directory->mount, path, (uint32_t)length, &attributes);
  if (error) return error;
  if (always || is_shared(&attributes)) return make_for_entry(entry, path, (uint32_t)length, &attributes);
  entry->kind = (uint8_t)(attributes.mode >> 12);
  return 0;
}

int64_t node_of_entry(struct entry *entry, struct node **node) {
  int64_t error = entry->node ? 0 : look_up(entry, true);
  *node = entry->node;
  return error;
}

uint8_t kind_of_entry(struct entry *entry) {
  if (entry->kind == 0) look_up(entry, false);
  return entry->kind;
}
