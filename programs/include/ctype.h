/* Classes of characters, in the C locale (ASCII). */
#pragma once

int isalpha(int character);
int isdigit(int character);
int isxdigit(int character);
int isalnum(int character);
int isspace(int character);
int isupper(int character);
int islower(int character);
int ispunct(int character);
int isprint(int character);
int isgraph(int character);
int iscntrl(int character);
int isblank(int character);
int toupper(int character);
int tolower(int character);
