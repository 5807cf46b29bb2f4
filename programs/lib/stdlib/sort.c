/* Sorting an array in place: quicksort that splits into less, equal and greater (so that many equal items
 * cost nothing), with the median of three as the pivot; short runs are left to insertion sort. It recurses
 * into the shorter part only, so the stack stays logarithmic. Searching a sorted array is here too. */
#include <stdlib.h>

struct order {
  size_t size;
  int (*compare)(const void *, const void *);
};

typedef unsigned long __attribute__((may_alias)) word;

static void swap(char *a, char *b, size_t size) {
  if (size == 8 && !(((unsigned long)a | (unsigned long)b) & 7)) {
    word kept = *(word *)a;
    *(word *)a = *(word *)b;
    *(word *)b = kept;
    return;
  }
  for (; size; size--, a++, b++) {
    char kept = *a;
    *a = *b;
    *b = kept;
  }
}

static void insertion_sort(char *first, char *end, const struct order *order) {
  for (char *item = first; item < end; item += order->size)
    for (char *at = item; at > first && order->compare(at - order->size, at) > 0; at -= order->size)
      swap(at - order->size, at, order->size);
}

/* Moves the median of the first, middle and last item to the front. */
static void choose_pivot(char *first, char *end, const struct order *order) {
  size_t size = order->size;
  char *middle = first + (size_t)(end - first) / size / 2 * size, *last = end - size;
  if (order->compare(middle, last) > 0) swap(middle, last, size);
  if (order->compare(first, last) > 0) swap(first, last, size);
  if (order->compare(first, middle) < 0) swap(first, middle, size);
}

static void sort_range(char *first, char *end, const struct order *order) {
  size_t size = order->size;
  while ((size_t)(end - first) > 12 * size) {
    choose_pivot(first, end, order);
    /* first..less: less than the pivot; less..at: equal to it; at..greater: not yet seen; the rest:
     * greater */
    char *less = first, *at = first + size, *greater = end;
    while (at < greater) {
      int sign = order->compare(at, less);
      if (sign < 0) swap(less, at, size), less += size, at += size;
      else if (sign > 0) greater -= size, swap(at, greater, size);
      else at += size;
    }
    if (less - first < end - greater) {
      sort_range(first, less, order);
      first = greater;
    } else {
      sort_range(greater, end, order);
      end = less;
    }
  }
  insertion_sort(first, end, order);
}

void qsort(void *items, size_t count, size_t size, int (*compare)(const void *, const void *)) {
  struct order order = {size, compare};
  sort_range(items, (char *)items + count * size, &order);
}

void *bsearch(const void *key, const void *items, size_t count, size_t size,
              int (*compare)(const void *, const void *)) {
  const char *low = items;
  while (count > 0) {
    const char *middle = low + count / 2 * size;
    int sign = compare(key, middle);
    if (sign == 0) return (void *)middle;
    if (sign > 0) low = middle + size, count -= count / 2 + 1;
    else count /= 2;
  }
  return NULL;
}
