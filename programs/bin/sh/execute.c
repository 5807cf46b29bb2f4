/* Running the tree of commands.
 *
 * `last` says that this process has nothing to do after the command, so that a program may replace the shell
 * instead of being started as a child. */
#include "shell.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct function {
  struct function *next;
  char *name;
  struct command *body;
};

int option_errexit, option_trace, option_unset_is_error;
int breaking, continuing, returning, loop_depth, function_depth;
static int condition_depth; /* inside the condition of if, while, && and so on: -e does not apply */
static struct function *functions;
static jmp_buf *line_end;
static int substitution_status;

static int run(struct command *command, int last);

_Noreturn void shell_exit(int status) {
  last_status = status;
  traps_run_exit();
  exit(status);
}

_Noreturn void shell_error(int status) {
  last_status = status;
  if (interactive && line_end) longjmp(*line_end, 1);
  shell_exit(status);
}

/* ---- children ---- */

/* Returns twice, as fork does. The child has no traps and is not interactive. */
static pid_t start_child(void) {
  fflush(stdout);
  pid_t child = fork();
  if (child < 0) {
    fprintf(stderr, "sh: cannot fork: %s\n", strerror(errno));
    shell_error(2);
  }
  if (child == 0) {
    traps_reset();
    interactive = 0;
    loop_depth = 0;
  }
  return child;
}

static int run_in_child(struct command *command) {
  pid_t child = start_child();
  if (child == 0) shell_exit(run(command, 1));
  return wait_for(child);
}

static int run_background(struct command *command) {
  pid_t child = start_child();
  if (child == 0) {
    signal(SIGINT, SIG_IGN);
    signal(SIGQUIT, SIG_IGN);
    int nothing = open("/dev/null", O_RDONLY);
    if (nothing >= 0) dup2(nothing, STDIN_FILENO), close(nothing);
    shell_exit(run(command, 1));
  }
  background_add(child);
  return 0;
}

static int run_pipeline(struct command *command) {
  pid_t children[64];
  int count = 0, input = -1;
  for (; command && count < 64; command = command->kind == COMMAND_PIPE ? command->right : NULL) {
    int ends[2] = {-1, -1}, more = command->kind == COMMAND_PIPE;
    if (more && pipe2(ends, O_CLOEXEC) < 0) {
      perror("sh: cannot make a pipe");
      shell_error(2);
    }
    children[count] = start_child();
    if (children[count++] == 0) {
      if (input >= 0) dup2(input, STDIN_FILENO);
      if (more) dup2(ends[1], STDOUT_FILENO);
      shell_exit(run(more ? command->left : command, 1));
    }
    if (input >= 0) close(input);
    if (more) close(ends[1]);
    input = ends[0];
  }
  int status = 0;
  for (int i = 0; i < count; i++) status = wait_for(children[i]);
  return status;
}

static void read_all(int from, struct buffer *output) {
  char block[512];
  ssize_t length;
  while ((length = read(from, block, sizeof block)) > 0 || (length < 0 && errno == EINTR))
    if (length > 0) buffer_add(output, block, (size_t)length);
  while (output->length && output->data[output->length - 1] == '\n') output->length--;
}

char *substitute_command(const char *text) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) < 0) shell_error(2);
  pid_t child = start_child();
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    run_string(text);
    shell_exit(last_status);
  }
  close(ends[1]);
  struct buffer output = {0};
  read_all(ends[0], &output);
  close(ends[0]);
  last_status = substitution_status = wait_for(child);
  return buffer_string(&output);
}

/* ---- simple commands ---- */

static void trace(const struct list *words) {
  if (!option_trace) return;
  fputs("+", stderr);
  for (size_t i = 0; i < words->count; i++) fprintf(stderr, " %s", words->items[i]);
  fputs("\n", stderr);
}

static void assign_all(const struct list *assignments, int export) {
  for (size_t i = 0; i < assignments->count; i++) {
    const char *text = assignments->items[i];
    size_t length = assignment_name_length(text);
    variable_assign(text, expand_to_string(text + length + 1));
    if (export) variable_export(arena_copy(text, length));
  }
}

/* Assignments before a built-in last only as long as it runs. */
static int run_with_assignments(const struct list *assignments, builtin_function *function, struct list *words) {
  char **old = arena_take((assignments->count + 1) * sizeof *old);
  for (size_t i = 0; i < assignments->count; i++) {
    const char *text = assignments->items[i];
    const char *value = variable_value(arena_copy(text, assignment_name_length(text)));
    old[i] = value ? arena_copy(value, strlen(value)) : NULL;
  }
  assign_all(assignments, 0);
  int status = function((int)words->count, words->items);
  for (size_t i = assignments->count; i-- > 0;) {
    const char *text = assignments->items[i];
    char *name = arena_copy(text, assignment_name_length(text));
    if (old[i]) variable_set(name, old[i]);
    else variable_unset(name);
  }
  return status;
}

static int run_builtin(struct command *command, builtin_function *function, struct list *words) {
  if (function == builtin_exec) {
    /* Its redirections stay. */
    if (!redirect(command->redirections, NULL)) shell_error(1);
    assign_all(&command->assignments, 1);
    return function((int)words->count, words->items);
  }
  struct saved_descriptors saved = {.count = 0};
  int status = 1;
  if (redirect(command->redirections, &saved)) {
    if (builtin_is_special(words->items[0])) {
      assign_all(&command->assignments, 0);
      status = function((int)words->count, words->items);
    } else {
      status = run_with_assignments(&command->assignments, function, words);
    }
    fflush(stdout);
  }
  restore_descriptors(&saved);
  return status;
}

static struct function *function_find(const char *name) {
  struct function *function = functions;
  while (function && strcmp(function->name, name) != 0) function = function->next;
  return function;
}

static int define_function(struct command *command) {
  arena_pin();
  struct function *function = function_find(command->name);
  if (!function) {
    function = malloc(sizeof *function);
    if (!function) shell_error(2);
    function->next = functions;
    functions = function;
  }
  function->name = command->name;
  function->body = command->left;
  return 0;
}

void function_unset(const char *name) {
  for (struct function **place = &functions; *place; place = &(*place)->next) {
    struct function *function = *place;
    if (strcmp(function->name, name) != 0) continue;
    *place = function->next;
    free(function);
    return;
  }
}

static int run_function(struct command *command, struct function *function, struct list *words) {
  struct saved_descriptors saved = {.count = 0};
  int status = 1;
  if (redirect(command->redirections, &saved)) {
    assign_all(&command->assignments, 0);
    char **outer = parameters;
    int outer_count = parameter_count;
    parameters = words->items + 1;
    parameter_count = (int)words->count - 1;
    function_depth++;
    status = run(function->body, 0);
    function_depth--;
    if (returning) returning = 0, status = last_status;
    parameters = outer;
    parameter_count = outer_count;
  }
  restore_descriptors(&saved);
  return status;
}

static int run_program(struct command *command, struct list *words, int last) {
  pid_t child = last && !traps_exist() ? 0 : start_child();
  if (child != 0) return wait_for(child);
  assign_all(&command->assignments, 1);
  if (!redirect(command->redirections, NULL)) exit(1);
  execute_program(words->items);
}

static int run_simple(struct command *command, int last) {
  substitution_status = 0;
  struct list words = expand_words(&command->words);
  if (!words.count) {
    struct saved_descriptors saved = {.count = 0};
    int opened = redirect(command->redirections, &saved);
    assign_all(&command->assignments, 0);
    restore_descriptors(&saved);
    return opened ? substitution_status : 1;
  }
  trace(&words);
  struct function *function = function_find(words.items[0]);
  if (function) return run_function(command, function, &words);
  builtin_function *builtin = builtin_find(words.items[0]);
  return builtin ? run_builtin(command, builtin, &words) : run_program(command, &words, last);
}

/* ---- compound commands ---- */

static int run_condition(struct command *command) {
  condition_depth++;
  int status = run(command, 0);
  condition_depth--;
  return status;
}

/* Whether a loop must end now, after a command in it asked for it. */
static int leaves_loop(void) {
  if (breaking) return breaking--, 1;
  if (continuing) return --continuing > 0;
  return returning;
}

static int run_while(struct command *command) {
  int status = 0, wanted = command->kind == COMMAND_WHILE;
  loop_depth++;
  for (;;) {
    struct arena_mark mark = arena_mark();
    int go_on = (run_condition(command->condition) == 0) == wanted && !leaves_loop();
    if (go_on) status = run(command->left, 0);
    arena_release(mark);
    if (!go_on || leaves_loop()) break;
  }
  loop_depth--;
  return status;
}

static int run_for(struct command *command) {
  struct list words = {0};
  if (command->over_parameters)
    for (int i = 0; i < parameter_count; i++) list_add(&words, arena_copy(parameters[i], strlen(parameters[i])));
  else
    words = expand_words(&command->words);
  int status = 0;
  loop_depth++;
  for (size_t i = 0; i < words.count; i++) {
    struct arena_mark mark = arena_mark();
    variable_set(command->name, words.items[i]);
    status = run(command->left, 0);
    arena_release(mark);
    if (leaves_loop()) break;
  }
  loop_depth--;
  return status;
}

static int run_case(struct command *command, int last) {
  const char *word = expand_to_string(command->name);
  for (struct case_item *item = command->items; item; item = item->next)
    for (size_t i = 0; i < item->patterns.count; i++)
      if (fnmatch(expand_to_pattern(item->patterns.items[i]), word, 0) == 0)
        return item->body ? run(item->body, last) : 0;
  return 0;
}

static int run_kind(struct command *command, int last) {
  int status;
  switch (command->kind) {
    case COMMAND_SIMPLE: return run_simple(command, last);
    case COMMAND_PIPE: return run_pipeline(command);
    case COMMAND_NOT: return !run_condition(command->left);
    case COMMAND_AND:
    case COMMAND_OR:
      status = run_condition(command->left);
      if (breaking || continuing || returning) return status;
      return (status == 0) == (command->kind == COMMAND_AND) ? run(command->right, last) : status;
    case COMMAND_SEQUENCE:
      status = run(command->left, 0);
      return breaking || continuing || returning ? status : run(command->right, last);
    case COMMAND_BACKGROUND: return run_background(command->left);
    case COMMAND_SUBSHELL: return last && !traps_exist() ? run(command->left, 1) : run_in_child(command->left);
    case COMMAND_GROUP: return run(command->left, last);
    case COMMAND_IF:
      status = run_condition(command->condition);
      if (breaking || continuing || returning) return status;
      if (status == 0) return run(command->left, last);
      return command->right ? run(command->right, last) : 0;
    case COMMAND_WHILE:
    case COMMAND_UNTIL: return run_while(command);
    case COMMAND_FOR: return run_for(command);
    case COMMAND_CASE: return run_case(command, last);
    default: return define_function(command);
  }
}

/* -e ends the shell at a failure, unless the failure is somebody's condition. */
static int is_checked(const struct command *command) {
  return command->kind == COMMAND_SIMPLE || command->kind == COMMAND_PIPE || command->kind == COMMAND_SUBSHELL;
}

static int run(struct command *command, int last) {
  int status = 1;
  if (command->kind == COMMAND_SIMPLE || !command->redirections) {
    status = run_kind(command, last);
  } else {
    struct saved_descriptors saved = {.count = 0};
    if (redirect(command->redirections, &saved)) status = run_kind(command, 0);
    fflush(stdout);
    restore_descriptors(&saved);
  }
  last_status = status;
  traps_run_pending();
  if (status && option_errexit && !condition_depth && is_checked(command)) shell_exit(status);
  return last_status;
}

int execute(struct command *command) { return run(command, 0); }

/* ---- lines of commands ---- */

void run_input(struct input *input) {
  struct lexer_state before = lexer_start(input);
  struct command *command;
  struct arena_mark mark = arena_mark();
  int ran = 0;
  while (parse_line(&command)) {
    if (command) ran = 1, run(command, 0);
    arena_release(mark);
    if (breaking || continuing || returning) break;
  }
  if (!ran) last_status = 0;
  lexer_restore(before);
  input_close(input);
}

int run_string(const char *text) {
  run_input(input_from_string(text));
  return last_status;
}

void run_interactively(void) {
  jmp_buf place;
  line_end = &place;
  struct input *input = input_from_descriptor(STDIN_FILENO);
  struct arena_mark mark = arena_mark();
  interactive = 1;
  setjmp(place);
  breaking = continuing = returning = loop_depth = function_depth = condition_depth = 0;
  arena_release(mark);
  lexer_start(input);
  struct command *command;
  while (parse_line(&command)) {
    if (command) run(command, 0);
    arena_release(mark);
  }
}
