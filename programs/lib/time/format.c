/* Dates as text. */
#include <stdio.h>
#include <string.h>
#include <time.h>

static const char *const days[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                   "Thursday", "Friday", "Saturday"};
static const char *const months[] = {"January", "February", "March",     "April",   "May",      "June",
                                     "July",    "August",   "September", "October", "November", "December"};

/* Writes what one %letter stands for; returns its length, or that of "%?" for an unknown letter. */
static int format_one(char *to, size_t size, char letter, const struct tm *date) {
  int year = date->tm_year + 1900, month = date->tm_mon + 1;
  struct tm copy = *date;
  switch (letter) {
    case 'Y': return snprintf(to, size, "%d", year);
    case 'y': return snprintf(to, size, "%02d", year % 100);
    case 'm': return snprintf(to, size, "%02d", month);
    case 'd': return snprintf(to, size, "%02d", date->tm_mday);
    case 'e': return snprintf(to, size, "%2d", date->tm_mday);
    case 'H': return snprintf(to, size, "%02d", date->tm_hour);
    case 'M': return snprintf(to, size, "%02d", date->tm_min);
    case 'S': return snprintf(to, size, "%02d", date->tm_sec);
    case 'j': return snprintf(to, size, "%03d", date->tm_yday + 1);
    case 'w': return snprintf(to, size, "%d", date->tm_wday);
    case 'u': return snprintf(to, size, "%d", date->tm_wday ? date->tm_wday : 7);
    case 'a': return snprintf(to, size, "%.3s", days[date->tm_wday]);
    case 'A': return snprintf(to, size, "%s", days[date->tm_wday]);
    case 'b': return snprintf(to, size, "%.3s", months[date->tm_mon]);
    case 'B': return snprintf(to, size, "%s", months[date->tm_mon]);
    case 'F': return snprintf(to, size, "%d-%02d-%02d", year, month, date->tm_mday);
    case 'D': return snprintf(to, size, "%02d/%02d/%02d", month, date->tm_mday, year % 100);
    case 'T': return snprintf(to, size, "%02d:%02d:%02d", date->tm_hour, date->tm_min, date->tm_sec);
    case 'R': return snprintf(to, size, "%02d:%02d", date->tm_hour, date->tm_min);
    case 's': return snprintf(to, size, "%ld", timegm(&copy));
    case 'Z': return snprintf(to, size, "UTC");
    case 'z': return snprintf(to, size, "+0000");
    case 'n': return snprintf(to, size, "\n");
    case 't': return snprintf(to, size, "\t");
    case '%': return snprintf(to, size, "%%");
    default: return snprintf(to, size, "%%%c", letter);
  }
}

size_t strftime(char *to, size_t size, const char *format, const struct tm *date) {
  size_t length = 0;
  for (; *format; format++) {
    if (length + 1 >= size) return 0;
    if (*format != '%' || !format[1]) {
      to[length++] = *format;
      continue;
    }
    length += (size_t)format_one(to + length, size - length, *++format, date);
    if (length >= size) return 0;
  }
  to[length] = 0;
  return length;
}
