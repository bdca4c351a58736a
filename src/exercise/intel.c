/*
 * src/exercise/intel.c - the exercise's own advisory as a STIX 2.1 bundle, and the
 * carrier's own facts as a site file. The activity window stands where STIX has a
 * place for it: in the campaign and in a sighting of each indicator; valid_from is
 * the day of publication, as in the official bundles.
 */
#include "exercise/exercise_priv.h"

#include "base/hash.h"
#include "base/jsonw.h"

#include <stdio.h>

static const int64_t day_ns = 86400 * NORO_NS_PER_S;

/* A version-4-shaped identifier that depends on the exercise only. */
static enum noro_status put_id(
	const struct job *j, const char *type, const char *what, char out[80])
{
	char text[200], hex[NORO_HASH_TEXT];
	enum noro_status st;

	(void)snprintf(text, sizeof(text), "%s %llu %s %s", j->scenario->name,
		(unsigned long long)j->opts->seed, type, what);
	st = noro_hash_of(NORO_SHA256, noro_view_str(text), hex);
	if (st == NORO_OK)
		(void)snprintf(out, 80, "%s--%.8s-%.4s-4%.3s-a%.3s-%.12s", type, hex, hex + 8,
			hex + 12, hex + 16, hex + 20);
	return st;
}

struct bundle {
	struct job *job;
	struct noro_jsonw w;
	int64_t published, from, until;
	char campaign[80];
	enum noro_status status;
};

/* Open an object with what every STIX object has. */
static void begin(struct bundle *b, const char *type, const char *what, char id[80])
{
	if (b->status == NORO_OK)
		b->status = put_id(b->job, type, what, id);
	noro_jsonw_object(&b->w);
	noro_jsonw_kstr(&b->w, "type", type);
	noro_jsonw_kstr(&b->w, "spec_version", "2.1");
	noro_jsonw_kstr(&b->w, "id", id);
	noro_jsonw_kmillis(&b->w, "created", b->published);
	noro_jsonw_kmillis(&b->w, "modified", b->published);
}

static void indicator(struct bundle *b, const char *path, const char *value, const char *note)
{
	char id[80] = "", other[80] = "", pattern[200];

	(void)snprintf(pattern, sizeof(pattern), "[%s = '%s']", path, value);
	begin(b, "indicator", value, id);
	noro_jsonw_kstr(&b->w, "name", value);
	noro_jsonw_kstr(&b->w, "description", note);
	noro_jsonw_kstr(&b->w, "pattern", pattern);
	noro_jsonw_kstr(&b->w, "pattern_type", "stix");
	noro_jsonw_ktime(&b->w, "valid_from", b->published);
	noro_jsonw_key(&b->w, "indicator_types");
	noro_jsonw_array(&b->w);
	noro_jsonw_str(&b->w, "malicious-activity");
	noro_jsonw_array_end(&b->w);
	noro_jsonw_object_end(&b->w);
	begin(b, "relationship", value, other);
	noro_jsonw_kstr(&b->w, "relationship_type", "indicates");
	noro_jsonw_kstr(&b->w, "source_ref", id);
	noro_jsonw_kstr(&b->w, "target_ref", b->campaign);
	noro_jsonw_object_end(&b->w);
	begin(b, "sighting", value, other);
	noro_jsonw_ktime(&b->w, "first_seen", b->from);
	noro_jsonw_ktime(&b->w, "last_seen", b->until);
	noro_jsonw_kstr(&b->w, "sighting_of_ref", id);
	noro_jsonw_object_end(&b->w);
}

static void campaign(struct bundle *b)
{
	char name[100];

	(void)snprintf(name, sizeof(name), "EXERCISE %s", b->job->scenario->name);
	begin(b, "campaign", "campaign", b->campaign);
	noro_jsonw_kstr(&b->w, "name", name);
	noro_jsonw_kstr(&b->w, "description",
		"Exercise only. Every address is a documentation address (RFC 5737, RFC 3849).");
	noro_jsonw_ktime(&b->w, "first_seen", b->from);
	noro_jsonw_ktime(&b->w, "last_seen", b->until);
	noro_jsonw_object_end(&b->w);
}

static void indicators(struct bundle *b)
{
	const struct cast *c = &b->job->cast;

	for (size_t i = 0; i < ATTACKERS; i++)
		indicator(b, "ipv4-addr:value", c->attacker[i], "exercise: seen in the incident");
	for (size_t i = 0; i < STALE; i++)
		indicator(b, "ipv4-addr:value", c->stale[i], "exercise: seen in the incident");
	indicator(b, "ipv4-addr:value", c->scanner[1], "exercise: seen in the incident");
	for (size_t i = 0; i < V6; i++)
		indicator(b, "ipv6-addr:value", c->v6[i], "exercise: seen in the incident");
	for (size_t i = 0; i < DOMAIN; i++)
		indicator(b, "domain-name:value", c->domain[i], "exercise: command and control");
	for (size_t i = 0; i < DIGEST; i++)
		indicator(b, "file:hashes.'SHA-256'", c->digest[i], "exercise: tool");
}

static void put_bundle(struct bundle *b)
{
	char id[80] = "";

	b->status = put_id(b->job, "bundle", "bundle", id);
	noro_jsonw_object(&b->w);
	noro_jsonw_kstr(&b->w, "type", "bundle");
	noro_jsonw_kstr(&b->w, "id", id);
	noro_jsonw_key(&b->w, "objects");
	noro_jsonw_array(&b->w);
	campaign(b);
	indicators(b);
	noro_jsonw_array_end(&b->w);
	noro_jsonw_object_end(&b->w);
}

/* What the operator knows: `exercise` makes documentation addresses stand for the outside world. */
static const char site_text[] =
	"# The exercise carrier's own facts. In an exercise, documentation addresses stand for the "
	"outside.\n"
	"exercise: true\n"
	"names: [example.org, net.example.org]\n"
	"own: [203.0.113.0/24, 10.0.0.0/8, 100.64.0.0/10, \"2001:db8:c0de::/48\"]\n"
	"management: [10.10.0.0/16]\n"
	"admins: [10.10.9.0/24, 10.10.0.60]\n"
	"administrators: [nocadm, tanaka, sato, suzuki, netops]\n"
	"automation: [rancid]\n"
	"aaa: [10.10.0.49]\n"
	"syslog: [10.10.0.5]\n"
	"ntp: [10.10.0.123]\n"
	"dns: [10.30.0.53, 203.0.113.53]\n"
	"snmp: [10.10.0.60]\n"
	"tftp: [10.10.0.69]\n"
	"neighbors: [198.18.0.0/24]\n"
	"tunnel_peers: [10.10.255.0/24]\n"
	"scanners: [203.0.113.250]\n";

enum noro_status noro_exercise_write_intel(struct job *j)
{
	struct noro_buf out = { 0 }, site = { 0 };
	struct bundle b = { .job = j,
		.w = noro_jsonw(&out),
		.published = j->start_ns + NORO_EXERCISE_DAYS * day_ns,
		.from = j->start_ns + WINDOW_FROM * day_ns,
		.until = j->start_ns + WINDOW_UNTIL * day_ns };
	enum noro_status st;

	put_bundle(&b);
	noro_buf_chr(&out, '\n');
	noro_buf_str(&site, site_text);
	st = b.status;
	if (st == NORO_OK)
		st = noro_exercise_put(j, "intel/advisory.json", &out);
	if (st == NORO_OK)
		st = noro_exercise_put(j, "site.yaml", &site);
	noro_buf_done(&out);
	noro_buf_done(&site);
	return st;
}
