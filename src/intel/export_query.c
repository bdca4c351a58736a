/*
 * src/intel/export_query.c - look-up queries for the places where logs already are.
 *
 * Every language here asks the same: is this field one of these values? So a
 * language is a row of the table: how a query begins, how a value is quoted,
 * what stands between and behind, and what the fields are called. Long lists
 * are cut into queries that the products accept.
 */
#include "intel/export_priv.h"

enum { VALUES_IN_ONE = 500 };

/* Languages without a field for all digests, or for both ends of a connection, ask twice. */
enum group { TO, FROM, DOMAINS, URLS, DIGESTS, MD5S, SHA1S, SHA256S, FILES, GROUPS };

static bool belongs(enum group g, enum noro_ioc_kind k)
{
	switch (g) {
	case TO:
	case FROM:
		return k == NORO_IOC_IPV4 || k == NORO_IOC_IPV6;
	case DOMAINS:
		return k == NORO_IOC_DOMAIN;
	case URLS:
		return k == NORO_IOC_URL;
	case DIGESTS:
		return k == NORO_IOC_MD5 || k == NORO_IOC_SHA1 || k == NORO_IOC_SHA256;
	case MD5S:
		return k == NORO_IOC_MD5;
	case SHA1S:
		return k == NORO_IOC_SHA1;
	case SHA256S:
		return k == NORO_IOC_SHA256;
	case FILES:
		return k == NORO_IOC_FILE_NAME;
	default:
		return false;
	}
}

struct language {
	const char *comment; /* in front of a remark, NULL if the language has none */
	void (*quote)(struct noro_view v, struct noro_buf *out);
	const char *between, *behind;
	const char *begin[GROUPS];
};

struct query {
	const struct language *lang;
	struct noro_buf *out;
	enum group group;
	size_t n;
	struct noro_buf last;
};

/* --- quoting ------------------------------------------------------------- */

static void backslashed(struct noro_view v, struct noro_buf *out)
{
	noro_buf_chr(out, '"');
	for (size_t i = 0; i < v.n; i++) {
		if (v.p[i] == '"' || v.p[i] == '\\')
			noro_buf_chr(out, '\\');
		noro_buf_chr(out, (unsigned char)v.p[i] < ' ' ? ' ' : v.p[i]);
	}
	noro_buf_chr(out, '"');
}

static void doubled(struct noro_view v, struct noro_buf *out)
{
	noro_buf_chr(out, '\'');
	for (size_t i = 0; i < v.n; i++) {
		if (v.p[i] == '\'')
			noro_buf_chr(out, '\'');
		noro_buf_chr(out, (unsigned char)v.p[i] < ' ' ? ' ' : v.p[i]);
	}
	noro_buf_chr(out, '\'');
}

/* A list item of YAML, one a line. In Sigma * and ? are wild, so they are escaped as values. */
static void yaml_item(struct noro_view v, struct noro_buf *out)
{
	noro_buf_str(out, "            - '");
	for (size_t i = 0; i < v.n; i++) {
		if (v.p[i] == '\'')
			noro_buf_chr(out, '\'');
		if (v.p[i] == '*' || v.p[i] == '?' || v.p[i] == '\\')
			noro_buf_chr(out, '\\');
		noro_buf_chr(out, (unsigned char)v.p[i] < ' ' ? ' ' : v.p[i]);
	}
	noro_buf_chr(out, '\'');
}

/* --- languages ----------------------------------------------------------- */

/* Long ones stand by themselves: in a list two halves look like two of which one lacks its comma.
 */
static const char splunk_to[] =
	"index=* (src_ip=* OR dest_ip=*) | eval v=mvappend(src_ip, dest_ip) | search v IN (";
static const char kusto_digests[] =
	"DeviceFileEvents | extend h = pack_array(SHA256, SHA1, MD5) | mv-expand "
	"h to typeof(string) | where h in~ (";

static const struct language splunk = { NULL, backslashed, ", ", ")\n\n",
	{ [TO] = splunk_to,
		[DOMAINS] =
			"index=* | eval v=coalesce(query, url_domain, dest_host) | search v IN (",
		[URLS] = "index=* | search url IN (",
		[DIGESTS] =
			"index=* | eval v=coalesce(file_hash, sha256, md5, sha1) | search v IN (",
		[FILES] = "index=* | search file_name IN (" } };

static const struct language eql = { "//", backslashed, ", ", ")\n\n",
	{ [TO] = "network where destination.ip in (",
		[FROM] = "any where source.ip in (",
		[DOMAINS] = "network where dns.question.name in (",
		[URLS] = "network where url.full in (",
		[MD5S] = "file where file.hash.md5 in (",
		[SHA1S] = "file where file.hash.sha1 in (",
		[SHA256S] = "file where file.hash.sha256 in (",
		[FILES] = "file where file.name in (" } };

static const struct language elastic_kql = { NULL, backslashed, " or ", ")\n\n",
	{ [TO] = "destination.ip : (",
		[FROM] = "source.ip : (",
		[DOMAINS] = "dns.question.name : (",
		[URLS] = "url.full : (",
		[DIGESTS] = "file.hash.* : (",
		[FILES] = "file.name : (" } };

static const struct language kusto = { "//", backslashed, ", ", ")\n\n",
	{ [TO] = "DeviceNetworkEvents | where RemoteIP in (",
		[FROM] = "SigninLogs | where IPAddress in (",
		[DOMAINS] = "DnsEvents | where Name in~ (",
		[URLS] = "DeviceNetworkEvents | where RemoteUrl in~ (",
		[DIGESTS] = kusto_digests,
		[FILES] = "DeviceFileEvents | where FileName in~ (" } };

static const struct language sql = { "--", doubled, ", ", ");\n\n",
	{ [TO] = "SELECT * FROM events WHERE dst_ip IN (",
		[FROM] = "SELECT * FROM events WHERE src_ip IN (",
		[DOMAINS] = "SELECT * FROM events WHERE lower(domain) IN (",
		[URLS] = "SELECT * FROM events WHERE url IN (",
		[DIGESTS] = "SELECT * FROM events WHERE lower(file_hash) IN (",
		[FILES] = "SELECT * FROM events WHERE file_name IN (" } };

#define SIGMA(title, id, category, field)                                                          \
	"title: " title "\nid: " id "\nstatus: experimental\nlogsource:\n    category: " category  \
	"\ndetection:\n    selection:\n        " field ":\n"

static const struct language sigma = { "#", yaml_item, "\n",
	"\n    condition: selection\nlevel: medium\n---\n",
	{ [TO] = SIGMA("Connection to an indicator's address",
		  "6d1f2a34-7a1b-5c0e-9d51-0d3f6d0b1a01", "firewall", "dst_ip"),
		[FROM] = SIGMA("Connection from an indicator's address",
			"6d1f2a34-7a1b-5c0e-9d51-0d3f6d0b1a06", "firewall", "src_ip"),
		[DOMAINS] = SIGMA("Name of an indicator asked for",
			"6d1f2a34-7a1b-5c0e-9d51-0d3f6d0b1a02", "dns", "query"),
		[URLS] = SIGMA("URL of an indicator", "6d1f2a34-7a1b-5c0e-9d51-0d3f6d0b1a03",
			"proxy", "c-uri"),
		[DIGESTS] = SIGMA("File with an indicator's digest",
			"6d1f2a34-7a1b-5c0e-9d51-0d3f6d0b1a04", "file_event", "Hashes|contains"),
		[FILES] = SIGMA("File with an indicator's name",
			"6d1f2a34-7a1b-5c0e-9d51-0d3f6d0b1a05", "file_event",
			"TargetFilename|endswith") } };

/* --- writing ------------------------------------------------------------- */

static void query_row(void *ctx, const struct noro_export_row *r)
{
	struct query *q = ctx;

	if (!belongs(q->group, r->kind) || r->meta->allowed || r->meta->role == NORO_ROLE_CONTEXT)
		return;
	if (q->n && noro_view_eq(noro_buf_as_view(&q->last), r->value))
		return; /* the next record of the same value */
	if (q->n && q->n % VALUES_IN_ONE == 0)
		noro_buf_str(q->out, q->lang->behind);
	noro_buf_str(q->out, q->n % VALUES_IN_ONE ? q->lang->between : q->lang->begin[q->group]);
	q->lang->quote(r->value, q->out);
	noro_buf_clear(&q->last);
	noro_buf_view(&q->last, r->value);
	q->n++;
}

static enum noro_status write_queries(const struct language *lang, const struct noro_set *s,
	const struct noro_export_opts *o, struct noro_buf *out)
{
	struct query q = { .lang = lang, .out = out };
	enum noro_status st = NORO_OK;

	if (lang->comment) {
		noro_buf_str(out, lang->comment);
		noro_buf_chr(out, ' ');
		noro_export_plain_text(noro_view_str(noro_export_source(o)), out);
		noro_buf_chr(out, '\n');
	}
	for (int g = TO; g < GROUPS && st == NORO_OK; g++) {
		if (!lang->begin[g])
			continue;
		q.group = (enum group)g;
		q.n = 0;
		st = noro_export_each(s, query_row, &q);
		if (q.n)
			noro_buf_str(out, lang->behind);
	}
	if (st == NORO_OK && q.last.status != NORO_OK)
		st = q.last.status;
	noro_buf_done(&q.last);
	return st == NORO_OK ? out->status : st;
}

enum noro_status noro_export_sigma(
	const struct noro_set *s, const struct noro_export_opts *o, struct noro_buf *out)
{
	return write_queries(&sigma, s, o, out);
}

enum noro_status noro_export_splunk(
	const struct noro_set *s, const struct noro_export_opts *o, struct noro_buf *out)
{
	return write_queries(&splunk, s, o, out);
}

enum noro_status noro_export_eql(
	const struct noro_set *s, const struct noro_export_opts *o, struct noro_buf *out)
{
	return write_queries(&eql, s, o, out);
}

enum noro_status noro_export_elastic_kql(
	const struct noro_set *s, const struct noro_export_opts *o, struct noro_buf *out)
{
	return write_queries(&elastic_kql, s, o, out);
}

enum noro_status noro_export_kql(
	const struct noro_set *s, const struct noro_export_opts *o, struct noro_buf *out)
{
	return write_queries(&kusto, s, o, out);
}

enum noro_status noro_export_sql(
	const struct noro_set *s, const struct noro_export_opts *o, struct noro_buf *out)
{
	return write_queries(&sql, s, o, out);
}
