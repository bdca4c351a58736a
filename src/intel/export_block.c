/*
 * src/intel/export_block.c - what devices and resolvers load: sensors' files and
 * block lists. Names and addresses come normalised out of the set, so they hold
 * nothing that these languages would read as their own; texts are cut to what
 * each can carry.
 */
#include "intel/export_priv.h"

#include <stdio.h>

struct lines {
	struct noro_buf *out;
	const struct noro_export_opts *o;
	unsigned family; /* of the pass: 4 or 6 */
	size_t n;
	unsigned sid;
	bool told;   /* of the value at hand */
	size_t last; /* where the line before begins */
};

static enum noro_status done(struct lines *l, enum noro_status st)
{
	return st == NORO_OK ? l->out->status : st;
}

static void header(struct lines *l, const char *comment)
{
	noro_buf_str(l->out, comment);
	noro_buf_str(l->out, " ");
	noro_export_plain_text(noro_view_str(noro_export_source(l->o)), l->out);
	noro_buf_chr(l->out, '\n');
}

static unsigned family_of(enum noro_ioc_kind kind, struct noro_view v)
{
	if (kind == NORO_IOC_IPV4 || kind == NORO_IOC_IPV6)
		return kind == NORO_IOC_IPV4 ? 4 : 6;
	if (kind != NORO_IOC_NET)
		return 0;
	return noro_view_chr(v, ':') == SIZE_MAX ? 4 : 6;
}

/* --- Zeek ---------------------------------------------------------------- */

static const char *zeek_type(enum noro_ioc_kind k)
{
	switch (k) {
	case NORO_IOC_IPV4:
	case NORO_IOC_IPV6:
		return "Intel::ADDR";
	case NORO_IOC_NET:
		return "Intel::SUBNET";
	case NORO_IOC_DOMAIN:
		return "Intel::DOMAIN";
	case NORO_IOC_URL:
		return "Intel::URL";
	case NORO_IOC_EMAIL:
		return "Intel::EMAIL";
	case NORO_IOC_MD5:
	case NORO_IOC_SHA1:
	case NORO_IOC_SHA256:
		return "Intel::FILE_HASH";
	case NORO_IOC_FILE_NAME:
		return "Intel::FILE_NAME";
	case NORO_IOC_USER_NAME:
		return "Intel::USER_NAME";
	case NORO_IOC_USER_AGENT:
		return "Intel::SOFTWARE";
	default:
		return NULL;
	}
}

static void tsv_cell(struct noro_buf *out, const char *text)
{
	noro_buf_chr(out, '\t');
	if (text && *text)
		noro_export_plain_text(noro_view_str(text), out);
	else
		noro_buf_chr(out, '-');
}

static void zeek_row(void *ctx, const struct noro_export_row *r)
{
	const char *type = zeek_type(r->kind);
	struct lines *l = ctx;
	struct noro_view v = r->value;
	size_t scheme = r->kind == NORO_IOC_URL ? noro_view_find(v, NORO_V("://")) : SIZE_MAX;
	size_t begin;

	if (!type || r->meta->allowed || r->meta->role == NORO_ROLE_CONTEXT ||
		(r->kind == NORO_IOC_NET && noro_view_chr(v, '-') != SIZE_MAX))
		return;
	if (r->first)
		l->last = SIZE_MAX;
	begin = l->out->n;
	if (scheme != SIZE_MAX) /* Zeek compares URLs without it */
		v = noro_view_sub(v, scheme + 3, v.n);
	noro_export_plain_text(v, l->out);
	tsv_cell(l->out, type);
	tsv_cell(l->out, r->meta->advisory ? r->meta->advisory : noro_export_source(l->o));
	tsv_cell(l->out, r->meta->note);
	noro_buf_chr(l->out, '\n');
	if (l->out->status == NORO_OK && l->last != SIZE_MAX &&
		l->out->n - begin == begin - l->last &&
		memcmp(l->out->p + l->last, l->out->p + begin, begin - l->last) == 0)
		l->out->n = begin; /* two sources, one line */
	else
		l->last = begin;
}

enum noro_status noro_export_zeek(
	const struct noro_set *s, const struct noro_export_opts *o, struct noro_buf *out)
{
	struct lines l = { .out = out, .o = o };

	noro_buf_str(out, "#fields\tindicator\tindicator_type\tmeta.source\tmeta.desc\n");
	return done(&l, noro_export_each(s, zeek_row, &l));
}

/* --- Suricata ------------------------------------------------------------ */

static void base64(struct noro_view v, struct noro_buf *out)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < v.n; i += 3) {
		size_t have = v.n - i < 3 ? v.n - i : 3;
		uint32_t bits = 0;

		for (size_t k = 0; k < 3; k++)
			bits = bits << 8 | (k < have ? (unsigned char)v.p[i + k] : 0u);
		for (size_t k = 0; k < 4; k++)
			noro_buf_chr(out, k <= have ? digits[bits >> (18 - 6 * k) & 63] : '=');
	}
}

static void suricata_domain(void *ctx, const struct noro_export_row *r)
{
	struct lines *l = ctx;

	if (r->kind != NORO_IOC_DOMAIN)
		return;
	base64(r->value, l->out);
	noro_buf_chr(l->out, '\n');
}

static void suricata_hash(void *ctx, const struct noro_export_row *r)
{
	struct lines *l = ctx;

	if (r->kind != NORO_IOC_SHA256)
		return;
	noro_buf_view(l->out, r->value);
	noro_buf_chr(l->out, '\n');
}

static void suricata_address(void *ctx, const struct noro_export_row *r)
{
	struct lines *l = ctx;

	if (r->kind != NORO_IOC_IPV4 && r->kind != NORO_IOC_IPV6)
		return;
	noro_buf_view(l->out, r->value);
	noro_buf_chr(l->out, '\n');
}

enum noro_status noro_export_suricata_domains(
	const struct noro_set *s, const struct noro_export_opts *o, struct noro_buf *out)
{
	struct lines l = { .out = out, .o = o };

	return done(&l, noro_export_blocked(s, o, suricata_domain, &l));
}

enum noro_status noro_export_suricata_hashes(
	const struct noro_set *s, const struct noro_export_opts *o, struct noro_buf *out)
{
	struct lines l = { .out = out, .o = o };

	return done(&l, noro_export_blocked(s, o, suricata_hash, &l));
}

enum noro_status noro_export_suricata_addresses(
	const struct noro_set *s, const struct noro_export_opts *o, struct noro_buf *out)
{
	struct lines l = { .out = out, .o = o };

	return done(&l, noro_export_blocked(s, o, suricata_address, &l));
}

/* A content: every byte with a meaning of its own, and all that is not plain ASCII, as |hex|. */
static void content(struct noro_view v, struct noro_buf *out)
{
	for (size_t i = 0; i < v.n; i++) {
		unsigned char c = (unsigned char)v.p[i];

		if (c > ' ' && c < 0x7f && !strchr("\";\\|:", c))
			noro_buf_chr(out, (char)c);
		else
			noro_buf_printf(out, "|%02x|", c);
	}
}

/* Inside msg:"...": the quote, the semicolon and the backslash would end it. */
static void message(const char *text, struct noro_buf *out)
{
	for (; text && *text; text++)
		noro_buf_chr(
			out, strchr("\";\\", *text) || (unsigned char)*text < ' ' ? ' ' : *text);
}

static void rule_tail(struct lines *l, const struct noro_export_row *r)
{
	noro_buf_printf(l->out,
		" classtype:bad-unknown; sid:%u; rev:1; metadata:noroshi_kind %s;)\n",
		9000000 + l->sid++, noro_ioc_kind_name(r->kind));
}

static void rule_head(struct lines *l, const struct noro_export_row *r, const char *what)
{
	noro_buf_str(l->out, what);
	noro_buf_str(l->out, " (msg:\"");
	message(r->meta->advisory ? r->meta->advisory : noro_export_source(l->o), l->out);
	noro_buf_str(l->out, " ");
	noro_buf_str(l->out, noro_ioc_kind_name(r->kind));
	noro_buf_str(l->out, "\";");
}

static void suricata_rule(void *ctx, const struct noro_export_row *r)
{
	struct lines *l = ctx;
	struct noro_buf what = { 0 };

	if (r->first)
		l->told = false;
	if (l->told) /* one rule for a value, however many sources name it */
		return;
	if (r->meta->allowed || r->meta->role == NORO_ROLE_CONTEXT || r->pattern != NORO_NO_PATTERN)
		return;
	switch (r->kind) {
	case NORO_IOC_IPV4:
	case NORO_IOC_IPV6:
		noro_buf_printf(&what, "alert ip $HOME_NET any <> %.*s any", NORO_VARG(r->value));
		rule_head(l, r, what.p);
		noro_buf_done(&what);
		break;
	case NORO_IOC_DOMAIN:
		rule_head(l, r, "alert dns $HOME_NET any -> any any");
		noro_buf_str(l->out, " dns.query; dotprefix; content:\".");
		content(r->value, l->out);
		noro_buf_str(l->out, "\"; nocase; endswith;");
		rule_tail(l, r);
		rule_head(l, r, "alert tls $HOME_NET any -> any any");
		noro_buf_str(l->out, " tls.sni; dotprefix; content:\".");
		content(r->value, l->out);
		noro_buf_str(l->out, "\"; nocase; endswith;");
		break;
	case NORO_IOC_JA3:
		rule_head(l, r, "alert tls $HOME_NET any -> any any");
		noro_buf_str(l->out, " ja3.hash; content:\"");
		content(r->value, l->out);
		noro_buf_str(l->out, "\";");
		break;
	case NORO_IOC_USER_AGENT:
		rule_head(l, r, "alert http $HOME_NET any -> any any");
		noro_buf_str(l->out, " http.user_agent; content:\"");
		content(r->value, l->out);
		noro_buf_str(l->out, "\";");
		break;
	default:
		return;
	}
	rule_tail(l, r);
	l->told = true;
}

enum noro_status noro_export_suricata_rules(
	const struct noro_set *s, const struct noro_export_opts *o, struct noro_buf *out)
{
	struct lines l = { .out = out, .o = o };

	header(&l, "# Suricata rules by");
	return done(&l, noro_export_each(s, suricata_rule, &l));
}

/* --- packet filters ------------------------------------------------------ */

static void nft_row(void *ctx, const struct noro_export_row *r)
{
	struct lines *l = ctx;

	if (family_of(r->kind, r->value) != l->family)
		return;
	noro_buf_str(l->out, l->n++ ? ",\n\t\t\t" : "\t\telements = {\n\t\t\t");
	noro_buf_view(l->out, r->value);
}

enum noro_status noro_export_nftables(
	const struct noro_set *s, const struct noro_export_opts *o, struct noro_buf *out)
{
	struct lines l = { .out = out, .o = o };
	enum noro_status st = NORO_OK;

	header(&l, "# nft -f: sets for rules like `ip daddr @noroshi4 drop`, by");
	noro_buf_str(out, "table inet noroshi {\n");
	for (l.family = 4; l.family <= 6 && st == NORO_OK; l.family += 2) {
		l.n = 0;
		noro_buf_printf(out,
			"\tset noroshi%u {\n\t\ttype ipv%u_addr\n\t\tflags "
			"interval\n\t\tauto-merge\n",
			l.family, l.family);
		st = noro_export_blocked(s, o, nft_row, &l);
		noro_buf_str(out, l.n ? "\n\t\t}\n\t}\n" : "\t}\n");
	}
	noro_buf_str(out, "}\n");
	return done(&l, st);
}

static void ipset_prefix(struct lines *l, struct noro_view v)
{
	noro_buf_printf(l->out, "add noroshi%u ", l->family);
	noro_buf_view(l->out, v);
	noro_buf_str(l->out, " -exist\n");
}

/* hash:net takes prefixes; a range is as many as it takes. */
static void ipset_row(void *ctx, const struct noro_export_row *r)
{
	struct lines *l = ctx;
	struct noro_prefix cover[256];
	struct noro_range range;
	size_t n;

	if (family_of(r->kind, r->value) != l->family)
		return;
	if (noro_view_chr(r->value, '-') == SIZE_MAX) {
		ipset_prefix(l, r->value);
		return;
	}
	n = noro_range_parse(r->value, &range) ? noro_range_prefixes(&range, cover) : 0;
	for (size_t i = 0; i < n; i++) {
		char text[NORO_IP_TEXT + 8];
		size_t len = noro_ip_print(&cover[i].ip, text);

		(void)snprintf(text + len, sizeof(text) - len, "/%u", cover[i].len);
		ipset_prefix(l, noro_view_str(text));
	}
}

enum noro_status noro_export_ipset(
	const struct noro_set *s, const struct noro_export_opts *o, struct noro_buf *out)
{
	struct lines l = { .out = out, .o = o };
	enum noro_status st = NORO_OK;

	for (l.family = 4; l.family <= 6 && st == NORO_OK; l.family += 2) {
		noro_buf_printf(out,
			"create noroshi%u hash:net family %s maxelem 16777216 -exist\n", l.family,
			l.family == 4 ? "inet" : "inet6");
		st = noro_export_blocked(s, o, ipset_row, &l);
	}
	return done(&l, st);
}

/* --- names --------------------------------------------------------------- */

/* The longest run of zero words, if it is longer than one: where BIND wants "zz". */
static size_t zero_run(const struct noro_ip *ip, size_t *ret_n)
{
	size_t at = 8;

	*ret_n = 0;
	for (size_t i = 0, n; i < 8; i += n + 1) {
		for (n = 0; i + n < 8 && !ip->b[2 * (i + n)] && !ip->b[2 * (i + n) + 1]; n++)
			;
		if (n > *ret_n) {
			*ret_n = n;
			at = i;
		}
	}
	if (*ret_n < 2)
		*ret_n = 0;
	return *ret_n ? at : 8;
}

static void rpz_v6(struct lines *l, const struct noro_ip *ip)
{
	size_t run, at = zero_run(ip, &run);

	for (size_t i = 8; i-- > 0;) {
		if (run && i >= at && i < at + run) {
			noro_buf_str(l->out, i == at ? ".zz" : "");
			continue;
		}
		noro_buf_printf(l->out, ".%x", ip->b[2 * i] << 8 | ip->b[2 * i + 1]);
	}
}

/* RFC-less but universal: BIND's rpz-ip names, the address backwards with the length in front. */
static void rpz_prefix(struct lines *l, const struct noro_prefix *p)
{
	noro_buf_u64(l->out, p->len);
	if (p->ip.family == 4)
		for (size_t i = 4; i-- > 0;)
			noro_buf_printf(l->out, ".%u", p->ip.b[i]);
	else
		rpz_v6(l, &p->ip);
	noro_buf_str(l->out, ".rpz-ip CNAME .\n");
}

static void rpz_row(void *ctx, const struct noro_export_row *r)
{
	struct lines *l = ctx;
	struct noro_prefix cover[256];
	struct noro_range range;
	size_t n;

	if (r->kind == NORO_IOC_DOMAIN) {
		noro_buf_view(l->out, r->value);
		noro_buf_str(l->out, " CNAME .\n*.");
		noro_buf_view(l->out, r->value);
		noro_buf_str(l->out, " CNAME .\n");
	} else if (family_of(r->kind, r->value) && noro_range_parse(r->value, &range)) {
		n = noro_range_prefixes(&range, cover);
		for (size_t i = 0; i < n; i++)
			rpz_prefix(l, &cover[i]);
	}
}

enum noro_status noro_export_rpz(
	const struct noro_set *s, const struct noro_export_opts *o, struct noro_buf *out)
{
	struct lines l = { .out = out, .o = o };

	header(&l, "; response policy zone by");
	noro_buf_printf(out,
		"$TTL 300\n@ SOA localhost. root.localhost. %lld 3600 600 86400 300\n@ NS "
		"localhost.\n",
		(long long)(o->now_ns == NORO_TIME_NONE ? 1 : o->now_ns / NORO_NS_PER_S));
	return done(&l, noro_export_blocked(s, o, rpz_row, &l));
}

static void hosts_row(void *ctx, const struct noro_export_row *r)
{
	struct lines *l = ctx;

	if (r->kind != NORO_IOC_DOMAIN)
		return;
	noro_buf_str(l->out, "0.0.0.0 ");
	noro_buf_view(l->out, r->value);
	noro_buf_chr(l->out, '\n');
}

static void dnsmasq_row(void *ctx, const struct noro_export_row *r)
{
	struct lines *l = ctx;

	if (r->kind != NORO_IOC_DOMAIN)
		return;
	noro_buf_str(l->out, "local=/");
	noro_buf_view(l->out, r->value);
	noro_buf_str(l->out, "/\n");
}

static void squid_row(void *ctx, const struct noro_export_row *r)
{
	struct lines *l = ctx;

	if (r->kind != NORO_IOC_DOMAIN)
		return;
	noro_buf_chr(l->out, '.');
	noro_buf_view(l->out, r->value);
	noro_buf_chr(l->out, '\n');
}

static enum noro_status names(const struct noro_set *s, const struct noro_export_opts *o,
	struct noro_buf *out, noro_export_row_fn *row)
{
	struct lines l = { .out = out, .o = o };

	header(&l, "# names to refuse, by");
	return done(&l, noro_export_blocked(s, o, row, &l));
}

enum noro_status noro_export_hosts(
	const struct noro_set *s, const struct noro_export_opts *o, struct noro_buf *out)
{
	return names(s, o, out, hosts_row);
}

enum noro_status noro_export_dnsmasq(
	const struct noro_set *s, const struct noro_export_opts *o, struct noro_buf *out)
{
	return names(s, o, out, dnsmasq_row);
}

enum noro_status noro_export_squid(
	const struct noro_set *s, const struct noro_export_opts *o, struct noro_buf *out)
{
	return names(s, o, out, squid_row);
}
