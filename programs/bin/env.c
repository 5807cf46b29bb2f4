/* env [-i] [-u name] [name=value...] [command [argument...]]: prints the environment, or runs a command in
 * another one. -i begins with an empty one, -u takes a name out. */
#include <command.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv) {
  int option;
  static char *nothing[] = {NULL};
  while ((option = getopt(argc, argv, "iu:")) != -1) {
    if (option == '?') return 125;
    if (option == 'i') environ = nothing;
    else unsetenv(optarg);
  }
  for (; optind < argc && strchr(argv[optind], '='); optind++) {
    char *value = strchr(argv[optind], '=');
    *value = 0;
    if (setenv(argv[optind], value + 1, 1) < 0) return complain("env", argv[optind]);
  }
  if (optind == argc) {
    for (char **entry = environ; *entry; entry++) puts(*entry);
    return fflush(stdout) != 0;
  }
  execvp(argv[optind], argv + optind);
  complain("env", argv[optind]);
  return errno == ENOENT ? 127 : 126;
}
