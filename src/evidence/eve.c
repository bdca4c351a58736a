/* src/evidence/eve.c - Suricata's EVE JSON, every event type. */
#include "evidence/log_priv.h"

#include "base/json.h"

/* alert.action says allowed or blocked; the canonical words are allow and deny. */
static void alert_action(struct noro_record *r)
{
	struct noro_view v = r->field[NORO_FIELD_ACTION];

	if (noro_view_is(v, "allowed"))
		r->field[NORO_FIELD_ACTION] = NORO_V("allow");
	else if (noro_view_is(v, "blocked"))
		r->field[NORO_FIELD_ACTION] = NORO_V("deny");
}

void noro_ev_eve_done(struct noro_take *t)
{
	struct noro_record *r = t->rec;
	struct noro_view event = r->field[NORO_FIELD_EVENT];

	r->shape = "eve";
	noro_ev_set_str(r, NORO_FIELD_PROGRAM, "suricata");
	if (noro_view_is(event, "alert"))
		alert_action(r);
	else if (noro_view_is(event, "flow") || noro_view_is(event, "netflow"))
		noro_ev_set_str(r, NORO_FIELD_ACTION, "conn");
	else if (noro_view_is(event, "rdp") || noro_view_is(event, "krb5"))
		noro_ev_set_str(r, NORO_FIELD_ACTION, "login");
	else if (noro_view_is(event, "drop"))
		noro_ev_set_str(r, NORO_FIELD_ACTION, "deny");
}

static bool parse(const struct noro_log *log, struct noro_arena *a, struct noro_view raw,
	struct noro_record *r)
{
	struct noro_take t;

	noro_ev_take_init(&t, log, a, r, NORO_FAMILY_EVE);
	if (!noro_ev_flat_json(&t, raw))
		return false;
	noro_ev_eve_done(&t);
	noro_ev_take_done(&t);
	return true;
}

static bool row(struct noro_view line)
{
	line = noro_view_sub(line, 0, 2048);
	return line.n && line.p[0] == '{' &&
	       noro_view_find(line, NORO_V("\"event_type\"")) != SIZE_MAX &&
	       noro_view_find(line, NORO_V("\"timestamp\"")) != SIZE_MAX;
}

static void sniff(struct noro_view head, const char *path, struct noro_sniff *ret)
{
	struct noro_view first = noro_view_trim(noro_view_sub(head, 0, 4096));

	(void)path;
	if (noro_ev_sample(head, row) >= 60)
		noro_ev_sniffed(ret, 95, N_("JSON lines with an event_type"), "");
	else if (first.n && (first.p[0] == '[' || first.p[0] == '{') &&
		 noro_view_find(first, NORO_V("\"event_type\"")) != SIZE_MAX &&
		 noro_view_find(first, NORO_V("\"flow_id\"")) != SIZE_MAX)
		noro_ev_sniffed(ret, 80, N_("indented JSON with an event_type"), "");
}

static enum noro_status learn(struct noro_log *log, struct noro_view head)
{
	log->family = NORO_FAMILY_EVE;
	log->indent = noro_ev_json_indent(head);
	log->pretty = noro_ev_pretty(head) || log->indent != SIZE_MAX;
	return NORO_OK;
}

const struct noro_reader noro_reader_eve = {
	.name = "suricata-eve",
	.title = N_("Suricata EVE JSON"),
	.sniff = sniff,
	.parse = parse,
	.learn = learn,
	.around = noro_ev_json_around,
	.classes = "ip domain url hash ja3 conn dns web user_agent email",
};
