/*
 * src/evidence/mail.c - messages (.eml) and mailboxes (mbox) as one JSON object each:
 * headers decoded, bodies decoded, attachments by name and hash.
 *
 * Our own reader, not gmime: a hunt wants a dozen headers, the text and the hashes, with named
 * ceilings and an error when memory ends; GLib aborts the program then, and would need a confined
 * child for every message. What is decoded here never leaves the buffers it is decoded into.
 */
#include "evidence/log_priv.h"

#include "base/hash.h"
#include "base/jsonw.h"
#include "evidence/mime_priv.h"

enum {
	MAX_MESSAGE = 16 << 20, /* bytes of one message; the rest is passed over and said */
	MAX_BODY = 256 << 10,   /* decoded text of one part that is kept */
	MAX_DEPTH = 8,          /* parts in parts */
	MAX_PARTS = 256,
	PULL = 64 << 10,
};

struct part {
	struct noro_view type, encoding, disposition, body;
};

struct letter {
	struct noro_jsonw w;
	struct noro_buf json, text, scratch;
	unsigned parts;
	bool failed;
};

/* One header with its folded lines; false at the empty line or the end. */
static bool next_header(struct noro_view *rest, struct noro_view *name, struct noro_view *value)
{
	struct noro_view line, whole;
	size_t colon;

	if (!noro_view_line(rest, &line) || line.n == 0)
		return false;
	whole = line;
	while (rest->n && (rest->p[0] == ' ' || rest->p[0] == '\t') && noro_view_line(rest, &line))
		whole.n = (size_t)(line.p + line.n - whole.p);
	colon = noro_view_chr(whole, ':');
	if (colon == SIZE_MAX) {
		*name = *value = (struct noro_view){ whole.p, 0 };
		return true; /* an mbox "From " line, or rubbish */
	}
	*name = noro_view(whole.p, colon);
	*value = noro_view_trim(noro_view_sub(whole, colon + 1, whole.n));
	return true;
}

static const struct {
	const char *header, *name;
} wanted[] = {
	{ "Date", "time" },
	{ "From", "mail.from" },
	{ "To", "mail.to" },
	{ "Cc", "mail.cc" },
	{ "Reply-To", "reply_to" },
	{ "Return-Path", "return_path" },
	{ "Sender", "sender" },
	{ "Subject", "subject" },
	{ "Message-ID", "message_id" },
	{ "User-Agent", "user_agent" },
	{ "X-Mailer", "user_agent" },
	{ "X-Originating-IP", "ip" },
	{ "Received", "received" },
	{ "Authentication-Results", "authentication_results" },
	{ "DKIM-Signature", "dkim" },
	{ "List-Unsubscribe", "list_unsubscribe" },
};
enum { WANTED = sizeof(wanted) / sizeof(wanted[0]), MAX_REPEATS = 24 };

static void put(struct letter *l, const char *key, struct noro_view v)
{
	noro_buf_clear(&l->scratch);
	noro_mime_header(noro_view_sub(v, 0, 8192), &l->scratch);
	noro_jsonw_kview(&l->w, key, noro_buf_as_view(&l->scratch));
}

/* All headers of one name: a text, or an array when there are several. */
static void headers(struct letter *l, struct noro_view message)
{
	for (size_t i = 0; i < WANTED; i++) {
		struct noro_view rest = message, name, value, found[MAX_REPEATS];
		size_t n = 0;

		while (next_header(&rest, &name, &value))
			if (n < MAX_REPEATS && noro_view_is_i(name, wanted[i].header) && value.n)
				found[n++] = value;
		if (n == 0)
			continue;
		if (n == 1) {
			put(l, wanted[i].name, found[0]);
			continue;
		}
		noro_jsonw_key(&l->w, wanted[i].name);
		noro_jsonw_array(&l->w);
		for (size_t k = 0; k < n; k++) {
			noro_buf_clear(&l->scratch);
			noro_mime_header(noro_view_sub(found[k], 0, 8192), &l->scratch);
			noro_jsonw_view(&l->w, noro_buf_as_view(&l->scratch));
		}
		noro_jsonw_array_end(&l->w);
	}
}

static void read_part(struct noro_view message, struct part *ret)
{
	struct noro_view name, value;

	*ret = (struct part){ .type = NORO_V("text/plain") };
	while (next_header(&message, &name, &value)) {
		if (noro_view_is_i(name, "Content-Type"))
			ret->type = value;
		else if (noro_view_is_i(name, "Content-Transfer-Encoding"))
			ret->encoding = value;
		else if (noro_view_is_i(name, "Content-Disposition"))
			ret->disposition = value;
	}
	ret->body = message;
}

static void decode(const struct part *p, struct noro_buf *out)
{
	if (noro_view_starts_i(p->encoding, "base64"))
		noro_mime_base64(p->body, out);
	else if (noro_view_starts_i(p->encoding, "quoted-printable"))
		noro_mime_quoted(p->body, false, out);
	else
		noro_buf_view(out, p->body);
}

static void attachment(struct letter *l, const struct part *p, struct noro_view name)
{
	static const struct {
		enum noro_hash_kind kind;
		const char *key;
	} kinds[] = { { NORO_MD5, "md5" }, { NORO_SHA1, "sha1" }, { NORO_SHA256, "sha256" } };
	struct noro_buf bytes = { 0 };
	char hex[NORO_HASH_TEXT];

	decode(p, &bytes);
	if (bytes.status != NORO_OK)
		l->failed = true;
	noro_jsonw_object(&l->w);
	if (name.n) {
		noro_buf_clear(&l->scratch);
		noro_mime_header(name, &l->scratch);
		noro_jsonw_kview(&l->w, "name", noro_buf_as_view(&l->scratch));
	}
	noro_jsonw_ku64(&l->w, "size", bytes.n);
	for (size_t i = 0; i < 3; i++)
		if (noro_hash_of(kinds[i].kind, noro_view(bytes.p ? bytes.p : "", bytes.n), hex) ==
			NORO_OK)
			noro_jsonw_kstr(&l->w, kinds[i].key, hex);
	noro_jsonw_object_end(&l->w);
	noro_buf_done(&bytes);
}

static void text_part(struct letter *l, const struct part *p)
{
	struct noro_buf bytes = { 0 };

	decode(p, &bytes);
	if (bytes.status != NORO_OK)
		l->failed = true;
	if (l->text.n)
		noro_buf_chr(&l->text, '\n');
	noro_mime_charset(noro_view_sub(noro_buf_as_view(&bytes), 0, MAX_BODY),
		noro_mime_param(p->type, "charset"), &l->text);
	noro_buf_done(&bytes);
}

static void walk(struct letter *l, struct noro_view message, unsigned depth);

/* The parts between "--boundary" lines. */
static void multipart(
	struct letter *l, struct noro_view body, struct noro_view boundary, unsigned depth)
{
	struct noro_view line, rest = body;
	const char *start = NULL;

	while (noro_view_line(&rest, &line)) {
		bool is = line.n >= boundary.n + 2 && line.p[0] == '-' && line.p[1] == '-' &&
			  memcmp(line.p + 2, boundary.p, boundary.n) == 0;

		if (!is)
			continue;
		if (start && l->parts < MAX_PARTS)
			walk(l, noro_view(start, (size_t)(line.p - start)), depth + 1);
		start = rest.p;
		if (noro_view_starts(noro_view_sub(line, boundary.n + 2, line.n), "--"))
			return;
	}
	if (start && l->parts < MAX_PARTS) /* the closing boundary is missing */
		walk(l, noro_view(start, (size_t)(body.p + body.n - start)), depth + 1);
}

static void walk(struct letter *l, struct noro_view message, unsigned depth)
{
	struct part p;
	struct noro_view name, boundary;

	l->parts++;
	read_part(message, &p);
	boundary = noro_mime_param(p.type, "boundary");
	if (noro_view_starts_i(p.type, "multipart/") && boundary.n && boundary.n < 200 &&
		depth < MAX_DEPTH) {
		multipart(l, p.body, boundary, depth);
		return;
	}
	name = noro_mime_param(p.disposition, "filename");
	if (!name.n)
		name = noro_mime_param(p.type, "name");
	if (noro_view_starts_i(p.type, "message/rfc822") && depth < MAX_DEPTH && !name.n) {
		walk(l, p.body, depth + 1);
		return;
	}
	if (name.n || noro_view_starts_i(p.disposition, "attachment") ||
		!noro_view_starts_i(p.type, "text/"))
		attachment(l, &p, name);
	else
		text_part(l, &p);
}

/* One message as one line of JSON. */
static enum noro_status one_message(
	struct noro_view message, bool cut, noro_push_fn *push, void *push_ctx)
{
	struct letter l = { 0 };
	enum noro_status st = NORO_ENOMEM;

	l.w = noro_jsonw(&l.json);
	noro_jsonw_object(&l.w);
	headers(&l, message);
	noro_jsonw_key(&l.w, "attachment");
	noro_jsonw_array(&l.w);
	walk(&l, message, 0);
	noro_jsonw_array_end(&l.w);
	if (cut)
		noro_jsonw_kbool(&l.w, "truncated", true);
	noro_jsonw_kview(&l.w, "message", noro_buf_as_view(&l.text));
	noro_jsonw_object_end(&l.w);
	noro_buf_chr(&l.json, '\n');
	if (l.json.status == NORO_OK && l.text.status == NORO_OK && l.scratch.status == NORO_OK &&
		!l.failed)
		st = push(push_ctx, l.json.p, l.json.n);
	noro_buf_done(&l.json);
	noro_buf_done(&l.text);
	noro_buf_done(&l.scratch);
	return st;
}

/* Where the next message of an mbox begins in what is held, SIZE_MAX if not yet. */
static size_t next_from(struct noro_view v, size_t from)
{
	size_t at = noro_view_find(noro_view_sub(v, from, v.n), NORO_V("\nFrom "));

	return at == SIZE_MAX ? SIZE_MAX : from + at + 1;
}

struct reader {
	struct noro_buf held;
	size_t looked; /* no "\nFrom " before this */
	bool mbox, cut;
};

/* Take messages out of what is held; at the end all that is left is one. */
static enum noro_status drain(struct reader *m, bool end, noro_push_fn *push, void *push_ctx)
{
	enum noro_status st = NORO_OK;

	while (st >= 0 && m->held.n) {
		size_t at = m->mbox ? next_from(noro_buf_as_view(&m->held), m->looked) : SIZE_MAX;

		if (at == SIZE_MAX && !end) {
			m->looked = m->held.n > 8 ? m->held.n - 8 : 0;
			if (m->held.n > MAX_MESSAGE) {
				m->held.n = MAX_MESSAGE; /* go on reading to the next message, keep
							    no more */
				m->cut = true;
				m->looked = MAX_MESSAGE - 8;
			}
			return NORO_OK;
		}
		if (at == SIZE_MAX)
			at = m->held.n;
		st = one_message(noro_view(m->held.p, at), m->cut, push, push_ctx);
		memmove(m->held.p, m->held.p + at, m->held.n - at);
		m->held.n -= at;
		m->looked = 0;
		m->cut = false;
	}
	return st;
}

static enum noro_status transcode(const struct noro_log_opts *opts, noro_pull_fn *pull,
	void *pull_ctx, noro_push_fn *push, void *push_ctx, struct noro_error *err)
{
	struct reader m = { 0 };
	enum noro_status st = NORO_OK, done = NORO_OK;
	bool first = true;

	(void)opts;
	while (st == NORO_OK && done >= 0) {
		char *room = noro_buf_room(&m.held, PULL);
		size_t got = 0;

		if (!room) {
			st = NORO_ENOMEM;
			break;
		}
		st = pull(pull_ctx, room, PULL, &got);
		if (st < 0)
			break;
		m.held.n += got;
		if (first)
			m.mbox = noro_view_starts(noro_buf_as_view(&m.held), "From ");
		first = false;
		done = drain(&m, st == NORO_END, push, push_ctx);
	}
	noro_buf_done(&m.held);
	if (st < 0)
		return noro_fail(err, st, NULL);
	return done < 0 ? noro_fail(err, done, NULL) : NORO_OK;
}

/* Mail begins with headers: at least three of those every message has, and only such lines. */
static void sniff(struct noro_view head, const char *path, struct noro_sniff *ret)
{
	static const char *const names[] = { "From", "To", "Subject", "Date", "Message-ID",
		"Received", "MIME-Version", "Return-Path", "Delivered-To", "Content-Type", "Cc",
		"Reply-To" };
	struct noro_view rest = head, name, value;
	unsigned known = 0, odd = 0;
	bool mbox = noro_view_starts(head, "From ");

	if (mbox)
		(void)noro_view_line(&rest, &name);
	for (unsigned i = 0; i < 200 && next_header(&rest, &name, &value); i++) {
		if (name.n == 0 || name.n > 60 || noro_view_chr(name, ' ') != SIZE_MAX ||
			noro_view_chr(name, '"') != SIZE_MAX)
			odd++;
		for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++)
			known += noro_view_is_i(name, names[k]);
	}
	(void)path;
	if (odd == 0 && known >= 3)
		noro_ev_sniffed(ret, mbox ? 94 : 90,
			mbox ? N_("a mailbox of messages")
			     : N_("begins with the headers of a message"),
			"");
}

static bool parse(const struct noro_log *log, struct noro_arena *a, struct noro_view raw,
	struct noro_record *r)
{
	struct noro_take t;

	noro_ev_take_init(&t, log, a, r, NORO_FAMILY_JSON);
	if (!noro_ev_flat_json(&t, raw))
		return false;
	r->shape = "mail";
	noro_ev_take_done(&t);
	return true;
}

const struct noro_reader noro_reader_mail = {
	.name = "mail",
	.title = N_("mail (message or mbox)"),
	.sniff = sniff,
	.parse = parse,
	.transcode = transcode,
	.classes = "ip domain url email hash",
};
