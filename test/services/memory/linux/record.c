/*
 * Does a random history of mapping calls under the Linux that it runs on and prints each with its result: what
 * history.txt beside this file holds, and history.test.ts replays.
 *
 *   gcc -O1 -o record record.c && ./record 61 3000 > history.txt
 *
 * The history plays in a window of pages at a fixed address, with a file of ten pages and a bit, open once for reading
 * and once for reading and writing. Results are errors by number, addresses as page numbers in the window, bytes read,
 * signals by name. A mapping that lands elsewhere is unmapped at once. Left out: MADV_FREE, whose pages may come back or
 * not, and mremap of neighbours that look like one mapping and that Linux, for reasons of its own, keeps apart.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096L
#define WINDOW ((char *)0x100000000)
#define PAGES 48
#define FILE_BYTES (10 * PAGE + 100)

static uint64_t state;
static sigjmp_buf back;

static unsigned draw(unsigned options)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(state >> 33) % options;
}

static void caught(int number, siginfo_t *info, void *context)
{
	(void)context;
	siglongjmp(back, number == SIGBUS ? 3 : info->si_code == SEGV_MAPERR ? 1 : 2);
}

static void tell_address(void *address, long pages)
{
	if (address == MAP_FAILED) {
		printf("error %d\n", errno);
		return;
	}
	long page = ((char *)address - WINDOW) / PAGE;
	if (page >= 0 && page < PAGES + 64)
		printf("page %ld\n", page);
	else {
		printf("elsewhere\n");
		munmap(address, pages * PAGE);
	}
}

static void tell(int result)
{
	if (result == 0)
		printf("ok\n");
	else
		printf("error %d\n", errno);
}

static unsigned protection(void)
{
	static const unsigned choices[] = {0, 1, 1, 3, 3, 3, 3, 5, 7, 3};
	return choices[draw(10)];
}

static void do_map(int files[2])
{
	static const int odd[] = {0, 0, 0, 0, 0, 0, 0, MAP_NORESERVE, MAP_POPULATE, MAP_STACK, 0};
	long page = draw(PAGES), pages = 1 + draw(8), offset = draw(12);
	int type = draw(40) == 0 ? (int)draw(4) : draw(3) ? MAP_PRIVATE : MAP_SHARED;
	int flags = type | odd[draw(11)];
	int which = (int)draw(4) - 2;
	if (draw(20))
		flags |= MAP_FIXED;
	else if (draw(2))
		flags |= MAP_FIXED_NOREPLACE;
	if (which < 0) {
		flags |= MAP_ANONYMOUS | (draw(12) == 0 ? MAP_GROWSDOWN : 0);
		offset = 0;
	}
	unsigned prot = protection();
	long skew = draw(40) == 0 ? 100 : 0;
	long length = draw(40) == 0 ? 0 : pages * PAGE - (draw(4) == 0 ? 77 : 0);
	printf("map %ld %ld %u %d %d %ld %ld = ", page, length, prot, flags, which, offset, skew);
	void *at = mmap(WINDOW + page * PAGE + skew, length, prot, flags, which < 0 ? -1 : files[which], offset * PAGE);
	tell_address(at, pages);
}

/* Are there two mappings in the range, side by side, that differ in nothing that a program could know? */
static int has_twins(long page, long pages)
{
	unsigned long start, end, offset, node, last_end = 0, last_offset = 0, last_node = 0;
	char rights[8], last_rights[8] = "", line[512];
	FILE *maps = fopen("/proc/self/maps", "r");
	int twins = 0;
	while (fgets(line, sizeof line, maps)) {
		if (sscanf(line, "%lx-%lx %7s %lx %*s %lu", &start, &end, rights, &offset, &node) != 5)
			continue;
		if (start > (unsigned long)WINDOW + page * PAGE && start < (unsigned long)WINDOW + (page + pages) * PAGE)
			twins |= start == last_end && !strcmp(rights, last_rights) && node == last_node &&
				 (node == 0 || offset == last_offset);
		last_end = end;
		last_offset = offset + (end - start);
		last_node = node;
		strcpy(last_rights, rights);
	}
	fclose(maps);
	return twins;
}

static void do_remap(void)
{
	long page = draw(PAGES), old = draw(8), new = draw(10), to = draw(PAGES);
	int flags = draw(12) == 0 ? (int)draw(16) : draw(3) == 0 ? 0 : draw(2) ? MREMAP_MAYMOVE : MREMAP_MAYMOVE | MREMAP_FIXED;
	if (has_twins(page, old))
		return;
	printf("remap %ld %ld %ld %d %ld = ", page, old * PAGE, new * PAGE, flags, to);
	tell_address(mremap(WINDOW + page * PAGE, old * PAGE, new * PAGE, flags, WINDOW + to * PAGE), new);
}

static void do_advise(void)
{
	static const int advice[] = {0, 1, 2, 3, 4, 4, 4, 4, 4, 10, 11, 14, 15, 16, 17, 18, 19, 20, 22, 23, 7, 99};
	long page = draw(PAGES), pages = draw(8);
	int which = advice[draw(22)];
	printf("advise %ld %ld %d = ", page, pages * PAGE, which);
	tell(madvise(WINDOW + page * PAGE, pages * PAGE, which));
}

static void do_access(int writes)
{
	volatile char *at = WINDOW + draw(PAGES) * PAGE + 5;
	char value = 1 + draw(100);
	long page = ((char *)at - WINDOW) / PAGE;
	if (writes)
		printf("poke %ld %d = ", page, value);
	else
		printf("peek %ld = ", page);
	int signal = sigsetjmp(back, 1);
	if (signal)
		printf("%s\n", signal == 1 ? "unmapped" : signal == 2 ? "denied" : "bus");
	else if (writes) {
		*at = value;
		printf("ok\n");
	} else
		printf("byte %d\n", *at);
}

static void do_one(int files[2])
{
	long page = draw(PAGES), pages = draw(8);
	unsigned kind = draw(100);
	unsigned char vector[16];
	if (kind < 20)
		do_map(files);
	else if (kind < 25) {
		printf("unmap %ld %ld = ", page, pages * PAGE);
		tell(munmap(WINDOW + page * PAGE, pages * PAGE));
	} else if (kind < 33) {
		unsigned prot = protection() | (draw(20) == 0 ? PROT_GROWSDOWN : 0);
		printf("protect %ld %ld %u = ", page, pages * PAGE, prot);
		tell(mprotect(WINDOW + page * PAGE, pages * PAGE, prot));
	} else if (kind < 41)
		do_remap();
	else if (kind < 47)
		do_advise();
	else if (kind < 49) {
		int flags = draw(8);
		printf("sync %ld %ld %d = ", page, pages * PAGE, flags);
		tell(msync(WINDOW + page * PAGE, pages * PAGE, flags));
	} else if (kind < 51) {
		printf("incore %ld %ld = ", page, pages * PAGE);
		tell(mincore(WINDOW + page * PAGE, pages * PAGE, vector));
	} else
		do_access(kind < 80);
}

int main(int count, char **arguments)
{
	char name[] = "/tmp/historyXXXXXX";
	int files[2];
	static char content[FILE_BYTES];
	struct sigaction action = {.sa_sigaction = caught, .sa_flags = SA_SIGINFO};
	if (count != 3)
		return 2;
	state = strtoull(arguments[1], 0, 10);
	files[1] = mkstemp(name);
	files[0] = open(name, O_RDONLY);
	unlink(name);
	for (long page = 0; page * PAGE < FILE_BYTES; page++)
		content[page * PAGE + 5] = 101 + page;
	if (files[1] < 0 || write(files[1], content, FILE_BYTES) != FILE_BYTES)
		return 1;
	sigaction(SIGSEGV, &action, 0);
	sigaction(SIGBUS, &action, 0);
	for (long left = atol(arguments[2]); left > 0; left--)
		do_one(files);
	return 0;
}
