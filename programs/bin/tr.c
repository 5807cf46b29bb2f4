/* tr [-cds] from [to]: replaces characters. -d deletes them, -s squeezes runs, -c takes all others instead.
 *
 * Sets are like a-z, \n \t \\ \0nn, [:alpha:] [:digit:] [:space:] [:upper:] [:lower:] [:alnum:] [:punct:]. A
 * shorter second set is filled up with its last character. */
#include <command.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct set {
  unsigned char items[1024];
  int count;
};

static int (*class_of(const char *at, size_t *length))(int) {
  static const struct {
    const char *text;
    int (*contains)(int);
  } classes[] = {{"[:alpha:]", isalpha}, {"[:digit:]", isdigit}, {"[:space:]", isspace},
                 {"[:upper:]", isupper}, {"[:lower:]", islower}, {"[:alnum:]", isalnum},
                 {"[:punct:]", ispunct}};
  for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
    *length = strlen(classes[i].text);
    if (strncmp(at, classes[i].text, *length) == 0) return classes[i].contains;
  }
  return NULL;
}

static unsigned char next_character(const char **at) {
  if (**at != '\\' || !(*at)[1]) return (unsigned char)*(*at)++;
  ++*at;
  if (**at >= '0' && **at <= '7') {
    int code = 0;
    for (int digits = 3; digits && **at >= '0' && **at <= '7'; digits--) code = code * 8 + *(*at)++ - '0';
    return (unsigned char)code;
  }
  static const char letters[] = "abfnrtv", characters[] = "\a\b\f\n\r\t\v";
  const char *letter = strchr(letters, **at);
  char plain = *(*at)++;
  return (unsigned char)(letter ? characters[letter - letters] : plain);
}

static void parse_set(struct set *set, const char *at) {
  while (*at && set->count < 512) {
    size_t length;
    int (*contains)(int) = class_of(at, &length);
    if (contains) {
      for (int character = 0; character < 128; character++)
        if (contains(character)) set->items[set->count++] = (unsigned char)character;
      at += length;
      continue;
    }
    int low = next_character(&at), high = low;
    if (at[0] == '-' && at[1]) at++, high = next_character(&at);
    for (int character = low; character <= high && set->count < 768; character++)
      set->items[set->count++] = (unsigned char)character;
  }
}

static void complement(struct set *set) {
  char present[256] = {0};
  for (int i = 0; i < set->count; i++) present[set->items[i]] = 1;
  set->count = 0;
  for (int character = 0; character < 256; character++)
    if (!present[character]) set->items[set->count++] = (unsigned char)character;
}

int main(int argc, char **argv) {
  int option, complemented = 0, deletes = 0, squeezes = 0;
  while ((option = getopt(argc, argv, "cCds")) != -1) {
    if (option == '?') return 2;
    if (option == 'd') deletes = 1;
    else if (option == 's') squeezes = 1;
    else complemented = 1;
  }
  static struct set from, to;
  if (optind == argc || (!deletes && !squeezes && optind + 2 != argc)) usage("tr [-cds] from [to]");
  parse_set(&from, argv[optind]);
  if (complemented) complement(&from);
  int replaces = !deletes && optind + 1 < argc;
  if (optind + 1 < argc) parse_set(&to, argv[optind + 1]);
  static unsigned char replacement[256], deleted[256], squeezed[256];
  for (int i = 0; i < 256; i++) replacement[i] = (unsigned char)i;
  for (int i = 0; i < from.count; i++) {
    if (deletes) deleted[from.items[i]] = 1;
    if (replaces && to.count) replacement[from.items[i]] = to.items[i < to.count ? i : to.count - 1];
  }
  const struct set *squeezable = to.count ? &to : &from;
  for (int i = 0; squeezes && i < squeezable->count; i++) squeezed[squeezable->items[i]] = 1;
  int character, last = -1;
  while ((character = getchar()) != EOF) {
    if (deleted[character]) continue;
    character = replacement[character];
    if (character == last && squeezed[character]) continue;
    putchar(character);
    last = character;
  }
  return fflush(stdout) != 0;
}
