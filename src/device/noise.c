/*
 * src/device/noise.c - lines as the device meant them. A capture of a session holds
 * what the pager wrote and took back, colours, prompts with the echo of the
 * command, and banners of time and load. What the terminal would have shown is
 * kept; what is not of the configuration is marked as noise and counted.
 */
#include "device/tree_priv.h"

void noro_tree_lines_init(struct noro_tree_lines *in, struct noro_tree_maker *m)
{
	struct noro_view t = m->text;

	*in = (struct noro_tree_lines){
		.m = m,
		.has_cr = t.n && memchr(t.p, '\r', t.n),
		.has_bs = t.n && memchr(t.p, '\b', t.n),
		.has_esc = t.n && memchr(t.p, 0x1b, t.n),
	};
}

struct noro_tree_at noro_tree_line_at(const struct noro_tree_line *l)
{
	return (struct noro_tree_at){ l->text, l->offset, l->line, l->column };
}

/* The length of an escape sequence at v.p[0] == ESC, its final byte and first number. */
static size_t escape(struct noro_view v, char *final, size_t *number)
{
	size_t i = 1;

	*final = 0;
	*number = 0;
	if (v.n < 2)
		return 1;
	if (v.p[1] == ']') { /* a title: up to BEL */
		while (++i < v.n && v.p[i] != '\a')
			;
		return i < v.n ? i + 1 : v.n;
	}
	if (v.p[1] != '[') /* two bytes, or three for character sets and screen modes */
		return v.n > 2 && memchr("()#%", v.p[1], 4) ? 3 : 2;
	for (i = 2; i < v.n && (uint8_t)v.p[i] < 0x40; i++)
		if (noro_is_digit(v.p[i]) && *number < 10000)
			*number = *number * 10 + (size_t)(v.p[i] - '0');
	if (i == v.n)
		return i;
	*final = v.p[i];
	return i + 1;
}

/* A line as a terminal shows it: only what stays in one row is of interest. */
static struct noro_view as_shown(struct noro_tree_maker *m, struct noro_view v)
{
	char *out = noro_arena_alloc(m->a, v.n + 1);
	size_t at = 0, end = 0, skip, number;
	char final;

	if (!out) {
		m->status = NORO_ENOMEM;
		return v;
	}
	for (size_t i = 0; i < v.n; i += skip) {
		skip = 1;
		if (v.p[i] == '\b') {
			at -= at > 0;
		} else if (v.p[i] == '\r') {
			at = 0;
		} else if (v.p[i] == 0x1b) {
			skip = escape(noro_view(v.p + i, v.n - i), &final, &number);
			if (final == 'D') /* left */
				at -= number < at ? (number ? number : 1) : at;
			else if (final == 'K' || final == 'J') /* erase */
				end = number == 2 ? 0 : at < end ? at : end;
			else if (final == 'G')
				at = 0;
			at = number == 2 && final == 'K' ? 0 : at;
		} else if (v.p[i] != '\a') {
			out[at++] = v.p[i];
			end = at > end ? at : end;
		}
	}
	return noro_view(out, end);
}

/* What pagers write where they were not taken back. */
static const char *const pagers[] = { "--More--", "<--- More --->", "---- More ----",
	"---(more)---", "--- more ---", "-- more --", "--More or (q)uit--",
	"Press any key to continue (Q to quit)", "---つづく---" };

static struct noro_view without_pager(struct noro_view v)
{
	struct noro_view t = v;
	size_t close;

	while (t.n && noro_is_space(t.p[0])) {
		t.p++;
		t.n--;
	}
	if (t.n < 4 || (t.p[0] != '-' && t.p[0] != '<' && t.p[0] != 'P'))
		return v; /* most lines */
	t = noro_view_trim(t);
	if (t.n < 4)
		return v;
	for (size_t i = 0; i < sizeof(pagers) / sizeof(pagers[0]); i++)
		if (noro_view_starts(t, pagers[i])) {
			size_t n = strlen(pagers[i]);

			/* the blank behind the pager is the pager's; more are indentation */
			n += n < t.n && t.p[n] == ' ';
			return noro_view(t.p + n, t.n - n);
		}
	if (!noro_view_starts(t, "---(more "))
		return v;
	close = noro_view_find(t, NORO_V(")---"));
	return close == SIZE_MAX ? v : noro_view(t.p + close + 4, t.n - close - 4);
}

static bool all_word(struct noro_view v)
{
	for (size_t i = 0; i < v.n; i++)
		if (!noro_is_alnum(v.p[i]) && !memchr("-_.@/:()~", v.p[i], 9))
			return false;
	return v.n > 0;
}

/* What may end the name of a device in a prompt. */
static bool is_mark(char c)
{
	return c == '#' || c == '>' || c == '$' || c == '%';
}

/* What people type at a prompt to see a configuration, or what a script types. */
static bool is_command(struct noro_view v)
{
	static const char *const words[] = { "show", "sh", "sho", "display", "disp", "dis", "more",
		"cat", "terminal", "term", "exit", "quit", "end", "en", "enable", "configure",
		"conf", "config", "get", "admin", "admin-display", "info", "run", "set", "dir",
		"write", "wr", "copy", "screen-length", "no", "logout", "q", "less", "console",
		"diagnose", "export", "/export", "save", "cli", "edit", "top", "test", "ping",
		"clear", "skip", "administrator", "environment", "file", "verify", "request",
		"monitor", "debug", "undebug", "bash", "system-view", "undo", "return", "tail" };
	struct noro_view first;

	if (!noro_view_word(&v, &first))
		return true;
	if (first.p[0] == '/' || first.p[0] == '?')
		return true;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (noro_view_is_i(first, words[i]))
			return true;
	return false;
}

static struct noro_view host_of(struct noro_view v)
{
	size_t cut;

	if ((cut = noro_view_rchr(v, '@')) != SIZE_MAX)
		v = noro_view_sub(v, cut + 1, v.n);
	if ((cut = noro_view_chr(v, '(')) != SIZE_MAX && cut > 0)
		v = noro_view_sub(v, 0, cut);
	/* RP/0/RSP0/CPU0:host, A:host, host:~$, host/context */
	if (v.n && v.p[v.n - 1] == '~')
		v.n--;
	if (v.n && v.p[v.n - 1] == ':')
		v.n--;
	if ((cut = noro_view_rchr(v, ':')) != SIZE_MAX)
		v = noro_view_sub(v, cut + 1, v.n);
	return v;
}

/* <HUAWEI>display..., [HUAWEI-aaa]..., [admin@MikroTik] > ... */
static bool bracket_prompt(struct noro_view line, struct noro_prompt *ret)
{
	char closing = line.p[0] == '<' ? '>' : ']';
	size_t end = noro_view_chr(noro_view_sub(line, 0, 80), closing);
	struct noro_view rest;

	if (end == SIZE_MAX || end < 2)
		return false;
	ret->host = noro_view_sub(line, 1, end - 1);
	if (ret->host.p[0] == '~' || ret->host.p[0] == '*')
		ret->host = noro_view_sub(ret->host, 1, ret->host.n);
	if (!all_word(ret->host))
		return false;
	rest = noro_view_sub(line, end + 1, line.n);
	ret->mark = closing;
	if (noro_view_chr(ret->host, '@') != SIZE_MAX) { /* RouterOS: a menu, then > */
		size_t gt = noro_view_chr(noro_view_sub(rest, 0, 80), '>');

		if (closing != ']' || gt == SIZE_MAX)
			return false;
		rest = noro_view_sub(rest, gt + 1, rest.n);
	} else if (closing == ']' && noro_view_is(ret->host, "edit")) {
		return false;
	}
	ret->host = host_of(ret->host);
	ret->command = noro_view_trim(rest);
	return is_command(ret->command);
}

bool noro_tree_prompt(struct noro_view line, struct noro_prompt *ret)
{
	size_t end = 0, most = line.n < 120 ? line.n : 120;

	if (line.n < 2)
		return false;
	if (line.p[0] == '<' || line.p[0] == '[')
		return bracket_prompt(line, ret);
	if (line.p[0] == '*') /* SR OS: an unsaved change */
		line = noro_view_sub(line, 1, line.n), most -= 1;
	while (end < most && line.p[end] != ' ' && !is_mark(line.p[end]))
		end++;
	if (end == 0 || end >= most)
		return false;
	ret->host = noro_view_sub(line, 0, end);
	if (line.p[end] == ' ') { /* FGT (root) # */
		size_t hash = end + 1;

		if (hash < most && line.p[hash] == '(')
			while (hash < most && line.p[hash] != ' ')
				hash++;
		while (hash < most && line.p[hash] == ' ')
			hash++;
		if (hash + 1 >= line.n || line.p[hash] != '#' || line.p[hash + 1] != ' ')
			return false;
		end = hash;
	}
	if (!all_word(ret->host))
		return false;
	ret->mark = line.p[end];
	if ((ret->mark == '$' || ret->mark == '%') && noro_view_chr(ret->host, '@') == SIZE_MAX)
		return false;
	ret->host = host_of(ret->host);
	ret->command = noro_view_trim(noro_view_sub(line, end + 1, line.n));
	return ret->host.n > 0 && is_command(ret->command);
}

/* What devices print around a configuration. */
static const char *const around[] = { "Building configuration", "Current configuration",
	"Load for five secs", "Time source is", "{master", "{primary", "{secondary", "{backup",
	"{linecard", "[edit", "Using ", "Loading configuration", "Generating configuration",
	"<rpc-reply", "</rpc-reply", "<configuration-", "</configuration-", "<cli>", "</cli>",
	"Connection to ", "Warning: Permanently added" };

static bool is_clock(struct noro_view v)
{
	static const char *const days[] = { "Mon ", "Tue ", "Wed ", "Thu ", "Fri ", "Sat ",
		"Sun " };

	for (size_t i = 0; i < 7; i++)
		if (noro_view_starts(v, days[i]))
			return noro_view_chr(v, ':') != SIZE_MAX;
	return false;
}

bool noro_tree_is_session(enum noro_dialect d, struct noro_view v, struct noro_view *ret_host)
{
	struct noro_prompt p;

	switch (v.p[0]) {
	case 'B':
	case 'C':
	case 'L':
	case 'T':
	case '{':
	case '<':
	case '[':
	case 'U':
	case 'G':
	case 'W':
	case 'S':
	case 'M':
		for (size_t i = 0; i < sizeof(around) / sizeof(around[0]); i++)
			if (noro_view_starts(v, around[i]))
				return v.p[0] != 'U' || noro_view_find(v, NORO_V(" out of ")) < v.n;
		if (is_clock(v))
			return true;
		break;
	default:
		break;
	}
	/* <x> and [x] are prompts of few, and words of others */
	if ((v.p[0] == '<' || v.p[0] == '[') && d != NORO_DIALECT_VRP && d != NORO_DIALECT_ROUTEROS)
		return false;
	if (v.p[0] == '/' && d == NORO_DIALECT_ROUTEROS) /* a menu */
		return false;
	if (!noro_tree_prompt(v, &p))
		return false;
	*ret_host = p.host;
	return true;
}

static bool is_noise(struct noro_tree_maker *m, struct noro_view v)
{
	struct noro_view host = { NULL, 0 };

	if (!noro_tree_is_session(m->t->dialect, v, &host))
		return false;
	if (!m->t->name.n)
		m->t->name = host;
	return true;
}

static struct noro_view cleaned(struct noro_tree_lines *in, struct noro_view v)
{
	in->dirty = false;
	if (in->has_cr)
		while (v.n && v.p[v.n - 1] == '\r')
			v.n--;
	if (v.n && ((in->has_bs && memchr(v.p, '\b', v.n)) ||
			   (in->has_esc && memchr(v.p, 0x1b, v.n)) ||
			   (in->has_cr && memchr(v.p, '\r', v.n)))) {
		v = as_shown(in->m, v);
		in->dirty = true;
	}
	return v;
}

static void measure(struct noro_tree_line *l)
{
	size_t i = 0, n = l->raw.n, from = 0;
	uint32_t indent = 0;

	for (; i < n; i++)
		if (l->raw.p[i] == '\t')
			indent += NORO_TREE_TAB - indent % NORO_TREE_TAB;
		else if (noro_is_space(l->raw.p[i]))
			indent++;
		else if (i + 3 <= n && memcmp(l->raw.p + i, "\xef\xbb\xbf", 3) == 0)
			from = (i += 2) + 1; /* files that were put together have marks inside */
		else
			break;
	while (n > i && noro_is_space(l->raw.p[n - 1]))
		n--;
	l->text = noro_view(l->raw.p + i, n - i);
	l->indent = indent;
	l->column = (uint32_t)i + 1;
	l->raw = noro_view_sub(l->raw, from, l->raw.n);
}

bool noro_tree_lines_next(struct noro_tree_lines *in, struct noro_tree_line *ret)
{
	struct noro_view t = in->m->text;
	const char *end;
	size_t n, left;

	if (in->at >= t.n)
		return false;
	end = memchr(t.p + in->at, '\n', t.n - in->at);
	n = end ? (size_t)(end - (t.p + in->at)) : t.n - in->at;
	*ret = (struct noro_tree_line){ .offset = in->at, .line = ++in->line };
	in->at += n + 1;
	if (n > NORO_TREE_MAX_LINE) {
		n = NORO_TREE_MAX_LINE;
		in->m->t->cut = true;
	}
	ret->raw = cleaned(in, noro_view(t.p + ret->offset, n));
	do
		left = ret->raw.n;
	while ((ret->raw = without_pager(ret->raw)).n < left);
	measure(ret);
	/* indented lines too: what is printed again stands without its first indentation */
	ret->noise = ret->text.n && is_noise(in->m, ret->text);
	in->m->t->noise += ret->noise;
	return true;
}

bool noro_tree_lines_join(struct noro_tree_lines *in, struct noro_tree_line *l)
{
	struct noro_tree_lines before = *in;
	struct noro_tree *t = in->m->t;
	struct noro_tree_line next;
	struct noro_view name = t->name;
	uint32_t noise = t->noise;
	struct noro_buf b = { 0 };
	bool open = true;

	noro_buf_view(&b, l->text);
	while (open && b.n < NORO_TREE_MAX_QUOTED && noro_tree_lines_next(in, &next)) {
		noro_buf_chr(&b, '\n');
		noro_buf_view(&b, next.raw);
		open = noro_tree_quote_open(next.raw, true);
	}
	t->name = name; /* nothing in a quoted text is of the session */
	t->noise = noise;
	if (b.status != NORO_OK)
		in->m->status = NORO_ENOMEM;
	if (open || b.status != NORO_OK) {
		*in = before;
	} else {
		l->text = noro_view_trim(noro_arena_view(in->m->a, noro_buf_as_view(&b)));
		if (!l->text.p)
			in->m->status = NORO_ENOMEM;
	}
	noro_buf_done(&b);
	return !open && in->m->status == NORO_OK;
}
