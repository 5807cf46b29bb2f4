/* Commands that change the shell itself, and a few that are merely faster inside. */
#include "shell.h"

#include <command.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static int builtin_true(int count, char **arguments) { return (void)count, (void)arguments, 0; }
static int builtin_false(int count, char **arguments) { return (void)count, (void)arguments, 1; }

static int status_argument(int count, char **arguments) {
  return count > 1 ? atoi(arguments[1]) & 255 : last_status;
}

static int builtin_exit(int count, char **arguments) { shell_exit(status_argument(count, arguments)); }

static int builtin_return(int count, char **arguments) {
  last_status = status_argument(count, arguments);
  returning = 1;
  return last_status;
}

static int loops_argument(int count, char **arguments) {
  int loops = count > 1 ? atoi(arguments[1]) : 1;
  return loops < loop_depth ? loops : loop_depth;
}

static int builtin_break(int count, char **arguments) {
  return breaking = loops_argument(count, arguments), 0;
}
static int builtin_continue(int count, char **arguments) {
  return continuing = loops_argument(count, arguments), 0;
}

static int builtin_cd(int count, char **arguments) {
  const char *to = count > 1 ? arguments[1] : variable_value("HOME");
  int back = to && strcmp(to, "-") == 0;
  if (back) to = variable_value("OLDPWD");
  if (!to) return fprintf(stderr, "cd: nowhere to go\n"), 1;
  if (chdir(to) < 0) return fprintf(stderr, "cd: "), perror(to), 1;
  char path[4096];
  const char *old = variable_value("PWD");
  if (old) variable_set("OLDPWD", old);
  if (getcwd(path, sizeof path)) variable_set("PWD", path);
  if (back) puts(path);
  return 0;
}

static int builtin_pwd(int count, char **arguments) {
  char path[4096];
  (void)count, (void)arguments;
  if (!getcwd(path, sizeof path)) return perror("pwd"), 1;
  puts(path);
  return 0;
}

static int builtin_export(int count, char **arguments) {
  if (count == 1 || strcmp(arguments[1], "-p") == 0) return variables_print(1), 0;
  for (int i = 1; i < count; i++) {
    size_t length = strcspn(arguments[i], "=");
    if (!is_name(arguments[i], length)) return fprintf(stderr, "export: %s: not a name\n", arguments[i]), 1;
    variable_assign(arguments[i], NULL);
    variable_export(arena_copy(arguments[i], length));
  }
  return 0;
}

static int builtin_unset(int count, char **arguments) {
  int functions = count > 1 && strcmp(arguments[1], "-f") == 0;
  for (int i = 1; i < count; i++) {
    if (arguments[i][0] == '-') continue;
    if (functions) function_unset(arguments[i]);
    else variable_unset(arguments[i]);
  }
  return 0;
}

static void set_options(const char *text) {
  int on = *text == '-';
  for (text++; *text; text++) {
    if (*text == 'e') option_errexit = on;
    if (*text == 'x') option_trace = on;
    if (*text == 'u') option_unset_is_error = on;
  }
}

/* The parameters are copied: the words of the command will be given back. */
static int builtin_set(int count, char **arguments) {
  if (count == 1) return variables_print(0), 0;
  int first = 1;
  for (; first < count && strchr("-+", arguments[first][0]) && arguments[first][1]; first++) {
    if (strcmp(arguments[first], "--") == 0) break;
    set_options(arguments[first]);
  }
  int replaces = first < count;
  if (replaces && strcmp(arguments[first], "--") == 0) first++;
  if (!replaces) return 0;
  parameter_count = count - first;
  parameters = malloc((size_t)(parameter_count + 1) * sizeof *parameters);
  for (int i = 0; i < parameter_count; i++) parameters[i] = strdup(arguments[first + i]);
  return 0;
}

static int builtin_shift(int count, char **arguments) {
  int places = count > 1 ? atoi(arguments[1]) : 1;
  if (places < 0 || places > parameter_count) return fprintf(stderr, "shift: too far\n"), 1;
  parameters += places;
  parameter_count -= places;
  return 0;
}

static int builtin_umask(int count, char **arguments) {
  mode_t mask = umask(0);
  if (count > 1) {
    int wanted =
        isdigit(*arguments[1]) ? parse_mode(arguments[1], 0, 0) : parse_mode(arguments[1], ~mask & 0777, 0);
    if (wanted < 0) return umask(mask), fprintf(stderr, "umask: %s: not a mode\n", arguments[1]), 1;
    umask(isdigit(*arguments[1]) ? (mode_t)wanted : ~(mode_t)wanted & 0777);
    return 0;
  }
  umask(mask);
  printf("%04o\n", mask);
  return 0;
}

static int builtin_wait(int count, char **arguments) {
  int status = 0;
  if (count == 1) return background_wait(0);
  for (int i = 1; i < count; i++) status = background_wait(atoi(arguments[i]));
  return status;
}

static char *join(int count, char **arguments) {
  struct buffer text = {0};
  for (int i = 0; i < count; i++) {
    if (i) buffer_put(&text, ' ');
    buffer_add(&text, arguments[i], strlen(arguments[i]));
  }
  return buffer_string(&text);
}

static int builtin_eval(int count, char **arguments) { return run_string(join(count - 1, arguments + 1), 0); }

static int builtin_source(int count, char **arguments) {
  if (count < 2) return fprintf(stderr, "usage: . file\n"), 2;
  int descriptor = open(arguments[1], O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return fprintf(stderr, "sh: "), perror(arguments[1]), 1;
  run_input(input_from_descriptor(descriptor), 0);
  returning = 0;
  return last_status;
}

_Noreturn void execute_program(char **arguments) {
  fflush(stdout);
  environ = variables_environment();
  execvp(arguments[0], arguments);
  int error = errno;
  fprintf(stderr, "sh: %s: %s\n", arguments[0], error == ENOENT ? "not found" : strerror(error));
  _exit(error == ENOENT ? 127 : 126);
}

int builtin_exec(int count, char **arguments) {
  if (count < 2) return 0;
  execute_program(arguments + 1);
}

/* command name [argument...]: the built-in or program, not a function. command -v name: where it is. */
static int builtin_command(int count, char **arguments) {
  if (count < 2) return 0;
  if (strcmp(arguments[1], "-v") != 0) {
    builtin_function *builtin = builtin_find(arguments[1]);
    if (builtin) return builtin(count - 1, arguments + 1);
    pid_t child = fork();
    if (child == 0) execute_program(arguments + 1);
    return wait_for(child);
  }
  if (count < 3) return 1;
  if (strchr(arguments[2], '/') || builtin_find(arguments[2])) return puts(arguments[2]), 0;
  const char *path = variable_value("PATH");
  for (path = path ? path : "/bin";; path++) {
    size_t length = strcspn(path, ":");
    struct buffer file = {0};
    buffer_add(&file, path, length);
    buffer_put(&file, '/');
    buffer_add(&file, arguments[2], strlen(arguments[2]));
    if (access(buffer_string(&file), X_OK) == 0) return puts(file.data), 0;
    path += length;
    if (!*path) return 1;
  }
}

/* Reads a line one byte at a time, since what follows belongs to others. Returns 0 at the end of the
 * input. */
static int read_line(struct buffer *line, int raw) {
  char character;
  for (;;) {
    ssize_t length = read(STDIN_FILENO, &character, 1);
    if (length < 0 && errno == EINTR) {
      traps_run_pending();
      continue;
    }
    if (length <= 0) return 0;
    if (character == '\n') return 1;
    if (character != '\\' || raw) {
      buffer_put(line, character);
    } else if (read(STDIN_FILENO, &character, 1) == 1 && character != '\n') {
      buffer_put(line, character);
    }
  }
}

/* Cuts the next field off for one variable; the last variable gets all that is left. */
static char *next_field(char *at, const char *separators, int is_last, char **field) {
  while (*at && isspace(*at) && strchr(separators, *at)) at++;
  *field = at;
  if (!is_last) {
    at += strcspn(at, separators);
    if (*at) *at++ = 0;
    return at;
  }
  char *end = at + strlen(at);
  while (end > at && isspace(end[-1]) && strchr(separators, end[-1])) *--end = 0;
  return end;
}

static int builtin_read(int count, char **arguments) {
  int raw = count > 1 && strcmp(arguments[1], "-r") == 0, first = 1 + raw;
  struct buffer line = {0};
  int complete = read_line(&line, raw);
  const char *separators = variable_value("IFS");
  if (!separators) separators = " \t\n";
  char *at = buffer_string(&line), *field;
  for (int i = first; i < count; i++) {
    at = next_field(at, separators, i == count - 1, &field);
    variable_set(arguments[i], field);
  }
  return !complete;
}

/* ulimit [-n | -f | -s | -v | -t] [limit]: a soft limit in the units of POSIX's and other shells. */
static int builtin_ulimit(int count, char **arguments) {
  static const struct {
    char letter;
    int resource;
    unsigned long unit;
  } limits[] = {{'n', RLIMIT_NOFILE, 1}, {'f', RLIMIT_FSIZE, 512}, {'s', RLIMIT_STACK, 1024},
                {'v', RLIMIT_AS, 1024},  {'t', RLIMIT_CPU, 1},     {'c', RLIMIT_CORE, 512}};
  char letter = count > 1 && arguments[1][0] == '-' ? arguments[1][1] : 'f';
  int value_at = count > 1 && arguments[1][0] == '-' ? 2 : 1;
  size_t i = 0;
  while (i < 6 && limits[i].letter != letter) i++;
  if (i == 6) return fprintf(stderr, "ulimit: -%c: unknown\n", letter), 2;
  struct rlimit limit;
  if (getrlimit(limits[i].resource, &limit) < 0) return perror("ulimit"), 1;
  if (value_at >= count) {
    if (limit.rlim_cur == RLIM_INFINITY) puts("unlimited");
    else printf("%lu\n", limit.rlim_cur / limits[i].unit);
    return 0;
  }
  int unlimited = strcmp(arguments[value_at], "unlimited") == 0;
  limit.rlim_cur = unlimited ? RLIM_INFINITY : strtoul(arguments[value_at], NULL, 10) * limits[i].unit;
  if (setrlimit(limits[i].resource, &limit) < 0) return perror("ulimit"), 1;
  return 0;
}

static const struct {
  const char *name;
  builtin_function *function;
  int special;
} builtins[] = {
    {":", builtin_true, 1},
    {".", builtin_source, 1},
    {"[", test_command, 0},
    {"break", builtin_break, 1},
    {"cd", builtin_cd, 0},
    {"command", builtin_command, 0},
    {"continue", builtin_continue, 1},
    {"echo", echo_command, 0},
    {"eval", builtin_eval, 1},
    {"exec", builtin_exec, 1},
    {"exit", builtin_exit, 1},
    {"export", builtin_export, 1},
    {"false", builtin_false, 0},
    {"kill", kill_command, 0},
    {"printf", printf_command, 0},
    {"pwd", builtin_pwd, 0},
    {"read", builtin_read, 0},
    {"return", builtin_return, 1},
    {"set", builtin_set, 1},
    {"shift", builtin_shift, 1},
    {"test", test_command, 0},
    {"trap", builtin_trap, 1},
    {"true", builtin_true, 0},
    {"ulimit", builtin_ulimit, 0},
    {"umask", builtin_umask, 0},
    {"unset", builtin_unset, 1},
    {"wait", builtin_wait, 0},
};
#define BUILTIN_COUNT (sizeof builtins / sizeof *builtins)

builtin_function *builtin_find(const char *name) {
  for (size_t i = 0; i < BUILTIN_COUNT; i++)
    if (strcmp(builtins[i].name, name) == 0) return builtins[i].function;
  return NULL;
}

int builtin_is_special(const char *name) {
  for (size_t i = 0; i < BUILTIN_COUNT; i++)
    if (strcmp(builtins[i].name, name) == 0) return builtins[i].special;
  return 0;
}
