/* The first instructions of a program: the kernel jumps to _start with sp at the argument block
 *
 *     argc, argv[0] ... argv[argc - 1], NULL, environment..., NULL, auxiliary vector
 *
 * and all other registers meaningless. gp lets the linker reach small data in one instruction. */
    .globl _start
    .type _start, @function
_start:
    .option push
    .option norelax
    lla     gp, __global_pointer$
    .option pop
    li      ra, 0
    li      s0, 0
    mv      a0, sp
    andi    sp, sp, -16
    tail    start_program
    .size _start, . - _start
