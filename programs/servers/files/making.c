/* Giving names to nodes, making new ones in a directory, and taking names away. */
#include "server.h"

int64_t may_create(struct node *directory, const struct caller *who) {
  if (is_read_only(directory)) return -EROFS;
  if (directory->links == 0) return -ENOENT;
  if (directory->flags & NODE_SUPPLIED) return -EPERM;
  return refusal(directory, RIGHT_WRITE | RIGHT_EXECUTE, who);
}

int64_t enter_name(struct node *directory, const char *name, uint32_t length, struct node *node, struct instant now) {
  if (find_entry(directory, name, length)) return -EEXIST;
  struct entry *entry = insert_entry(directory, name, length, node);
  if (!entry) return -ENOSPC;
  if (is_directory(node)) {
    node->links = 2;
    directory->links++;
  } else node->links++;
  note_entry(node, entry);
  touch_modified(directory, now);
  return 0;
}

/* Within a set-group directory, directories are so too, and only members may make programs that run as the group. */
static uint32_t inherited_mode(uint32_t mode, uint32_t group, const struct caller *who) {
  if ((mode & KIND_MASK) == KIND_DIRECTORY) return mode | MODE_SET_GROUP;
  bool runs_as_group = mode & MODE_SET_GROUP && mode & MODE_GROUP_EXECUTE;
  return runs_as_group && who->user != 0 && !is_member(who, group) ? mode & ~(uint32_t)MODE_SET_GROUP : mode;
}

struct node *make_within(struct node *directory, uint32_t mode, const struct caller *who, struct instant now) {
  bool inherits = directory->mode & MODE_SET_GROUP;
  uint32_t group = inherits ? directory->group : who->group;
  return make_node(directory->mount, inherits ? inherited_mode(mode, group, who) : mode, who->user, group, now);
}

int64_t create_child(struct node *directory, const char *name, uint32_t length, uint32_t mode, const struct caller *who,
                     struct instant now, struct node **made) {
  if (find_entry(directory, name, length)) return -EEXIST;
  struct node *node = make_within(directory, mode, who, now);
  if (!node) return -ENOSPC;
  int64_t error = enter_name(directory, name, length, node, now);
  if (error) forget(node);
  *made = node;
  return error;
}

int64_t may_remove(struct node *parent, struct node *node, bool directory, const struct caller *who) {
  int64_t denied = refusal(parent, RIGHT_WRITE | RIGHT_EXECUTE, who);
  if (denied) return denied;
  if (parent->mode & MODE_STICKY && !owns(node, who) && !owns(parent, who)) return -EPERM;
  if (directory && !is_directory(node)) return -ENOTDIR;
  if (!directory && is_directory(node)) return -EISDIR;
  return parent->links == 0 ? -ENOENT : 0;
}

int64_t check_empty(struct node *directory) {
  int64_t error = fill_directory(directory);
  return error ? error : directory->entries == 0 ? 0 : -ENOTEMPTY;
}

void remove_entry(struct entry *entry, struct instant now) {
  struct node *node = entry->node, *directory = entry->directory;
  if (is_directory(node)) directory->links--;
  detach_entry(entry);
  touch_modified(directory, now);
  node->changed = now;
  drop_name(node, entry);
}
