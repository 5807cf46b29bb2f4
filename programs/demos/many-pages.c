/* many-pages [COUNT [PAGES]]: COUNT rounds of one system call (getpid) and PAGES pages of data (64) and 32 of code that are
 * touched.
 *
 * 64 and 32 are as many as a Pentium's translation caches hold. The loop lies in the first code page and goes on through the
 * others, which only lead to the next; it uses no stack and no other data. */
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#define PAGE 4096
#define MOST_DATA_PAGES 64
#define CODE_PAGES 32
#define TEXT(number) #number
#define NUMBER(number) TEXT(number)

void touch_pages(long rounds, char *data, long pages);

__asm__(".section .text.touch_pages, \"ax\"\n"
        ".option push\n"
        ".option norvc\n"
        ".balign 4096\n"
        ".globl touch_pages\n"
        ".type touch_pages, @function\n"
        "touch_pages:\n"
        "  mv t0, a0\n"
        "  mv t1, a1\n"
        "  li t4, " NUMBER(PAGE) "\n"
        ".Lround:\n"
        "  mv t2, t1\n"
        "  mv t3, a2\n"
        ".Lpage:\n"
        "  ld t5, 0(t2)\n"
        "  add t2, t2, t4\n"
        "  addi t3, t3, -1\n"
        "  bnez t3, .Lpage\n"
        "  li a7, " NUMBER(SYS_getpid) "\n"
        "  ecall\n"
        "  j .Lcode\n"
        ".Lback:\n"
        "  addi t0, t0, -1\n"
        "  bnez t0, .Lround\n"
        "  ret\n"
        ".balign 4096\n"
        ".Lcode:\n"
        ".rept " NUMBER(CODE_PAGES) " - 2\n"
        "  j . + 4096\n"
        "  .balign 4096\n"
        ".endr\n"
        "  j .Lback\n"
        ".option pop\n");

int main(int count, char **arguments) {
  int pages = count > 2 ? atoi(arguments[2]) : MOST_DATA_PAGES;
  if (pages < 1 || pages > MOST_DATA_PAGES) return 2;
  char *data = mmap(NULL, MOST_DATA_PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (data == MAP_FAILED) return 1;
  for (int page = 0; page < pages; page++) data[page * PAGE] = 1;
  touch_pages(count > 1 ? atoi(arguments[1]) : 100, data, pages);
  return 0;
}
