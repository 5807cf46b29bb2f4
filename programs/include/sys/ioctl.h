/* Requests to devices. */
#pragma once

#define TCGETS 0x5401
#define TIOCGPGRP 0x540f
#define TIOCSPGRP 0x5410
#define TIOCGWINSZ 0x5413
#define FIONREAD 0x541b
#define FIONBIO 0x5421
/* Flags of a network link by its name. */
#define SIOCGIFFLAGS 0x8913
#define SIOCSIFFLAGS 0x8914

struct winsize {
  unsigned short ws_row, ws_col, ws_xpixel, ws_ypixel;
};

int ioctl(int descriptor, unsigned long request, void *argument);
