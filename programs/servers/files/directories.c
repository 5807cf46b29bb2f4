/* Directories: names found by a hash, and listed by a position.
 *
 * Positions only grow, so that a cursor stays good while names come and go; 0 and 1 are '.' and '..'. The list is in order of
 * positions. The table of hashes doubles when it has more names than places. */
#include "server.h"

enum { FIRST_BUCKETS = 8, MOST_BUCKETS = 512 };

static uint32_t hash_of(const char *name, uint32_t length) {
  uint32_t hash = 0x811c9dc5;
  for (uint32_t at = 0; at < length; at++) hash = (hash ^ (uint8_t)name[at]) * 0x01000193;
  return hash ^ hash >> 15;
}

struct entry *find_entry(struct node *directory, const char *name, uint32_t length) {
  if (!directory->buckets) return NULL;
  uint32_t hash = hash_of(name, length);
  struct entry *at = directory->buckets[hash & (directory->bucket_count - 1)];
  while (at && (at->hash != hash || at->length != length || memcmp(at->name, name, length) != 0)) at = at->same_bucket;
  return at;
}

/* Gives the directory a larger table, if there is memory for one. False when it has none at all. */
static bool widen(struct node *directory) {
  uint32_t count = directory->buckets ? directory->bucket_count * 2 : FIRST_BUCKETS;
  struct entry **buckets = count <= MOST_BUCKETS ? allocate(count * sizeof *buckets) : NULL;
  if (!buckets) return directory->buckets != NULL;
  if (directory->buckets) give_back(directory->buckets, directory->bucket_count * sizeof *buckets);
  directory->buckets = buckets;
  directory->bucket_count = count;
  for (struct entry *at = directory->first; at; at = at->next) {
    struct entry **bucket = &buckets[at->hash & (count - 1)];
    at->same_bucket = *bucket;
    *bucket = at;
  }
  return true;
}

struct entry *insert_entry(struct node *directory, const char *name, uint32_t length, struct node *node) {
  struct entry *entry = allocate(sizeof *entry + length);
  if (!entry) return NULL;
  if (directory->entries >= directory->bucket_count && !widen(directory)) {
    give_back(entry, sizeof *entry + length);
    return NULL;
  }
  memcpy(entry->name, name, length);
  entry->length = (uint8_t)length;
  entry->hash = hash_of(name, length);
  entry->directory = directory;
  if (directory->next_position < FIRST_POSITION) directory->next_position = FIRST_POSITION;
  entry->position = directory->next_position++;
  directory->entries++;
  entry->previous = directory->last;
  if (directory->last) directory->last->next = entry;
  else directory->first = entry;
  directory->last = entry;
  struct entry **bucket = &directory->buckets[entry->hash & (directory->bucket_count - 1)];
  entry->same_bucket = *bucket;
  *bucket = entry;
  if (node) point_entry(entry, node);
  return entry;
}

void point_entry(struct entry *entry, struct node *node) {
  entry->node = node;
  entry->number = node->number;
  entry->kind = (uint8_t)(node->mode >> 12);
}

void detach_entry(struct entry *entry) {
  struct node *directory = entry->directory;
  struct entry **at = &directory->buckets[entry->hash & (directory->bucket_count - 1)];
  while (*at != entry) at = &(*at)->same_bucket;
  *at = entry->same_bucket;
  if (entry->previous) entry->previous->next = entry->next;
  else directory->first = entry->next;
  if (entry->next) entry->next->previous = entry->previous;
  else directory->last = entry->previous;
  directory->entries--;
  entry->flags |= ENTRY_DETACHED;
}

void free_entry(struct entry *entry) { give_back(entry, sizeof *entry + entry->length); }

void free_directory(struct node *node) {
  if (node->buckets) give_back(node->buckets, node->bucket_count * sizeof *node->buckets);
}
