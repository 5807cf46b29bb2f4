/* mix [rounds]: a little of everything that programs do: records, strings, calls through pointers, loops over
 * arrays, division, branches. In the spirit of Dhrystone (R. P. Weicker, 1984), but its own. Prints a
 * checksum. */
#include <command.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct record {
  struct record *next;
  int kind, value;
  char name[24];
};

static uint64_t checksum;
static struct record records[64];
static int table[50][50];

static void note(uint64_t value) { checksum = (checksum ^ value) * 0x100000001b3UL; }

static int add(int left, int right) { return left + right; }
static int subtract(int left, int right) { return left - right; }
static int divide(int left, int right) { return right ? left / right : left; }
static int remainder_of(int left, int right) { return right ? left % right : right; }

static void visit_records(int round) {
  static int (*const operations[])(int, int) = {add, subtract, divide, remainder_of};
  for (struct record *record = &records[round % 64]; record->next != &records[round % 64];
       record = record->next) {
    record->value = operations[record->kind](record->value * 7, round + record->kind);
    if (record->value > 100000) record->value -= 99991;
  }
}

static void compare_names(int round) {
  char name[24];
  strcpy(name, "a record, round x");
  name[16] = (char)('0' + round % 10);
  int before = 0;
  for (int i = 0; i < 64; i++) before += strcmp(records[i].name, name) < 0;
  note((uint64_t)before);
}

static void fill_table(int round) {
  for (int i = 0; i < 50; i++)
    for (int j = 0; j < 50; j++) table[i][j] = table[j][i] + (i ^ j) + round;
  note((uint64_t)table[round % 50][7]);
}

int main(int argc, char **argv) {
  long rounds = argc > 1 ? parse_count("mix", argv[1], 0) : 500;
  for (int i = 0; i < 64; i++) {
    records[i] = (struct record){.next = &records[(i * 5 + 1) % 64], .kind = i % 4, .value = i * i};
    snprintf(records[i].name, sizeof records[i].name, "a record, round %c", '0' + i % 13);
  }
  for (int round = 0; round < rounds; round++) {
    visit_records(round);
    compare_names(round);
    fill_table(round);
    note((uint64_t)records[round % 64].value);
  }
  printf("%016lx\n", checksum);
  return 0;
}
