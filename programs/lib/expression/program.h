/* A compiled expression: a program for a machine that follows all its threads at once (find.c). */
#pragma once

#include <regular_expression.h>

enum operation {
  MATCH_CHARACTER, /* character */
  MATCH_ANY,
  MATCH_SET,   /* set */
  MATCH_START, /* of the text */
  MATCH_END,
  SPLIT, /* go on both at `first` and at `second` */
  DONE,
};

/* Distances are relative, so that a piece of program can be moved and copied. */
struct instruction {
  enum operation operation;
  int first, second;
  union {
    unsigned char character;
    const unsigned char *set; /* 32 bytes: one bit per character */
  };
};

struct expression {
  struct instruction *program;
  int length, room;
  int ignore_case;
};
