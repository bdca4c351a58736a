/* fuzz/fuzz_addr.c - an address, prefix or range that is read can be printed and read back. */
#include "fuzz/fuzz.h"

#include "base/addr.h"

static void check_ip(struct noro_view text)
{
	struct noro_ip ip, back;
	char out[NORO_IP_TEXT];

	if (!noro_ip_parse(text, &ip))
		return;
	assert(noro_ip_print(&ip, out) < NORO_IP_TEXT);
	assert(noro_ip_parse(noro_view_str(out), &back));
	assert(noro_ip_cmp(&ip, &back) == 0);
	assert(noro_ip_parse_loose(text, &back));
	assert(noro_ip_class_name(noro_ip_classify(&ip)));
}

static void check_range(struct noro_view text)
{
	struct noro_prefix p, cover[256];
	struct noro_range r, first, last;
	size_t n;

	if (noro_prefix_parse(text, &p, NULL)) {
		r = noro_prefix_range(&p);
		assert(noro_prefix_has(&p, &r.lo) && noro_prefix_has(&p, &r.hi));
	}
	if (!noro_range_parse(text, &r))
		return;
	n = noro_range_prefixes(&r, cover);
	assert(n >= 1 && n <= 254);
	first = noro_prefix_range(&cover[0]);
	last = noro_prefix_range(&cover[n - 1]);
	assert(noro_ip_cmp(&first.lo, &r.lo) == 0);
	assert(noro_ip_cmp(&last.hi, &r.hi) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_ip(noro_view(data, size));
	check_range(noro_view(data, size));
	return 0;
}
