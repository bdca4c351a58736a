/* src/bin/main.c - main() only. */
#include "cli/cli.h"

int main(int argc, char **argv)
{
	return noro_cli_main(argc, argv);
}
