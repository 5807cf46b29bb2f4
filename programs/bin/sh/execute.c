/* Running the tree of commands: lists, conditions, loops, and lines from an input. */
#include "shell.h"

#include <fnmatch.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int option_errexit, option_trace, option_unset_is_error;
int breaking, continuing, returning, loop_depth, function_depth;
static int condition_depth; /* inside the condition of if, while, && and so on: -e does not apply */
static jmp_buf *line_end;

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
    for (int i = 0; i < parameter_count; i++)
      list_add(&words, arena_copy(parameters[i], strlen(parameters[i])));
  else words = expand_words(&command->words);
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
    case COMMAND_SUBSHELL:
      return last && !traps_exist() ? run(command->left, 1) : run_in_child(command->left);
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
  return command->kind == COMMAND_SIMPLE || command->kind == COMMAND_PIPE ||
         command->kind == COMMAND_SUBSHELL;
}

int run(struct command *command, int last) {
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

/* ---- lines of commands ---- */

void run_input(struct input *input, int last) {
  struct lexer_state before = lexer_start(input);
  struct command *command;
  struct arena_mark mark = arena_mark();
  int ran = 0;
  while (parse_line(&command)) {
    if (command) ran = 1, run(command, last && lexer_at_end());
    arena_release(mark);
    if (breaking || continuing || returning) break;
  }
  if (!ran) last_status = 0;
  lexer_restore(before);
  input_close(input);
}

int run_string(const char *text, int last) {
  run_input(input_from_string(text), last);
  return last_status;
}

void run_interactively(void) {
  jmp_buf place;
  line_end = &place;
  struct input *input = input_from_descriptor(STDIN_FILENO);
  struct arena_mark mark = arena_mark();
  interactive = 1;
  if (setjmp(place)) input_skip_line(input);
  breaking = continuing = returning = loop_depth = function_depth = condition_depth = 0;
  arena_release(mark);
  lexer_start(input);
  struct command *command;
  while (parse_line(&command)) {
    if (command) run(command, 0);
    arena_release(mark);
  }
}
