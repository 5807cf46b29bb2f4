/*
 * Runs floating-point instructions on the hardware (or QEMU) and reports what they gave.
 *
 * Reads cases from standard input until it ends: operation and rounding mode (32 bits each), then the 64-bit contents
 * of three source registers. Writes for each the 64-bit contents of the destination register and the flags, 64 bits.
 * Operation numbers are given on the compiler's command line, one -DOPERATION_<name>=<number> each, so that they are
 * written down in one place only. Operands are moved into floating-point registers as they are, boxed or not.
 */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct test_case {
  uint32_t operation, rounding;
  uint64_t a, b, c;
};

struct outcome {
  uint64_t bits, flags;
};

/* One asm statement, so that nothing can come between setting the mode, computing and reading the flags. */
#define RUN(instructions)                                                                     \
  asm volatile("fsrm %[rounding]\n fsflags zero\n"                                            \
               "fmv.d.x ft0, %[a]\n fmv.d.x ft1, %[b]\n fmv.d.x ft2, %[c]\n" instructions "\n" \
               "frflags %[flags]\n fsrm zero"                                                 \
               : [bits] "=&r"(bits), [flags] "=&r"(flags)                                     \
               : [rounding] "r"((uint64_t)test->rounding), [a] "r"(test->a), [b] "r"(test->b), \
                 [c] "r"(test->c)                                                             \
               : "ft0", "ft1", "ft2", "ft3")

#define TO_FLOAT(name, instruction)                    \
  case OPERATION_##name:                               \
    RUN(instruction "\n fmv.x.d %[bits], ft3");        \
    break;
#define TO_INTEGER(name, instruction) \
  case OPERATION_##name:              \
    RUN(instruction);                 \
    break;

#define IN_BOTH_FORMATS(F, S)                                              \
  TO_FLOAT(add##F, "fadd" S " ft3, ft0, ft1, dyn")                         \
  TO_FLOAT(subtract##F, "fsub" S " ft3, ft0, ft1, dyn")                    \
  TO_FLOAT(multiply##F, "fmul" S " ft3, ft0, ft1, dyn")                    \
  TO_FLOAT(divide##F, "fdiv" S " ft3, ft0, ft1, dyn")                      \
  TO_FLOAT(squareRoot##F, "fsqrt" S " ft3, ft0, dyn")                      \
  TO_FLOAT(fusedMultiplyAdd##F, "fmadd" S " ft3, ft0, ft1, ft2, dyn")      \
  TO_FLOAT(fmsub##F, "fmsub" S " ft3, ft0, ft1, ft2, dyn")                 \
  TO_FLOAT(fnmsub##F, "fnmsub" S " ft3, ft0, ft1, ft2, dyn")               \
  TO_FLOAT(fnmadd##F, "fnmadd" S " ft3, ft0, ft1, ft2, dyn")               \
  TO_FLOAT(minimum##F, "fmin" S " ft3, ft0, ft1")                          \
  TO_FLOAT(maximum##F, "fmax" S " ft3, ft0, ft1")                          \
  TO_INTEGER(equal##F, "feq" S " %[bits], ft0, ft1")                       \
  TO_INTEGER(lessThan##F, "flt" S " %[bits], ft0, ft1")                    \
  TO_INTEGER(lessOrEqual##F, "fle" S " %[bits], ft0, ft1")                 \
  TO_INTEGER(classify##F, "fclass" S " %[bits], ft0")                      \
  TO_FLOAT(int32To##F, "fcvt" S ".w ft3, %[a]" ROUNDING_OF_W(F))           \
  TO_FLOAT(uint32To##F, "fcvt" S ".wu ft3, %[a]" ROUNDING_OF_W(F))         \
  TO_FLOAT(int64To##F, "fcvt" S ".l ft3, %[a], dyn")                       \
  TO_FLOAT(uint64To##F, "fcvt" S ".lu ft3, %[a], dyn")

#define TO_INTEGERS(f, S)                              \
  TO_INTEGER(f##ToInt32, "fcvt.w" S " %[bits], ft0, dyn")   \
  TO_INTEGER(f##ToUint32, "fcvt.wu" S " %[bits], ft0, dyn") \
  TO_INTEGER(f##ToInt64, "fcvt.l" S " %[bits], ft0, dyn")   \
  TO_INTEGER(f##ToUint64, "fcvt.lu" S " %[bits], ft0, dyn")

/* The assembler takes no rounding mode where the conversion is always exact. */
#define ROUNDING_OF_W(F) ROUNDING_OF_W_##F
#define ROUNDING_OF_W_Single ", dyn"
#define ROUNDING_OF_W_Double ""

static struct outcome run(const struct test_case *test) {
  uint64_t bits, flags;
  switch (test->operation) {
    IN_BOTH_FORMATS(Single, ".s")
    IN_BOTH_FORMATS(Double, ".d")
    TO_INTEGERS(single, ".s")
    TO_INTEGERS(double, ".d")
    TO_FLOAT(doubleToSingle, "fcvt.s.d ft3, ft0, dyn")
    TO_FLOAT(singleToDouble, "fcvt.d.s ft3, ft0")
    default:
      fprintf(stderr, "no operation %u\n", test->operation);
      exit(2);
  }
  return (struct outcome){bits, flags};
}

int main(void) {
  struct test_case test;
  while (fread(&test, sizeof test, 1, stdin) == 1) {
    struct outcome outcome = run(&test);
    if (fwrite(&outcome, sizeof outcome, 1, stdout) != 1) return 1;
  }
  return ferror(stdin) ? 1 : 0;
}
