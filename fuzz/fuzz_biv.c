/* fuzz/fuzz_biv.c - a record or a list of hashes is refused, or all its values are hex. */
#include "fuzz/fuzz.h"

#include "image/image.h"

static void check_hex(const char *s)
{
	size_t n = strlen(s);

	assert(n && n % 2 == 0);
	for (size_t i = 0; i < n; i++)
		assert(noro_is_hex(s[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct noro_arena *a = noro_arena_new((size_t)256 << 20);
	struct noro_known *k = a ? noro_known_new(a) : NULL;
	struct noro_certs *c = noro_certs_new();
	struct noro_view text = noro_view(data, size);
	struct noro_biv b;
	size_t n = 0;

	if (k && noro_biv_parse(text, a, &b, NULL) == NORO_OK) {
		uint8_t bytes[NORO_BIV_SIGNED];

		check_hex(b.boot0_hash);
		check_hex(b.loader_hash);
		check_hex(b.pcr0);
		check_hex(b.pcr8);
		assert(b.packages && b.packages <= NORO_BIV_MAX_PACKAGES);
		for (size_t i = 0; i < b.packages; i++)
			check_hex(b.package[i].hash);
		n = noro_biv_signed(&b, true, 1, bytes);
		assert(n == 0 || n == sizeof(bytes));
		(void)noro_biv_pcr0(&b);
		(void)noro_biv_pcr8(&b);
	}
	if (k && noro_known_read(k, "x", text, false, &n, NULL) == NORO_OK && n) {
		noro_known_seal(k);
		assert(n <= size);
	}
	if (c)
		assert(noro_certs_add(c, text, false, &n) != NORO_OK ||
			n <= NORO_BIV_MAX_CERTIFICATES);
	noro_certs_free(c);
	noro_arena_free(a);
	return 0;
}
