/* ps: the processes, as /proc tells them: id, parent, group, state, time on the processor, memory,
 * command. */
#include <command.h>
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

static int compare_numbers(const void *left, const void *right) {
  return *(const int *)left - *(const int *)right;
}

/* Reads a small file into `to` as a string; returns its length, or 0 if the process has gone. */
static size_t read_small(int process, const char *name, char *to, size_t size) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/%s", process, name);
  int from = open(path, O_RDONLY);
  if (from < 0) return 0;
  ssize_t length = read(from, to, size - 1);
  close(from);
  to[length > 0 ? length : 0] = 0;
  return length > 0 ? (size_t)length : 0;
}

/* The command with its arguments, or its name in brackets if it has none (a zombie). */
static const char *command_line(int process, const char *name) {
  static char line[256];
  size_t length = read_small(process, "cmdline", line, sizeof line);
  if (length == 0) {
    snprintf(line, sizeof line, "[%s]", name);
    return line;
  }
  for (size_t i = 0; i + 1 < length; i++)
    if (!line[i]) line[i] = ' ';
  return line;
}

static void print_process(int process) {
  char text[512];
  if (!read_small(process, "stat", text, sizeof text)) return;
  char *name = strchr(text, '('), *end = strrchr(text, ')');
  if (!name || !end) return;
  *end = 0;
  name++;
  /* Behind the name: 3 state, 4 parent, 5 group, ..., 14 user time, 15 system time, ..., 24 resident
   * pages. */
  unsigned long fields[25] = {0};
  char state = end[2], *at = end + 3;
  for (int i = 4; i <= 24; i++) fields[i] = strtoul(at, &at, 10);
  unsigned long ticks = getauxval(AT_CLKTCK), time = fields[14] + fields[15];
  if (!ticks) ticks = 100;
  printf("%5d %5lu %5lu %c %4lu.%02lu %7luK %s\n", process, fields[4], fields[5], state, time / ticks,
         time % ticks * 100 / ticks, fields[24] * 4, command_line(process, name));
}

int main(void) {
  DIR *directory = opendir("/proc");
  if (!directory) return complain("ps", "/proc");
  static int processes[4096];
  size_t count = 0;
  struct dirent *entry;
  while ((entry = readdir(directory)) && count < 4096)
    if (isdigit(entry->d_name[0])) processes[count++] = atoi(entry->d_name);
  closedir(directory);
  qsort(processes, count, sizeof *processes, compare_numbers);
  puts("  PID  PPID  PGID S    TIME   MEMORY COMMAND");
  for (size_t i = 0; i < count; i++) print_process(processes[i]);
  return fflush(stdout) != 0;
}
