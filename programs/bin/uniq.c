/* uniq [-cdu] [file]: one of each run of equal lines. -c with their number, -d only repeated, -u only single
 * ones. */
#include <command.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int show_count, only_repeated, only_single;

static void print_run(const char *line, unsigned long count) {
  if ((only_repeated && count == 1) || (only_single && count > 1)) return;
  if (show_count) printf("%7lu ", count);
  fputs(line, stdout);
}

int main(int argc, char **argv) {
  int option;
  while ((option = getopt(argc, argv, "cdu")) != -1) {
    if (option == 'c') show_count = 1;
    else if (option == 'd') only_repeated = 1;
    else if (option == 'u') only_single = 1;
    else return 2;
  }
  FILE *from = optind < argc && strcmp(argv[optind], "-") != 0 ? fopen(argv[optind], "r") : stdin;
  if (!from) return complain("uniq", argv[optind]);
  char *line = NULL, *before = NULL;
  size_t room = 0, before_room = 0;
  unsigned long count = 0;
  while (getline(&line, &room, from) > 0) {
    if (count && strcmp(line, before) == 0) {
      count++;
      continue;
    }
    if (count) print_run(before, count);
    char *kept = before;
    size_t kept_room = before_room;
    before = line, before_room = room;
    line = kept, room = kept_room;
    count = 1;
  }
  if (count) print_run(before, count);
  return fflush(stdout) != 0;
}
