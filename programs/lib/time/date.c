/* Calendar dates in UTC, from and to seconds since 1970.
 *
 * Counting years from the first of March puts the leap day at the end of the year, and makes the days before
 * each month a formula. 400 years are always 146097 days. */
#include <time.h>

#define DAY 86400L
#define ERA_DAYS 146097L
#define DAYS_TO_1970 719468L /* from 0000-03-01 */

static long floor_divide(long number, long divisor) { return number / divisor - (number % divisor < 0); }

static int is_leap(long year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

struct tm *gmtime_r(const time_t *seconds, struct tm *date) {
  long days = floor_divide(*seconds, DAY), rest = *seconds - days * DAY;
  long shifted = days + DAYS_TO_1970, era = floor_divide(shifted, ERA_DAYS);
  long day_of_era = shifted - era * ERA_DAYS;
  long year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  long day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100); /* from March */
  long month = (5 * day_of_year + 2) / 153;                                                  /* March = 0 */
  long year = era * 400 + year_of_era + (month >= 10);
  date->tm_sec = (int)(rest % 60);
  date->tm_min = (int)(rest / 60 % 60);
  date->tm_hour = (int)(rest / 3600);
  date->tm_mday = (int)(day_of_year - (153 * month + 2) / 5 + 1);
  date->tm_mon = (int)(month < 10 ? month + 2 : month - 10);
  date->tm_year = (int)(year - 1900);
  date->tm_wday = (int)((days % 7 + 11) % 7);
  date->tm_yday = (int)(month < 10 ? day_of_year + 59 + is_leap(year) : day_of_year - 306);
  date->tm_isdst = 0;
  return date;
}

time_t timegm(struct tm *date) {
  long month = date->tm_mon >= 2 ? date->tm_mon - 2 : date->tm_mon + 10;
  long year = date->tm_year + 1900L - (date->tm_mon < 2);
  long era = floor_divide(year, 400), year_of_era = year - era * 400;
  long day_of_year = (153 * month + 2) / 5 + date->tm_mday - 1;
  long days = era * ERA_DAYS + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  time_t seconds = (days - DAYS_TO_1970) * DAY + date->tm_hour * 3600L + date->tm_min * 60L + date->tm_sec;
  gmtime_r(&seconds, date);
  return seconds;
}
