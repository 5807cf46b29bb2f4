/* Settings of a process that have no call of their own. */
#pragma once

#define PR_SET_PDEATHSIG 1
#define PR_GET_PDEATHSIG 2
#define PR_SET_NAME 15
#define PR_GET_NAME 16
#define PR_SET_CHILD_SUBREAPER 36
#define PR_GET_CHILD_SUBREAPER 37

int prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d);
