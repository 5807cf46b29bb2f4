/* date [-u] [-d @seconds] [+format]: the date and time, in UTC. */
#include <command.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv) {
  time_t seconds = time(NULL);
  int option;
  while ((option = getopt(argc, argv, "ud:")) != -1) {
    if (option == '?') return 2;
    if (option == 'd') seconds = atol(optarg + (*optarg == '@'));
  }
  const char *format = "%a %b %e %T UTC %Y";
  if (optind < argc) {
    if (argv[optind][0] != '+') usage("date [-d @seconds] [+format]");
    format = argv[optind] + 1;
  }
  struct tm date;
  char text[1024];
  gmtime_r(&seconds, &date);
  strftime(text, sizeof text, format, &date);
  puts(text);
  return fflush(stdout) != 0;
}
