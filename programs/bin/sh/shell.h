/* sh: a small POSIX shell. What its parts offer to each other.
 *
 *     input.c      characters, from a file, a string or the terminal
 *     lexer.c      tokens
 *     parser.c     the tree of commands
 *     expand.c     what words stand for: parameters, command output, arithmetic, fields
 *     glob.c       file names from patterns
 *     arithmetic.c $(( ))
 *     variables.c  variables and positional parameters
 *     execute.c    running the tree: lists, conditions, loops
 *     simple.c     simple commands and functions
 *     children.c   subshells, pipelines, background commands; jobs.c waits for them
 *     redirect.c   redirections
 *     builtins.c   commands that must run in the shell itself
 *     traps.c      commands for signals
 *
 * Left out: job control (fg, bg), aliases, history, local variables. */
#pragma once

#include <stddef.h>
#include <sys/types.h>

/* ---- memory: freed all at once, see arena.c ---- */
struct arena_mark {
  struct chunk *chunk;
  size_t used;
};
void *arena_take(size_t size);
char *arena_copy(const char *text, size_t length);
struct arena_mark arena_mark(void);
void arena_release(struct arena_mark mark);
/* Keeps for good what has been taken so far: the body of a function is in it. */
void arena_pin(void);

/* A string or array that grows, in the arena. */
struct buffer {
  char *data;
  size_t length, room;
};
void buffer_put(struct buffer *buffer, char character);
void buffer_add(struct buffer *buffer, const char *text, size_t length);
char *buffer_string(struct buffer *buffer); /* adds the terminating zero */

struct list {
  char **items;
  size_t count, room;
};
void list_add(struct list *list, char *item);

/* ---- input.c ---- */
struct input;
struct input *input_from_descriptor(int descriptor);
struct input *input_from_string(const char *text);
void input_close(struct input *input);
int input_next(struct input *input);               /* the next character, or EOF */
int input_is_exhausted(const struct input *input); /* a string of which only newlines are left */
void input_back(struct input *input, int character);
void input_skip_line(struct input *input); /* the rest of a line that was not understood */
extern struct input *current_input;
extern int interactive;
extern int prompt_continues; /* the next prompt is inside a command */

/* ---- lexer.c ---- */
enum token_kind {
  TOKEN_END,
  TOKEN_NEWLINE,
  TOKEN_WORD,
  TOKEN_NUMBER, /* digits right before < or > */
  TOKEN_OPERATOR,
};
struct token {
  enum token_kind kind;
  char *text; /* as written, with its quotes */
};
struct token lexer_peek(void);
struct token lexer_next(void);
/* Begins anew on `input`; the result, given to lexer_restore, goes back to where the lexer was. */
struct lexer_state {
  struct input *input;
  struct token peeked;
  int has_peeked;
};
struct lexer_state lexer_start(struct input *input);
void lexer_restore(struct lexer_state state);
/* Whether nothing but blank lines can follow. */
int lexer_at_end(void);

/* Reads a here-document's text after the next newline. */
struct redirection;
void lexer_expect_document(struct redirection *redirection, int strip_tabs);
/* The end of the $(...), ${...}, `...` or quoted part that begins at `text`. */
const char *skip_quoted(const char *text);

/* ---- parser.c: the tree ---- */
enum redirection_kind {
  REDIRECT_READ,
  REDIRECT_WRITE,
  REDIRECT_APPEND,
  REDIRECT_BOTH,
  REDIRECT_COPY,
  REDIRECT_DOCUMENT
};
struct redirection {
  enum redirection_kind kind;
  int descriptor;
  char *word; /* a file, a descriptor, or the here-document's text */
  int quoted; /* the here-document is not expanded */
  struct redirection *next;
};

enum command_kind {
  COMMAND_SIMPLE,
  COMMAND_PIPE,     /* left | right */
  COMMAND_NOT,      /* ! left */
  COMMAND_AND,      /* left && right */
  COMMAND_OR,       /* left || right */
  COMMAND_SEQUENCE, /* left ; right */
  COMMAND_BACKGROUND,
  COMMAND_SUBSHELL,
  COMMAND_GROUP,
  COMMAND_IF,    /* if condition then left else right */
  COMMAND_WHILE, /* while condition do left */
  COMMAND_UNTIL,
  COMMAND_FOR, /* for name in words do left */
  COMMAND_CASE,
  COMMAND_FUNCTION, /* name() left */
};
struct case_item {
  struct list patterns;
  struct command *body;
  struct case_item *next;
};
struct command {
  enum command_kind kind;
  struct command *condition, *left, *right;
  struct redirection *redirections;
  struct list assignments, words;
  char *name;
  int over_parameters; /* for name, without in */
  struct case_item *items;
};
/* Parses up to the end of one complete line of commands. Returns 0 at the end of the input; *command may be
 * NULL for an empty line. */
int parse_line(struct command **command);
_Noreturn void syntax_error(const char *near);

/* ---- expand.c ---- */
struct list expand_words(const struct list *words);
char *expand_to_string(const char *word);  /* no field splitting, no file names */
char *expand_to_pattern(const char *word); /* the same, with quoted special characters marked by \ */
char *expand_document(const char *text);
char *substitute_command(const char *text); /* the output of a command */
long evaluate(const char *expression);
/* Adds the names of the files that a pattern matches, in order; returns 0 if there are none. */
int glob_add(struct list *fields, const char *pattern);

/* ---- variables.c ---- */
void variables_start(char **environment);
const char *variable_value(const char *name); /* NULL if unset */
void variable_set(const char *name, const char *value);
void variable_export(const char *name);
void variable_unset(const char *name);
void variables_print(int exported_only);
/* NAME=value: sets it. Returns 0 if `text` is no assignment. */
int variable_assign(const char *text, const char *value_if_expanded);
size_t assignment_name_length(const char *text); /* 0: no assignment */
char **variables_environment(void);
int is_name(const char *text, size_t length);
extern char *shell_name;  /* $0 */
extern char **parameters; /* $1... */
extern int parameter_count;
extern int last_status;       /* $? */
extern pid_t shell_process;   /* $$ */
extern pid_t last_background; /* $! */

/* ---- execute.c ---- */
extern int option_errexit, option_trace, option_unset_is_error;
/* Runs a tree and returns its status. `last`: this process has nothing to do afterwards, so that a program
 * may replace the shell instead of being started as a child. */
int run(struct command *command, int last);
/* Runs everything in `input`, and closes it. */
void run_input(struct input *input, int last);
void run_interactively(void);
int run_string(const char *text, int last);
_Noreturn void shell_exit(int status);
/* What a loop, function or the top level should do after the command just run. */
extern int breaking, continuing, returning;
extern int loop_depth, function_depth;
/* Ends the shell, or, if it is interactive, the current line of commands. */
_Noreturn void shell_error(int status);

/* ---- children.c ---- */
/* Returns twice, as fork does. The child has no traps and is not interactive. */
pid_t start_child(void);
/* The same, or -1 and errno; and what is said then. */
pid_t try_child(void);
_Noreturn void cannot_fork(void);
/* Runs a program where the system has one address space only and forks nothing: the shell waits meanwhile. */
int load_and_execute(int count, char **arguments);
int run_in_child(struct command *command);
int run_background(struct command *command);
int run_pipeline(struct command *command);
extern int substitution_status; /* of the latest $( ) */

/* ---- simple.c ---- */
int run_simple(struct command *command, int last);
int define_function(struct command *command);
void function_unset(const char *name);

/* ---- jobs.c ---- */
int wait_for(pid_t process);
int status_of_wait(int wait_status);
void background_add(pid_t process);
/* Waits for one child of the shell started with &, or for all (0). */
int background_wait(pid_t process);

/* ---- redirect.c ---- */
/* Opens and places descriptors; returns 0 on failure. With `saved`, restore_descriptors undoes it. */
struct saved_descriptors {
  struct {
    int descriptor, copy;
  } entries[16];
  int count;
};
int redirect(const struct redirection *redirections, struct saved_descriptors *saved);
void restore_descriptors(struct saved_descriptors *saved);

/* ---- builtins.c ---- */
typedef int builtin_function(int count, char **arguments);
builtin_function *builtin_find(const char *name);
/* POSIX's special built-ins keep the effect of assignments before them. */
int builtin_is_special(const char *name);
int builtin_exec(int count, char **arguments);
_Noreturn void execute_program(char **arguments);

/* ---- traps.c ---- */
int builtin_trap(int count, char **arguments);
void traps_run_pending(void);
void traps_run_exit(void);
/* A child has no traps, and the shell's own dispositions undone. */
void traps_reset(void);
void traps_start_interactive(void);
int traps_exist(void);
/* The number of a signal that has a trap and has arrived, or 0. */
int traps_pending(void);
