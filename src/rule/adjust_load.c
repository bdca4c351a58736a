/* src/rule/adjust_load.c - what moves severity and confidence. */
#include "rule/rule_priv.h"

/* Why severity or confidence moves: a closed list, so that each has its Japanese. */
static const struct why {
	const char *name, *text;
} whys[] = {
	{ "approved", N_("the source is on your approved list") },
	{ "administrator", N_("the account is one of your administrators") },
	{ "vendor-default", N_("often present by vendor default") },
	{ "public-source", N_("the source is a public address") },
	{ "private-source", N_("the source is an internal address") },
	{ "privileged", N_("the account is privileged") },
	{ "succeeded", N_("it succeeded") },
	{ "refused", N_("it was refused") },
	{ "weak-name", N_("the name alone is weak evidence") },
	{ "named-in-advisory", N_("the value is named in the advisory") },
	{ "routine", N_("administrators do this as well") },
	{ "automation", N_("the account looks like automation") },
	{ "scanner", N_("the client names itself as a scanner") },
	{ "obfuscated", N_("the request was disguised") },
	{ "off-box", N_("data left the device") },
	{ "credential-protocol", N_("the traffic of the login servers is concerned") },
	{ "campaign-port", N_("the port follows the scheme of the campaign") },
	{ "management-filter", N_("the filter guards the management plane") },
	{ "no-filter", N_("no filter stands before it") },
	{ "routing-only", N_("the filter serves routing only") },
	{ "key-message", N_("the message is one that an intruder wants gone") },
	{ "security-setting", N_("it touches login, filters or logging") },
	{ "weak-secret", N_("the secret is a default or easy to guess") },
	{ "foreign-address", N_("the address is public") },
	{ "in-use", N_("it is in use now") },
	{ "not-in-use", N_("it is configured, but nothing runs") },
	{ "write-access", N_("it allows writing") },
	{ "engineering-image", N_("engineering images are common in test laboratories") },
	{ "device-claim", N_("only the device itself says so") },
	{ "guarded", N_("a filter stands before it") },
	{ "new", N_("it is not in the baseline") },
	{ "gone", N_("the baseline had it") },
	{ "default-route", N_("it takes all traffic that has no other way") },
	{ "tunnel-egress", N_("traffic leaves through a tunnel") },
	{ "running-default", N_("it is the maker's own") },
	{ "other-origin", N_("another AS originates it than before") },
	{ "cut-out", N_("it is a part of what another AS originated before") },
	{ "reused-secret", N_("another device has the same secret") },
	{ "odd-one-out", N_("other devices of the same kind differ") },
	{ "campaign-name", N_("the name is one that intruders use") },
	{ "shadows-command", N_("it hides a command of the system") },
	{ "state-only", N_("the configuration does not explain it") },
	{ "affected-release", N_("holes in this feature are exploited") },
};

const char *noro_rule_why(struct noro_view name)
{
	for (size_t i = 0; i < sizeof(whys) / sizeof(*whys); i++)
		if (noro_view_is(name, whys[i].name))
			return whys[i].text;
	return NULL;
}

static enum noro_status adjust_when(
	const struct noro_rule_doc *doc, const struct noro_json *v, void *into)
{
	return noro_cond_compile(doc, v, 0, &((struct noro_adjust *)into)->when);
}

static enum noro_status adjust_severity(
	const struct noro_rule_doc *doc, const struct noro_json *v, void *into)
{
	int64_t n;
	enum noro_status st = noro_rule_number(doc, v, -4, 4, &n);

	if (st == NORO_OK)
		((struct noro_adjust *)into)->severity = (int)n;
	return st;
}

static enum noro_status adjust_confidence(
	const struct noro_rule_doc *doc, const struct noro_json *v, void *into)
{
	int64_t n;
	enum noro_status st = noro_rule_number(doc, v, -100, 100, &n);

	if (st == NORO_OK)
		((struct noro_adjust *)into)->confidence = (int)n;
	return st;
}

static enum noro_status adjust_why(
	const struct noro_rule_doc *doc, const struct noro_json *v, void *into)
{
	struct noro_adjust *a = into;

	a->why = noro_rule_why(v->text);
	if (a->why)
		return NORO_OK;
	return noro_rule_bad(doc, v->at, N_("unknown reason '%1'"), NORO_VTEXT(v->text));
}

static const struct noro_rule_key adjust_keys[] = {
	{ "when", adjust_when, true },
	{ "severity", adjust_severity, false },
	{ "confidence", adjust_confidence, false },
	{ "why", adjust_why, true },
	{ NULL, NULL, false },
};

enum noro_status noro_adjust_read(
	const struct noro_rule_doc *doc, const struct noro_json *v, struct noro_rule *rule)
{
	if (v->kind != NORO_JSON_ARRAY || v->count + rule->adjusts > NORO_RULE_ADJUSTS)
		return noro_rule_bad(doc, v->at, N_("a list here holds 1 to %1 values"),
			NORO_NUM(NORO_RULE_ADJUSTS));
	for (const struct noro_json *at = v->child; at; at = at->next) {
		enum noro_status st =
			noro_rule_keys(doc, at, adjust_keys, &rule->adjust[rule->adjusts++]);

		if (st != NORO_OK)
			return st;
	}
	return NORO_OK;
}

enum noro_status noro_adjust_add(const struct noro_rule_doc *doc, const struct noro_json *v,
	int severity, const char *why, struct noro_rule *rule)
{
	struct noro_adjust *a = &rule->adjust[rule->adjusts];

	if (rule->adjusts >= NORO_RULE_ADJUSTS)
		return noro_rule_bad(doc, v->at, N_("a list here holds 1 to %1 values"),
			NORO_NUM(NORO_RULE_ADJUSTS));
	rule->adjusts++;
	a->severity = severity;
	a->why = why;
	return noro_cond_compile(doc, v, 0, &a->when);
}
