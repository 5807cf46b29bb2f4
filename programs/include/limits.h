/* Limits of the integer types (the compiler knows them) and of the system. */
#pragma once

#define CHAR_BIT 8
#define SCHAR_MAX __SCHAR_MAX__
#define UCHAR_MAX 255
#define SHRT_MAX __SHRT_MAX__
#define INT_MAX __INT_MAX__
#define INT_MIN (-INT_MAX - 1)
#define UINT_MAX (INT_MAX * 2U + 1)
#define LONG_MAX __LONG_MAX__
#define LONG_MIN (-LONG_MAX - 1)
#define ULONG_MAX (LONG_MAX * 2UL + 1)

#define PATH_MAX 4096
#define NAME_MAX 255
#define PIPE_BUF 4096
