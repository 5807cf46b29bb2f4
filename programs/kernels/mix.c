/* mix [rounds]: what embedded programs do: a list is sorted and searched through a comparison function, small matrices are
 * multiplied, a state machine reads numbers, everything goes into a checksum. In the spirit of EEMBC's CoreMark, but its own. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define NODES 64
#define N 20

struct node {
  struct node *next;
  int key;
};

static struct node pool[NODES];
static short left[N][N], right[N][N];

static uint16_t add_byte(uint8_t byte, uint16_t sum) {
  for (int bit = 0; bit < 8; bit++, byte >>= 1) {
    int carry = (byte ^ sum) & 1;
    sum >>= 1;
    if (carry) sum ^= 0xa001;
  }
  return sum;
}

static uint16_t add_word(uint32_t word, uint16_t sum) {
  for (int shift = 0; shift < 32; shift += 8) sum = add_byte((uint8_t)(word >> shift), sum);
  return sum;
}

static int __attribute__((noinline)) compare(const struct node *a, const struct node *b) { return a->key - b->key; }

static struct node *__attribute__((noinline)) sort(struct node *list,
                                                   int (*order)(const struct node *, const struct node *)) {
  struct node *sorted = NULL;
  while (list) {
    struct node *one = list, **place = &sorted;
    list = list->next;
    while (*place && order(*place, one) < 0) place = &(*place)->next;
    one->next = *place;
    *place = one;
  }
  return sorted;
}

enum state { START, DIGITS, SIGN, FRACTION, EXPONENT, EXPONENT_SIGN, POWER, WRONG, STATES };

static int is_digit(char c) { return c >= '0' && c <= '9'; }

static enum state step(enum state state, char c) {
  switch (state) {
    case START: return is_digit(c) ? DIGITS : c == '+' || c == '-' ? SIGN : c == '.' ? FRACTION : WRONG;
    case DIGITS: return is_digit(c) ? DIGITS : c == '.' ? FRACTION : c == 'e' ? EXPONENT : WRONG;
    case SIGN: return is_digit(c) ? DIGITS : WRONG;
    case FRACTION: return is_digit(c) ? FRACTION : c == 'e' ? EXPONENT : WRONG;
    case EXPONENT: return c == '+' || c == '-' ? EXPONENT_SIGN : is_digit(c) ? POWER : WRONG;
    case EXPONENT_SIGN:
    case POWER: return is_digit(c) ? POWER : WRONG;
    default: return WRONG;
  }
}

static void __attribute__((noinline)) read_numbers(const char *text, unsigned *ends) {
  enum state state = START;
  for (; *text; text++) {
    if (*text != ',') {
      state = step(state, *text);
      continue;
    }
    ends[state]++;
    state = START;
  }
}

static uint16_t lists(long round, uint16_t sum) {
  for (int i = 0; i < NODES; i++) {
    pool[i].key = (int)((i * 37 + round) & (NODES - 1));
    pool[i].next = i < NODES - 1 ? &pool[i + 1] : NULL;
  }
  for (struct node *at = sort(pool, compare); at; at = at->next) sum = add_word((uint32_t)at->key, sum);
  return sum;
}

static uint16_t matrices(long round, uint16_t sum) {
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) left[i][j] = (short)(i + j + round), right[i][j] = (short)(i * j - round);
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) {
      int product = 0;
      for (int k = 0; k < N; k++) product += left[i][k] * right[k][j];
      sum = add_word((uint32_t)product, sum);
    }
  return sum;
}

int main(int argc, char **argv) {
  static const char *const text =
      "5012,1.23,-874,+122e+10,.123e-5,abc,35.54400,-110.700,+0.64400e+3,T0.3e-1F,7,12.5e4,--1,9e,";
  long rounds = argc > 1 ? atol(argv[1]) : 7000;
  unsigned ends[STATES] = {0};
  uint16_t sum = 0;
  for (long round = 0; round < rounds; round++) {
    sum = matrices(round, lists(round, sum));
    read_numbers(text, ends);
    for (int i = 0; i < STATES; i++) sum = add_word(ends[i], sum);
  }
  printf("%u\n", sum);
  return 0;
}
