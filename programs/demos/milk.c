/* milk: two threads share a refrigerator, and whoever finds no milk buys some. ROUNDS times:
 *   milk race|stores|atomic|lock|kernel [ROUNDS [LENGTH OF A WAY TO THE SHOP]]
 * race: look, then buy. stores: Peterson's algorithm, by loads and stores alone. atomic: a swap instruction. lock: a mutex.
 * kernel: a service of the kernel that nothing interrupts: a file can be made once (O_EXCL). */
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <thread.h>
#include <unistd.h>

enum { RACE, STORES, ATOMIC, LOCK, KERNEL };
static const char *const names[] = {"race", "stores", "atomic", "lock", "kernel"};
static int way, rounds = 300, length = 100;

static volatile int milk, wants[2], turn, note, round_of[2];
static mutex_t mutex;
static long too_much, none;

static void think(int until) {
  for (volatile int i = 0; i < until; i++) continue;
}

/* Look into the refrigerator, go to the shop, and put the milk in. */
static void look_and_buy(int way_to_the_shop) {
  if (milk == 0) {
    think(way_to_the_shop);
    milk = milk + 1;
  }
}

static void enter(int me) {
  switch (way) {
    case STORES:
      wants[me] = 1;
      turn = 1 - me;
      __sync_synchronize();
      while (wants[1 - me] && turn == 1 - me) sched_yield();
      break;
    case ATOMIC:
      while (__atomic_exchange_n(&note, 1, __ATOMIC_ACQUIRE)) sched_yield();
      break;
    case LOCK: mutex_lock(&mutex); break;
    case KERNEL: {
      int file;
      while ((file = open("/tmp/note", O_CREAT | O_EXCL | O_WRONLY, 0600)) < 0) sched_yield();
      close(file);
      break;
    }
  }
}

static void leave(int me) {
  switch (way) {
    case STORES:
      __sync_synchronize();
      wants[me] = 0;
      break;
    case ATOMIC: __atomic_store_n(&note, 0, __ATOMIC_RELEASE); break;
    case LOCK: mutex_unlock(&mutex); break;
    case KERNEL: unlink("/tmp/note"); break;
  }
}

/* Both begin a round together. */
static void meet(int me, int round) {
  __atomic_store_n(&round_of[me], round, __ATOMIC_SEQ_CST);
  while (__atomic_load_n(&round_of[1 - me], __ATOMIC_SEQ_CST) < round) sched_yield();
}

static void *live(void *which) {
  int me = (int)(long)which;
  for (int round = 1; round <= rounds; round++) {
    meet(me, 3 * round);
    think(round * (me + 3) % 97);
    enter(me);
    look_and_buy(length + round * 7 % (4 * length));
    leave(me);
    meet(me, 3 * round + 1);
    if (me == 0) {
      too_much += milk > 1;
      none += milk == 0;
      milk = 0;
    }
    meet(me, 3 * round + 2);
  }
  return NULL;
}

int main(int count, char **arguments) {
  for (way = RACE; way < KERNEL; way++)
    if (count > 1 && strcmp(arguments[1], names[way]) == 0) break;
  if (count > 2) rounds = atoi(arguments[2]);
  if (count > 3) length = atoi(arguments[3]);
  thread_t *other;
  thread_create(&other, live, (void *)1);
  live(0);
  thread_join(other, NULL);
  printf("%s: too much milk in %ld of %d rounds, none in %ld\n", names[way], too_much, rounds, none);
  return 0;
}
