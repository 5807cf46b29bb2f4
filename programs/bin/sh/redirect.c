/* Redirections: opening files and putting them where the command expects them. */
#include "shell.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Copies of the shell's own descriptors are kept out of the way of the user's. */
#define FIRST_PRIVATE 10

/* A here-document is a pipe that holds the text; a text larger than a pipe is written by a child. */
static int open_document(const struct redirection *redirection) {
  const char *text = redirection->quoted ? redirection->word : expand_document(redirection->word);
  size_t length = strlen(text);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) < 0) return -1;
  if (length <= 4096) {
    if (write(ends[1], text, length) != (ssize_t)length) return -1;
  } else if (fork() == 0) {
    while (length > 0) {
      ssize_t written = write(ends[1], text, length);
      if (written <= 0) break;
      text += written;
      length -= (size_t)written;
    }
    _exit(0);
  }
  close(ends[1]);
  return ends[0];
}

static int open_file(const struct redirection *redirection, const char *name) {
  static const int flags[] = {
      [REDIRECT_READ] = O_RDONLY,
      [REDIRECT_WRITE] = O_WRONLY | O_CREAT | O_TRUNC,
      [REDIRECT_APPEND] = O_WRONLY | O_CREAT | O_APPEND,
      [REDIRECT_BOTH] = O_RDWR | O_CREAT,
  };
  int descriptor = open(name, flags[redirection->kind] | O_CLOEXEC, 0666);
  if (descriptor < 0) fprintf(stderr, "sh: %s: %s\n", name, strerror(errno));
  return descriptor;
}

static void save(int descriptor, struct saved_descriptors *saved) {
  if (!saved || saved->count == sizeof saved->entries / sizeof *saved->entries) return;
  saved->entries[saved->count].descriptor = descriptor;
  saved->entries[saved->count++].copy = fcntl(descriptor, F_DUPFD_CLOEXEC, FIRST_PRIVATE);
}

/* n>&m and n>&-. */
static int copy_descriptor(const struct redirection *redirection) {
  const char *word = expand_to_string(redirection->word);
  if (strcmp(word, "-") == 0) return close(redirection->descriptor), 1;
  if (!isdigit(*word) || dup2(atoi(word), redirection->descriptor) < 0) {
    fprintf(stderr, "sh: %s: not an open descriptor\n", word);
    return 0;
  }
  return 1;
}

static int redirect_one(const struct redirection *redirection, struct saved_descriptors *saved) {
  save(redirection->descriptor, saved);
  if (redirection->kind == REDIRECT_COPY) return copy_descriptor(redirection);
  int from = redirection->kind == REDIRECT_DOCUMENT
                 ? open_document(redirection)
                 : open_file(redirection, expand_to_string(redirection->word));
  if (from < 0) return 0;
  if (from == redirection->descriptor) return fcntl(from, F_SETFD, 0) == 0;
  int placed = dup2(from, redirection->descriptor);
  close(from);
  return placed >= 0;
}

int redirect(const struct redirection *redirections, struct saved_descriptors *saved) {
  for (; redirections; redirections = redirections->next)
    if (!redirect_one(redirections, saved)) return 0;
  return 1;
}

void restore_descriptors(struct saved_descriptors *saved) {
  while (saved->count > 0) {
    saved->count--;
    int descriptor = saved->entries[saved->count].descriptor, copy = saved->entries[saved->count].copy;
    if (copy < 0) {
      close(descriptor); /* it was closed before */
    } else {
      dup2(copy, descriptor);
      close(copy);
    }
  }
}
