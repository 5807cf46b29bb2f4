/* Buffered streams and formatted output.
 *
 * Standard output is buffered by line on a terminal and by block elsewhere; standard error is not buffered.
 * A stream has no lock: threads that share one must take turns. */
#pragma once

#include <stdarg.h>
#include <stddef.h>
#include <sys/types.h>

#define EOF (-1)
#define BUFSIZ 4096
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
#define _IOFBF 0
#define _IOLBF 1
#define _IONBF 2

typedef struct FILE FILE;
extern FILE *const stdin;
extern FILE *const stdout;
extern FILE *const stderr;

FILE *fopen(const char *path, const char *mode);
FILE *fdopen(int descriptor, const char *mode);
int fclose(FILE *stream);
int fflush(FILE *stream);
int fileno(FILE *stream);
int feof(FILE *stream);
int ferror(FILE *stream);
void clearerr(FILE *stream);
int setvbuf(FILE *stream, char *buffer, int mode, size_t size);
int fseek(FILE *stream, long offset, int whence);
long ftell(FILE *stream);

size_t fread(void *to, size_t size, size_t count, FILE *stream);
int fgetc(FILE *stream);
int getc(FILE *stream);
int getchar(void);
int ungetc(int character, FILE *stream);
char *fgets(char *to, int size, FILE *stream);
/* Reads one line of any length, with its newline; grows *line (from malloc). Returns its length, or -1 at
 * end. */
ssize_t getline(char **line, size_t *capacity, FILE *stream);

size_t fwrite(const void *from, size_t size, size_t count, FILE *stream);
int fputc(int character, FILE *stream);
int putc(int character, FILE *stream);
int putchar(int character);
int fputs(const char *string, FILE *stream);
int puts(const char *string);

#define FORMAT_LIKE(pattern, first) __attribute__((__format__(printf, pattern, first)))
int printf(const char *format, ...) FORMAT_LIKE(1, 2);
int fprintf(FILE *stream, const char *format, ...) FORMAT_LIKE(2, 3);
int dprintf(int descriptor, const char *format, ...) FORMAT_LIKE(2, 3);
int sprintf(char *to, const char *format, ...) FORMAT_LIKE(2, 3);
int snprintf(char *to, size_t size, const char *format, ...) FORMAT_LIKE(3, 4);
int vprintf(const char *format, va_list arguments);
int vfprintf(FILE *stream, const char *format, va_list arguments);
int vsnprintf(char *to, size_t size, const char *format, va_list arguments);

void perror(const char *what);
int remove(const char *path);
int rename(const char *from, const char *to);
