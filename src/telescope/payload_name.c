/*
 * src/telescope/payload_name.c - what a payload names: URLs and their hosts, hosts and addresses
 * behind the commands that fetch something, wallets.
 *
 * One walk over the text for URLs and one over its words for the rest. A name that only looks like
 * one is worse than none: hosts are addresses or end in a known top-level domain, and wallets pass
 * their checksum.
 */
#include "telescope/payload_priv.h"

#include "base/addr.h"
#include "intel/coin.h"
#include "intel/tld.h"

enum {
	URL_MOST = 512,
	SCHEME_MOST = 16,
	COMMAND_WORDS = 16, /* behind a command */
	WALLETS_TRIED = 64,
};

/* --- keeping --- */

static enum noro_status keep(struct payload_names *names, struct noro_view v)
{
	if (v.n == 0 || names->n == NORO_PAYLOAD_URLS)
		return NORO_OK;
	for (size_t i = 0; i < names->n; i++)
		if (noro_view_is(v, names->item[i]))
			return NORO_OK;
	names->item[names->n] = noro_arena_strn(names->a, v.p, v.n);
	return names->item[names->n] ? names->n++, NORO_OK : NORO_ENOMEM;
}

static struct noro_view without_port(struct noro_view v)
{
	size_t end;

	if (v.n && v.p[0] == '[') {
		end = noro_view_chr(v, ']');
		return noro_view_sub(v, 1, end == SIZE_MAX ? 0 : end - 1);
	}
	end = noro_view_chr(v, ':');
	return noro_view_sub(v, 0, end == SIZE_MAX ? v.n : end);
}

static bool is_domain(struct noro_view v)
{
	size_t dot = noro_view_rchr(v, '.');

	if (v.n > 253 || dot == SIZE_MAX || dot == 0 || !noro_is_alnum(v.p[0]))
		return false;
	for (size_t i = 0; i < v.n; i++)
		if (!noro_is_alnum(v.p[i]) && v.p[i] != '-' && v.p[i] != '.' && v.p[i] != '_')
			return false;
	return noro_tld_known(noro_view_sub(v, dot + 1, v.n));
}

static bool is_ip(struct noro_view v)
{
	struct noro_ip ip;

	return noro_ip_parse(v, &ip);
}

static bool is_asked(const struct payload_names *names, struct noro_view host)
{
	return names->host.n && noro_view_eq_i(host, without_port(names->host));
}

/* --- URLs --- */

static bool url_byte(char c)
{
	return (unsigned char)c > ' ' && (unsigned char)c < 0x7f && !strchr("\"'`<>|\\^{}();,", c);
}

/* Where the scheme before "://" at `colon` starts; `colon` if there is none. */
static size_t scheme_start(struct noro_view text, size_t colon, size_t least)
{
	size_t from = colon;

	while (from > least && colon - from < SCHEME_MOST &&
		(noro_is_alnum(text.p[from - 1]) || text.p[from - 1] == '+'))
		from--;
	while (from < colon && !noro_is_alpha(text.p[from]))
		from++;
	return from;
}

/* scheme://user@host:port/path into the host alone. */
static struct noro_view host_of(struct noro_view behind)
{
	size_t end = 0, at;

	while (end < behind.n && !strchr("/?#", behind.p[end]))
		end++;
	behind.n = end;
	at = noro_view_rchr(behind, '@');
	if (at != SIZE_MAX)
		behind = noro_view_sub(behind, at + 1, behind.n);
	return without_port(behind);
}

static enum noro_status urls(struct payload_names *names, struct noro_view text)
{
	enum noro_status st = NORO_OK;
	size_t done = 0, next;

	while (st == NORO_OK && (next = noro_view_find(noro_view_sub(text, done, text.n),
					 NORO_V("://"))) != SIZE_MAX) {
		size_t colon = done + next, from = scheme_start(text, colon, done), end = colon + 3;
		struct noro_view host;

		while (end < text.n && end - from < URL_MOST && url_byte(text.p[end]))
			end++;
		done = end;
		host = host_of(noro_view_sub(text, colon + 3, end - colon - 3));
		if (from == colon || host.n == 0 || is_asked(names, host))
			continue;
		st = keep(names, noro_view_sub(text, from, end - from));
		if (st == NORO_OK && (is_ip(host) || is_domain(host)))
			st = keep(names, host);
	}
	return st;
}

/* --- words of commands --- */

static bool word_byte(char c)
{
	return (unsigned char)c > ' ' && (unsigned char)c < 0x7f && !strchr("\"'`<>|&;(){},=", c);
}

/* The next word, and whether a command ends before it. */
static bool next_word(struct noro_view *rest, struct noro_view *ret, bool *ended)
{
	size_t i = 0, from;

	*ended = false;
	while (i < rest->n && !word_byte(rest->p[i])) {
		*ended |= rest->p[i] == '\n' || strchr(";|&`", rest->p[i]) != NULL;
		i++;
	}
	from = i;
	while (i < rest->n && word_byte(rest->p[i]))
		i++;
	*ret = noro_view_sub(*rest, from, i - from);
	*rest = noro_view_sub(*rest, i, rest->n);
	return ret->n > 0;
}

static bool fetches(struct noro_view word)
{
	static const char *const command[] = { "wget", "curl", "tftp", "ftpget", "ftp", "fetch",
		"nc", "ncat", "netcat", "telnet", "lwp-download", "aria2c", "scp", "rsync" };
	size_t slash = noro_view_rchr(word, '/');

	if (slash != SIZE_MAX)
		word = noro_view_sub(word, slash + 1, word.n);
	for (size_t i = 0; i < sizeof(command) / sizeof(command[0]); i++)
		if (noro_view_is_i(word, command[i]))
			return true;
	return false;
}

/* Options whose value is a local name: -O x.sh (for curl -O has none, so that only a bare word is
 * passed over) */
static bool names_file(struct noro_view option)
{
	return option.n == 2 && option.p[0] == '-' && strchr("OolrPupT", option.p[1]);
}

struct walk {
	unsigned left; /* words that may still belong to a command */
	bool skip;     /* the value of an option */
	bool bare;     /* a domain without port and path was taken */
	unsigned wallets;
};

/* A word behind a command: a host, with or without port and path. */
static enum noro_status argument(struct payload_names *names, struct walk *w, struct noro_view word)
{
	size_t slash = noro_view_chr(word, '/');
	struct noro_view where = noro_view_sub(word, 0, slash == SIZE_MAX ? word.n : slash),
			 host = without_port(where);
	bool bare = slash == SIZE_MAX && host.n == word.n;
	enum noro_status st = NORO_OK;

	if (word.p[0] == '-' || (w->skip && bare)) {
		w->skip = !w->skip && names_file(word);
		return NORO_OK;
	}
	w->skip = false;
	if (noro_view_find(word, NORO_V("://")) != SIZE_MAX || is_asked(names, host))
		return NORO_OK;
	if (!is_ip(host)) {
		size_t dot = noro_view_rchr(host, '.');

		if (!is_domain(host) || (bare && (w->bare || noro_tld_is_extension(noro_view_sub(
								     host, dot + 1, host.n)))))
			return NORO_OK;
		w->bare |= bare;
	}
	if (!bare)
		st = keep(names, word);
	return st == NORO_OK ? keep(names, host) : st;
}

/* /dev/tcp/192.0.2.1/4444 */
static enum noro_status device(struct payload_names *names, struct noro_view word)
{
	static const char *const form[] = { "/dev/tcp/", "/dev/udp/" };

	for (size_t i = 0; i < sizeof(form) / sizeof(form[0]); i++) {
		struct noro_view rest = noro_view_sub(word, strlen(form[i]), word.n), host;

		if (noro_view_starts(word, form[i]) && noro_view_cut(&rest, '/', &host) &&
			(is_ip(host) || is_domain(host)))
			return keep(names, host);
	}
	return NORO_OK;
}

static enum noro_status wallet(struct payload_names *names, struct walk *w, struct noro_view word)
{
	char out[NORO_COIN_TEXT];

	if (word.n < 26 || word.n >= NORO_COIN_TEXT || w->wallets == WALLETS_TRIED)
		return NORO_OK;
	for (size_t i = 0; i < word.n; i++)
		if (!noro_is_alnum(word.p[i]))
			return NORO_OK;
	w->wallets++;
	if (noro_coin_btc(word, out) == NORO_OK || noro_coin_tron(word, out) == NORO_OK ||
		noro_coin_eth(word, out) == NORO_OK || noro_coin_xmr(word, out) == NORO_OK)
		return keep(names, noro_view_str(out));
	return NORO_OK;
}

enum noro_status payload_names(struct payload_names *names, struct noro_view text)
{
	struct walk w = { .left = 0 };
	enum noro_status st = urls(names, text);
	struct noro_view word;
	bool ended;

	while (st == NORO_OK && next_word(&text, &word, &ended)) {
		if (ended)
			w.left = 0;
		if (fetches(word)) {
			w = (struct walk){ .left = COMMAND_WORDS, .wallets = w.wallets };
			continue;
		}
		if (w.left) {
			w.left--;
			st = argument(names, &w, word);
		}
		if (st == NORO_OK)
			st = device(names, word);
		if (st == NORO_OK)
			st = wallet(names, &w, word);
	}
	return st;
}
