/* setjmp and longjmp: save, and put back, exactly the registers that a callee must preserve.
 *
 * The layout is jmp_buf's in setjmp.h: ra, sp, s0..s11 (14 words), then fs0..fs11. */
    .section .text.setjmp, "ax", @progbits
    .globl setjmp
    .type setjmp, @function
setjmp:
    li      a1, 0
    /* falls through */
    .globl sigsetjmp
    .type sigsetjmp, @function
sigsetjmp:
    sd      ra,    0(a0)
    sd      sp,    8(a0)
    sd      s0,   16(a0)
    sd      s1,   24(a0)
    sd      s2,   32(a0)
    sd      s3,   40(a0)
    sd      s4,   48(a0)
    sd      s5,   56(a0)
    sd      s6,   64(a0)
    sd      s7,   72(a0)
    sd      s8,   80(a0)
    sd      s9,   88(a0)
    sd      s10,  96(a0)
    sd      s11, 104(a0)
    fsd     fs0, 112(a0)
    fsd     fs1, 120(a0)
    fsd     fs2, 128(a0)
    fsd     fs3, 136(a0)
    fsd     fs4, 144(a0)
    fsd     fs5, 152(a0)
    fsd     fs6, 160(a0)
    fsd     fs7, 168(a0)
    fsd     fs8, 176(a0)
    fsd     fs9, 184(a0)
    fsd     fs10, 192(a0)
    fsd     fs11, 200(a0)
    sd      a1,  208(a0)
    beqz    a1, 1f
    /* Save the signal mask as well: rt_sigprocmask(SIG_BLOCK, NULL, &place->mask, 8). */
    addi    a2, a0, 216
    li      a0, 0
    li      a1, 0
    li      a3, 8
    li      a7, 135
    ecall
1:  li      a0, 0
    ret
    .size setjmp, . - setjmp

    .section .text.longjmp, "ax", @progbits
    .globl longjmp
    .globl siglongjmp
    .type longjmp, @function
    .type siglongjmp, @function
longjmp:
siglongjmp:
    mv      t0, a0
    mv      t1, a1
    ld      t2, 208(t0)
    beqz    t2, 1f
    /* rt_sigprocmask(SIG_SETMASK, &place->mask, NULL, 8) */
    addi    a1, t0, 216
    li      a0, 2
    li      a2, 0
    li      a3, 8
    li      a7, 135
    ecall
1:  ld      ra,    0(t0)
    ld      sp,    8(t0)
    ld      s0,   16(t0)
    ld      s1,   24(t0)
    ld      s2,   32(t0)
    ld      s3,   40(t0)
    ld      s4,   48(t0)
    ld      s5,   56(t0)
    ld      s6,   64(t0)
    ld      s7,   72(t0)
    ld      s8,   80(t0)
    ld      s9,   88(t0)
    ld      s10,  96(t0)
    ld      s11, 104(t0)
    fld     fs0, 112(t0)
    fld     fs1, 120(t0)
    fld     fs2, 128(t0)
    fld     fs3, 136(t0)
    fld     fs4, 144(t0)
    fld     fs5, 152(t0)
    fld     fs6, 160(t0)
    fld     fs7, 168(t0)
    fld     fs8, 176(t0)
    fld     fs9, 184(t0)
    fld     fs10, 192(t0)
    fld     fs11, 200(t0)
    mv      a0, t1
    bnez    a0, 2f
    li      a0, 1
2:  ret
    .size longjmp, . - longjmp
