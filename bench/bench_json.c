/*
 * bench/bench_json.c FILE... - our strict reader beside what a script would use.
 *
 * Each file is parsed until a second has passed, then once by Python's json
 * module, start-up and reading left out. Prints MB/s and the ratio; a ratio
 * repeats on another machine, a rate does not.
 */
#include "base/file.h"
#include "base/json.h"

#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static double now_s(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double ours_s(struct noro_view text)
{
	double start = now_s(), spent;
	unsigned rounds = 0;

	do {
		struct noro_arena *a = noro_arena_new(0);
		const struct noro_json *v;

		if (!a || noro_json_parse(a, text, NULL, &v, NULL) != NORO_OK)
			return -1;
		noro_arena_free(a);
		rounds++;
		spent = now_s() - start;
	} while (spent < 1);
	return spent / rounds;
}

/* What Python's own parser (in C) takes, reading and start-up left out. */
static double python_s(char *path)
{
	static char program[] = "python3", flag[] = "-c",
		    code[] = "import json,sys,time; d=open(sys.argv[1],'rb').read();"
			     "t=time.monotonic(); json.loads(d); print(time.monotonic()-t)";
	char *argv[] = { program, flag, code, path, NULL }, text[64] = "";
	posix_spawn_file_actions_t fa;
	int out[2], st;
	pid_t pid;
	ssize_t n;

	if (pipe(out) != 0)
		return -1;
	(void)posix_spawn_file_actions_init(&fa);
	(void)posix_spawn_file_actions_adddup2(&fa, out[1], 1);
	st = posix_spawnp(&pid, argv[0], &fa, NULL, argv, environ);
	(void)posix_spawn_file_actions_destroy(&fa);
	(void)close(out[1]);
	n = st == 0 ? read(out[0], text, sizeof(text) - 1) : -1;
	(void)close(out[0]);
	if (st != 0 || waitpid(pid, &st, 0) < 0 || st != 0 || n <= 0)
		return -1;
	return strtod(text, NULL);
}

int main(int argc, char **argv)
{
	int bad = argc < 2;

	for (int i = 1; i < argc; i++) {
		struct noro_buf text = { 0 };
		double a, b, mb;

		if (noro_file_read(argv[i], (size_t)1 << 30, &text, NULL) != NORO_OK) {
			printf("%s: cannot read\n", argv[i]);
			bad = 1;
			continue;
		}
		mb = (double)text.n / 1e6;
		a = ours_s(noro_buf_as_view(&text));
		b = python_s(argv[i]);
		if (a < 0)
			printf("%s: refused\n", argv[i]);
		else
			printf("%8.2f MB  %7.1f MB/s", mb, mb / a);
		if (a >= 0 && b > 0)
			printf("  %5.1f times python3 json.loads", b / a);
		printf("  %s\n", argv[i]);
		bad |= a < 0;
		noro_buf_done(&text);
	}
	return bad;
}
