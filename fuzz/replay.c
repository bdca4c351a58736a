/*
 * fuzz/replay.c - runs seeds and old crashes through a fuzz target in plain builds.
 * Every file is also tried cut short at each of 64 places, so that a lost length
 * check shows without a fuzzer.
 */
#include "fuzz/fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_SEED = 1 << 20, CUTS = 64 };

static void run_exact(const uint8_t *bytes, size_t n)
{
	uint8_t *copy = malloc(n ? n : 1);

	if (!copy)
		abort();
	memcpy(copy, bytes, n);
	(void)LLVMFuzzerTestOneInput(copy, n);
	free(copy);
}

static int replay(const char *path)
{
	static uint8_t bytes[MAX_SEED];
	FILE *f = fopen(path, "rb");
	size_t n;

	if (!f)
		return 0;
	n = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	run_exact(bytes, n);
	for (size_t i = 1; i <= CUTS && n > 1; i++)
		run_exact(bytes, n * i / (CUTS + 1));
	return 1;
}

static int replay_folder(const char *dir)
{
	struct dirent **names;
	int n = scandir(dir, &names, NULL, alphasort), ran = 0;

	for (int i = 0; i < n; i++) {
		char path[4096];

		(void)snprintf(path, sizeof(path), "%s/%s", dir, names[i]->d_name);
		if (names[i]->d_name[0] != '.')
			ran += replay(path);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	return ran;
}

int main(int argc, char **argv)
{
	int ran = 0;

	for (int i = 1; i < argc; i++)
		ran += replay_folder(argv[i]);
	printf("%d seeds\n", ran);
	return ran ? 0 : 1; /* a target without a seed is a target nobody tried */
}
