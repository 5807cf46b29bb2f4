/* wc [-lwc] [file...]: counts lines, words and bytes. */
#include <command.h>
#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct counts {
  unsigned long lines, words, bytes;
};

static int show_lines, show_words, show_bytes;

static int count_descriptor(int from, struct counts *counts) {
  static char buffer[16384];
  ssize_t length;
  int in_word = 0;
  while ((length = read(from, buffer, sizeof buffer)) > 0) {
    counts->bytes += (unsigned long)length;
    for (ssize_t i = 0; i < length; i++) {
      int space = isspace((unsigned char)buffer[i]);
      counts->lines += buffer[i] == '\n';
      counts->words += !space && !in_word;
      in_word = !space;
    }
  }
  return length < 0;
}

static void print_counts(const struct counts *counts, const char *name) {
  const char *between = "";
  const unsigned long numbers[] = {counts->lines, counts->words, counts->bytes};
  const int shown[] = {show_lines, show_words, show_bytes};
  int only = show_lines + show_words + show_bytes == 1;
  for (int i = 0; i < 3; i++)
    if (shown[i]) printf(only ? "%s%lu" : "%s%7lu", between, numbers[i]), between = " ";
  printf(name ? " %s\n" : "\n", name);
}

static int count_file(const char *path, struct counts *counts) {
  int descriptor = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY);
  if (descriptor < 0 || count_descriptor(descriptor, counts)) return complain("wc", path);
  if (descriptor != STDIN_FILENO) close(descriptor);
  print_counts(counts, path);
  return 0;
}

int main(int argc, char **argv) {
  int option, failed = 0;
  while ((option = getopt(argc, argv, "lwc")) != -1) {
    if (option == 'l') show_lines = 1;
    else if (option == 'w') show_words = 1;
    else if (option == 'c') show_bytes = 1;
    else return 2;
  }
  if (!show_lines && !show_words && !show_bytes) show_lines = show_words = show_bytes = 1;
  struct counts total = {0, 0, 0};
  if (optind == argc) {
    failed = count_descriptor(STDIN_FILENO, &total);
    print_counts(&total, NULL);
    return failed;
  }
  for (int i = optind; i < argc; i++) {
    struct counts counts = {0, 0, 0};
    failed |= count_file(argv[i], &counts);
    total.lines += counts.lines, total.words += counts.words, total.bytes += counts.bytes;
  }
  if (argc - optind > 1) print_counts(&total, "total");
  return failed;
}
