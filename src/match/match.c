/* src/match/match.c - an engine for one set: which kinds it looks for, and the kernel for this CPU.
 */
#include "match/match_priv.h"

#include "base/mem.h"
#include "base/text.h"

/* --- kernels --- */

static bool always(void)
{
	return true;
}

#if defined(__x86_64__)
static bool has_avx512(void)
{
	return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
	       __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2") &&
	       __builtin_cpu_supports("avx512vpopcntdq") && __builtin_cpu_supports("gfni") &&
	       __builtin_cpu_supports("bmi2");
}

static bool has_avx2(void)
{
	return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
	       __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
}

static bool has_sse42(void)
{
	return __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("popcnt");
}
#endif

/* The best first. */
static const struct {
	const char *name;
	noro_lane_fn *lane;
	bool (*usable)(void);
} kernels[] = {
#if defined(__x86_64__)
	{ "avx512", noro_lane_avx512, has_avx512 },
	{ "avx2", noro_lane_avx2, has_avx2 },
	{ "sse42", noro_lane_sse42, has_sse42 },
#elif defined(__aarch64__)
	{ "neon", noro_lane_neon, always },
#endif
	{ "scalar", noro_lane_scalar, always },
};

static bool choose_kernel(struct noro_match *m, const char *name)
{
	for (size_t i = 0; i < sizeof(kernels) / sizeof(*kernels); i++) {
		if ((name && strcmp(name, kernels[i].name) != 0) || !kernels[i].usable())
			continue;
		m->kernel = kernels[i].name;
		m->lane = kernels[i].lane;
		return true;
	}
	return false;
}

const char *noro_match_kernel(const struct noro_match *m)
{
	return m->kernel;
}

/* --- the engine --- */

static unsigned wanted(const struct noro_match *m, const struct noro_match_opts *o)
{
	const bool *has = m->has;
	unsigned want = 0;

	if (has[NORO_IOC_IPV4] || m->view->nets4 || has[NORO_IOC_URL])
		want |= WANT_V4 | WANT_COLON;
	if (m->view->nets6 || has[NORO_IOC_IPV6] || has[NORO_IOC_MAC])
		want |= WANT_COLON;
	if (has[NORO_IOC_DOMAIN] || has[NORO_IOC_URL] || has[NORO_IOC_EMAIL] ||
		has[NORO_IOC_FILE_NAME])
		want |= WANT_NAME;
	if (has[NORO_IOC_MD5] || has[NORO_IOC_SHA1] || has[NORO_IOC_SHA256] ||
		has[NORO_IOC_SHA512] || has[NORO_IOC_JA3] || has[NORO_IOC_HASSH] ||
		has[NORO_IOC_ETH])
		want |= WANT_HEX;
	if (has[NORO_IOC_MAC] || has[NORO_IOC_JA4] || has[NORO_IOC_ASN] || has[NORO_IOC_BTC] ||
		has[NORO_IOC_TRON])
		want |= WANT_SHAPE;
	if (has[NORO_IOC_BTC] || has[NORO_IOC_TRON])
		want |= WANT_COIN;
	if ((want || m->strings) && !o->no_decode)
		want |= WANT_SPOT;
	return want;
}

enum noro_status noro_match_new(const struct noro_set *s, const struct noro_match_opts *o,
	struct noro_match **ret, struct noro_error *err)
{
	static const struct noro_match_opts none;
	struct noro_match *m = noro_calloc(1, sizeof(*m));
	enum noro_status st;

	if (!m)
		return noro_fail(err, NORO_ENOMEM, N_("not enough memory for the search"));
	if (!o)
		o = &none;
	m->set = s;
	m->view = noro_set_view(s);
	if (!choose_kernel(m, o->kernel)) {
		noro_match_free(m);
		return noro_fail(
			err, NORO_EUNSUPPORTED, N_("this machine has no kernel '%1'"), o->kernel);
	}
	for (unsigned k = 0; k < NORO_IOC_KINDS; k++)
		m->has[k] = noro_set_kind_count(s, (enum noro_ioc_kind)k) > 0;
	noro_quad_tables(m->quad_shape, m->quad_mix);
	st = noro_strings_new(s, o, &m->strings, err);
	if (st != NORO_OK) {
		noro_match_free(m);
		return st;
	}
	m->want = wanted(m, o);
	m->decode = (m->want & WANT_SPOT) != 0;
	*ret = m;
	return NORO_OK;
}

void noro_match_free(struct noro_match *m)
{
	if (!m)
		return;
	noro_strings_free(m->strings);
	free(m);
}

/* --- one whole value --- */

struct found {
	uint32_t *keys;
	size_t n, cap;
};

static void add_found(struct found *f, uint32_t key)
{
	if (f->n < f->cap)
		f->keys[f->n++] = key;
}

static void value_address(const struct noro_match *m, struct noro_view value, struct found *f)
{
	uint32_t keys[MAX_NETS], key;
	struct noro_ip ip;
	uint32_t v4 = 0;
	size_t n;

	if (!noro_ip_parse_loose(value, &ip))
		return;
	if (ip.family == 4) {
		v4 = noro_ip_v4(&ip);
		if (noro_set_find_bin(m->set, NORO_IOC_IPV4, (const uint8_t *)&v4, &key) == NORO_OK)
			add_found(f, key);
		n = noro_set_nets4(m->set, v4, keys, MAX_NETS);
	} else {
		if (noro_set_find_bin(m->set, NORO_IOC_IPV6, ip.b, &key) == NORO_OK)
			add_found(f, key);
		n = noro_set_nets6(m->set, ip.b, keys, MAX_NETS);
	}
	for (size_t i = 0; i < n; i++)
		add_found(f, keys[i]);
}

static void value_text(const struct noro_match *m, enum noro_ioc_kind kind, struct noro_view value,
	struct found *f)
{
	size_t n = 0;

	if (noro_set_find_text(m->set, kind, value, f->keys + f->n, f->cap - f->n, &n) == NORO_OK)
		f->n += n;
}

static void value_domain(const struct noro_match *m, struct noro_view value, struct found *f)
{
	char ascii[NORO_NAME_MAX + 1];

	if (value.n && value.p[value.n - 1] == '.')
		value.n--;
	for (size_t i = 0; i < value.n; i++)
		if (value.p[i] & 0x80) {
			value = noro_view(ascii, noro_name_ascii(value, ascii));
			break;
		}
	if (value.n > NORO_NAME_MAX)
		return;
	value_text(m, NORO_IOC_DOMAIN, value, f);
	for (size_t i = 0; i < value.n; i++)
		if (value.p[i] == '.')
			value_text(m, NORO_IOC_DOMAIN, noro_view_sub(value, i + 1, value.n), f);
}

static void value_url(const struct noro_match *m, struct noro_view value, struct found *f)
{
	struct noro_url_parts parts;
	char text[NORO_URL_MAX];
	size_t cut[3];

	if (!noro_url_canonical(value, text, &parts))
		return;
	cut[0] = parts.n;
	cut[1] = parts.frag_at;
	cut[2] = parts.query_at < parts.frag_at ? parts.query_at : parts.frag_at;
	for (size_t i = 0; i < 3; i++) {
		size_t n = cut[i];

		if (i && n == cut[i - 1])
			continue;
		if (i && n > parts.path_at && text[n - 1] == '/')
			n--;
		value_text(m, NORO_IOC_URL, noro_view(text, n), f);
		if (parts.authority_at)
			value_text(m, NORO_IOC_URL,
				noro_view(text + parts.authority_at, n - parts.authority_at), f);
	}
}

size_t noro_match_value(const struct noro_match *m, enum noro_ioc_kind kind, struct noro_view value,
	uint32_t *keys, size_t cap)
{
	struct found f = { .keys = keys, .cap = cap };
	uint32_t key;

	switch (kind) {
	case NORO_IOC_IPV4:
	case NORO_IOC_IPV6:
	case NORO_IOC_NET:
		value_address(m, value, &f);
		break;
	case NORO_IOC_DOMAIN:
		value_domain(m, value, &f);
		break;
	case NORO_IOC_URL:
		value_url(m, value, &f);
		break;
	default:
		if (!noro_set_width(kind))
			value_text(m, kind, value, &f);
		else if (noro_set_find(m->set, kind, value, &key) == NORO_OK)
			add_found(&f, key);
	}
	return f.n;
}
