/* File names from patterns: each part between slashes is matched against the names in a directory. */
#include "shell.h"

#include <dirent.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int has_magic(const char *pattern, size_t length) {
  for (size_t i = 0; i < length; i++) {
    if (pattern[i] == '\\') i++;
    else if (strchr("*?[", pattern[i])) return 1;
  }
  return 0;
}

static void add_unquoted(struct buffer *path, const char *pattern, size_t length) {
  for (size_t i = 0; i < length; i++) {
    if (pattern[i] == '\\' && i + 1 < length) i++;
    buffer_put(path, pattern[i]);
  }
}

static void expand_part(struct list *found, struct buffer path, const char *pattern);

/* Goes on behind a part that has been added to the path. */
static void expand_rest(struct list *found, struct buffer path, const char *rest) {
  if (!*rest) {
    struct stat status;
    char *name = buffer_string(&path);
    if (lstat(name, &status) == 0) list_add(found, arena_copy(name, path.length));
    return;
  }
  for (; *rest == '/'; rest++) buffer_put(&path, '/');
  expand_part(found, path, rest);
}

static void match_directory(struct list *found, struct buffer path, const char *part, const char *rest) {
  DIR *directory = opendir(path.length ? buffer_string(&path) : ".");
  if (!directory) return;
  struct dirent *entry;
  while ((entry = readdir(directory))) {
    if (fnmatch(part, entry->d_name, FNM_PERIOD) != 0) continue;
    struct buffer longer = {0};
    buffer_add(&longer, path.data, path.length);
    buffer_add(&longer, entry->d_name, strlen(entry->d_name));
    expand_rest(found, longer, rest);
  }
  closedir(directory);
}

static void expand_part(struct list *found, struct buffer path, const char *pattern) {
  size_t length = strcspn(pattern, "/");
  if (has_magic(pattern, length)) {
    match_directory(found, path, arena_copy(pattern, length), pattern + length);
  } else {
    add_unquoted(&path, pattern, length);
    expand_rest(found, path, pattern + length);
  }
}

static int compare_names(const void *left, const void *right) {
  return strcmp(*(char *const *)left, *(char *const *)right);
}

int glob_add(struct list *fields, const char *pattern) {
  if (!has_magic(pattern, strlen(pattern))) return 0;
  struct list found = {0};
  expand_rest(&found, (struct buffer){0}, pattern);
  if (!found.count) return 0;
  qsort(found.items, found.count, sizeof *found.items, compare_names);
  for (size_t i = 0; i < found.count; i++) list_add(fields, found.items[i]);
  return 1;
}
