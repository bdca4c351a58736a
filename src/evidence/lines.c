/* src/evidence/lines.c - the two readers that take what no other wants: text, and the rest. */
#include "evidence/log_priv.h"

#include "base/text.h"

/* Text has no NUL and few control characters. */
static bool is_text(struct noro_view head)
{
	size_t odd = 0;

	if (head.n == 0)
		return true;
	if (memchr(head.p, 0, head.n))
		return false;
	for (size_t i = 0, to; i < head.n; i = to) {
		uint8_t run = 0; /* short runs: compilers make wide registers of that */

		to = head.n - i < 192 ? head.n : i + 192;
		for (size_t k = i; k < to; k++) {
			uint8_t c = (uint8_t)head.p[k];

			run = (uint8_t)(run +
					((c < 0x20) & ((c < '\t') | (c > '\r')) & (c != 0x1b)));
		}
		odd += run;
	}
	return odd * 50 <= head.n && noro_utf8_valid(head) + 4 >= head.n - head.n / 10;
}

static void sniff_lines(struct noro_view head, const char *path, struct noro_sniff *ret)
{
	(void)path;
	if (is_text(head))
		noro_ev_sniffed(ret, 10, N_("text of no known format, read line by line"), "");
}

static void sniff_binary(struct noro_view head, const char *path, struct noro_sniff *ret)
{
	(void)head;
	(void)path;
	noro_ev_sniffed(ret, 1, N_("neither text nor a known format"), "");
}

const struct noro_reader noro_reader_lines = {
	.name = "lines",
	.title = N_("any text, line by line"),
	.sniff = sniff_lines,
	.parse = noro_ev_line,
	.classes = "ip domain url hash email",
};
const struct noro_reader noro_reader_binary = {
	.name = "binary",
	.title = N_("binary file"),
	.sniff = sniff_binary,
	.classes = "hash file",
};
