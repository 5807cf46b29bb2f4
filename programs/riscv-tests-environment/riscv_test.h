/* The environment in which the riscv-tests run as programs of Linux: they begin with what the kernel gives a program, and
 * end by exit(2), with status 0 when they pass and the number of the test that failed otherwise. */
#ifndef RISCV_TEST_H
#define RISCV_TEST_H

/* Where a test keeps the number of the case that it is at. */
#define TESTNUM gp

/* The levels of user-level tests. Floating point is on in every program, with cleared flags. */
#define RVTEST_RV64U
#define RVTEST_RV64UF
#define RVTEST_RV64UV

#define RVTEST_CODE_BEGIN \
  .section .text.start, "ax"; \
  .globl _start; \
  _start: \
  li TESTNUM, 0

#define RVTEST_CODE_END ebreak

#define SYSTEM_CALL_EXIT 93

#define RVTEST_PASS \
  li a0, 0; \
  li a7, SYSTEM_CALL_EXIT; \
  ecall

#define RVTEST_FAIL \
  mv a0, TESTNUM; \
  li a7, SYSTEM_CALL_EXIT; \
  ecall

#define EXTRA_DATA
#define RVTEST_DATA_BEGIN .align 4
#define RVTEST_DATA_END .align 4

#endif
