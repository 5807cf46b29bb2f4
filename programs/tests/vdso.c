/* The page of code that the system gives every program, where it does: its clocks agree with the system calls. */
#include <elf.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <testing.h>
#include <time.h>

typedef int clock_function(clockid_t clock, struct timespec *time);
typedef int day_function(struct timeval *time, void *zone);

static int ask_time(clockid_t clock, struct timespec *time) { return (int)SYSCALL_2(SYS_clock_gettime, clock, time); }
static int ask_resolution(clockid_t clock, struct timespec *time) {
  return (int)SYSCALL_2(SYS_clock_getres, clock, time);
}
static int ask_day(struct timeval *time, void *zone) { return (int)SYSCALL_2(SYS_gettimeofday, time, zone); }

/* The address of a function of the page, or 0 when there is no page. */
static uintptr_t page_function(const char *name) {
  uintptr_t base = getauxval(AT_SYSINFO_EHDR);
  if (!base) return 0;
  const struct elf_header *header = (const struct elf_header *)base;
  const struct program_header *segment = (const struct program_header *)(base + sizeof *header);
  while (segment->type != PT_DYNAMIC) segment++;
  const uint32_t *hash = NULL;
  const char *strings = NULL;
  const struct elf_symbol *symbols = NULL;
  for (const struct dynamic_entry *entry = (const struct dynamic_entry *)(base + segment->virtual_address); entry->tag; entry++) {
    if (entry->tag == DT_HASH) hash = (const uint32_t *)(base + entry->value);
    if (entry->tag == DT_STRTAB) strings = (const char *)(base + entry->value);
    if (entry->tag == DT_SYMTAB) symbols = (const struct elf_symbol *)(base + entry->value);
  }
  for (uint32_t index = 1; index < hash[1]; index++)
    if (!strcmp(strings + symbols[index].name, name)) return base + symbols[index].value;
  say("the page has no %s", name);
  return 0;
}

static long nanoseconds(struct timespec time) { return time.tv_sec * 1000000000 + time.tv_nsec; }

static void clocks(clock_function *get, clock_function *resolution) {
  static const struct {
    const char *name;
    clockid_t clock;
  } all[] = {{"real time", 0}, {"monotonic", 1}, {"raw", 4}, {"real, coarse", 5}, {"monotonic, coarse", 6}, {"boot", 7}};
  for (unsigned i = 0; i < sizeof all / sizeof *all; i++) {
    struct timespec before = {0, 0}, between = {0, 0}, after = {0, 0}, asked = {0, 1}, told = {0, 2};
    ask_time(all[i].clock, &before);
    int status = get(all[i].clock, &between);
    ask_time(all[i].clock, &after);
    ask_resolution(all[i].clock, &asked);
    resolution(all[i].clock, &told);
    say("%s: %d, in order %d, same resolution %d", all[i].name, status,
        nanoseconds(before) <= nanoseconds(between) && nanoseconds(between) <= nanoseconds(after),
        nanoseconds(asked) == nanoseconds(told));
  }
}

static void never_back(clock_function *get) {
  struct timespec last = {0, 0}, next = {0, 0};
  int backwards = 0;
  for (int i = 0; i < 2000; i++) {
    if (i % 3) get(CLOCK_MONOTONIC, &next);
    else ask_time(CLOCK_MONOTONIC, &next);
    backwards += nanoseconds(next) < nanoseconds(last);
    last = next;
  }
  say("backwards %d times", backwards);
}

static void day(day_function *get) {
  struct timeval before, between, after;
  int zone[2] = {1, 1};
  ask_day(&before, NULL);
  int status = get(&between, zone);
  ask_day(&after, NULL);
  long first = before.tv_sec * 1000000 + before.tv_usec;
  long middle = between.tv_sec * 1000000 + between.tv_usec;
  long last = after.tv_sec * 1000000 + after.tv_usec;
  say("gettimeofday: %d, in order %d, no zone %d", status, first <= middle && middle <= last, zone[0] == 0 && zone[1] == 0);
}

int main(void) {
  clock_function *get = (clock_function *)page_function("__vdso_clock_gettime");
  clock_function *resolution = (clock_function *)page_function("__vdso_clock_getres");
  day_function *get_day = (day_function *)page_function("__vdso_gettimeofday");
  struct timespec time;
  if (get) say("an unknown clock: %d", get(99, &time) == -EINVAL);
  else say("an unknown clock: %d", SYSCALL_2(SYS_clock_gettime, 99, &time) != 0);
  clocks(get ? get : ask_time, resolution ? resolution : ask_resolution);
  never_back(get ? get : ask_time);
  day(get_day ? get_day : ask_day);
  return 0;
}
