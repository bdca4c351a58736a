/*
 * src/device/transcript.c - a session cut into the outputs of its commands.
 *
 * A prompt is hard to tell from a line of output by itself, so it takes two passes:
 * the first collects names that stand before a command's first word; in the second
 * every line that begins with such a name as a prompt is one, also without a
 * command. Reports of many commands (show tech-support) name them in rulers instead.
 */
#include "device/line_priv.h"
#include "device/shell.h"
#include "device/transcript_priv.h"

enum { MAX_HOSTS = 64, MAX_PROMPT = 128, MAX_OUTPUTS = 1 << 20 };

/* A prompt: who asks, and what was typed behind it. */
struct prompt {
	struct noro_view host;
	struct noro_view command;
	enum noro_dialect dialect; /* if its form tells */
	bool ruler;                /* "------ show version ------" */
	bool shell;                /* $, or the folder stands in it */
};

static bool name_char(char c)
{
	return noro_is_alnum(c) || strchr("_.-/:@~", c) || (unsigned char)c >= 0x80;
}

/* Where a name ends; 0 if none stands here. */
static size_t name_length(struct noro_view v)
{
	size_t n = 0;

	while (n < v.n && n < MAX_PROMPT && name_char(v.p[n]))
		n++;
	return n;
}

/* "(config-if)", "(active)": its length, 0 if none. */
static size_t mode_length(struct noro_view v)
{
	size_t end;

	if (!v.n || v.p[0] != '(')
		return 0;
	end = noro_view_chr(noro_view_sub(v, 0, 64), ')');
	return end == SIZE_MAX ? 0 : end + 1;
}

/* r1# r1(config)# r1> RP/0/RP0/CPU0:r1# user@host> *A:r1# host:~$ */
static bool plain(struct noro_view line, struct prompt *ret)
{
	size_t star = noro_view_starts(line, "*") || noro_view_starts(line, "!");
	struct noro_view v = noro_view_sub(line, star, line.n);
	size_t n = name_length(v), m, colon, at;

	if (!n || (!noro_is_alnum(v.p[0]) && (unsigned char)v.p[0] < 0x80))
		return false;
	ret->host = noro_view_sub(v, 0, n);
	m = mode_length(noro_view_sub(v, n, v.n));
	n += m;
	if (n >= v.n)
		return false;
	if (v.p[n] != '#' && v.p[n] != '>' && v.p[n] != '$') {
		/* FGT # , FGT (global) # */
		if (v.p[n] != ' ' || n + 1 >= v.n)
			return false;
		n++;
		m = mode_length(noro_view_sub(v, n, v.n));
		n += m ? m + 1 : 0;
		if (n >= v.n || (v.p[n] != '#' && v.p[n] != '$') ||
			(n + 1 < v.n && v.p[n + 1] != ' '))
			return false;
		ret->dialect = NORO_DIALECT_FORTIOS;
	}
	if (v.p[n] == '$' && noro_view_chr(ret->host, '@') == SIZE_MAX && !ret->dialect)
		return false;
	ret->command = noro_view_trim(noro_view_sub(v, n + 1, v.n));
	if (noro_view_starts(ret->host, "RP/") || noro_view_starts(ret->host, "0/RP")) {
		ret->dialect = NORO_DIALECT_IOS_XR;
		colon = noro_view_rchr(ret->host, ':');
		if (colon != SIZE_MAX)
			ret->host = noro_view_sub(ret->host, colon + 1, ret->host.n);
	}
	at = noro_view_chr(ret->host, '@');
	if (at != SIZE_MAX)
		ret->host = noro_view_sub(ret->host, at + 1, ret->host.n);
	colon = noro_view_chr(ret->host, ':');
	ret->shell = v.p[n] == '$' || (at != SIZE_MAX && v.p[n] == '#' && colon != SIZE_MAX);
	if (ret->shell) {
		ret->host = noro_view_sub(ret->host, 0, colon);
		ret->command = noro_shell_command(ret->command);
	}
	/* *A:r1#, and A:r1# without unsaved changes, of SR OS: A and B are its processors */
	if (ret->host.n > 2 && ret->host.p[1] == ':' &&
		(star || ret->host.p[0] == 'A' || ret->host.p[0] == 'B')) {
		ret->host = noro_view_sub(ret->host, 2, ret->host.n);
		ret->dialect = NORO_DIALECT_SROS;
	}
	return ret->host.n > 0;
}

/* <HUAWEI>display, [HUAWEI-aaa]quit, [~HUAWEI]commit, [admin@MikroTik] /ip> print */
static bool bracketed(struct noro_view line, struct prompt *ret)
{
	char open = line.n ? line.p[0] : 0, close = open == '<' ? '>' : ']';
	size_t end = noro_view_chr(noro_view_sub(line, 0, MAX_PROMPT), close), at, skip = 1;

	if ((open != '<' && open != '[') || end == SIZE_MAX || end < 2)
		return false;
	while (skip < end && strchr("~*", line.p[skip]))
		skip++;
	ret->host = noro_view_sub(line, skip, end - skip);
	if (name_length(ret->host) != ret->host.n || !ret->host.n)
		return false;
	at = noro_view_chr(ret->host, '@');
	if (open == '[' && at != SIZE_MAX) {
		size_t gt = noro_view_chr(noro_view_sub(line, end, MAX_PROMPT), '>');

		ret->host = noro_view_sub(ret->host, at + 1, ret->host.n);
		if (gt == SIZE_MAX)
			return false;
		ret->command = noro_view_trim(noro_view_sub(line, end + gt + 1, line.n));
		ret->dialect = NORO_DIALECT_ROUTEROS;
		return true;
	}
	ret->dialect = NORO_DIALECT_VRP;
	ret->command = noro_view_trim(noro_view_sub(line, end + 1, line.n));
	return at == SIZE_MAX;
}

/* "------------------ show version ------------------", "###### show ip route ######" */
static bool ruler(struct noro_view line, struct prompt *ret)
{
	size_t from = 0, to = line.n;
	char c = line.n ? line.p[0] : 0;

	if (c != '-' && c != '#' && c != '=' && c != '*' && c != '`' && c != '!')
		return false;
	while (from < to && line.p[from] == c)
		from++;
	while (to > from && (line.p[to - 1] == c || noro_is_space(line.p[to - 1])))
		to--;
	if (c == '`' ? from < 1 || to == line.n : from < 5 || line.n - to < 5)
		return false;
	ret->command = noro_view_trim(noro_view_sub(line, from, to - from));
	ret->ruler = true;
	return noro_command_like(ret->command);
}

static bool prompt_of(struct noro_view line, struct prompt *ret)
{
	*ret = (struct prompt){ 0 };
	if (!line.n || line.n > NORO_LINE_MAX)
		return false;
	if (ruler(line, ret))
		return true;
	*ret = (struct prompt){ 0 };
	if (line.p[0] == '<' || line.p[0] == '[')
		return bracketed(line, ret);
	return plain(line, ret);
}

/* --- names --- */

struct hosts {
	struct noro_view name[MAX_HOSTS];
	enum noro_dialect dialect[MAX_HOSTS];
	size_t n;
};

/* VRP writes the view into the name: [HUAWEI-aaa]. */
static bool same_host(struct noro_view known, const struct prompt *p)
{
	if (noro_view_eq(known, p->host))
		return true;
	return p->dialect == NORO_DIALECT_VRP && p->host.n > known.n && p->host.p[known.n] == '-' &&
	       noro_view_eq(known, noro_view_sub(p->host, 0, known.n));
}

static size_t host_number(const struct hosts *h, const struct prompt *p)
{
	size_t i = 0;

	while (i < h->n && !same_host(h->name[i], p))
		i++;
	return i;
}

static void learn(struct hosts *h, const struct prompt *p)
{
	size_t i = host_number(h, p);

	if (i == MAX_HOSTS)
		return;
	if (i == h->n) {
		h->name[h->n] = p->host;
		h->dialect[h->n++] = p->dialect;
	} else if (!h->dialect[i]) {
		h->dialect[i] = p->dialect;
	}
}

/* --- cutting --- */

struct cut {
	struct noro_arena *a;
	struct noro_view text;
	struct hosts hosts;
	bool rulers;
	struct noro_output *out;
	size_t n, cap;
	struct noro_output open; /* what is being collected */
	bool any;
	enum noro_status status;
};

static void add(struct cut *c, const struct noro_output *o)
{
	struct noro_output *grown = c->out;

	if (c->n == MAX_OUTPUTS || c->status != NORO_OK)
		return;
	if (c->n == c->cap)
		grown = noro_arena_grow(c->a, c->out, c->n, &c->cap, sizeof(*c->out));
	if (!grown) {
		c->status = NORO_ENOMEM;
		return;
	}
	c->out = grown;
	c->out[c->n++] = *o;
}

/* Sentences with which devices say that they do not know, or do not allow. */
static bool says_no(struct noro_view line)
{
	static const char *const said[] = { "% Invalid", "% Incomplete", "% Unknown command",
		"% Ambiguous", "% Unrecognized", "% Authorization failed", "% Permission denied",
		"% This command is not authorized", "%Error: ", "ERROR: % Invalid",
		"ERROR: % Incomplete", "Error: Unrecognized command", "Error: Incomplete command",
		"Error: Wrong parameter", "Error: Ambiguous command",
		"Command authorization failed", "unknown command.", "syntax error",
		"error: syntax error", "error: command is not valid", "error: permission denied",
		"Command fail.", "Unknown action", "command parse error", "Invalid syntax.",
		"Unknown command:", "bad command name", "expected end of command", "no such item",
		"Permission denied", "% Bad IP address or host name", "Server error :" };

	line = noro_view_trim(line);
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++)
		if (noro_view_starts_i(line, said[i]))
			return true;
	return false;
}

/* The first lines say whether it was refused; a banner or the clock's own output says when. */
static void look_inside(struct noro_output *o)
{
	struct noro_view rest = o->body, line;

	for (unsigned i = 0; i < 6 && noro_view_line(&rest, &line); i++) {
		if (i < 4 && says_no(line))
			o->refused = true;
		if (o->time_ns == NORO_TIME_NONE)
			o->time_ns = noro_transcript_time(line);
	}
}

static bool has_text(struct noro_view v)
{
	return noro_view_trim(v).n > 0;
}

static void finish(struct cut *c, size_t end)
{
	struct noro_output *o = &c->open;

	if (!c->any || !o->command.n)
		return;
	o->body = noro_view_sub(c->text, (size_t)o->offset, end - (size_t)o->offset);
	if (!has_text(o->body))
		return;
	look_inside(o);
	add(c, o);
}

/* Is this line a prompt of one of the devices we know by now? */
static bool is_ours(const struct cut *c, const struct prompt *p)
{
	return p->ruler || host_number(&c->hosts, p) < c->hosts.n;
}

static void begin(struct cut *c, const struct prompt *p, size_t offset, uint32_t line)
{
	enum noro_dialect dialect = p->dialect;
	struct noro_view device = p->host;
	size_t i = p->ruler ? c->hosts.n : host_number(&c->hosts, p);

	if (i < c->hosts.n) {
		dialect = c->hosts.dialect[i];
		device = c->hosts.name[i];
	} else if (p->ruler) {
		dialect = c->open.dialect;
		device = c->open.device;
	}
	c->open = (struct noro_output){ .device = device,
		.command = p->command,
		.dialect = dialect,
		.offset = offset,
		.line = line,
		.time_ns = NORO_TIME_NONE };
	c->any = true;
}

typedef void each_fn(struct cut *c, struct noro_view line, size_t from, size_t to, uint32_t number);

static void collect_names(
	struct cut *c, struct noro_view line, size_t from, size_t to, uint32_t number)
{
	struct prompt p;

	(void)from;
	(void)to;
	(void)number;
	if (!prompt_of(line, &p) ||
		(!noro_command_like(p.command) && !(p.shell && noro_shell_like(p.command))))
		return;
	c->rulers |= p.ruler;
	if (!p.ruler)
		learn(&c->hosts, &p);
}

static void cut_line(struct cut *c, struct noro_view line, size_t from, size_t to, uint32_t number)
{
	struct prompt p;

	if (!prompt_of(line, &p) || !is_ours(c, &p))
		return;
	/* inside a report of rulers a prompt with a command still counts, a bare one ends it */
	finish(c, from);
	c->any = false;
	begin(c, &p, to, number + 1);
}

static void each_line(struct cut *c, each_fn *fn)
{
	struct noro_view rest = c->text, raw, line;
	uint32_t number = 1;

	while (c->status == NORO_OK) {
		size_t from = (size_t)(rest.p - c->text.p);

		if (!noro_view_line(&rest, &raw))
			return;
		c->status = noro_transcript_clean(raw, c->a, &line);
		if (c->status == NORO_OK)
			fn(c, noro_view_trim(line), from, c->text.n - rest.n, number++);
	}
}

static bool same_verb(struct noro_view a, struct noro_view b)
{
	struct noro_view x, y;

	return noro_view_word(&a, &x) && noro_view_word(&b, &y) && noro_view_eq_i(x, y);
}

/* No prompt anywhere: one output, named by the file or by its own first line. */
static enum noro_status bare(struct cut *c, const struct noro_path_says *says)
{
	struct noro_output o = { .device = says->device,
		.command = says->command,
		.dialect = says->dialect,
		.body = c->text,
		.line = 1,
		.time_ns = NORO_TIME_NONE };
	struct noro_view rest = c->text, line;
	uint32_t lines = 0;

	while (noro_view_line(&rest, &line)) {
		lines++;
		line = noro_view_trim(line);
		if (!line.n)
			continue;
		/* the echo of the command */
		if (line.n < 200 && noro_command_like(line) &&
			noro_view_chr(line, ':') == SIZE_MAX &&
			(!o.command.n || same_verb(line, o.command))) {
			o.command = line;
			o.line = lines + 1;
			o.offset = c->text.n - rest.n;
			o.body = noro_view_sub(c->text, (size_t)o.offset, c->text.n);
		}
		break;
	}
	if (!o.command.n)
		o.command = noro_shell_command_of(o.body);
	look_inside(&o);
	add(c, &o);
	return c->status;
}

enum noro_status noro_transcript_cut(struct noro_view text, const char *path, struct noro_arena *a,
	const struct noro_output **ret, size_t *ret_n)
{
	struct cut c = { .a = a, .text = text };
	struct noro_path_says says;
	enum noro_status st = noro_path_says(path, a, &says);

	if (st != NORO_OK)
		return st;
	each_line(&c, collect_names);
	if (c.hosts.n || c.rulers) {
		c.open.device = says.device;
		c.open.dialect = says.dialect;
		each_line(&c, cut_line);
		finish(&c, text.n);
		for (size_t i = 0; i < c.n; i++) {
			if (!c.out[i].dialect)
				c.out[i].dialect = says.dialect;
			if (!c.out[i].device.n)
				c.out[i].device = says.device;
		}
	}
	if (!c.n && c.status == NORO_OK)
		c.status = bare(&c, &says);
	if (c.status == NORO_OK) {
		*ret = c.out;
		*ret_n = c.n;
	}
	return c.status;
}
