/* Options of a command line: -a -b, -ab, -o value, -ovalue; `--` or the first argument without - ends
 * them. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

char *optarg;
int optind = 1, optopt;
static int place = 1; /* within a group such as -ab */

/* Takes the value of an option from the rest of its word, or from the next word. */
static int take_value(int count, char *const arguments[]) {
  if (arguments[optind][place]) optarg = arguments[optind] + place;
  else if (optind + 1 < count) optarg = arguments[++optind];
  else {
    fprintf(stderr, "%s: option -%c needs a value\n", arguments[0], optopt);
    return 0;
  }
  optind++;
  place = 1;
  return 1;
}

int getopt(int count, char *const arguments[], const char *options) {
  if (optind >= count || arguments[optind][0] != '-' || !arguments[optind][1]) return -1;
  if (strcmp(arguments[optind], "--") == 0) return optind++, -1;
  optopt = arguments[optind][place++];
  const char *option = optopt == ':' ? NULL : strchr(options, optopt);
  if (option && option[1] == ':') return take_value(count, arguments) ? optopt : '?';
  if (!arguments[optind][place]) optind++, place = 1;
  if (option) return optopt;
  fprintf(stderr, "%s: unknown option -%c\n", arguments[0], optopt);
  return '?';
}
