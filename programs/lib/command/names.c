/* Names of users and groups. Both files have the name in the first field and the number in the third. */
#include <command.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *look_up(const char *file, unsigned int id, char *to, size_t size) {
  snprintf(to, size, "%u", id);
  FILE *from = fopen(file, "r");
  if (!from) return to;
  char line[256];
  while (fgets(line, sizeof line, from)) {
    char *name_end = strchr(line, ':');
    char *number = name_end ? strchr(name_end + 1, ':') : NULL;
    if (!number || strtoul(number + 1, NULL, 10) != id) continue;
    *name_end = 0;
    snprintf(to, size, "%s", line);
    break;
  }
  fclose(from);
  return to;
}

const char *user_name(unsigned int user) {
  static char name[33];
  return look_up("/etc/passwd", user, name, sizeof name);
}

const char *group_name(unsigned int group) {
  static char name[33];
  return look_up("/etc/group", group, name, sizeof name);
}
