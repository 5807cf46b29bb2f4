/* ls [-aAdiFlRr1tS] [file...]: lists files and the contents of directories, sorted by name.
 *
 * -a also names that begin with a dot, -A without . and .., -d directories themselves, -i inode numbers, -F a
 * mark for the kind, -l long, -R directories below too, -r backwards, -t newest first, -S largest first, -1
 * one per line. */
#include <command.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

struct file {
  char *name;
  struct stat status;
};

struct listing {
  struct file *files;
  size_t count, room;
};

static char options[128];
static int failed, printed_anything;

static void add(struct listing *listing, const char *directory, const char *name) {
  char *path = directory ? join_path(directory, name) : strdup(name);
  if (listing->count == listing->room) {
    listing->room = listing->room ? listing->room * 2 : 32;
    listing->files = realloc(listing->files, listing->room * sizeof *listing->files);
  }
  struct file *file = &listing->files[listing->count];
  file->name = strdup(name);
  int answer = lstat(path, &file->status);
  if (answer < 0) failed = complain("ls", path);
  else listing->count++;
  free(path);
}

static int compare(const void *left, const void *right) {
  const struct file *a = left, *b = right;
  long sign = 0;
  if (options['t']) {
    sign = b->status.st_mtim.tv_sec - a->status.st_mtim.tv_sec;
    if (!sign) sign = b->status.st_mtim.tv_nsec - a->status.st_mtim.tv_nsec;
  }
  if (options['S']) sign = b->status.st_size - a->status.st_size;
  if (!sign) sign = strcmp(a->name, b->name);
  if (options['r']) sign = -sign;
  return sign < 0 ? -1 : sign > 0;
}

static void print_permissions(mode_t mode) {
  static const char kinds[] = "?pc?d?b?-?l?s???";
  char text[11];
  text[0] = kinds[mode >> 12 & 15];
  for (int i = 0; i < 9; i++) text[i + 1] = mode & 0400 >> i ? "rwx"[i % 3] : '-';
  if (mode & S_ISUID) text[3] = mode & 0100 ? 's' : 'S';
  if (mode & S_ISGID) text[6] = mode & 0010 ? 's' : 'S';
  if (mode & S_ISVTX) text[9] = mode & 0001 ? 't' : 'T';
  text[10] = 0;
  printf("%s", text);
}

static void print_time(time_t seconds) {
  struct tm date;
  char text[32];
  gmtime_r(&seconds, &date);
  strftime(text, sizeof text, "%F %R", &date);
  printf(" %s ", text);
}

static void print_mark(mode_t mode) {
  if (!options['F']) return;
  if (S_ISDIR(mode)) putchar('/');
  else if (S_ISLNK(mode)) putchar('@');
  else if (S_ISFIFO(mode)) putchar('|');
  else if (mode & 0111) putchar('*');
}

static void print_target(const char *directory, const struct file *file) {
  char target[4096];
  char *path = directory ? join_path(directory, file->name) : strdup(file->name);
  ssize_t length = readlink(path, target, sizeof target);
  if (length >= 0) printf(" -> %.*s", (int)length, target);
  free(path);
}

static void print_long(const char *directory, const struct file *file) {
  const struct stat *status = &file->status;
  print_permissions(status->st_mode);
  printf(" %2u %-8s", status->st_nlink, user_name(status->st_uid));
  printf(" %-8s", group_name(status->st_gid));
  if (S_ISCHR(status->st_mode) || S_ISBLK(status->st_mode))
    printf(" %3lu, %4lu", status->st_rdev >> 8 & 0xfff, status->st_rdev & 0xff);
  else printf(" %9ld", status->st_size);
  print_time(status->st_mtim.tv_sec);
  printf("%s", file->name);
  if (S_ISLNK(status->st_mode)) print_target(directory, file);
  else print_mark(status->st_mode);
  putchar('\n');
}

/* Names in columns, for a terminal; the columns are filled downwards. */
static void print_columns(const struct listing *listing) {
  struct winsize window = {.ws_col = 0};
  ioctl(STDOUT_FILENO, TIOCGWINSZ, &window);
  size_t width = window.ws_col ? window.ws_col : 80, longest = 0;
  for (size_t i = 0; i < listing->count; i++)
    if (strlen(listing->files[i].name) > longest) longest = strlen(listing->files[i].name);
  size_t columns = width / (longest + 3);
  if (columns == 0) columns = 1;
  size_t rows = (listing->count + columns - 1) / columns;
  for (size_t row = 0; row < rows; row++) {
    for (size_t i = row; i < listing->count; i += rows) {
      printf("%s", listing->files[i].name);
      print_mark(listing->files[i].status.st_mode);
      if (i + rows < listing->count) printf("%*s", (int)(longest + 2 - strlen(listing->files[i].name)), "");
    }
    putchar('\n');
  }
}

static void print_listing(const char *directory, const struct listing *listing) {
  if (!options['l'] && !options['1'] && !options['i'] && isatty(STDOUT_FILENO)) {
    print_columns(listing);
    return;
  }
  for (size_t i = 0; i < listing->count; i++) {
    const struct file *file = &listing->files[i];
    if (options['i']) printf("%7lu ", file->status.st_ino);
    if (options['l']) {
      print_long(directory, file);
    } else {
      printf("%s", file->name);
      print_mark(file->status.st_mode);
      putchar('\n');
    }
  }
}

static void print_total(const struct listing *listing) {
  long blocks = 0;
  for (size_t i = 0; i < listing->count; i++) blocks += listing->files[i].status.st_blocks;
  printf("total %ld\n", blocks / 2);
}

static int is_hidden(const char *name) {
  if (name[0] != '.' || options['a']) return 0;
  return !options['A'] || !name[1] || strcmp(name, "..") == 0;
}

static void list_directory(const char *path, int with_name) {
  DIR *directory = opendir(path);
  if (!directory) {
    failed = complain("ls", path);
    return;
  }
  struct listing listing = {NULL, 0, 0};
  struct dirent *entry;
  while ((entry = readdir(directory)))
    if (!is_hidden(entry->d_name)) add(&listing, path, entry->d_name);
  closedir(directory);
  if (listing.count) qsort(listing.files, listing.count, sizeof *listing.files, compare);
  if (with_name) printf("%s%s:\n", printed_anything ? "\n" : "", path);
  printed_anything = 1;
  if (options['l']) print_total(&listing);
  print_listing(path, &listing);
  for (size_t i = 0; i < listing.count; i++) {
    struct file *file = &listing.files[i];
    int is_self = strcmp(file->name, ".") == 0 || strcmp(file->name, "..") == 0;
    if (options['R'] && S_ISDIR(file->status.st_mode) && !is_self) {
      char *below = join_path(path, file->name);
      list_directory(below, 1);
      free(below);
    }
    free(file->name);
  }
  free(listing.files);
}

int main(int argc, char **argv) {
  int option;
  while ((option = getopt(argc, argv, "aAdiFlRr1tS")) != -1) {
    if (option == '?') return 2;
    options[option] = 1;
  }
  static char *here[] = {".", NULL};
  char **names = optind < argc ? argv + optind : here;
  struct listing files = {NULL, 0, 0};
  size_t directories = 0;
  for (int i = 0; names[i]; i++) {
    struct stat status;
    int known = (options['l'] ? lstat : stat)(names[i], &status) == 0;
    if (known && S_ISDIR(status.st_mode) && !options['d']) names[directories++] = names[i];
    else add(&files, NULL, names[i]);
  }
  names[directories] = NULL;
  if (files.count) {
    qsort(files.files, files.count, sizeof *files.files, compare);
    print_listing(NULL, &files);
    printed_anything = 1;
  }
  for (size_t i = 0; i < directories; i++)
    list_directory(names[i], directories > 1 || files.count || options['R']);
  return fflush(stdout) != 0 || failed;
}
