/* The life of a node: made, held, released, and gone when it has neither a name nor a holder. */
#include "server.h"

struct files files;

struct node *make_node(struct mount *mount, uint32_t mode, uint32_t user, uint32_t group, struct instant now) {
  struct node *node = allocate(sizeof *node);
  if (!node) return NULL;
  node->mount = mount;
  node->mode = mode;
  node->user = user;
  node->group = group;
  node->number = mount->next_number++;
  node->accessed = node->modified = node->changed = node->born = now;
  mount->nodes++;
  node->next = files.nodes;
  if (files.nodes) files.nodes->previous = node;
  files.nodes = node;
  return node;
}

/* Keeps where a durable file is with the kernel, so that it can be found again after the server's death. */
static void remember(struct node *node) {
  struct {
    uint8_t kind, layer;
    char path[510];
  } bytes;
  if (node->mount->kind != MOUNT_OVERLAY || node->lower_length > sizeof bytes.path) return;
  if (kind_of(node) == KIND_REGULAR && (node->own_pages > 0 || node->masked_pages > 0)) return;
  bytes.kind = (uint8_t)node->mount->kind;
  bytes.layer = (uint8_t)node->mount->layer;
  memcpy(bytes.path, node->lower_path, node->lower_length);
  node->flags |= NODE_REMEMBERED;
  server_call(CALL_KEEP, (int64_t)node, (int64_t)&bytes, 2 + node->lower_length, 0, 0, 0);
}

void disremember(struct node *node) {
  if (!(node->flags & NODE_REMEMBERED)) return;
  node->flags &= ~NODE_REMEMBERED;
  server_call(CALL_FORGET, (int64_t)node, 0, 0, 0, 0, 0);
}

struct node *hold(struct node *node) {
  if (node->holds++ == 0) {
    node->mount->held++;
    if (node->lower_path) remember(node);
  }
  return node;
}

/* Frees the entry of a node that is in no directory any more, and lets its directory go. */
static void dispose_entry(struct node *node) {
  struct entry *entry = node->entry;
  if (!entry || !(entry->flags & ENTRY_DETACHED)) return;
  struct node *directory = entry->directory;
  node->entry = NULL;
  free_entry(entry);
  release(directory);
}

void release(struct node *node) {
  if (--node->holds) return;
  node->mount->held--;
  disremember(node);
  dispose_entry(node);
  if (node->links == 0 || node->flags & NODE_SUPPLIED) forget(node);
}

void note_entry(struct node *node, struct entry *entry) {
  if (node->entry == entry) return;
  dispose_entry(node);
  node->entry = entry;
}

void drop_name(struct node *node, struct entry *entry) {
  node->links = is_directory(node) ? 0 : node->links - 1;
  if (node->entry == entry && node->holds > 0) hold(entry->directory);
  else {
    if (node->entry == entry) node->entry = NULL;
    free_entry(entry);
  }
  if (node->links == 0 && node->holds == 0) forget(node);
}

static struct node **identity_place(struct node *node) {
  struct node **at = &node->mount->identities[node->identity % IDENTITY_BUCKETS];
  while (*at != node) at = &(*at)->next_identity;
  return at;
}

void forget(struct node *node) {
  if (node->flags & NODE_IDENTIFIED) *identity_place(node) = node->next_identity;
  if (node->lower_path) give_back(node->lower_path, node->lower_length + 1);
  free_locks(node);
  if (node->flags & NODE_COPIED) release(node->original);
  if (kind_of(node) == KIND_REGULAR && !(node->flags & NODE_SUPPLIED)) drop_pages(node, 0, lower_pages(node));
  if (kind_of(node) == KIND_LINK && node->target) give_back(node->target, node->size + 1);
  if (is_directory(node)) free_directory(node);
  if (node->previous) node->previous->next = node->next;
  else files.nodes = node->next;
  if (node->next) node->next->previous = node->previous;
  node->mount->nodes--;
  give_back(node, sizeof *node);
}

struct node *find_identity(struct mount *mount, uint64_t identity) {
  struct node *at = mount->identities[identity % IDENTITY_BUCKETS];
  while (at && at->identity != identity) at = at->next_identity;
  return at;
}

void add_identity(struct node *node, uint64_t identity) {
  struct node **bucket = &node->mount->identities[identity % IDENTITY_BUCKETS];
  node->identity = identity;
  node->next_identity = *bucket;
  *bucket = node;
  node->flags |= NODE_IDENTIFIED;
}
