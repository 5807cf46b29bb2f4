/* sha256 [rounds]: the compression function of SHA-256 (FIPS 180-4) over 64 KiB again and again: rotations and sums of 32 bits.
 * Prints the first and the last word of the state. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define SIZE 65536

static uint32_t constants[64];
static uint32_t state[8];

/* The first 32 bits of the fractional part of a root of a small prime, by bisection in integers: `power` 2 or 3. */
static uint32_t fraction_of_root(uint64_t prime, int power) {
  uint64_t low = 0, high = (uint64_t)20 << 32;
  while (high - low > 1) {
    uint64_t middle = (low + high) / 2;
    unsigned __int128 square = (unsigned __int128)middle * middle;
    int above = power == 2 ? square > (unsigned __int128)prime << 64
                           : square * middle > (unsigned __int128)prime << 96;
    if (above) high = middle;
    else low = middle;
  }
  return (uint32_t)low;
}

static void prepare(void) {
  uint64_t prime = 2;
  for (int count = 0; count < 64; prime++) {
    uint64_t divisor = 2;
    while (prime % divisor) divisor++;
    if (divisor != prime) continue;
    constants[count] = fraction_of_root(prime, 3);
    if (count < 8) state[count] = fraction_of_root(prime, 2);
    count++;
  }
}

static inline uint32_t rotate(uint32_t x, int by) { return x >> by | x << (32 - by); }

static void compress(const uint8_t *block) {
  uint32_t w[64];
  for (int i = 0; i < 16; i++, block += 4)
    w[i] = (uint32_t)block[0] << 24 | block[1] << 16 | block[2] << 8 | block[3];
  for (int i = 16; i < 64; i++) {
    uint32_t x = w[i - 15], y = w[i - 2];
    w[i] = w[i - 16] + (rotate(x, 7) ^ rotate(x, 18) ^ x >> 3) + w[i - 7] +
           (rotate(y, 17) ^ rotate(y, 19) ^ y >> 10);
  }
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
  uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
  for (int i = 0; i < 64; i++) {
    uint32_t first =
        h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + constants[i] + w[i];
    uint32_t second = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g, g = f, f = e, e = d + first, d = c, c = b, b = a, a = first + second;
  }
  state[0] += a, state[1] += b, state[2] += c, state[3] += d;
  state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

int main(int argc, char **argv) {
  static uint8_t data[SIZE];
  long rounds = argc > 1 ? atol(argv[1]) : 1100;
  prepare();
  for (int i = 0; i < SIZE; i++) data[i] = (uint8_t)(i * 7);
  for (long round = 0; round < rounds; round++)
    for (int i = 0; i < SIZE; i += 64) compress(data + i);
  printf("%08x %08x\n", state[0], state[7]);
  return 0;
}
