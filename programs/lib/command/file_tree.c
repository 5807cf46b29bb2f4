/* Copying and removing trees of files. */
#include <command.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <file_tree.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *target_path(const char *from, const char *to) {
  struct stat status;
  if (stat(to, &status) == 0 && S_ISDIR(status.st_mode)) return join_path(to, base_name(from));
  return strdup(to);
}

static int copy_bytes(int from, int to) {
  static char buffer[32768];
  ssize_t length;
  while ((length = read(from, buffer, sizeof buffer)) > 0)
    for (ssize_t done = 0; done < length;) {
      ssize_t written = write(to, buffer + done, (size_t)(length - done));
      if (written < 0) return -1;
      done += written;
    }
  return length < 0 ? -1 : 0;
}

static int copy_file(const char *program, const char *from, const char *to, mode_t mode) {
  int source = open(from, O_RDONLY | O_CLOEXEC);
  if (source < 0) return complain(program, from);
  int target = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode & 0777);
  if (target < 0) return close(source), complain(program, to);
  int failed = copy_bytes(source, target) < 0 ? complain(program, to) : 0;
  close(source);
  if (close(target) < 0 && !failed) failed = complain(program, to);
  return failed;
}

static int copy_link(const char *program, const char *from, const char *to) {
  char target[4096];
  ssize_t length = readlink(from, target, sizeof target - 1);
  if (length < 0) return complain(program, from);
  target[length] = 0;
  if (symlink(target, to) == 0) return 0;
  if (errno == EEXIST && unlink(to) == 0 && symlink(target, to) == 0) return 0;
  return complain(program, to);
}

static int copy_directory(const char *program, const char *from, const char *to, mode_t mode, int keep) {
  if (mkdir(to, (mode & 0777) | 0700) < 0 && errno != EEXIST) return complain(program, to);
  DIR *directory = opendir(from);
  if (!directory) return complain(program, from);
  int failed = 0;
  struct dirent *entry;
  while ((entry = readdir(directory))) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    char *source = join_path(from, entry->d_name), *target = join_path(to, entry->d_name);
    failed |= copy_tree(program, source, target, 1, keep);
    free(source);
    free(target);
  }
  closedir(directory);
  return failed;
}

int copy_tree(const char *program, const char *from, const char *to, int recursive, int keep_attributes) {
  struct stat source, target;
  if ((recursive ? lstat : stat)(from, &source) < 0) return complain(program, from);
  if (stat(to, &target) == 0 && target.st_ino == source.st_ino && target.st_dev == source.st_dev) {
    fprintf(stderr, "%s: %s and %s are the same file\n", program, from, to);
    return 1;
  }
  int failed;
  if (S_ISDIR(source.st_mode)) {
    if (!recursive) return fprintf(stderr, "%s: %s: is a directory\n", program, from), 1;
    failed = copy_directory(program, from, to, source.st_mode, keep_attributes);
  } else if (S_ISLNK(source.st_mode)) {
    return copy_link(program, from, to);
  } else if (S_ISFIFO(source.st_mode) && recursive) {
    failed = mkfifo(to, source.st_mode & 0777) < 0 ? complain(program, to) : 0;
  } else {
    failed = copy_file(program, from, to, source.st_mode);
  }
  if (keep_attributes && !failed) {
    struct timespec times[2] = {source.st_atim, source.st_mtim};
    if (chown(to, source.st_uid, source.st_gid) < 0 && errno != EPERM) failed = complain(program, to);
    if (chmod(to, source.st_mode & 07777) < 0) failed = complain(program, to);
    if (utimensat(AT_FDCWD, to, times, 0) < 0) failed = complain(program, to);
  }
  return failed;
}

int remove_tree(const char *program, const char *path) {
  struct stat status;
  if (lstat(path, &status) < 0) return complain(program, path);
  if (!S_ISDIR(status.st_mode)) return unlink(path) < 0 ? complain(program, path) : 0;
  DIR *directory = opendir(path);
  if (!directory) return complain(program, path);
  int failed = 0;
  struct dirent *entry;
  while ((entry = readdir(directory))) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    char *below = join_path(path, entry->d_name);
    failed |= remove_tree(program, below);
    free(below);
  }
  closedir(directory);
  return rmdir(path) < 0 ? complain(program, path) : failed;
}
