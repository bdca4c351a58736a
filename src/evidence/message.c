/*
 * src/evidence/message.c - what a program says. Known programs have their own
 * sentences (linux.c, mailers.c, junos.c, ...); for the rest the labels that all
 * of them use tell who is who: "from", "client:", "rhost=", "[client ...]".
 */
#include "evidence/log_priv.h"

/* What the word before a value makes of it. */
enum label { LABEL_NONE, LABEL_SRC, LABEL_DST, LABEL_USER, LABEL_SKIP };

static const struct {
	const char *word;
	enum label label;
} labels[] = {
	{ "from", LABEL_SRC },
	{ "client", LABEL_SRC },
	{ "rhost", LABEL_SRC },
	{ "rip", LABEL_SRC },
	{ "ip", LABEL_SRC },
	{ "ip-address", LABEL_SRC },
	{ "address", LABEL_SRC },
	{ "addr", LABEL_SRC },
	{ "by", LABEL_SRC },
	{ "peer", LABEL_SRC },
	{ "remote", LABEL_SRC },
	{ "remoteaddr", LABEL_SRC },
	{ "remote_addr", LABEL_SRC },
	{ "remoteaddress", LABEL_SRC },
	{ "remote_ip", LABEL_SRC },
	{ "relay", LABEL_SRC },
	{ "src", LABEL_SRC },
	{ "src_ip", LABEL_SRC },
	{ "srcip", LABEL_SRC },
	{ "source", LABEL_SRC },
	{ "oip", LABEL_SRC },
	{ "host", LABEL_SRC },
	{ "clientip", LABEL_SRC },
	{ "client_ip", LABEL_SRC },
	{ "userip", LABEL_SRC },
	{ "with", LABEL_SRC },
	{ "ban", LABEL_SRC },
	{ "unban", LABEL_SRC },
	{ "found", LABEL_SRC },
	{ "to", LABEL_DST },
	{ "dst", LABEL_DST },
	{ "dest", LABEL_DST },
	{ "dstip", LABEL_DST },
	{ "lip", LABEL_DST },
	{ "server", LABEL_DST },
	{ "i", LABEL_SKIP }, /* exim: the local interface */
	{ "user", LABEL_USER },
	{ "username", LABEL_USER },
	{ "usr", LABEL_USER },
	{ "acct", LABEL_USER },
	{ "account", LABEL_USER },
	{ "login", LABEL_USER },
	{ "set_id", LABEL_USER },
	{ "sasl_username", LABEL_USER },
	{ "logger", LABEL_SKIP },
	{ "helo", LABEL_SKIP },
	{ "message-id", LABEL_SKIP },
	{ "version", LABEL_SKIP },
};

enum mood { ABOUT_LOGIN = 1, WENT_WRONG = 2, WENT_WELL = 4 };

static const struct {
	const char *word;
	unsigned mood;
} moods[] = {
	{ "login", ABOUT_LOGIN },
	{ "logon", ABOUT_LOGIN },
	{ "signin", ABOUT_LOGIN },
	{ "auth", ABOUT_LOGIN },
	{ "authentication", ABOUT_LOGIN },
	{ "authenticator", ABOUT_LOGIN },
	{ "authenticate", ABOUT_LOGIN },
	{ "authorization", ABOUT_LOGIN },
	{ "authfail", ABOUT_LOGIN | WENT_WRONG },
	{ "authenticated", ABOUT_LOGIN },
	{ "password", ABOUT_LOGIN },
	{ "credentials", ABOUT_LOGIN },
	{ "logins", ABOUT_LOGIN },
	{ "fail", WENT_WRONG },
	{ "failed", WENT_WRONG },
	{ "failure", WENT_WRONG },
	{ "failures", WENT_WRONG },
	{ "invalid", WENT_WRONG },
	{ "incorrect", WENT_WRONG },
	{ "denied", WENT_WRONG },
	{ "refused", WENT_WRONG },
	{ "rejected", WENT_WRONG },
	{ "unauthorized", WENT_WRONG },
	{ "mismatch", WENT_WRONG },
	{ "wrong", WENT_WRONG },
	{ "bad", WENT_WRONG },
	{ "login_error", ABOUT_LOGIN | WENT_WRONG },
	{ "not", WENT_WRONG },
	{ "error", WENT_WRONG },
	{ "aborted", WENT_WRONG },
	{ "accepted", WENT_WELL },
	{ "success", WENT_WELL },
	{ "successful", WENT_WELL },
	{ "successfully", WENT_WELL },
	{ "succeeded", WENT_WELL },
};

static bool separator(char c)
{
	return noro_is_space(c) || strchr(",;|\"'<>=`", c) != NULL;
}

struct scan {
	struct noro_record *r;
	struct noro_view msg, word, before; /* `before`: the label, without its punctuation */
	size_t at;
	struct noro_view lone; /* the first address without a label */
	unsigned lones, mood;
	bool found;
};

static bool next_word(struct scan *s)
{
	size_t start;

	while (s->at < s->msg.n && separator(s->msg.p[s->at]))
		s->at++;
	start = s->at;
	while (s->at < s->msg.n && !separator(s->msg.p[s->at]))
		s->at++;
	s->word = noro_view(s->msg.p + start, s->at - start);
	return s->word.n > 0;
}

static struct noro_view strip(struct noro_view v, const char *edges)
{
	while (v.n && v.p[0] && strchr(edges, v.p[0]))
		v = noro_view(v.p + 1, v.n - 1);
	while (v.n && v.p[v.n - 1] && strchr(edges, v.p[v.n - 1]))
		v.n--;
	return v;
}

static enum label label_of(struct noro_view v)
{
	if (v.n == 0 || v.n > 16)
		return LABEL_NONE;
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
		if (noro_lower(v.p[0]) == labels[i].word[0] && noro_view_is_i(v, labels[i].word))
			return labels[i].label;
	return LABEL_NONE;
}

static unsigned mood_of(struct noro_view v)
{
	if (v.n < 3 || v.n > 16)
		return 0;
	for (size_t i = 0; i < sizeof(moods) / sizeof(moods[0]); i++)
		if (noro_lower(v.p[0]) == moods[i].word[0] && noro_view_is_i(v, moods[i].word))
			return moods[i].mood;
	return 0;
}

static bool could_be_addr(struct noro_view v)
{
	size_t dots = 0, colons = 0;

	if (v.n < 3 || v.n > 80)
		return false;
	for (size_t i = 0; i < v.n; i++) {
		dots += v.p[i] == '.';
		colons += v.p[i] == ':';
	}
	return dots >= 3 || colons >= 2;
}

/* A name somebody typed: to the closing quote if it is quoted. */
static struct noro_view user_value(const struct scan *s)
{
	size_t start = (size_t)(s->word.p - s->msg.p), end;
	char quote = start ? s->msg.p[start - 1] : 0;

	if (quote == '"' || quote == '\'' || quote == '<') {
		end = noro_view_chr(noro_view_sub(s->msg, start, 256), quote == '<' ? '>' : quote);
		if (end != SIZE_MAX)
			return noro_view(s->word.p, end);
	}
	return strip(s->word, "[](){}:,.");
}

static bool is_filler(struct noro_view v)
{
	static const char *const words[] = { "from", "was", "not", "in", "name", "is", "unknown",
		"agent", "for", "login", "authentication", "or", "the", "has", "failed", "and",
		"attempt", "password", "by", "with", "to", "on", "error", "failure", "of", "user",
		"invalid", "id", "session", "at", "method" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (noro_view_is_i(v, words[i]))
			return true;
	return v.n == 0;
}

static void address(struct scan *s, struct noro_view v, enum label label)
{
	struct noro_view ip, port;

	if (!noro_ev_addr(v, &ip, &port))
		return;
	if (label == LABEL_SKIP)
		return;
	if (label == LABEL_NONE) {
		if (s->lones++ == 0)
			s->lone = v;
		return;
	}
	s->found |= noro_ev_set_addr(
		s->r, label == LABEL_DST ? NORO_FIELD_DST_IP : NORO_FIELD_SRC_IP, v);
}

static void one_word(struct scan *s)
{
	enum label label = label_of(s->before);
	struct noro_view v = s->word;
	size_t open;

	if (s->at + 1 < s->msg.n && s->msg.p[s->at] == '>' && v.n > 1 && v.p[v.n - 1] == '-') {
		v.n--; /* "192.0.2.1:5->198.51.100.1:22" */
		label = LABEL_SRC;
	} else if (v.p > s->msg.p + 1 && v.p[-1] == '>' && v.p[-2] == '-') {
		label = LABEL_DST;
	}

	if (noro_view_starts(
		    v, "([")) /* a mailer's "([10.0.0.1])" is what the client claims to be */
		return;
	open = noro_view_rchr(v, '[');
	if (open != SIZE_MAX && open > 0 && noro_view_chr(v, '.') != SIZE_MAX)
		v = noro_view_sub(v, open, v.n); /* name[192.0.2.1] */
	if (v.n && strchr("[(", v.p[0])) {
		size_t close = noro_view_chr(v, v.p[0] == '[' ? ']' : ')');

		if (close != SIZE_MAX && close > 1)
			v = noro_view(v.p + 1, close - 1);
	}
	v = strip(v, "[](){}.");
	if (v.n && v.p[v.n - 1] == ':' && !(v.n > 1 && v.p[v.n - 2] == ':'))
		v.n--;
	if (could_be_addr(v)) {
		address(s, v, open != SIZE_MAX && label == LABEL_DST ? LABEL_NONE : label);
		return;
	}
	if (label == LABEL_USER && !s->r->field[NORO_FIELD_USER].p && !is_filler(v))
		noro_ev_set(s->r, NORO_FIELD_USER, user_value(s));
}

static void host_name(struct scan *s, struct noro_view v)
{
	bool kv = s->word.p > s->msg.p && s->word.p[-1] == '=';

	v = strip(v, "[](){},.:");
	if (noro_view_chr(v, '.') == SIZE_MAX || could_be_addr(v) ||
		noro_view_chr(v, '@') != SIZE_MAX || noro_view_chr(v, '/') != SIZE_MAX)
		return;
	if (noro_view_is_i(s->before, "rhost") ||
		(!kv && noro_view_is_i(s->before, "from") && !s->r->field[NORO_FIELD_SRC_HOST].p))
		s->found |= noro_ev_set_addr(s->r, NORO_FIELD_SRC_IP, v);
}

bool noro_ev_free_text(struct noro_record *r, struct noro_view msg)
{
	struct scan s = { .r = r, .msg = noro_view_sub(msg, 0, 4096) };

	if (r->only_time)
		return false;
	while (next_word(&s)) {
		struct noro_view bare = strip(s.word, "[](){}:.,!");

		s.mood |= mood_of(bare);
		one_word(&s);
		host_name(&s, s.word);
		s.before = bare;
	}
	if (s.lones && !r->field[NORO_FIELD_SRC_IP].p && (s.lones == 1 || s.mood & WENT_WRONG))
		s.found |= noro_ev_set_addr(r, NORO_FIELD_SRC_IP, s.lone);
	if (s.mood & ABOUT_LOGIN && s.mood & (WENT_WRONG | WENT_WELL) && s.found) {
		noro_ev_set_str(r, NORO_FIELD_ACTION, "login");
		noro_ev_set_str(r, NORO_FIELD_OUTCOME, s.mood & WENT_WRONG ? "failure" : "success");
	}
	return s.found || r->field[NORO_FIELD_USER].p;
}

/* "UI_COMMIT: User ..." and its kin: a tag of capitals, digits and at least one underscore. */
static bool upper_tag(struct noro_view msg, struct noro_view *ret)
{
	bool underscore = false;
	size_t i;

	for (i = 0; i < msg.n && i < 64; i++) {
		char c = msg.p[i];

		if (c == '_')
			underscore = true;
		else if (!noro_is_digit(c) && !(c >= 'A' && c <= 'Z'))
			break;
	}
	if (i < 4 || !underscore || i + 1 >= msg.n || msg.p[i] != ':' || msg.p[i + 1] != ' ')
		return false;
	*ret = noro_view(msg.p, i);
	return true;
}

/*
 * An object inside a message may carry a message with an object inside. The outer one is set aside,
 * so that each round has a shorter one to look at and the nesting ends.
 */
static bool embedded_json(const struct noro_log *log, struct noro_arena *a, struct noro_record *r,
	struct noro_view msg)
{
	struct noro_view outer = r->field[NORO_FIELD_MESSAGE];
	bool known;

	r->field[NORO_FIELD_MESSAGE] = (struct noro_view){ 0 };
	known = noro_ev_json_line(log, a, msg, r);
	if (!r->field[NORO_FIELD_MESSAGE].p)
		r->field[NORO_FIELD_MESSAGE] = outer;
	return known;
}

static bool embedded(const struct noro_log *log, struct noro_arena *a, struct noro_record *r,
	struct noro_view msg)
{
	if (noro_view_starts(msg, "@cee:"))
		msg = noro_view_trim(noro_view_sub(msg, 5, msg.n));
	if (msg.n && msg.p[0] == '{')
		return embedded_json(log, a, r, msg);
	if (msg.n > 20 && (noro_is_hex(msg.p[0]) || msg.p[0] == '[') &&
		noro_view_chr(msg, '"') != SIZE_MAX)
		return noro_ev_http_access(log, a, msg, r) || noro_ev_http_error(log, a, msg, r);
	if (noro_view_starts(msg, "type=") &&
		noro_view_find(noro_view_sub(msg, 0, 64), NORO_V(" msg=")) != SIZE_MAX)
		return noro_ev_audit(log, a, msg, r);
	if (noro_view_starts(msg, "1,20") || noro_view_starts(msg, "0,20"))
		return noro_ev_panos(log, a, msg, r);
	return false;
}

void noro_ev_message(const struct noro_log *log, struct noro_arena *a, struct noro_record *r)
{
	struct noro_view msg = r->field[NORO_FIELD_MESSAGE], tag;
	struct noro_take t;
	size_t at;

	if (!msg.p)
		return;
	at = noro_ev_cisco_tag(noro_view_sub(msg, 0, 96));
	if (at != SIZE_MAX) {
		noro_ev_cisco_message(r, noro_view_sub(msg, at, msg.n), msg);
		return;
	}
	if (embedded(log, a, r, msg))
		return;
	if (upper_tag(msg, &tag) && !r->field[NORO_FIELD_EVENT].p) {
		noro_ev_set(r, NORO_FIELD_EVENT, tag);
		noro_ev_put(r, NORO_FIELD_MESSAGE, noro_view_sub(msg, tag.n + 2, msg.n));
	}
	noro_ev_take_init(&t, log, a, r, NORO_FAMILY_KV);
	if (noro_ev_junos_message(&t) || noro_ev_appliance_message(&t)) {
		noro_ev_take_done(&t);
		return;
	}
	if (r->only_time) /* what is left tells of none */
		return;
	if (noro_ev_linux_message(r) || noro_ev_mail_message(r) || noro_ev_routeros_message(r))
		return;
	(void)noro_ev_free_text(r, msg);
}
