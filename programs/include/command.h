/* Commands that are both programs of their own and built into the shell. Each takes the argument list with
 * the command's name first, and returns the exit status. */
#pragma once

int echo_command(int count, char **arguments);
int printf_command(int count, char **arguments);
int test_command(int count, char **arguments);
int kill_command(int count, char **arguments);

/* The number of a signal given by name (with or without SIG) or by number; -1 if it is none. */
int signal_number(const char *name);
/* Permissions from an octal number or from symbols such as u+rw,go-w; -1 if `text` is neither. */
int parse_mode(const char *text, unsigned int current, int is_directory);

/* Says why the last call failed: "program: what: reason". Returns 1. */
int complain(const char *program, const char *what);
/* Says how a program is called, and ends it with status 2. */
_Noreturn void usage(const char *text);
/* The names behind user and group ids, from /etc/passwd and /etc/group; the number itself if there is none.
 * The answer stands until the next call. */
const char *user_name(unsigned int user);
const char *group_name(unsigned int group);
/* directory/name, allocated. */
char *join_path(const char *directory, const char *name);
/* What stands behind the last slash. */
const char *base_name(const char *path);
/* A whole number of at least `least`, or the end of the program with status 2. */
long parse_count(const char *program, const char *text, long least);
