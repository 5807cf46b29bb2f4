/* The operations on mounted trees: `mount`, `unmount`, `reclaim`, and those that have nothing to do for trees in memory. */
#include "operations.h"

enum { ROOT_NUMBER = 1 };

/* A mount's record, among the others; NULL without memory. */
static struct mount *make_mount(uint32_t kind, uint32_t layer, uint32_t flags, int64_t limit) {
  struct mount *mount = allocate(sizeof *mount);
  if (!mount) return NULL;
  mount->kind = kind;
  mount->layer = layer;
  mount->flags = flags;
  mount->page_limit = limit ? limit : machine_figures().frames / 2;
  mount->device = files.next_device++;
  mount->next_number = 1;
  struct mount **last = &files.first;
  while (*last) last = &(*last)->next;
  *last = mount;
  return mount;
}

static void unlink_mount(struct mount *mount) {
  struct mount **at = &files.first;
  while (*at != mount) at = &(*at)->next;
  *at = mount->next;
  give_back(mount, sizeof *mount);
}

int64_t ensure_root(const struct request *r) {
  (void)r;
  if (files.unnamed) return 0;
  files.next_device = 1;
  files.unnamed = make_mount(MOUNT_MEMORY, 0, 0, 0);
  if (!files.unnamed) return -ENOMEM;
  /* Memory that programs share is limited by the machine alone. */
  files.unnamed->page_limit = 0;
  return 0;
}

int64_t room_of(const struct mount *mount) {
  int64_t free = machine_figures().free, left = mount->page_limit - mount->pages;
  if (mount->page_limit == 0) return free;
  return left < 0 ? 0 : left < free ? left : free;
}

static int64_t make_root(struct mount *mount, struct instant now, struct node **root) {
  if (mount->kind == MOUNT_OVERLAY) return make_lower_node(mount, "", 0, root);
  struct node *made = make_node(mount, KIND_DIRECTORY | 0755, 0, 0, now);
  if (!made) return -ENOSPC;
  made->links = 2;
  if (mount->kind == MOUNT_SUPPLIED) {
    made->number = ROOT_NUMBER;
    made->mode = KIND_DIRECTORY | 0555;
    made->flags = NODE_SUPPLIED;
    add_identity(made, ROOT_NUMBER);
  }
  *root = made;
  return 0;
}

static int64_t mount_tree(const struct request *r, struct node *covered) {
  struct mount *mount =
      make_mount((uint32_t)r->fields[4], (uint32_t)r->fields[5], (uint32_t)r->fields[6], r->fields[7]);
  struct node *root;
  if (!mount) return -ENOMEM;
  int64_t error = make_root(mount, now_of(r), &root);
  if (error) {
    unlink_mount(mount);
    return error;
  }
  mount->root = hold(root);
  if (!covered) files.top = mount;
  else {
    mount->covered = hold(covered);
    covered->mounted = mount;
  }
  return 0;
}

/* Trees of the host and disks need the formats of the server that runs steps. */
int64_t mount_operation(const struct request *r, struct answer *answer) {
  (void)answer;
  int64_t error = ensure_root(r), kind = r->fields[4];
  if (error) return error;
  if (r->user != 0) return -EPERM;
  if (kind == MOUNT_HOST || kind == MOUNT_DISK) return -ENODEV;
  if (!files.top) return mount_tree(r, NULL);
  struct walk walk;
  error = walk_path(&walk, r, handle(r->fields[0]), handle(r->fields[1]), 2, r->fields[3], WALK_FOLLOW | WALK_DIRECTORY);
  if (error) return error;
  error = mount_tree(r, walk.node);
  end_walk(&walk);
  return error;
}

static void clear_name(struct entry *entry) {
  struct node *node = entry->node;
  detach_entry(entry);
  free_entry(entry);
  if (!node) return;
  node->entry = NULL;
  node->links = is_directory(node) ? 0 : node->links - 1;
  if (node->links == 0) forget(node);
}

/* Removes the names of a mounted tree, from the leaves up. */
static void clear_names(struct node *root) {
  for (struct node *at = root;;) {
    struct entry *entry = at->first;
    if (entry && entry->node && is_directory(entry->node) && entry->node->entries > 0) at = entry->node;
    else if (entry) clear_name(entry);
    else if (at == root) return;
    else at = at->entry->directory;
  }
}

/* Forgets nodes that names outside of the layer still count. */
static void clear_identities(struct mount *mount) {
  for (int bucket = 0; bucket < IDENTITY_BUCKETS; bucket++)
    for (struct node **at = &mount->identities[bucket]; *at;)
      if (*at == mount->root) at = &(*at)->next_identity;
      else forget(*at);
}

static int64_t take_off(struct node *root) {
  struct mount *mount = root->mount;
  if (mount->root != root) return -EINVAL;
  /* The root is held by the mount itself and by whoever asks. */
  if (!mount->covered || mount->held > 1 || root->holds > 2) return -EBUSY;
  mount->covered->mounted = NULL;
  release(mount->covered);
  mount->covered = NULL;
  release(root);
  if (mount->kind != MOUNT_SUPPLIED) clear_names(root);
  clear_identities(mount);
  root->links = 0;
  release(root);
  unlink_mount(mount);
  return 0;
}

int64_t unmount_operation(const struct request *r, struct answer *answer) {
  (void)answer;
  if (r->user != 0) return -EPERM;
  struct walk walk;
  int64_t error = walk_path(&walk, r, handle(r->fields[0]), handle(r->fields[1]), 2, r->fields[3], WALK_FOLLOW);
  if (error) return error;
  struct node *root = take_node(&walk);
  end_walk(&walk);
  error = take_off(root);
  if (error) release(root);
  return error;
}

int64_t reclaim_operation(const struct request *r, struct answer *answer) {
  (void)answer;
  return reclaim(r->fields[0]);
}

/* What is in memory needs no writing back. */
static int64_t nothing_to_do(const struct request *r, struct answer *answer) {
  (void)r, (void)answer;
  return 0;
}
int64_t synchronise_operation(const struct request *r, struct answer *answer) { return nothing_to_do(r, answer); }
int64_t synchronise_tree_operation(const struct request *r, struct answer *answer) { return nothing_to_do(r, answer); }
int64_t shutdown_operation(const struct request *r, struct answer *answer) { return nothing_to_do(r, answer); }

/* Only inodes of disks are recalled, and no disk is mounted here. */
int64_t recall_operation(const struct request *r, struct answer *answer) {
  (void)r;
  (void)answer;
  return -EIO;
}
