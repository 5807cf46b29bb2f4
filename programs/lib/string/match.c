/* Shell patterns: * any string, ? any character, [a-z] [!a-z] a set, \ quotes the next character.
 *
 * A star first matches nothing; when the rest then fails, the latest star takes one character more. Earlier
 * stars need never be reconsidered, so this takes no recursion and at most length times length steps. */
#include <fnmatch.h>
#include <stddef.h>

/* Matches one character against the set that begins behind '['. Returns the end of the set, or NULL if it is
 * not closed; *matched tells whether the character is in it. */
static const char *match_set(const char *set, char character, int *matched) {
  int negated = *set == '!' || *set == '^';
  if (negated) set++;
  const char *first = set;
  *matched = 0;
  for (; *set && (*set != ']' || set == first); set++) {
    if (*set == '\\' && set[1]) set++;
    unsigned char low = (unsigned char)*set, high = low;
    if (set[1] == '-' && set[2] && set[2] != ']') {
      set += 2;
      if (*set == '\\' && set[1]) set++;
      high = (unsigned char)*set;
    }
    if ((unsigned char)character >= low && (unsigned char)character <= high) *matched = 1;
  }
  if (!*set) return NULL;
  *matched ^= negated;
  return set + 1;
}

/* Matches one character against one element; returns what follows the element, or NULL. */
static const char *match_one(const char *pattern, char character) {
  if (*pattern == '?') return pattern + 1;
  if (*pattern == '[') {
    int matched;
    const char *after = match_set(pattern + 1, character, &matched);
    if (after) return matched ? after : NULL;
  }
  if (*pattern == '\\' && pattern[1]) pattern++;
  return *pattern == character ? pattern + 1 : NULL;
}

int fnmatch(const char *pattern, const char *string, int flags) {
  if (flags & FNM_PERIOD && *string == '.' && *pattern != '.') return FNM_NOMATCH;
  const char *star = NULL, *resume = NULL;
  while (*string) {
    const char *next;
    if (*pattern == '*') {
      star = ++pattern;
      resume = string;
    } else if (*pattern && (next = match_one(pattern, *string))) {
      pattern = next;
      string++;
    } else if (star) {
      pattern = star;
      string = ++resume;
    } else {
      return FNM_NOMATCH;
    }
  }
  while (*pattern == '*') pattern++;
  return *pattern ? FNM_NOMATCH : 0;
}
