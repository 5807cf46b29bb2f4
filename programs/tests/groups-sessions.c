/* Process groups and sessions; signals to groups; orphaned groups. */
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <testing.h>
#include <unistd.h>

static struct gate ready, go;

static int be_leader(void *unused) {
  (void)unused;
  pid_t me = getpid(), old_group = getpgrp(), old_session = getsid(0);
  report("setpgid(0, 0)", setpgid(0, 0));
  say("a group of my own: %d, still the same session: %d", getpgrp() == me && old_group != me,
      getsid(0) == old_session);
  report("again", setpgid(0, 0));
  report("setsid by a group leader", setsid());
  report("back to the old group", setpgid(0, old_group));
  say("setsid: %d", setsid() == me);
  say("a session and a group of my own: %d", getsid(0) == me && getpgrp() == me);
  report("setsid again", setsid());
  report("a session leader stays in its group", setpgid(0, old_group));
  report("to a group in another session", setpgid(me, old_group));
  return 0;
}

static int sleep_in_group(void *unused) {
  (void)unused;
  gate_open(&ready);
  for (;;) pause();
  return 0;
}

static void signals_to_groups(void) {
  pid_t members[3];
  for (int i = 0; i < 3; i++) {
    members[i] = start(sleep_in_group, NULL);
    gate_wait(&ready);
    must(setpgid(members[i], members[0]) == 0, "setpgid");
  }
  say("getpgid of a child: %d", getpgid(members[2]) == members[0]);
  report("signal 0 to the group", kill(-members[0], 0));
  report("TERM to the group", kill(-members[0], SIGTERM));
  for (int i = 0; i < 3; i++) report_status("member", wait_for(members[i]));
  report("the group is gone", kill(-members[0], 0));
  int status;
  members[0] = start(sleep_in_group, NULL);
  members[1] = start(sleep_in_group, NULL);
  gate_wait(&ready);
  gate_wait(&ready);
  setpgid(members[1], members[1]);
  kill(members[0], SIGKILL);
  kill(members[1], SIGKILL);
  say("waitpid(-group) finds the one in it: %d", waitpid(-members[1], &status, 0) == members[1]);
  say("waitpid(0) finds the one in ours: %d", waitpid(0, &status, 0) == members[0]);
}

static void errors(void) {
  report("setpgid of a stranger", setpgid(1, 0));
  report("to a negative group", setpgid(0, -5));
  pid_t child = start(sleep_in_group, NULL);
  gate_wait(&ready);
  report("to a group that does not exist", setpgid(child, 0x3ffffff));
  report("getpgid of nobody", getpgid(0x3ffffff));
  report("getsid of nobody", getsid(0x3ffffff));
  kill(child, SIGKILL);
  wait_for(child);
}

static volatile int continued, hung_up;

static void note(int signal) {
  if (signal == SIGHUP) hung_up++;
  else continued++;
}

static int stopped_member(void *unused) {
  (void)unused;
  signal(SIGHUP, note);
  signal(SIGCONT, note);
  gate_open(&ready);
  raise(SIGSTOP);
  say("the stopped member was told: HUP %d, CONT %d", hung_up, continued);
  gate_open(&go);
  return 0;
}

/* When the last member with a parent in another group of the session dies, the group is orphaned; stopped
 * members get SIGHUP and SIGCONT. */
static int parent_of_stopped(void *unused) {
  (void)unused;
  setpgid(0, 0);
  pid_t child = start(stopped_member, NULL);
  gate_wait(&ready);
  int status;
  must(waitpid(child, &status, WUNTRACED) == child && WIFSTOPPED(status), "stop");
  return 0;
}

static int lead_session(void *unused) {
  (void)unused;
  setsid();
  int status = run(parent_of_stopped, NULL);
  gate_wait(&go);
  report_status("the parent of the stopped one", status);
  return 0;
}

static int stop_in_orphaned_group(void *unused) {
  (void)unused;
  setsid();
  raise(SIGTSTP); /* ignored: nobody could continue it */
  return 5;
}

/* In a session of its own, so that what the test was started from does not matter. */
static int all(void *unused) {
  (void)unused;
  must(setsid() > 0, "setsid");
  report_status("leader", run(be_leader, NULL));
  signals_to_groups();
  errors();
  report_status("session", run(lead_session, NULL));
  report_status("SIGTSTP in an orphaned group", run(stop_in_orphaned_group, NULL));
  return 0;
}

int main(void) {
  ready = gate_make();
  go = gate_make();
  return run(all, NULL) != 0;
}
