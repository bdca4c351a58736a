/*
 * src/knowledge/shapes.c - the schema of knowledge/, and the only place that
 * knows it: which keys a record may have, of which kind, and which words are
 * allowed where only some make sense (docs/decisions/0004-knowledge.md).
 */
#include "knowledge/bind_priv.h"

#define AT(member) offsetof(struct HERE, member)
#define STR(k, m)                                                                                  \
	{                                                                                          \
		k, BIND_STR, false, AT(m), 0, NULL, NULL                                           \
	}
#define STR_NEED(k, m)                                                                             \
	{                                                                                          \
		k, BIND_STR, true, AT(m), 0, NULL, NULL                                            \
	}
#define WORD(k, m, w)                                                                              \
	{                                                                                          \
		k, BIND_STR, false, AT(m), 0, NULL, w                                              \
	}
#define WORD_NEED(k, m, w)                                                                         \
	{                                                                                          \
		k, BIND_STR, true, AT(m), 0, NULL, w                                               \
	}
#define NAME(k, m)                                                                                 \
	{                                                                                          \
		k, BIND_NAME, false, AT(m), 0, NULL, NULL                                          \
	}
#define NAME_NEED(k, m)                                                                            \
	{                                                                                          \
		k, BIND_NAME, true, AT(m), 0, NULL, NULL                                           \
	}
#define TEXT(k, m)                                                                                 \
	{                                                                                          \
		k, BIND_TEXT, false, AT(m), 0, NULL, NULL                                          \
	}
#define TEXT_NEED(k, m)                                                                            \
	{                                                                                          \
		k, BIND_TEXT, true, AT(m), 0, NULL, NULL                                           \
	}
#define LIST(k, m)                                                                                 \
	{                                                                                          \
		k, BIND_LIST, false, AT(m), 0, NULL, NULL                                          \
	}
#define LIST_OF(k, m, w)                                                                           \
	{                                                                                          \
		k, BIND_LIST, false, AT(m), 0, NULL, w                                             \
	}
#define DAY(k, m)                                                                                  \
	{                                                                                          \
		k, BIND_DAY, false, AT(m), 0, NULL, NULL                                           \
	}
#define DAY_NEED(k, m)                                                                             \
	{                                                                                          \
		k, BIND_DAY, true, AT(m), 0, NULL, NULL                                            \
	}
#define LAST(k, m)                                                                                 \
	{                                                                                          \
		k, BIND_END, false, AT(m), 0, NULL, NULL                                           \
	}
#define BOOL(k, m)                                                                                 \
	{                                                                                          \
		k, BIND_BOOL, false, AT(m), 0, NULL, NULL                                          \
	}
#define ROWS(k, m, n, s)                                                                           \
	{                                                                                          \
		k, BIND_ROWS, false, AT(m), AT(n), &(s), NULL                                      \
	}
#define TEXTS(k, m, n)                                                                             \
	{                                                                                          \
		k, BIND_TEXTS, false, AT(m), AT(n), NULL, NULL                                     \
	}
#define ORIGIN LIST("src", origin.source), WORD("trust", origin.trust, trusts)
#define SHAPE(f)                                                                                   \
	{                                                                                          \
		sizeof(struct HERE), (f), sizeof(f) / sizeof((f)[0]), false                        \
	}
#define SHAPE_BY_PLACE(f)                                                                          \
	{                                                                                          \
		sizeof(struct HERE), (f), sizeof(f) / sizeof((f)[0]), true                         \
	}

static const char *const trusts[] = { "P", "D", "N", "C", "GK", NULL };
static const char *const tlps[] = { "CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED", NULL };
static const char *const roles[] = { "hunt", "block", "context", NULL };
static const char *const ioc_kinds[] = { "ipv4", "ipv6", "net", "domain", "url", "email", "md5",
	"sha1", "sha256", "sha512", "ja3", "ja4", "hassh", "asn", "mac", "btc", "eth", "tron",
	"file-name", "file-path", "user-agent", "user-name", "registry", "mutex", "service",
	"string", "regex", "file", NULL };
static const char *const evidences[] = { "cfg", "sys", "pcap", "flow", "fs", "rt", "web", "mail",
	"login", NULL };
const char *const know_classes[] = { "ip", "domain", "url", "hash", "file", "login", "command",
	"config", "web", "dns", "flow", "dhcp", "snmp", "mail", "process", "pcap", "routes",
	"image", NULL };
static const char *const relations[] = { "alias", "overlaps", "part-of", "serves", "supplies",
	"uses", NULL };
static const char *const types[] = { "actor", "organ", "unit", "company", "malware", NULL };
static const char *const event_kinds[] = { "advisory", "sanction", "indictment", "attribution",
	"warning", "takedown", "report", NULL };
static const char *const domains[] = { "enterprise", "ics", "mobile", NULL };
/* What of a run can fill a field of a reporting form: docs/decisions/0004-knowledge.md. */
static const char *const fills[] = { "now", "title", "first-seen", "last-seen", "verdict",
	"findings", "hosts", "indicators", "addresses", "hashes", "advisories", "actors", "cves",
	"techniques", "entry", "evidence", "coverage", "unseen", "gaps", "confidence", "next",
	"custody", "tool", "rate", "targets", NULL };

#define HERE noro_know_source
static const struct bind_field source_fields[] = { STR_NEED("id", id), TEXT_NEED("title", title),
	WORD_NEED("trust", trust, trusts), STR("url", url), DAY("date", date) };
static const struct bind_shape source_shape = SHAPE(source_fields);
#undef HERE

#define HERE noro_know_revision
static const struct bind_field revision_fields[] = { DAY_NEED("date", date), TEXT("note", note) };
static const struct bind_shape revision_shape = SHAPE(revision_fields);
#undef HERE

#define HERE noro_know_issuer
static const struct bind_field issuer_fields[] = { STR_NEED("country", country),
	NAME_NEED("name", name), BOOL("lead", lead) };
static const struct bind_shape issuer_shape = SHAPE_BY_PLACE(issuer_fields);
#undef HERE

#define HERE noro_know_file
static const struct bind_field file_fields[] = { STR_NEED("name", name), STR("sha256", sha256),
	ORIGIN };
static const struct bind_shape file_shape = SHAPE(file_fields);
#undef HERE

#define HERE noro_know_ioc
static const struct bind_field ioc_fields[] = { WORD_NEED("kind", kind, ioc_kinds),
	STR_NEED("value", value), STR("sha256", sha256), STR("sha1", sha1), STR("md5", md5),
	STR("ssdeep", ssdeep), WORD("role", role, roles), STR("country", country),
	STR("network", network), LIST("malware", malware), TEXT("note", note), DAY("from", from),
	LAST("until", until) };
static const struct bind_shape ioc_shape = SHAPE(ioc_fields);
#undef HERE

#define HERE noro_know_cited
static const struct bind_field cited_fields[] = { STR_NEED("id", id), STR("tactic", tactic),
	ORIGIN };
static const struct bind_shape cited_shape = SHAPE_BY_PLACE(cited_fields);
#undef HERE

#define HERE noro_know_cve
static const struct bind_field cve_fields[] = { STR_NEED("id", id), STR("vendor", vendor),
	STR("product", product), DAY("kev", kev), TEXT("role", role), ORIGIN };
static const struct bind_shape cve_shape = SHAPE(cve_fields);
#undef HERE

#define HERE noro_behaviour
static const struct bind_field behaviour_fields[] = { STR_NEED("id", id), TEXT_NEED("title", title),
	TEXT_NEED("looks", looks), TEXT("caution", caution), LIST("tokens", tokens),
	LIST_OF("evidence", evidence, evidences), LIST_OF("classes", classes, know_classes),
	LIST("attack", attack), LIST("cve", cve), ORIGIN };
static const struct bind_shape behaviour_shape = SHAPE(behaviour_fields);
#undef HERE

#define HERE noro_advice
static const struct bind_field advice_fields[] = { TEXT_NEED("text", text),
	LIST("behaviours", behaviours), LIST("commands", commands), ORIGIN };
static const struct bind_shape advice_shape = SHAPE(advice_fields);
#undef HERE

#define HERE noro_advice_group
static const struct bind_field group_fields[] = { TEXT_NEED("title", title),
	ROWS("items", item, items, advice_shape) };
static const struct bind_shape group_shape = SHAPE(group_fields);
#undef HERE

#define HERE noro_know_case
static const struct bind_field case_fields[] = { TEXT_NEED("title", title), TEXT("text", text),
	DAY("from", from), LAST("until", until), ORIGIN };
static const struct bind_shape case_shape = SHAPE(case_fields);
#undef HERE

#define HERE noro_advisory
static const struct bind_field advisory_fields[] = { STR_NEED("id", id), LIST("also", also),
	TEXT_NEED("title", title), TEXT("summary", summary), TEXT("caution", caution),
	WORD("tlp", tlp, tlps), ROWS("revisions", revision, revisions, revision_shape),
	ROWS("issuers", issuer, issuers, issuer_shape), LIST("actors", actors), DAY("from", from),
	LAST("until", until), TEXT("window-note", window_note),
	STR("attack-version", attack_version), STR("d3fend-version", d3fend_version),
	LIST("d3fend", d3fend), ROWS("files", file, files, file_shape),
	ROWS("indicators", ioc, iocs, ioc_shape),
	ROWS("techniques", technique, techniques, cited_shape), ROWS("cves", cve, cves, cve_shape),
	ROWS("behaviours", behaviour, behaviours, behaviour_shape),
	ROWS("cases", cases, n_cases, case_shape),
	ROWS("mitigations", mitigation, mitigations, group_shape),
	ROWS("hunting", hunting, huntings, group_shape), ORIGIN };
static const struct bind_shape advisory_shape = SHAPE(advisory_fields);
#undef HERE

#define HERE noro_claim
static const struct bind_field claim_fields[] = { WORD_NEED("rel", rel, relations),
	LIST("names", names), LIST("to", to), STR("about", about), NAME_NEED("by", by),
	TEXT("note", note), ORIGIN };
static const struct bind_shape claim_shape = SHAPE(claim_fields);
#undef HERE

#define HERE noro_know_event
static const struct bind_field event_fields[] = { DAY_NEED("date", date),
	WORD_NEED("kind", kind, event_kinds), NAME_NEED("issuer", issuer),
	TEXT_NEED("title", title), STR("advisory", advisory), LIST("actors", actors), ORIGIN };
static const struct bind_shape event_shape = SHAPE(event_fields);
#undef HERE

#define HERE noro_actor
static const struct bind_field actor_fields[] = { STR_NEED("id", id),
	WORD_NEED("type", type, types), NAME_NEED("name", name), STR("state", state),
	TEXT("summary", summary), STR("attack-id", attack_id), DAY("since", since),
	LIST("regions", regions), TEXTS("sectors", sector, sectors),
	ROWS("claims", claim, claims, claim_shape), ROWS("events", event, events, event_shape),
	LIST("techniques", techniques), LIST("techniques-src", technique_origin.source),
	LIST("cves", cves), LIST("cves-src", cve_origin.source), LIST("malware", malware),
	LIST("malware-src", malware_origin.source), TEXTS("indicators", indicator, indicators),
	LIST("spellings", spellings), TEXTS("signs", sign, signs), ORIGIN };
static const struct bind_shape actor_shape = SHAPE(actor_fields);
#undef HERE

#define HERE noro_incident
static const struct bind_field incident_fields[] = { STR_NEED("id", id), NAME_NEED("name", name),
	TEXT("summary", summary), TEXT("victim", victim), DAY("from", from), LAST("until", until),
	LIST("actors", actors), LIST("regions", regions), LIST("cves", cves),
	LIST("techniques", techniques), LIST("advisories", advisories),
	TEXT("attributed", attributed), TEXTS("facts", fact, facts), ORIGIN };
static const struct bind_shape incident_shape = SHAPE(incident_fields);
#undef HERE

#define HERE noro_technique
static const struct bind_field technique_fields[] = { STR_NEED("id", id), TEXT_NEED("name", name),
	LIST("tactics", tactics), STR("revoked-by", revoked_by), BOOL("deprecated", deprecated),
	WORD("domain", domain, domains), STR("release", release) };
static const struct bind_shape technique_shape = SHAPE_BY_PLACE(technique_fields);
#undef HERE

#define HERE noro_tactic
static const struct bind_field tactic_fields[] = { STR_NEED("id", id), STR_NEED("key", key),
	TEXT_NEED("name", name), WORD("domain", domain, domains) };
static const struct bind_shape tactic_shape = SHAPE_BY_PLACE(tactic_fields);
#undef HERE

#define HERE know_succession
static const struct bind_field succession_fields[] = { STR_NEED("id", id), STR_NEED("by", by),
	STR("release", release) };
static const struct bind_shape succession_shape = SHAPE_BY_PLACE(succession_fields);
#undef HERE

#define HERE noro_report_duty
static const struct bind_field duty_fields[] = { TEXT_NEED("recipient", recipient),
	TEXT("when", when), TEXT_NEED("deadline", deadline), TEXT("basis", basis),
	TEXT("note", note), DAY("as-of", as_of), ORIGIN };
static const struct bind_shape duty_shape = SHAPE(duty_fields);
#undef HERE

#define HERE noro_report_field
static const struct bind_field rfield_fields[] = { STR_NEED("id", id), TEXT_NEED("label", label),
	TEXT("hint", hint), WORD("fill", fill, fills), LIST("options", options),
	BOOL("required", required) };
static const struct bind_shape rfield_shape = SHAPE(rfield_fields);
#undef HERE

#define HERE noro_report_section
static const struct bind_field section_fields[] = { TEXT_NEED("title", title),
	ROWS("fields", field, fields, rfield_shape) };
static const struct bind_shape section_shape = SHAPE(section_fields);
#undef HERE

#define HERE noro_report_form
static const struct bind_field form_fields[] = { STR_NEED("id", id), TEXT_NEED("title", title),
	TEXT("note", note), DAY("as-of", as_of), ROWS("sections", section, sections, section_shape),
	ROWS("duties", duty, duties, duty_shape), ORIGIN };
static const struct bind_shape form_shape = SHAPE(form_fields);
#undef HERE

#define HERE know_file
static const struct bind_field actors_file[] = { ROWS("actors", actor, actors, actor_shape),
	ROWS("claims", claim, claims, claim_shape), ROWS("events", event, events, event_shape) };
static const struct bind_shape actors_shape = SHAPE(actors_file);
static const struct bind_field incidents_file[] = { ROWS(
	"incidents", incident, incidents, incident_shape) };
static const struct bind_shape incidents_shape = SHAPE(incidents_file);
static const struct bind_field attack_file[] = { WORD("domain", domain, domains),
	STR("release", release), ROWS("tactics", tactic, tactics, tactic_shape),
	ROWS("techniques", technique, techniques, technique_shape),
	ROWS("successions", succession, successions, succession_shape) };
static const struct bind_shape attack_shape = SHAPE(attack_file);
static const struct bind_field reporting_file[] = { ROWS("forms", form, forms, form_shape) };
static const struct bind_shape reporting_shape = SHAPE(reporting_file);
static const struct bind_field sources_file[] = { ROWS("sources", source, sources, source_shape) };
static const struct bind_shape sources_shape = SHAPE(sources_file);
#undef HERE

const char *const know_folders[] = { "sources", "advisories", "actors", "incidents", "attack",
	"reporting", NULL };

const struct bind_shape *know_shape(const char *folder)
{
	static const struct bind_shape *const shape[] = { &sources_shape, &advisory_shape,
		&actors_shape, &incidents_shape, &attack_shape, &reporting_shape };

	for (size_t i = 0; know_folders[i]; i++) {
		if (strcmp(know_folders[i], folder) == 0)
			return shape[i];
	}
	return NULL;
}
