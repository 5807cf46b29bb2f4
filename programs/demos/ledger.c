/* ledger FILE [ENTRIES]: writes entries of 64 bytes to a file, each made safe by fsync before the next, and goes on whatever
 * fails: first with the descriptor that it has, then with a new one. At the end all entries must be there. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ENTRY 64
#define MOST_ATTEMPTS 20

static int failures, reopened;

static void fill(char *entry, int number) {
  memset(entry, '.', ENTRY);
  snprintf(entry, ENTRY, "entry %d", number);
  entry[ENTRY - 1] = '\n';
}

static int open_file(const char *path, int flags) {
  for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    int file = open(path, flags, 0644);
    if (file >= 0) return file;
    printf("open: %s\n", strerror(errno));
    failures++;
  }
  exit(1);
}

static int try_entry(int file, const char *entry, int number) {
  if (pwrite(file, entry, ENTRY, (off_t)number * ENTRY) != ENTRY) {
    printf("entry %d, write: %s\n", number, strerror(errno));
    failures++;
    return -1;
  }
  if (fsync(file) < 0) {
    printf("entry %d, fsync: %s\n", number, strerror(errno));
    failures++;
    return -1;
  }
  return 0;
}

static int enter(const char *path, int file, int number) {
  char entry[ENTRY];
  fill(entry, number);
  for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    if (try_entry(file, entry, number) == 0) return file;
    if (attempt == 0) continue;
    close(file);
    file = open_file(path, O_RDWR);
    reopened++;
  }
  exit(1);
}

int main(int count, char **arguments) {
  if (count < 2) return 2;
  int entries = count > 2 ? atoi(arguments[2]) : 32, wrong = 0;
  int file = open_file(arguments[1], O_RDWR | O_CREAT | O_TRUNC);
  for (int number = 0; number < entries; number++) file = enter(arguments[1], file, number);
  close(file);
  file = open_file(arguments[1], O_RDONLY);
  for (int number = 0; number < entries; number++) {
    char wanted[ENTRY], found[ENTRY];
    fill(wanted, number);
    if (pread(file, found, ENTRY, (off_t)number * ENTRY) != ENTRY || memcmp(wanted, found, ENTRY) != 0) wrong++;
  }
  printf("%d entries, %d wrong, %d failures, opened again %d times\n", entries, wrong, failures, reopened);
  return wrong > 0;
}
