/* Reading directories: many entries per system call, given out one by one. */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

struct DIR {
  int descriptor;
  size_t position, end;
  char buffer[2048] __attribute__((aligned(8)));
};

ssize_t getdents64(int descriptor, void *to, size_t size) {
  return SYSCALL_3(SYS_getdents64, descriptor, to, size);
}

DIR *opendir(const char *path) {
  int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return NULL;
  DIR *directory = malloc(sizeof *directory);
  if (!directory) {
    close(descriptor);
    return NULL;
  }
  directory->descriptor = descriptor;
  directory->position = directory->end = 0;
  return directory;
}

struct dirent *readdir(DIR *directory) {
  if (directory->position == directory->end) {
    ssize_t length = getdents64(directory->descriptor, directory->buffer, sizeof directory->buffer);
    if (length <= 0) return NULL;
    directory->position = 0;
    directory->end = (size_t)length;
  }
  struct dirent *entry = (struct dirent *)(directory->buffer + directory->position);
  directory->position += entry->d_reclen;
  return entry;
}

void rewinddir(DIR *directory) {
  lseek(directory->descriptor, 0, SEEK_SET);
  directory->position = directory->end = 0;
}

int dirfd(DIR *directory) { return directory->descriptor; }

int closedir(DIR *directory) {
  int result = close(directory->descriptor);
  free(directory);
  return result;
}
