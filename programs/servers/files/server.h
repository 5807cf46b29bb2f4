/* The file server: what its parts share.
 *
 * It carries out the operations of src/services/files/interface.ts, whose comments say what each one does; what is said here
 * is how. A record of the server's is named by its pointer. Results are values or negative error numbers. One thread at a time
 * works on the records, and lets others do so while it waits (lock.c): what a function that may wait leaves behind is looked at
 * again. Such functions say so. */
#pragma once
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include "calls.h"

enum { PAGE_SIZE = 4096, LONGEST_NAME = 255, LONGEST_PATH = 4095, MOST_LINKS = 40, FIRST_POSITION = 2 };
enum { ERESTART_CALL = 512 };
#define LARGEST_FILE ((int64_t)1 << 52)
#define NEVER INT64_MAX

/* The mode's bits, as in include/uapi/linux/stat.h. */
enum {
  KIND_MASK = 0170000, KIND_FIFO = 0010000, KIND_CHARACTER = 0020000, KIND_DIRECTORY = 0040000, KIND_BLOCK = 0060000,
  KIND_REGULAR = 0100000, KIND_LINK = 0120000, KIND_SOCKET = 0140000,
  MODE_PERMISSIONS = 07777, MODE_ORDINARY = 01777, MODE_SET_USER = 04000, MODE_SET_GROUP = 02000, MODE_STICKY = 01000,
  MODE_GROUP_EXECUTE = 010, MODE_ANY_EXECUTE = 0111,
};
enum { RIGHT_EXECUTE = 1, RIGHT_WRITE = 2, RIGHT_READ = 4 };
enum mount_kind { MOUNT_MEMORY, MOUNT_OVERLAY, MOUNT_HOST, MOUNT_SUPPLIED, MOUNT_DISK };
enum { MOUNT_READ_ONLY = 1 };

struct instant {
  int64_t seconds, nanoseconds;
};

enum node_flag {
  NODE_UNFILLED = 1, /* a directory whose names are still to be taken from the lower layer */
  NODE_LINKABLE = 2, /* made without a name, and may be given one */
  NODE_IDENTIFIED = 4, /* in its mount's table of identities */
  NODE_SUPPLIED = 8, /* of a supplied tree: made anew whenever it is reached */
  NODE_COPIED = 16, /* a file with the content of a supplied node, its original */
  NODE_FRESH = 32, /* a copy whose content is as opening brought it */
  NODE_REMEMBERED = 128, /* the kernel keeps where it is */
  NODE_MAPPED = 64, /* pages of it have been given to mappings */
};

/* A file. A directory's and a regular file's own parts share their place. */
struct node {
  uint32_t mode, user, group, flags;
  uint32_t links, holds, number, device;
  struct mount *mount;
  struct entry *entry; /* by which it was last reached */
  int64_t size, word;
  struct instant accessed, modified, changed, born;
  char *lower_path; /* in the lower layer */
  uint32_t lower_length;
  uint32_t events, sleepers; /* a count that moves when a writer or a lock goes, and who sleeps on it */
  uint32_t executors, writers;
  bool claimed; /* a write that takes several steps is under way */
  struct lock *locks;
  struct node *original;
  struct node *next_identity;
  uint64_t identity;
  struct node *next, *previous; /* all nodes */
  union {
    struct {
      uint64_t *page_root;
      int64_t own_pages, masked_pages, clean_pages, lower_size;
      uint32_t page_height;
    };
    struct {
      struct entry **buckets;
      struct entry *first, *last;
      struct mount *mounted;
      uint32_t bucket_count, entries, next_position, filled;
    };
    char *target; /* of a symbolic link */
  };
};

enum { ENTRY_DETACHED = 1 };
/* A name in a directory. */
struct entry {
  struct entry *same_bucket, *next, *previous;
  struct node *directory, *node; /* no node while the lower layer's file has not been looked at */
  uint32_t hash, number, position;
  uint8_t length, kind, flags; /* the kind as DT_*, 0 while not known */
  char name[];
};

enum { IDENTITY_BUCKETS = 64 };
/* A mounted tree. */
struct mount {
  uint32_t kind, layer, flags, device, next_number;
  uint32_t nodes, held;
  int64_t pages, page_limit; /* frames of its files' own pages, and how many there may be; 0 is no limit */
  struct node *root, *covered;
  struct mount *next;
  struct node *identities[IDENTITY_BUCKETS];
};

struct lock {
  struct lock *next;
  int64_t owner, process, start, end;
  uint32_t kind, whole;
};

/* A run of bytes of a path that is being resolved. */
struct segment {
  struct segment *outer, *all;
  uint32_t position, length;
  char text[];
};

enum walk_flag {
  WALK_FOLLOW = 1, WALK_NAME = 2, WALK_MISSING = 4, WALK_DIRECTORY = 8, WALK_EMPTY = 16, WALK_FILE = 32, WALK_REAL = 64,
};
enum last_kind { LAST_NORMAL, LAST_DOT, LAST_DOTDOT, LAST_ROOT };

/* A path's resolution: at its end `current` is the directory of the last component and `node` the result, both held. */
struct walk {
  struct node *root, *current, *node;
  const char *name;
  uint32_t name_length, flags, links;
  enum last_kind last_kind;
  bool last, trailing;
  struct segment *segment, *segments;
};

struct caller {
  uint32_t user, group;
  const struct request *request;
};

struct files {
  struct mount *top, *first, *unnamed;
  uint32_t next_device;
  struct node *nodes; /* all of them, the youngest first */
};
extern struct files files;

/* What an operation has to say beside its value. */
struct answer {
  enum value_kind kind;
  int64_t second;
};
typedef int64_t operation(const struct request *request, struct answer *answer);

/* memory.c */
void *allocate(size_t size); /* cleared; NULL without memory */
void give_back(void *record, size_t size);
char *page_make(void); /* a cleared page of a file, or NULL */
void page_drop(char *page);
struct figures { int64_t frames, free; };
struct figures machine_figures(void);

/* lock.c */
void lock_server(void);
void unlock_server(void);
int64_t supply(unsigned field, int64_t offset, bool write); /* may wait; 0 or a negative error number */
int64_t ask(int number, const int64_t *fields, int64_t answer[2]); /* may wait; 0 or a negative error number */
int sleep_on(struct node *node, bool interruptible); /* waits */
void wake_sleepers(struct node *node);
void claim(struct node *node); /* may wait */
void unclaim(struct node *node);
int64_t put(unsigned field, int64_t offset, const void *from, int64_t length); /* may wait: all of it, or a negative error number */
int64_t get(unsigned field, int64_t offset, void *to, int64_t length); /* likewise */
int64_t put_some(unsigned field, int64_t offset, const void *from, int64_t length); /* what is there */
int64_t get_some(unsigned field, int64_t offset, void *to, int64_t length);

/* nodes.c */
void disremember(struct node *node); /* nobody holds it, or its content is no longer the layer's */
struct node *make_node(struct mount *mount, uint32_t mode, uint32_t user, uint32_t group, struct instant now);
struct node *hold(struct node *node);
void release(struct node *node);
void note_entry(struct node *node, struct entry *entry);
void drop_name(struct node *node, struct entry *entry);
void forget(struct node *node);
static inline uint32_t kind_of(const struct node *node) { return node->mode & KIND_MASK; }
static inline bool is_directory(const struct node *node) { return kind_of(node) == KIND_DIRECTORY; }
struct node *find_identity(struct mount *mount, uint64_t identity);
void add_identity(struct node *node, uint64_t identity);

/* facts.c: times and permissions */
static inline struct instant now_of(const struct request *r) { return (struct instant){r->seconds, r->nanoseconds}; }
void touch_modified(struct node *node, struct instant now);
void touch_accessed(struct node *node, struct instant now);
struct caller caller_of(const struct request *request, bool real);
bool is_member(const struct caller *who, uint32_t group);
bool granted(const struct node *node, uint32_t rights, const struct caller *who);
int refusal(const struct node *node, uint32_t rights, const struct caller *who);
static inline bool is_read_only(const struct node *node) { return (node->mount->flags & MOUNT_READ_ONLY) != 0; }
static inline bool owns(const struct node *node, const struct caller *who) {
  return who->user == 0 || who->user == node->user;
}
static inline struct node *original_of(struct node *node) { return node->flags & NODE_COPIED ? node->original : node; }
uint64_t real_bits(int64_t number); /* a whole number as the double that records of the system keep */
int64_t whole_number(uint64_t bits);

/* directories.c */
struct entry *find_entry(struct node *directory, const char *name, uint32_t length);
struct entry *insert_entry(struct node *directory, const char *name, uint32_t length, struct node *node);
void point_entry(struct entry *entry, struct node *node);
void detach_entry(struct entry *entry);
void free_entry(struct entry *entry);
void free_directory(struct node *node);

/* lower.c: nodes over a read-only layer */
int64_t fill_directory(struct node *directory); /* 0 or a negative error number */
int64_t node_of_entry(struct entry *entry, struct node **node);
uint8_t kind_of_entry(struct entry *entry);
int64_t make_lower_node(struct mount *mount, const char *path, uint32_t length, struct node **made);

/* supplied.c */
enum { ASK_FIND, ASK_DESCRIBE, ASK_FOLLOW, ASK_ENTRIES, ASK_CONTENT, ASK_STORE };
int64_t find_supplied(struct walk *walk, struct node **node); /* may wait */
int64_t make_copy(struct node *original, struct node **copy);
int64_t bring_copy(struct node *copy); /* may wait */
bool is_stale(struct node *node, int64_t offset);

/* walk.c */
int64_t walk_path(struct walk *walk, const struct request *request, struct node *root, struct node *base, unsigned field,
                  int64_t length, uint32_t flags); /* may wait; 0, and the walk is to be ended, or a negative error number */
void end_walk(struct walk *walk);
struct node *take_node(struct walk *walk);
struct node *parent_of(struct node *root, struct node *directory);
static inline struct node *tree_root(void) { return files.top->root; }

/* pages.c: a slot holds a page's address with bits of its own, or HOLE, or 0 */
enum { SLOT_CLEAN = 2, SLOT_USED = 4, SLOT_HOLE = 1 };
static inline char *slot_page(uint64_t slot) { return (char *)(slot & ~(uint64_t)(PAGE_SIZE - 1)); }
uint64_t read_slot(const struct node *node, int64_t index);
int64_t next_slot(const struct node *node, int64_t from);
int64_t page_for(struct node *node, int64_t index, bool write, char **page);
void drop_pages(struct node *node, int64_t from, int64_t extent);
int64_t punch_page(struct node *node, int64_t index);
int64_t clear_within(struct node *node, int64_t start, int64_t length);
static inline int64_t lower_pages(const struct node *node) { return (node->lower_size + PAGE_SIZE - 1) / PAGE_SIZE; }
int64_t blocks_of(const struct node *node);
bool is_full(const struct node *node);
int64_t reclaim(int64_t pages);

/* making.c */
int64_t may_create(struct node *directory, const struct caller *who);
int64_t enter_name(struct node *directory, const char *name, uint32_t length, struct node *node, struct instant now);
struct node *make_within(struct node *directory, uint32_t mode, const struct caller *who, struct instant now);
int64_t create_child(struct node *directory, const char *name, uint32_t length, uint32_t mode, const struct caller *who,
                     struct instant now, struct node **made);
int64_t may_remove(struct node *parent, struct node *node, bool directory, const struct caller *who);
int64_t check_empty(struct node *directory);
void remove_entry(struct entry *entry, struct instant now);

/* sizing.c */
void drop_privileges(struct node *node, const struct caller *who);
int64_t set_size(struct node *node, int64_t size, int64_t limit, const struct request *request, struct answer *answer); /* may wait */

/* listing.c: a path at the end of a page; returns where it begins, NULL when it is too long */
enum { PATH_DELETED = 1, PATH_UNREACHABLE = 2 };
char *build_path(char *page, struct node *root, struct node *node, uint32_t *bits);

/* locks.c */
void free_locks(struct node *node);

/* mounting.c */
int64_t ensure_root(const struct request *request);
int64_t room_of(const struct mount *mount);

static inline struct node *handle(int64_t field) { return (struct node *)field; }
static inline int64_t give(struct answer *answer, struct node *node) {
  answer->kind = VALUE_HANDLE;
  answer->second = node->mode;
  return (int64_t)node;
}
