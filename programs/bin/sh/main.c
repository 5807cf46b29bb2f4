/* sh [-eux] [-i] [-c command | file] [argument...]: where the commands come from. */
#include "shell.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *command_text;
static int wants_interaction;

/* Returns the index of the first operand. */
static int read_options(int argc, char **argv) {
  int option;
  while ((option = getopt(argc, argv, "c:eiuxs")) != -1) switch (option) {
      case 'c': command_text = optarg; break;
      case 'e': option_errexit = 1; break;
      case 'i': wants_interaction = 1; break;
      case 'u': option_unset_is_error = 1; break;
      case 'x': option_trace = 1; break;
      case 's': break;
      default: exit(2);
    }
  return optind;
}

static struct input *open_script(const char *path) {
  int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    int error = errno;
    fprintf(stderr, "sh: %s: %s\n", path, strerror(error));
    exit(error == ENOENT ? 127 : 126);
  }
  /* Out of the way of descriptors that the script names. */
  int moved = fcntl(descriptor, F_DUPFD_CLOEXEC, 10);
  if (moved >= 0) close(descriptor), descriptor = moved;
  return input_from_descriptor(descriptor);
}

int main(int argc, char **argv) {
  int first = read_options(argc, argv);
  shell_process = getpid();
  variables_start(environ);
  char parent[16], directory[4096];
  snprintf(parent, sizeof parent, "%d", getppid());
  variable_set("PPID", parent);
  if (getcwd(directory, sizeof directory)) variable_set("PWD", directory);
  shell_name = argv[0];
  int script = !command_text && first < argc;
  if (first < argc) shell_name = argv[first++];
  parameters = argv + first;
  parameter_count = argc - first;
  if (command_text) {
    run_input(input_from_string(command_text), 1);
  } else if (script) {
    run_input(open_script(shell_name), 0);
  } else if (wants_interaction || (isatty(STDIN_FILENO) && isatty(STDERR_FILENO))) {
    traps_start_interactive();
    run_interactively();
    interactive = 0;
  } else {
    run_input(input_from_descriptor(STDIN_FILENO), 0);
  }
  shell_exit(last_status);
}
