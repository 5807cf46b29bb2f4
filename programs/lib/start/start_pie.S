/* As start.S, for a position-independent program: nothing has been relocated yet, so the program first
 * patches its own pointers (relocate.c), knowing where it stands and where its dynamic section is. */
    .globl _start
    .type _start, @function
    .hidden _DYNAMIC
    .hidden __ehdr_start
_start:
    .option push
    .option norelax
    lla     gp, __global_pointer$
    .option pop
    li      ra, 0
    li      s0, 0
    mv      s1, sp
    andi    sp, sp, -16
    lla     a0, __ehdr_start
    lla     a1, _DYNAMIC
    call    relocate_image
    mv      a0, s1
    tail    start_program
    .size _start, . - _start
