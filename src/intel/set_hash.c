/* src/intel/set_hash.c - the hashes, the checksum and the canonical URL of compiled sets. */
#include "intel/set_priv.h"

#include "base/text.h"

const uint8_t noro_tail_mask[64] = {
	/* clang-format off */
	[32] = 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
	255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
	/* clang-format on */
};

uint64_t noro_hash_text(struct noro_view v)
{
	uint64_t h = 0;
	uint8_t block[32];

	while (v.n > 32) {
		h = noro_hash_block((const uint8_t *)v.p + v.n - 32, noro_tail_mask + 32, h);
		v.n -= 32;
	}
	memset(block, 0, sizeof(block));
	if (v.n)
		memcpy(block + 32 - v.n, v.p, v.n);
	return noro_hash_block(block, noro_tail_mask + v.n, h);
}

uint64_t noro_set_hash_bin(enum noro_ioc_kind k, const uint8_t *value)
{
	uint64_t w = 0;
	uint32_t v4;

	switch (noro_set_width(k)) {
	case 4:
		memcpy(&v4, value, 4);
		return noro_hash_v4(v4);
	case 6:
		memcpy(&w, value, 6);
		return noro_hash_word(w);
	default:
		return k == NORO_IOC_IPV6 ? noro_hash_v6(value)
					  : noro_hash_word(noro_load64(value));
	}
}

uint64_t noro_set_hash_txt(enum noro_ioc_kind k, struct noro_view value)
{
	char canonical[NORO_URL_MAX];
	struct noro_url_parts parts;

	if (k == NORO_IOC_URL && noro_url_canonical(value, canonical, &parts))
		return noro_hash_text(noro_view(canonical, parts.n));
	return noro_hash_text(value);
}

static void sum_begin(uint64_t lane[8])
{
	for (size_t l = 0; l < 8; l++)
		lane[l] = noro_mix(l + 1);
}

/* Whole groups of 64 bytes; returns how many bytes that were. */
static size_t sum_groups(uint64_t lane[8], const uint8_t *p, size_t n)
{
	size_t i = 0;

	for (; i + 64 <= n; i += 64)
		for (size_t l = 0; l < 8; l++) {
			lane[l] = (lane[l] ^ noro_load64(p + i + 8 * l)) *
				  UINT64_C(0x9e3779b97f4a7c15);
			lane[l] ^= lane[l] >> 32;
		}
	return i;
}

static uint64_t sum_end(uint64_t lane[8], const uint8_t *p, size_t i, size_t n)
{
	uint64_t h = n, w;

	for (; i < n; i += 8) {
		w = 0;
		memcpy(&w, p + i, n - i < 8 ? n - i : 8);
		lane[i / 8 % 8] = (lane[i / 8 % 8] ^ w) * UINT64_C(0xd6e8feb86659fd93);
		lane[i / 8 % 8] ^= lane[i / 8 % 8] >> 32;
	}
	for (size_t l = 0; l < 8; l++)
		h = noro_mix(h ^ lane[l]);
	return h;
}

uint64_t noro_set_sum(const uint8_t *p, size_t n)
{
	uint64_t lane[8];

	sum_begin(lane);
	return sum_end(lane, p, sum_groups(lane, p, n), n);
}

uint64_t noro_set_sum_copy(uint8_t *to, const uint8_t *from, size_t n)
{
	const size_t step = 32 << 10; /* is still in the cache when it is summed */
	uint64_t lane[8];
	size_t i = 0;

	sum_begin(lane);
	for (; i + step <= n; i += step) {
		memcpy(to + i, from + i, step);
		(void)sum_groups(lane, to + i, step);
	}
	if (i < n)
		memcpy(to + i, from + i, n - i);
	i += sum_groups(lane, to + i, n - i);
	return sum_end(lane, to, i, n);
}

bool noro_ioc_folds(enum noro_ioc_kind k)
{
	switch (k) {
	case NORO_IOC_BTC:
	case NORO_IOC_TRON:
	case NORO_IOC_STRING:
	case NORO_IOC_REGEX:
	case NORO_IOC_URL: /* canonical form; path and query keep their case */
		return false;
	default:
		return true;
	}
}

bool noro_name_shaped(struct noro_view v)
{
	size_t dot = noro_view_rchr(v, '.');

	if (v.n > NORO_NAME_MAX || dot == SIZE_MAX || dot == 0 || dot + 2 >= v.n || v.n - dot > 32)
		return false;
	if (!noro_is_alpha(v.p[dot + 1]) || v.p[0] == '.')
		return false;
	for (size_t i = 0; i < v.n; i++)
		if (!noro_is_alnum(v.p[i]) && v.p[i] != '.' && v.p[i] != '-' &&
			(v.p[i] != '_' || i > dot))
			return false;
	return true;
}

/* --- URLs --- */

struct url_out {
	char *p;
	size_t n;
	bool full;
};

static void put(struct url_out *o, char c)
{
	if (o->n < NORO_URL_MAX)
		o->p[o->n++] = c;
	else
		o->full = true;
}

/* Backslashes before a slash, as JSON in JSON in JSON has them: how many, 0 if no slash follows. */
size_t noro_url_backslashes(struct noro_view v)
{
	size_t n = 0;

	while (n < v.n && n <= NORO_BACKSLASHES && v.p[n] == '\\')
		n++;
	return n < v.n && n <= NORO_BACKSLASHES && v.p[n] == '/' ? n : 0;
}

/* "://", its slashes perhaps written as `\/`: how many bytes, 0 if it is not there. */
static size_t slashes(struct noro_view v)
{
	size_t at = 1;

	if (v.n < 3 || v.p[0] != ':')
		return 0;
	for (size_t slash = 0; slash < 2; slash++, at++) {
		at += noro_url_backslashes(noro_view_sub(v, at, v.n));
		if (at >= v.n || v.p[at] != '/')
			return 0;
	}
	return at;
}

static bool read_scheme(struct noro_view *in, struct url_out *o)
{
	size_t at = 0, mark;

	while (at < in->n && at < NORO_SCHEME_MAX &&
		(noro_is_alnum(in->p[at]) || in->p[at] == '+' || in->p[at] == '-' ||
			in->p[at] == '.'))
		at++;
	mark = slashes(noro_view_sub(*in, at, in->n));
	if (!mark)
		return true; /* a URL without a scheme */
	if (at == 0)
		return false;
	for (size_t i = 0; i < at; i++) {
		char c = noro_lower(in->p[i]);

		if (at >= 4 && (i == 1 || i == 2) && noro_lower(in->p[0]) == 'h' &&
			noro_lower(in->p[3]) == 'p' && c == 'x')
			c = 't';
		put(o, c);
	}
	put(o, ':');
	put(o, '/');
	put(o, '/');
	*in = noro_view_sub(*in, at + mark, in->n);
	return in->n > 0;
}

/* What stands before an '@' in the authority says who logs in, not where. */
static void skip_user(struct noro_view *in)
{
	size_t at = SIZE_MAX;

	for (size_t i = 0; i < in->n && i < 256 && in->p[i] && !strchr("/?#\\", in->p[i]); i++)
		if (in->p[i] == '@')
			at = i;
	if (at != SIZE_MAX)
		*in = noro_view_sub(*in, at + 1, in->n);
}

/* A host with letters outside ASCII; false, and nothing taken, if it is none. */
static bool read_wide_host(struct noro_view *in, struct url_out *o, struct noro_url_parts *parts)
{
	char ascii[NORO_NAME_MAX + 1];
	size_t at = 0, len = 1;
	bool wide = false;
	uint32_t c;

	while (at < in->n && len) {
		if (!(in->p[at] & 0x80)) {
			if (!noro_is_alnum(in->p[at]) && (!in->p[at] || !strchr("._-", in->p[at])))
				break;
			at++;
			continue;
		}
		len = noro_utf8_next(noro_view_sub(*in, at, 4), &c);
		if (!len || !noro_utf8_in_name(c))
			break;
		wide = true;
		at += len;
	}
	if (!wide)
		return false;
	len = at;
	if (in->p[len - 1] == '.')
		len--;
	parts->host_n = noro_name_ascii(noro_view_sub(*in, 0, len), ascii);
	for (size_t i = 0; i < parts->host_n; i++)
		put(o, ascii[i]);
	*in = noro_view_sub(*in, at, in->n);
	return parts->host_n > 0;
}

static bool read_host(struct noro_view *in, struct url_out *o, struct noro_url_parts *parts)
{
	char text[NORO_IP_TEXT];
	struct noro_ip ip;
	size_t at = 0, end;

	if (in->p[0] == '[') {
		end = noro_view_chr(*in, ']');
		if (end == SIZE_MAX)
			return false;
		if (!noro_ip_parse(noro_view_sub(*in, 1, end - 1), &ip) || ip.family != 6)
			return false;
		put(o, '[');
		parts->host_at = o->n;
		parts->host_n = noro_ip_print(&ip, text);
		for (at = 0; at < parts->host_n; at++)
			put(o, text[at]);
		put(o, ']');
		*in = noro_view_sub(*in, end + 1, in->n);
		return true;
	}
	parts->host_at = o->n;
	if (read_wide_host(in, o, parts))
		return true;
	while (at < in->n && in->p[at] && (noro_is_alnum(in->p[at]) || strchr("._-", in->p[at])))
		put(o, noro_lower(in->p[at++]));
	if (o->n > parts->host_at && !o->full && o->p[o->n - 1] == '.')
		o->n--;
	parts->host_n = o->n - parts->host_at;
	*in = noro_view_sub(*in, at, in->n);
	return parts->host_n > 0;
}

static void read_port(struct noro_view *in, struct url_out *o, size_t scheme_n)
{
	static const char *const usual[][2] = { { "http", "80" }, { "https", "443" },
		{ "ftp", "21" } };
	struct noro_view scheme = noro_view(o->p, scheme_n), port;
	size_t n = 1;

	if (in->n < 2 || in->p[0] != ':')
		return;
	while (n < in->n && n < 6 && noro_is_digit(in->p[n]))
		n++;
	port = noro_view_sub(*in, 1, n - 1);
	*in = noro_view_sub(*in, n, in->n);
	for (size_t i = 0; i < sizeof(usual) / sizeof(*usual); i++)
		if (noro_view_is(scheme, usual[i][0]) && noro_view_is(port, usual[i][1]))
			return;
	if (port.n)
		put(o, ':');
	for (size_t i = 0; i < port.n; i++)
		put(o, port.p[i]);
}

static void read_rest(struct noro_view in, struct url_out *o, struct noro_url_parts *parts)
{
	size_t query = SIZE_MAX, frag = SIZE_MAX;

	parts->path_at = o->n;
	for (size_t i = 0; i < in.n; i++) {
		char c = in.p[i];

		if (c == '\\') {
			i += noro_url_backslashes(noro_view_sub(in, i, in.n));
			c = in.p[i];
		}
		if (c == '?' && query == SIZE_MAX && frag == SIZE_MAX)
			query = o->n;
		if (c == '#' && frag == SIZE_MAX)
			frag = o->n;
		if (c == '%' && i + 2 < in.n && noro_is_hex(in.p[i + 1]) &&
			noro_is_hex(in.p[i + 2])) {
			c = (char)(noro_hex_value(in.p[i + 1]) << 4 | noro_hex_value(in.p[i + 2]));
			i += 2;
		}
		put(o, c);
	}
	if (query == SIZE_MAX && frag == SIZE_MAX && !o->full && o->n > parts->path_at &&
		o->p[o->n - 1] == '/')
		o->n--;
	parts->n = o->n;
	parts->query_at = query == SIZE_MAX ? o->n : query;
	parts->frag_at = frag == SIZE_MAX ? o->n : frag;
}

bool noro_url_canonical(struct noro_view url, char out[NORO_URL_MAX], struct noro_url_parts *ret)
{
	struct url_out o = { .p = out };
	size_t scheme_n;

	memset(ret, 0, sizeof(*ret));
	if (!read_scheme(&url, &o))
		return false;
	scheme_n = o.n ? o.n - 3 : 0;
	skip_user(&url);
	ret->authority_at = o.n;
	if (!url.n || !read_host(&url, &o, ret))
		return false;
	read_port(&url, &o, scheme_n);
	/* what follows a host is a path, a query, a fragment or nothing */
	if (url.n && (!url.p[0] || !strchr("/?#\\", url.p[0])))
		return false;
	read_rest(url, &o, ret);
	return !o.full;
}
