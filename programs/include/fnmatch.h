/* Shell patterns: * ? [set] and \ to quote. */
#pragma once

#define FNM_NOMATCH 1
#define FNM_PERIOD 4 /* a leading dot must be matched by a dot */

int fnmatch(const char *pattern, const char *string, int flags);
