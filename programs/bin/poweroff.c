/* poweroff: writes everything out and switches the machine off. */
#include <command.h>
#include <sys/syscall.h>

#define MAGIC_1 0xfee1dead
#define MAGIC_2 0x28121969
#define POWER_OFF 0x4321fedc

int main(void) {
  return SYSCALL_4(SYS_reboot, MAGIC_1, MAGIC_2, POWER_OFF, 0) < 0 ? complain("poweroff", "reboot") : 0;
}
