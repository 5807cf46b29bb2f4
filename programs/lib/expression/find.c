/* Running a compiled expression: all threads of the program advance together, one character at a time, so the
 * time is at most the length of the text times that of the program, whatever the pattern (Ken Thompson,
 * 1968). */
#include "program.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* The instructions at which a thread waits; each at most once. */
struct threads {
  int count;
  int *places;
  unsigned *generation; /* of each instruction: when it was last added */
  unsigned now;
};

/* Follows splits and anchors until an instruction that takes a character; returns whether DONE was
 * reached. */
static int add_thread(const struct expression *expression, struct threads *threads, int place, int at_start,
                      int at_end) {
  if (threads->generation[place] == threads->now) return 0;
  threads->generation[place] = threads->now;
  const struct instruction *instruction = &expression->program[place];
  switch (instruction->operation) {
    case DONE: return 1;
    case MATCH_START: return at_start && add_thread(expression, threads, place + 1, at_start, at_end);
    case MATCH_END: return at_end && add_thread(expression, threads, place + 1, at_start, at_end);
    case SPLIT: {
      int first = add_thread(expression, threads, place + instruction->first, at_start, at_end);
      return add_thread(expression, threads, place + instruction->second, at_start, at_end) || first;
    }
    default: threads->places[threads->count++] = place; return 0;
  }
}

static int takes(const struct expression *expression, const struct instruction *instruction,
                 unsigned char character) {
  if (instruction->operation == MATCH_ANY) return 1;
  if (instruction->operation == MATCH_SET) return instruction->set[character / 8] >> character % 8 & 1;
  return instruction->character == (expression->ignore_case ? tolower(character) : character);
}

/* The length of the longest match that begins at text[start], or -1. */
static long match_at(const struct expression *expression, struct threads *now, struct threads *next,
                     const char *text, size_t length, size_t start) {
  long longest = -1;
  now->count = 0;
  now->now++;
  if (add_thread(expression, now, 0, start == 0, start == length)) longest = 0;
  for (size_t i = start; now->count && i < length; i++) {
    next->count = 0;
    next->now++;
    int done = 0;
    for (int thread = 0; thread < now->count; thread++) {
      int place = now->places[thread];
      if (takes(expression, &expression->program[place], (unsigned char)text[i]))
        done |= add_thread(expression, next, place + 1, 0, i + 1 == length);
    }
    if (done) longest = (long)(i + 1 - start);
    struct threads *swap = now;
    now = next;
    next = swap;
  }
  return longest;
}

int expression_find(const struct expression *expression, const char *text, size_t length, size_t *start,
                    size_t *end) {
  size_t size = (size_t)expression->length;
  int places[2 * size];
  unsigned generations[2 * size];
  memset(generations, 0, sizeof generations);
  struct threads a = {0, places, generations, 0}, b = {0, places + size, generations + size, 0};
  const struct instruction *first = expression->program;
  for (size_t i = 0; i <= length; i++) {
    /* A pattern that begins with a plain character can skip to it. */
    if (first->operation == MATCH_CHARACTER && !expression->ignore_case) {
      const char *found = memchr(text + i, first->character, length - i);
      if (!found) return 0;
      i = (size_t)(found - text);
    }
    long matched = match_at(expression, &a, &b, text, length, i);
    if (matched < 0) continue;
    *start = i;
    *end = i + (size_t)matched;
    return 1;
  }
  return 0;
}
