/* vfork: the child runs on the parent's own stack while the parent waits.
 *
 * This cannot be written in C: the child's return would overwrite the frame from which the parent is still to
 * return. Here nothing is kept on the stack at all. */
#define CLONE_VM 0x100
#define CLONE_VFORK 0x4000
#define SIGCHLD 17
#define SYS_clone 220
    .globl vfork
    .type vfork, @function
    .section .text.vfork, "ax", @progbits
vfork:
    li      a0, CLONE_VM | CLONE_VFORK | SIGCHLD
    li      a1, 0
    li      a2, 0
    li      a3, 0
    li      a4, 0
    li      a7, SYS_clone
    ecall
    bltz    a0, 1f
    ret
1:  tail    system_result
    .size vfork, . - vfork
