/* Where a thread of the server begins: the kernel has set sp, and nothing else. */
    .globl _start
    .type _start, @function
_start:
    .option push
    .option norelax
    lla     gp, __global_pointer$
    .option pop
    li      ra, 0
    li      s0, 0
    tail    serve
    .size _start, . - _start
