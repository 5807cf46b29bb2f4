/* Strings and blocks of memory. */
#pragma once

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t length);
void *memmove(void *to, const void *from, size_t length);
void *memset(void *to, int byte, size_t length);
int memcmp(const void *left, const void *right, size_t length);
void *memchr(const void *block, int byte, size_t length);

size_t strlen(const char *string);
size_t strnlen(const char *string, size_t limit);
char *strcpy(char *restrict to, const char *restrict from);
char *strncpy(char *restrict to, const char *restrict from, size_t limit);
char *strcat(char *restrict to, const char *restrict from);
int strcmp(const char *left, const char *right);
int strncmp(const char *left, const char *right, size_t limit);
int strcasecmp(const char *left, const char *right);
char *strchr(const char *string, int character);
char *strrchr(const char *string, int character);
char *strstr(const char *string, const char *part);
size_t strspn(const char *string, const char *accepted);
size_t strcspn(const char *string, const char *rejected);
char *strtok_r(char *restrict string, const char *restrict separators, char **restrict rest);
/* Keeps its place in one static variable, as the standard says: two users in one program disturb each
 * other. */
char *strtok(char *restrict string, const char *restrict separators);
char *strdup(const char *string);
char *strndup(const char *string, size_t limit);

const char *strerror(int error);
/* The symbol of an error number, such as "ENOENT" (for transcripts). */
const char *error_name(int error);
/* The symbol of a signal, such as "SIGTERM" (for transcripts and `kill -l`). */
const char *signal_name(int signal);
