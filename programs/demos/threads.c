/* threads: four threads count together, under a lock. */
#include <stdio.h>
#include <thread.h>

#define THREADS 4
#define ROUNDS 500

static mutex_t lock;
static long counter;

static void *count(void *nothing) {
  for (int round = 0; round < ROUNDS; round++) {
    mutex_lock(&lock);
    counter++;
    mutex_unlock(&lock);
  }
  return nothing;
}

int main(void) {
  thread_t *threads[THREADS];
  for (int i = 0; i < THREADS; i++)
    if (thread_create(&threads[i], count, NULL) != 0) return 1;
  for (int i = 0; i < THREADS; i++) thread_join(threads[i], NULL);
  printf("%d threads of one process counted to %ld\n", THREADS, counter);
  return 0;
}
