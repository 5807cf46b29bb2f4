/* native-many SEED EPISODES: makes the calls of the structures' own interfaces with plausible and wild arguments.
 *
 * An episode is three processes that share what children share: special ports, thread numbers that they tell each other, a shared
 * page. Each makes its calls, dies of them, or waits for too long and is killed. What comes of the calls is counted by what
 * they answered first. Everything follows from SEED. */
#include <l4.h>
#include <mach.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096, PROCESSES = 3, CALLS = 120, NAMES = 16, DEADLINE_MICROSECONDS = 3000 };

static struct shared {
  l4_id_t threads[PROCESSES];
  unsigned int made, fine, refused;
} *shared;
static char *arena;
static uint64_t state;
static mach_port_t names[NAMES];

static uint64_t number(void) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state * 0x2545f4914f6cdd1dUL >> 16;
}
static unsigned int below(unsigned int limit) { return number() % limit; }

static uint64_t wild(void) {
  static const uint64_t edges[] = {0,          -1UL,       1,           0x7fffffff, 0x80000000,      0xffffffff,   0x100000000,
                                   PAGE,       -4096UL,    L4_WINDOWS,  1UL << 47,  (1UL << 47) - 1, 1UL << 53,    1UL << 63,
                                   0x7f7ffffff000, 0x10000};
  switch (below(3)) {
    case 0: return edges[below(sizeof edges / sizeof *edges)];
    case 1: return (number() << 16 ^ number()) >> below(64);
    default: return 1UL << below(64);
  }
}

static mach_port_t name(void) { return below(12) == 0 ? (mach_port_t)wild() : names[below(NAMES)]; }
static void keep(mach_port_t made) {
  if (made != MACH_PORT_NULL && made != MACH_PORT_DEAD) names[below(NAMES)] = made;
}
static int disposition(void) { return below(10) == 0 ? (int)below(256) : 16 + (int)below(6); }
static long pointer(void) {
  switch (below(12)) {
    case 0: return (long)wild();
    case 1: return (long)arena + 8 * PAGE - below(64);
    default: return (long)arena + 64 * below(60);
  }
}

static void fill_message(uint32_t *word) {
  word[0] = disposition() | (below(2) ? disposition() << 8 : 0) | (below(2) ? MACH_MSGH_BITS_COMPLEX : 0);
  word[1] = 24;
  word[2] = name();
  word[3] = below(3) ? name() : 0;
  word[6] = below(20) ? below(4) : (uint32_t)wild();
  for (int i = 0; i < 4; i++) {
    word[7 + 3 * i] = name();
    word[9 + 3 * i] = (uint32_t)disposition() << 16 | (below(20) ? 0 : below(256) << 24);
  }
}

static uint64_t offset(void) { return below(12) ? PAGE * below(8) : wild(); }
static uint64_t size(void) { return below(12) ? PAGE * (1 + below(4)) : wild(); }

/* Memory objects: mapped, served by whoever has their ports, touched. */
static long memory_object(void) {
  uint64_t at = below(2) ? 0 : L4_WINDOWS + offset();
  volatile char *touched = (volatile char *)L4_WINDOWS + PAGE * below(8);
  switch (below(8)) {
    case 0:
    case 1: return vm_map(&at, size(), name(), offset(), below(8) ? 3 : below(10));
    case 2: return vm_deallocate(L4_WINDOWS + offset(), size());
    case 3: return memory_object_data_supply(name(), offset(), (void *)(below(8) ? (long)arena : pointer()), size(), below(8));
    case 4: return memory_object_data_unavailable(name(), offset(), size());
    case 5: return below(3) ? 0 : memory_object_data_error(name(), offset(), size());
    case 6: return memory_object_lock_request(name(), offset(), size(), below(4), below(3) ? 0 : below(9));
    default: return below(8) ? 0 : (below(2) ? (*touched = 1) : *touched), 0;
  }
}

static long mach(void) {
  mach_port_t made = 0;
  long result;
  uint32_t *message = (uint32_t *)(arena + 64 * below(40));
  switch (below(20)) {
    case 14:
    case 15:
    case 16:
    case 17:
    case 18: result = memory_object(); break;
    case 19: result = mach_port_move_member(name(), below(3) ? name() : 0); break;
    case 0:
    case 1: result = below(4) ? mach_port_allocate(&made) : mach_port_allocate_set(&made); break;
    case 2: result = mach_port_insert_right(name(), disposition(), &made); break;
    case 3: result = mach_port_deallocate(name()); break;
    case 4: result = mach_port_mod_refs(name(), below(6), below(4) ? (int)below(4) - 2 : (int)wild()); break;
    case 5: result = below(3) ? 0 : mach_port_destroy(name()); break;
    case 6: result = mach_port_request_notification(name(), below(8) ? MACH_NOTIFY_DEAD_NAME : below(100), name()); break;
    case 7: result = task_get_special_port(below(6), &made); break;
    case 8: result = task_set_special_port(below(6), name()); break;
    case 9: result = below(2) ? mach_port_set_qlimit(name(), below(20)) : mach_port_type(name(), &made), made = 0; break;
    default: {
      fill_message(message);
      long at = below(8) ? (long)message : pointer();
      uint32_t option = below(4) | MACH_SEND_TIMEOUT | MACH_RCV_TIMEOUT | (below(8) ? 0 : (uint32_t)wild());
      result = mach_msg((mach_msg_header_t *)at, option, below(10) ? 28 + 12 * below(5) : (uint32_t)wild(),
                        below(4) ? 512 : below(64), name(), below(2));
      if (result == 0 && (option & MACH_RCV_MSG)) {
        keep(message[2]);
        for (int i = 0; i < 4; i++) keep(message[7 + 3 * i]);
      }
    }
  }
  keep(made);
  return result;
}

static l4_id_t thread(void) {
  switch (below(10)) {
    case 0: return (long)wild();
    case 1: return L4_ANYBODY;
    case 2: return L4_NOBODY;
    default: return shared->threads[below(PROCESSES)];
  }
}
static uint64_t page(void) {
  if (below(8) == 0) return wild();
  uint64_t base = below(2) ? (uint64_t)arena + PAGE * below(16) : L4_WINDOWS + PAGE * below(32);
  unsigned int order = below(20) ? 12 + below(4) : below(64);
  return L4_PAGE(base & ~((1UL << (order & 63)) - 1), order, below(4));
}

static long l4(void) {
  struct l4_words words = {{wild(), wild()}};
  struct l4_long *more = (struct l4_long *)(arena + 64 * below(40));
  switch (below(12)) {
    case 0: return l4_myself() > 0 ? 0 : 1;
    case 1: return l4_unmap(page(), below(2)), 0;
    case 2: return below(4) ? 0 : l4_set_pager(thread());
    case 3: return l4_set_small(below(2));
    case 4: {
      volatile char *at = (volatile char *)L4_WINDOWS + PAGE * below(32);
      return below(20) ? 0 : (*at = 1);
    }
    default:
      *more = (struct l4_long){0};
      if (below(2)) more->send_string = (void *)pointer(), more->send_length = below(8) ? below(9 * PAGE) : wild();
      if (below(2)) more->receive_string = (void *)pointer(), more->receive_length = below(8) ? below(9 * PAGE) : wild();
      if (below(2)) more->send_page = page(), more->send_base = below(4) ? PAGE * below(64) : wild();
      if (below(2)) more->receive_page = below(4) ? L4_PAGE(L4_WINDOWS, L4_WINDOWS_ORDER, 0) : page();
      return l4_ipc(below(4) ? thread() : L4_NOBODY, below(4) ? thread() : L4_ANYBODY, &words,
                    below(3) ? more : (struct l4_long *)(below(8) ? 0 : pointer()), L4_TIMEOUTS(below(3), below(3)))
          .result;
  }
}

static void work(int which, uint64_t seed) {
  state = seed * 2654435761UL + 88172645463325252UL;
  for (int i = 0; i < 8; i++) number();
  for (int i = 0; i < NAMES; i++) names[i] = i;
  shared->threads[which] = l4_myself();
  for (int i = 0; i < CALLS; i++) {
    if (below(40) == 0 && fork() == 0) state += 12345;
    long result = below(30) == 0 ? mach_call(below(48) - 4, (long)wild(), (long)wild(), (long)wild(), (long)wild(), 0, 0, 0)
                                 : (number() & 1 ? mach() : l4());
    __atomic_fetch_add(&shared->made, 1, __ATOMIC_RELAXED);
    __atomic_fetch_add(result == 0 ? &shared->fine : &shared->refused, 1, __ATOMIC_RELAXED);
  }
  _exit(0);
}

static void on_alarm(int signal) { (void)signal; }

static void episode(uint64_t seed) {
  pid_t group = 0, workers[PROCESSES];
  for (int i = 0; i < PROCESSES; i++) {
    workers[i] = fork();
    if (workers[i] == 0) {
      setpgid(0, group);
      close(1);
      close(2);
      work(i, seed * PROCESSES + i + 1);
    }
    setpgid(workers[i], group);
    if (i == 0) group = workers[0];
  }
  struct itimerval deadline = {{0, DEADLINE_MICROSECONDS}, {0, DEADLINE_MICROSECONDS}};
  setitimer(ITIMER_REAL, &deadline, NULL);
  for (int left = PROCESSES; left > 0;) {
    pid_t ended = wait4(-1, NULL, 0, NULL);
    if (ended < 0) kill(-group, SIGKILL);
    else left--;
  }
  kill(-group, SIGKILL);
  setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
}

int main(int count, char **arguments) {
  if (count != 3) return 1;
  uint64_t seed = strtoul(arguments[1], NULL, 10);
  int episodes = atoi(arguments[2]);
  struct sigaction action = {.sa_handler = on_alarm};
  sigaction(SIGALRM, &action, NULL);
  shared = mmap(0, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  arena = mmap((void *)0x50000000, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  if (shared == MAP_FAILED || arena == MAP_FAILED) return 1;
  for (int i = 0; i < episodes; i++) episode(seed * 1000003 + i);
  printf("%u calls, %u fine, %u refused\n", shared->made, shared->fine, shared->refused);
  return 0;
}
