#pragma once

/* Executes a program with at most one argument (NULL is none) and waits for its end. Its status, 128 and more for
 * signals, or -1 when there is no child. */
int execute_child(const char *path, const char *argument);
