/* Blocks of memory: copying, filling, comparing, searching.
 *
 * Copies and fills go by 8-byte words where both ends are aligned alike; the rest goes by bytes. The compiler
 * must not recognise these loops and replace them by calls to the functions they define. */
#include <stdint.h>
#include <string.h>

#pragma GCC optimize("no-tree-loop-distribute-patterns")

typedef uint64_t __attribute__((may_alias)) word;
#define MISALIGNED(pointer) ((uintptr_t)(pointer)&7)

void *memcpy(void *restrict to, const void *restrict from, size_t length) {
  unsigned char *out = to;
  const unsigned char *in = from;
  if (MISALIGNED(out) == MISALIGNED(in)) {
    for (; length && MISALIGNED(out); length--) *out++ = *in++;
    for (; length >= 32; length -= 32, out += 32, in += 32) {
      word a = ((const word *)in)[0], b = ((const word *)in)[1];
      word c = ((const word *)in)[2], d = ((const word *)in)[3];
      ((word *)out)[0] = a, ((word *)out)[1] = b;
      ((word *)out)[2] = c, ((word *)out)[3] = d;
    }
    for (; length >= 8; length -= 8, out += 8, in += 8) *(word *)out = *(const word *)in;
  }
  for (; length; length--) *out++ = *in++;
  return to;
}

void *memmove(void *to, const void *from, size_t length) {
  unsigned char *out = to;
  const unsigned char *in = from;
  /* Copying upwards is safe unless the target begins inside the source. */
  if ((uintptr_t)out - (uintptr_t)in >= length) return memcpy(to, from, length);
  out += length;
  in += length;
  if (MISALIGNED(out) == MISALIGNED(in)) {
    for (; length && MISALIGNED(out); length--) *--out = *--in;
    for (; length >= 8; length -= 8) out -= 8, in -= 8, *(word *)out = *(const word *)in;
  }
  for (; length; length--) *--out = *--in;
  return to;
}

void *memset(void *to, int byte, size_t length) {
  unsigned char *out = to;
  word pattern = (unsigned char)byte * 0x0101010101010101UL;
  for (; length && MISALIGNED(out); length--) *out++ = (unsigned char)byte;
  for (; length >= 8; length -= 8, out += 8) *(word *)out = pattern;
  for (; length; length--) *out++ = (unsigned char)byte;
  return to;
}

int memcmp(const void *left, const void *right, size_t length) {
  const unsigned char *a = left, *b = right;
  for (; length; length--, a++, b++)
    if (*a != *b) return *a - *b;
  return 0;
}

void *memchr(const void *block, int byte, size_t length) {
  for (const unsigned char *at = block; length; length--, at++)
    if (*at == (unsigned char)byte) return (void *)at;
  return NULL;
}
