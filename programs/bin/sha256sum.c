/* sha256sum [file...]: the SHA-256 digest of files (FIPS 180-4). */
#include <command.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
static const uint32_t constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

struct digest {
  uint32_t state[8];
  uint64_t length; /* bytes so far */
  unsigned char block[64];
};

static uint32_t rotate(uint32_t word, int places) { return word >> places | word << (32 - places); }

static void add_block(uint32_t state[8], const unsigned char *block) {
  uint32_t words[64];
  for (int i = 0; i < 16; i++, block += 4)
    words[i] = (uint32_t)block[0] << 24 | (uint32_t)block[1] << 16 | (uint32_t)block[2] << 8 | block[3];
  for (int i = 16; i < 64; i++) {
    uint32_t low = words[i - 15], high = words[i - 2];
    words[i] = words[i - 16] + (rotate(low, 7) ^ rotate(low, 18) ^ low >> 3) + words[i - 7] +
               (rotate(high, 17) ^ rotate(high, 19) ^ high >> 10);
  }
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
  uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
  for (int i = 0; i < 64; i++) {
    uint32_t first =
        h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + constants[i] + words[i];
    uint32_t second = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g, g = f, f = e, e = d + first;
    d = c, c = b, b = a, a = first + second;
  }
  state[0] += a, state[1] += b, state[2] += c, state[3] += d;
  state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

static void add_bytes(struct digest *digest, const unsigned char *bytes, size_t length) {
  size_t used = digest->length % 64;
  digest->length += length;
  while (length > 0) {
    size_t part = 64 - used < length ? 64 - used : length;
    memcpy(digest->block + used, bytes, part);
    used += part, bytes += part, length -= part;
    if (used == 64) add_block(digest->state, digest->block), used = 0;
  }
}

/* Padding: a one bit, zeros, and the length in bits, to the end of a block. */
static void finish(struct digest *digest) {
  unsigned char padding[72] = {0x80};
  size_t zeros = (119 - digest->length % 64) % 64;
  uint64_t bits = digest->length * 8;
  for (int i = 0; i < 8; i++) padding[1 + zeros + (size_t)i] = (unsigned char)(bits >> (56 - 8 * i));
  add_bytes(digest, padding, 9 + zeros);
}

static int digest_file(const char *path) {
  static unsigned char buffer[16384];
  struct digest digest = {.state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c,
                                    0x1f83d9ab, 0x5be0cd19}};
  int from = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY);
  if (from < 0) return complain("sha256sum", path);
  ssize_t length;
  while ((length = read(from, buffer, sizeof buffer)) > 0) add_bytes(&digest, buffer, (size_t)length);
  if (from != STDIN_FILENO) close(from);
  if (length < 0) return complain("sha256sum", path);
  finish(&digest);
  for (int i = 0; i < 8; i++) printf("%08x", digest.state[i]);
  printf("  %s\n", path);
  return 0;
}

int main(int argc, char **argv) {
  int failed = 0;
  if (argc == 1) failed = digest_file("-");
  for (int i = 1; i < argc; i++) failed |= digest_file(argv[i]);
  return fflush(stdout) != 0 || failed;
}
