/* Regular expressions: POSIX's basic and extended ones, without back-references. */
#pragma once

#include <stddef.h>

struct expression;

/* Returns NULL if the pattern makes no sense. */
struct expression *expression_compile(const char *pattern, int extended, int ignore_case);
/* Finds the leftmost match, and of those the longest. Returns 0 if there is none. */
int expression_find(const struct expression *expression, const char *text, size_t length, size_t *start,
                    size_t *end);
