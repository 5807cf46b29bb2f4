/* interpreter [rounds]: a machine with a stack, whose loop is a switch: indirect jumps. Prints the last number on the stack. */
#include <stdio.h>
#include <stdlib.h>

enum code { PUSH, ADD, SUBTRACT, DOUBLE, SWAP, LOOP, DECREASE, EXCLUSIVE, MULTIPLY, OVER, DROP, STOP };

/* Two numbers are on the stack: a value, and how often to go on. */
static const int program[] = {SWAP, PUSH, 3,    MULTIPLY, PUSH, 7,   ADD,  OVER,     EXCLUSIVE, PUSH, 1, SUBTRACT,
                              SWAP, DECREASE, DOUBLE, LOOP, 0,   DROP, STOP};

static long __attribute__((noinline)) execute(const int *code, long rounds) {
  long stack[64] = {0, rounds}, *top = stack + 2;
  for (int at = 0;;) {
    switch ((enum code)code[at++]) {
      case PUSH: *top++ = code[at++]; break;
      case ADD: top--, top[-1] += top[0]; break;
      case SUBTRACT: top--, top[-1] -= top[0]; break;
      case DOUBLE: top[0] = top[-1], top++; break;
      case SWAP: {
        long swapped = top[-1];
        top[-1] = top[-2];
        top[-2] = swapped;
        break;
      }
      case LOOP: {
        int target = code[at++];
        if (*--top) at = target;
        break;
      }
      case DECREASE: top[-1]--; break;
      case EXCLUSIVE: top--, top[-1] ^= top[0]; break;
      case MULTIPLY: top--, top[-1] *= top[0]; break;
      case OVER: top[0] = top[-2], top++; break;
      case DROP: top--; break;
      case STOP: return top[-1];
    }
  }
}

int main(int argc, char **argv) {
  printf("%ld\n", execute(program, argc > 1 ? atol(argv[1]) : 4000000));
  return 0;
}
