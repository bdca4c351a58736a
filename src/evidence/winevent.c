/*
 * src/evidence/winevent.c - Windows events as XML (wevtutil, Event Viewer, forwarded in
 * syslog).
 *
 * The events are flat and machine-written, so this is a scanner, not an XML
 * parser: it knows tags, attributes, text and the five entities, builds no tree,
 * expands nothing, and reads each byte once. libxml2 would need a confined child
 * for every file and a whole document; a hunt wants one event out of a gigabyte.
 */
#include "evidence/log_priv.h"

enum { MAX_NAME = 64 };

struct scan {
	struct noro_take *t;
	struct noro_view rest;
	struct noro_view tag, attributes; /* of the element just opened */
	bool closing, empty;
};

/* "&lt;" and its kin, "&#NN;" and "&#xNN;" for one byte; the rest stays as it is. */
static size_t entity(struct noro_view v, char *ret)
{
	static const struct {
		const char *name;
		char c;
	} names[] = { { "&lt;", '<' }, { "&gt;", '>' }, { "&amp;", '&' }, { "&quot;", '"' },
		{ "&apos;", '\'' } };
	unsigned n = 0;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (noro_view_starts(v, names[i].name)) {
			*ret = names[i].c;
			return strlen(names[i].name);
		}
	if (v.n < 4 || v.p[1] != '#')
		return 0;
	for (i = v.p[2] == 'x' ? 3 : 2; i < v.n && i < 8 && noro_hex_value(v.p[i]) >= 0; i++)
		n = n * (v.p[2] == 'x' ? 16 : 10) + (unsigned)noro_hex_value(v.p[i]);
	if (i >= v.n || v.p[i] != ';' || n == 0 || n > 127)
		return 0;
	*ret = (char)n;
	return i + 1;
}

static struct noro_view undo_entities(struct noro_arena *a, struct noro_view v)
{
	char *out;
	size_t n = 0, i = 0, used;

	if (noro_view_chr(v, '&') == SIZE_MAX)
		return v;
	out = noro_arena_alloc(a, v.n + 1);
	if (!out)
		return v;
	while (i < v.n) {
		used = v.p[i] == '&' ? entity(noro_view_sub(v, i, 12), &out[n]) : 0;
		if (!used) {
			out[n] = v.p[i];
			used = 1;
		}
		n++;
		i += used;
	}
	return noro_view(out, n);
}

/* The next tag; `*ret_text` is what stood before it. */
static bool next_tag(struct scan *s, struct noro_view *ret_text)
{
	size_t open = noro_view_chr(s->rest, '<'), close, name;
	struct noro_view in;

	if (open == SIZE_MAX)
		return false;
	*ret_text = noro_view(s->rest.p, open);
	s->rest = noro_view_sub(s->rest, open + 1, s->rest.n);
	close = noro_view_chr(s->rest, '>');
	if (close == SIZE_MAX)
		return false;
	in = noro_view(s->rest.p, close);
	s->rest = noro_view_sub(s->rest, close + 1, s->rest.n);
	s->closing = in.n && in.p[0] == '/';
	if (s->closing)
		in = noro_view_sub(in, 1, in.n);
	s->empty = in.n && in.p[in.n - 1] == '/';
	if (s->empty)
		in.n--;
	for (name = 0; name < in.n && !noro_is_space(in.p[name]); name++)
		;
	s->tag = noro_view(in.p, name);
	s->attributes = noro_view_sub(in, name, in.n);
	return true;
}

static struct noro_view attribute(const struct scan *s, const char *name)
{
	struct noro_view rest = s->attributes, k, v;

	for (unsigned i = 0; i < 16 && noro_ev_next_kv(&rest, &k, &v); i++)
		if (noro_view_is(k, name))
			return v;
	return (struct noro_view){ 0 };
}

static void take(struct scan *s, struct noro_view name, struct noro_view v)
{
	v = noro_view_trim(v);
	if (v.n && name.n && name.n <= MAX_NAME)
		noro_ev_take(s->t, name, undo_entities(s->t->arena, v));
}

static void opened(struct scan *s, struct noro_view *leaf)
{
	*leaf = s->tag;
	if (noro_view_is(s->tag, "Provider"))
		take(s, NORO_V("Provider"), attribute(s, "Name"));
	else if (noro_view_is(s->tag, "TimeCreated"))
		take(s, NORO_V("TimeCreated"), attribute(s, "SystemTime"));
	else if (noro_view_is(s->tag, "Data"))
		*leaf = attribute(s, "Name").p ? attribute(s, "Name") : NORO_V("Data");
	else if (noro_view_is(s->tag, "Execution"))
		take(s, NORO_V("ProcessID"), attribute(s, "ProcessID"));
	else if (noro_view_is(s->tag, "Security"))
		take(s, NORO_V("UserID"), attribute(s, "UserID"));
	if (s->empty)
		leaf->n = 0;
}

/* IIS writes its access log as events too: the names are those of W3C. */
static void iis(struct noro_take *t)
{
	struct noro_record *r = t->rec;

	(void)noro_ev_set_addr(r, NORO_FIELD_SRC_IP, noro_ev_taken(t, "c-ip"));
	(void)noro_ev_set_addr(r, NORO_FIELD_DST_IP, noro_ev_taken(t, "s-ip"));
	noro_ev_set(r, NORO_FIELD_DST_PORT, noro_ev_taken(t, "s-port"));
	noro_ev_set(r, NORO_FIELD_METHOD, noro_ev_taken(t, "cs-method"));
	noro_ev_set(r, NORO_FIELD_PATH, noro_ev_taken(t, "cs-uri-stem"));
	noro_ev_set(r, NORO_FIELD_QUERY, noro_ev_taken(t, "cs-uri-query"));
	noro_ev_put(r, NORO_FIELD_STATUS, noro_ev_taken(t, "sc-status"));
	noro_ev_set(r, NORO_FIELD_USER_AGENT, noro_ev_taken(t, "csUser-Agent"));
	noro_ev_set(r, NORO_FIELD_REFERER, noro_ev_taken(t, "csReferer"));
	noro_ev_set(r, NORO_FIELD_USER, noro_ev_taken(t, "cs-username"));
}

bool noro_ev_winevent(const struct noro_log *log, struct noro_arena *a, struct noro_view raw,
	struct noro_record *r)
{
	struct noro_take t;
	size_t at = noro_view_find(noro_view_sub(raw, 0, 1024), NORO_V("<Event"));
	struct scan s = { .t = &t };
	struct noro_view text, leaf = { 0 };

	if (at == SIZE_MAX)
		return false;
	s.rest = noro_view_sub(raw, at, raw.n);
	noro_ev_take_init(&t, log, a, r, NORO_FAMILY_WIN);
	while (next_tag(&s, &text)) {
		if (!s.closing) {
			opened(&s, &leaf);
			continue;
		}
		take(&s, leaf, text);
		leaf.n = 0;
		if (noro_view_is(s.tag, "Event"))
			break;
	}
	if (t.n < 2)
		return false;
	noro_ev_windows_done(&t);
	if (noro_ev_taken(&t, "c-ip").p)
		iis(&t);
	noro_ev_take_done(&t);
	return true;
}

/* "<Event " or "<Event>", not "<Events>" or "<EventID>". */
static bool opens_event(struct noro_view v)
{
	return v.n > 6 && memcmp(v.p, "<Event", 6) == 0 &&
	       (v.p[6] == ' ' || v.p[6] == '>' || v.p[6] == '\n');
}

static struct noro_view around(const struct noro_log *log, struct noro_view text, size_t at)
{
	size_t low = at > NORO_EV_LINE ? at - NORO_EV_LINE : 0, end = at + 1, from;
	size_t high = text.n - at > NORO_EV_LINE ? at + NORO_EV_LINE : text.n;
	const char *lt, *close;

	(void)log;
	for (;;) {
		lt = memrchr(text.p + low, '<', end - low);
		if (!lt)
			return (struct noro_view){ 0 };
		from = (size_t)(lt - text.p);
		if (opens_event(noro_view(lt, text.n - from)))
			break;
		if (from + 8 <= at && memcmp(lt, "</Event>", 8) == 0)
			return (struct noro_view){ 0 }; /* between two events */
		end = from;                             /* strictly before this one */
	}
	close = memmem(text.p + from, high - from, "</Event>", 8);
	if (close)
		return noro_view(text.p + from, (size_t)(close - text.p) + 8 - from);
	return noro_view(text.p + from, high - from);
}

static void sniff(struct noro_view head, const char *path, struct noro_sniff *ret)
{
	struct noro_view v = noro_view_sub(head, 0, 4096);

	(void)path;
	if (noro_view_find(v, NORO_V("schemas.microsoft.com/win/2004/08/events/event")) !=
			SIZE_MAX &&
		noro_view_find(v, NORO_V("<Event")) != SIZE_MAX)
		noro_ev_sniffed(ret, 96, N_("XML in the schema of Windows events"), "");
}

const struct noro_reader noro_reader_winevent = {
	.name = "windows-xml",
	.title = N_("Windows events as XML"),
	.sniff = sniff,
	.parse = noro_ev_winevent,
	.around = around,
	.classes = "ip domain hash login command process windows",
};
