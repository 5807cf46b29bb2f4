/* Commands that are both programs of their own and built into the shell. Each takes the argument list with the
 * command's name first, and returns the exit status. */
#pragma once

int echo_command(int count, char **arguments);
int printf_command(int count, char **arguments);
int test_command(int count, char **arguments);
int kill_command(int count, char **arguments);

/* The number of a signal given by name (with or without SIG) or by number; -1 if it is none. */
int signal_number(const char *name);
/* Permissions from an octal number or from symbols such as u+rw,go-w; -1 if `text` is neither. */
int parse_mode(const char *text, unsigned int current, int is_directory);
