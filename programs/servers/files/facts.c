/* What a node is: its times, who may do what with it, and the operations that tell and set it. */
#include "operations.h"

enum { DAY = 24 * 60 * 60, ENTRY_SIZE = 20, DOUBLE_BIAS = 1023, DOUBLE_FRACTION = 52 };

uint64_t real_bits(int64_t number) {
  if (number == 0) return 0;
  uint64_t sign = number < 0 ? (uint64_t)1 << 63 : 0, rest = number < 0 ? -(uint64_t)number : (uint64_t)number;
  uint64_t exponent = DOUBLE_BIAS + DOUBLE_FRACTION;
  for (int shift = 32; shift > 0; shift /= 2)
    if (rest >> (DOUBLE_FRACTION + 1 - shift) == 0) rest <<= shift, exponent -= shift;
  return sign | exponent << DOUBLE_FRACTION | (rest & (((uint64_t)1 << DOUBLE_FRACTION) - 1));
}

int64_t whole_number(uint64_t bits) {
  if (bits << 1 == 0) return 0;
  int exponent = (int)(bits >> DOUBLE_FRACTION & 0x7ff) - DOUBLE_BIAS;
  uint64_t fraction = (bits & (((uint64_t)1 << DOUBLE_FRACTION) - 1)) | (uint64_t)1 << DOUBLE_FRACTION;
  if (exponent < 0) return 0;
  int64_t value = (int64_t)(exponent <= DOUBLE_FRACTION ? fraction >> (DOUBLE_FRACTION - exponent)
                                                         : fraction << (exponent - DOUBLE_FRACTION));
  return bits >> 63 ? -value : value;
}

void touch_modified(struct node *node, struct instant now) {
  node->modified = node->changed = now;
  if (!is_directory(node)) disremember(node);
}

static bool is_after(struct instant a, struct instant b) {
  return a.seconds > b.seconds || (a.seconds == b.seconds && a.nanoseconds > b.nanoseconds);
}

/* Linux's relatime: the time moves only when it would tell something, or once a day. */
void touch_accessed(struct node *node, struct instant now) {
  if (is_read_only(node)) return;
  bool told = is_after(node->accessed, node->modified) && is_after(node->accessed, node->changed);
  if (!told || now.seconds - node->accessed.seconds >= DAY) node->accessed = now;
}

struct caller caller_of(const struct request *request, bool real) {
  return (struct caller){
      .user = real ? request->real_user : request->user,
      .group = real ? request->real_group : request->group,
      .request = request,
  };
}

bool is_member(const struct caller *who, uint32_t group) {
  if (who->request->is_system || group == who->group) return true;
  for (uint32_t index = 0; index < who->request->group_count; index++)
    if (who->request->groups[index] == group) return true;
  return false;
}

bool granted(const struct node *node, uint32_t rights, const struct caller *who) {
  uint32_t mode = node->mode;
  if (who->user == 0) return !(rights & RIGHT_EXECUTE) || is_directory(node) || mode & MODE_ANY_EXECUTE;
  uint32_t bits = who->user == node->user ? mode >> 6 : is_member(who, node->group) ? mode >> 3 : mode;
  return (bits & rights) == rights;
}

int refusal(const struct node *node, uint32_t rights, const struct caller *who) {
  if (rights & RIGHT_WRITE && is_read_only(node)) {
    uint32_t kind = kind_of(node);
    /* Writing to a device or a FIFO does not change the filesystem. */
    if (kind == KIND_REGULAR || kind == KIND_DIRECTORY || kind == KIND_LINK) return -EROFS;
  }
  return granted(node, rights, who) ? 0 : -EACCES;
}

/* The records of src/services/files/attributes.ts: whole numbers are kept as doubles there. */
struct attributes {
  uint32_t mode, links, user, group, number, filesystem, device, mount_root;
  uint64_t size, blocks, accessed, modified, changed, born;
  uint32_t accessed_part, modified_part, changed_part, born_part;
  uint32_t word, unused;
};

int64_t attributes_operation(const struct request *r, struct answer *answer) {
  (void)answer;
  struct node *node = original_of(handle(r->fields[0]));
  const struct mount *mount = node->mount;
  struct attributes to = {
      .mode = node->mode, .links = node->links, .user = node->user, .group = node->group, .number = node->number,
      .filesystem = mount->device, .device = node->device, .mount_root = mount->root == node,
  };
  bool counts = is_directory(node) && mount->kind != MOUNT_SUPPLIED;
  to.size = real_bits(counts ? ENTRY_SIZE * (2 + (int64_t)node->entries) : node->size);
  to.blocks = real_bits(node->flags & NODE_SUPPLIED ? 0 : blocks_of(node));
  to.accessed = real_bits(node->accessed.seconds);
  to.modified = real_bits(node->modified.seconds);
  to.changed = real_bits(node->changed.seconds);
  to.born = real_bits(node->born.seconds);
  to.accessed_part = (uint32_t)node->accessed.nanoseconds;
  to.modified_part = (uint32_t)node->modified.nanoseconds;
  to.changed_part = (uint32_t)node->changed.nanoseconds;
  to.born_part = (uint32_t)node->born.nanoseconds;
  to.word = kind_of(node) == KIND_LINK ? 0 : (uint32_t)node->word;
  int64_t length = r->fields[2] < (int64_t)sizeof to ? r->fields[2] : (int64_t)sizeof to;
  return put(1, 0, &to, length);
}

enum change_flag {
  CHANGE_MODE = 1, CHANGE_USER = 2, CHANGE_GROUP = 4, CHANGE_ACCESSED = 8, CHANGE_MODIFIED = 16, CHANGE_NOW = 32,
  CHANGE_ACCESSED_NOW = 64, CHANGE_MODIFIED_NOW = 128, CHANGE_OWNER = 256,
};

/* The request `change` by the names of its fields. */
struct change {
  int64_t node, flags, mode, user, group;
  struct instant accessed, modified;
};

static int64_t may_change(const struct node *node, const struct change *c, const struct caller *who) {
  int64_t flags = c->flags;
  if (who->user == 0) return 0;
  bool own = who->user == node->user;
  if (flags & CHANGE_USER && (c->user != node->user || !own)) return -EPERM;
  if (flags & CHANGE_GROUP && (!own || !(is_member(who, (uint32_t)c->group) || c->group == node->group))) return -EPERM;
  if (flags & CHANGE_MODE && !own) return -EPERM;
  if (!(flags & (CHANGE_ACCESSED | CHANGE_MODIFIED)) || own) return 0;
  if (!(flags & CHANGE_NOW)) return -EPERM;
  return granted(node, RIGHT_WRITE, who) ? 0 : -EACCES;
}

static void change_owner(struct node *node, const struct change *c) {
  if (c->flags & CHANGE_USER) node->user = (uint32_t)c->user;
  if (c->flags & CHANGE_GROUP) node->group = (uint32_t)c->group;
  if (is_directory(node)) return;
  uint32_t group = node->mode & MODE_GROUP_EXECUTE ? MODE_SET_GROUP : 0;
  node->mode &= ~(MODE_SET_USER | group);
}

static void change_mode(struct node *node, const struct change *c, const struct caller *who) {
  bool foreign = who->user != 0 && !is_member(who, node->group);
  uint32_t bits = (uint32_t)c->mode & MODE_PERMISSIONS & (foreign ? ~(uint32_t)MODE_SET_GROUP : ~(uint32_t)0);
  node->mode = (node->mode & KIND_MASK) | bits;
}

int64_t change_operation(const struct request *r, struct answer *answer) {
  (void)answer;
  const struct change *c = (const struct change *)r->fields;
  struct node *node = handle(c->node);
  struct caller who = caller_of(r, false);
  struct instant now = now_of(r);
  if (is_read_only(node)) return -EROFS;
  if (node->flags & NODE_SUPPLIED) return -EPERM;
  int64_t error = may_change(node, c, &who);
  if (error) return error;
  /* A link's own mode means nothing, and Linux does not change it. */
  if (c->flags & CHANGE_MODE && kind_of(node) == KIND_LINK) return -EOPNOTSUPP;
  if (c->flags & (CHANGE_USER | CHANGE_GROUP | CHANGE_OWNER)) change_owner(node, c);
  if (c->flags & CHANGE_MODE) change_mode(node, c, &who);
  if (c->flags & CHANGE_ACCESSED) node->accessed = c->flags & (CHANGE_NOW | CHANGE_ACCESSED_NOW) ? now : c->accessed;
  if (c->flags & CHANGE_MODIFIED) node->modified = c->flags & (CHANGE_NOW | CHANGE_MODIFIED_NOW) ? now : c->modified;
  if (c->flags) node->changed = now;
  return 0;
}

int64_t access_operation(const struct request *r, struct answer *answer) {
  (void)answer;
  struct node *node = handle(r->fields[0]);
  struct caller who = caller_of(r, r->fields[2] == 1);
  uint32_t kind = kind_of(node), rights = (uint32_t)r->fields[1];
  bool stays = kind == KIND_REGULAR || kind == KIND_DIRECTORY || kind == KIND_LINK;
  if (!granted(node, rights, &who)) return -EACCES;
  return rights & RIGHT_WRITE && stays && is_read_only(node) ? -EROFS : 0;
}

int64_t word_operation(const struct request *r, struct answer *answer) {
  (void)answer;
  return handle(r->fields[0])->word;
}

int64_t set_word_operation(const struct request *r, struct answer *answer) {
  (void)answer;
  struct node *node = handle(r->fields[0]);
  if (kind_of(node) == KIND_LINK) return -EINVAL;
  node->word = r->fields[1];
  return 0;
}

struct filesystem_figures {
  uint32_t kind, flags, device, longest_name;
  uint64_t block_size, blocks, free_blocks, reserved_blocks, files, free_files;
};

int64_t figures_operation(const struct request *r, struct answer *answer) {
  (void)answer;
  const struct mount *mount = handle(r->fields[0])->mount;
  int64_t free = room_of(mount);
  struct filesystem_figures to = {
      .kind = mount->kind, .flags = mount->flags, .device = mount->device, .longest_name = LONGEST_NAME,
      .block_size = real_bits(PAGE_SIZE),
      .blocks = real_bits(mount->page_limit ? mount->page_limit : machine_figures().frames),
      .free_blocks = real_bits(free), .files = real_bits(mount->nodes + free), .free_files = real_bits(free),
  };
  int64_t length = r->fields[2] < (int64_t)sizeof to ? r->fields[2] : (int64_t)sizeof to;
  return put(1, 0, &to, length);
}
