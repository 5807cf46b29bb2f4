/* What cp, mv and rm do to whole trees of files. Each reports errors in the name of `program`, goes on with
 * the rest, and returns 0 if all went well. */
#pragma once

/* Copies a file, a link, a pipe or, with `recursive`, a directory. */
int copy_tree(const char *program, const char *from, const char *to, int recursive, int keep_attributes);
int remove_tree(const char *program, const char *path);
/* Where a file goes: into `to` if that is a directory, else to `to` itself. Allocated. */
char *target_path(const char *from, const char *to);
