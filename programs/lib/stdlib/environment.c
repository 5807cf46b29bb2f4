/* The environment: strings of the form NAME=value. A changed string is never freed: whoever asked for its
 * value may still hold it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static char **own; /* the array, once it had to grow beyond the kernel's */

static char **find(const char *name, size_t length) {
  char **entry = environ;
  while (*entry && !(strncmp(*entry, name, length) == 0 && (*entry)[length] == '=')) entry++;
  return entry;
}

char *getenv(const char *name) {
  size_t length = strlen(name);
  char *entry = *find(name, length);
  return entry ? entry + length + 1 : NULL;
}

static int append(char *entry) {
  size_t count = 0;
  while (environ[count]) count++;
  char **larger = realloc(own, (count + 2) * sizeof *larger);
  if (!larger) return -1;
  if (environ != own) memcpy(larger, environ, count * sizeof *larger);
  larger[count] = entry;
  larger[count + 1] = NULL;
  environ = own = larger;
  return 0;
}

int setenv(const char *name, const char *value, int overwrite) {
  size_t length = strlen(name);
  if (!length || strchr(name, '=')) return errno = EINVAL, -1;
  char **place = find(name, length);
  if (*place && !overwrite) return 0;
  char *entry = malloc(length + strlen(value) + 2);
  if (!entry) return -1;
  strcpy(entry, name);
  entry[length] = '=';
  strcpy(entry + length + 1, value);
  if (!*place) return append(entry);
  *place = entry;
  return 0;
}

int unsetenv(const char *name) {
  size_t length = strlen(name);
  if (!length || strchr(name, '=')) return errno = EINVAL, -1;
  char **place = find(name, length);
  for (; *place; place++) *place = place[1];
  return 0;
}
