/* tests/unit/intel/stix21_samples.h - a smallest valid object of every STIX 2.1 type, and ways to
 * change it. */
#pragma once

#include "tests/test.h"

#include "base/jsonw.h"
#include "intel/stix21.h"

#define U4 "4e72cb2c-0d1c-4a3c-8d53-2c4f1ad7a1b0"
#define CORE(type)                                                                                 \
	"\"type\":\"" type "\",\"id\":\"" type "--" U4 "\",\"spec_version\":\"2.1\","              \
	"\"created\":\"2025-01-02T03:04:05.678Z\",\"modified\":\"2025-01-02T03:04:05.678Z\""
#define SCO(type)  "\"type\":\"" type "\",\"id\":\"" type "--" U4 "\""
#define CORE_NEEDS "type id spec_version created modified "
#define REF(type)  "\"" type "--" U4 "\""

static const struct sample {
	const char *type, *json, *needs;
} samples[] = {
	{ "attack-pattern", "{" CORE("attack-pattern") ",\"name\":\"a\"}", CORE_NEEDS "name" },
	{ "campaign", "{" CORE("campaign") ",\"name\":\"a\"}", CORE_NEEDS "name" },
	{ "course-of-action", "{" CORE("course-of-action") ",\"name\":\"a\"}", CORE_NEEDS "name" },
	{ "grouping",
		"{" CORE("grouping") ",\"context\":\"unspecified\",\"object_refs\":[" REF(
			"tool") "]}",
		CORE_NEEDS "context object_refs" },
	{ "identity", "{" CORE("identity") ",\"name\":\"a\"}", CORE_NEEDS "name" },
	{ "incident", "{" CORE("incident") ",\"name\":\"a\"}", CORE_NEEDS "name" },
	{ "indicator",
		"{" CORE("indicator") ",\"pattern\":\"[ipv4-addr:value = '198.51.100.3']\","
				      "\"pattern_type\":\"stix\","
				      "\"valid_from\":\"2025-01-01T00:00:00Z\"}",
		CORE_NEEDS "pattern pattern_type valid_from" },
	{ "infrastructure", "{" CORE("infrastructure") ",\"name\":\"a\"}", CORE_NEEDS "name" },
	{ "intrusion-set", "{" CORE("intrusion-set") ",\"name\":\"a\"}", CORE_NEEDS "name" },
	{ "location", "{" CORE("location") ",\"country\":\"jp\"}", CORE_NEEDS },
	{ "malware", "{" CORE("malware") ",\"is_family\":false}", CORE_NEEDS "is_family" },
	{ "malware-analysis",
		"{" CORE("malware-analysis") ",\"product\":\"a\",\"result\":\"benign\"}",
		CORE_NEEDS "product" },
	{ "note", "{" CORE("note") ",\"content\":\"a\",\"object_refs\":[" REF("tool") "]}",
		CORE_NEEDS "content object_refs" },
	{ "observed-data",
		"{" CORE("observed-data") ",\"first_observed\":\"2025-01-01T00:00:00Z\","
					  "\"last_observed\":\"2025-01-01T00:00:00Z\","
					  "\"number_observed\":1,"
					  "\"object_refs\":[" REF("url") "]}",
		CORE_NEEDS "first_observed last_observed number_observed" },
	{ "opinion",
		"{" CORE("opinion") ",\"opinion\":\"agree\",\"object_refs\":[" REF("tool") "]}",
		CORE_NEEDS "opinion object_refs" },
	{ "report",
		"{" CORE("report") ",\"name\":\"a\",\"published\":\"2025-01-01T00:00:00Z\","
				   "\"object_refs\":[" REF("tool") "]}",
		CORE_NEEDS "name published object_refs" },
	{ "threat-actor", "{" CORE("threat-actor") ",\"name\":\"a\"}", CORE_NEEDS "name" },
	{ "tool", "{" CORE("tool") ",\"name\":\"a\"}", CORE_NEEDS "name" },
	{ "vulnerability", "{" CORE("vulnerability") ",\"name\":\"a\"}", CORE_NEEDS "name" },
	{ "relationship",
		"{" CORE("relationship") ",\"relationship_type\":\"uses\","
					 "\"source_ref\":" REF("tool") ","
								       "\"target_ref\":" REF(
									       "malware") "}",
		CORE_NEEDS "relationship_type source_ref target_ref" },
	{ "sighting", "{" CORE("sighting") ",\"sighting_of_ref\":" REF("indicator") "}",
		CORE_NEEDS "sighting_of_ref" },
	{ "language-content",
		"{" CORE("language-content") ",\"object_ref\":" REF(
			"tool") ","
				"\"contents\":{\"ja\":{\"name\":\"\"}}}",
		CORE_NEEDS "object_ref contents" },
	{ "marking-definition",
		"{" SCO("marking-definition") ",\"spec_version\":\"2.1\","
					      "\"created\":\"2025-01-02T03:04:05.678Z\","
					      "\"definition_type\":\"statement\",\"definition\":{"
					      "\"statement\":\"a\"}}",
		"type id spec_version created definition" },
	{ "extension-definition",
		"{" CORE("extension-definition") ",\"name\":\"a\",\"schema\":\"b\","
						 "\"version\":\"1.0.0\",\"extension_types\":[\"new-"
						 "sdo\"],"
						 "\"created_by_ref\":" REF("identity") "}",
		CORE_NEEDS "name schema version extension_types created_by_ref" },
	{ "artifact", "{" SCO("artifact") ",\"payload_bin\":\"YQ==\"}", "type id" },
	{ "autonomous-system", "{" SCO("autonomous-system") ",\"number\":64512}",
		"type id number" },
	{ "directory", "{" SCO("directory") ",\"path\":\"/tmp\"}", "type id path" },
	{ "domain-name", "{" SCO("domain-name") ",\"value\":\"example.jp\"}", "type id value" },
	{ "email-addr", "{" SCO("email-addr") ",\"value\":\"a@example.jp\"}", "type id value" },
	{ "email-message", "{" SCO("email-message") ",\"is_multipart\":false,\"subject\":\"a\"}",
		"type id is_multipart" },
	{ "file", "{" SCO("file") ",\"name\":\"a.exe\"}", "type id" },
	{ "ipv4-addr", "{" SCO("ipv4-addr") ",\"value\":\"198.51.100.3\"}", "type id value" },
	{ "ipv6-addr", "{" SCO("ipv6-addr") ",\"value\":\"2001:db8::1\"}", "type id value" },
	{ "mac-addr", "{" SCO("mac-addr") ",\"value\":\"00:0a:95:9d:68:16\"}", "type id value" },
	{ "mutex", "{" SCO("mutex") ",\"name\":\"a\"}", "type id name" },
	{ "network-traffic",
		"{" SCO("network-traffic") ",\"protocols\":[\"tcp\"],"
					   "\"src_ref\":" REF("ipv4-addr") "}",
		"type id protocols" },
	{ "process", "{" SCO("process") ",\"pid\":1}", "type id" },
	{ "software", "{" SCO("software") ",\"name\":\"a\"}", "type id name" },
	{ "url", "{" SCO("url") ",\"value\":\"https://example.jp/a\"}", "type id value" },
	{ "user-account", "{" SCO("user-account") ",\"user_id\":\"a\"}", "type id" },
	{ "windows-registry-key",
		"{" SCO("windows-registry-key") ",\"key\":\"HKEY_LOCAL_MACHINE\\\\a\"}",
		"type id" },
	{ "x509-certificate", "{" SCO("x509-certificate") ",\"serial_number\":\"01\"}", "type id" },
	/* what the standard does not know */
	{ "x-example-thing", "{" CORE("x-example-thing") ",\"x_a\":1}", CORE_NEEDS },
	{ "my-observable",
		"{" SCO("my-observable") ",\"extensions\":{\"extension-definition--" U4 "\":"
					 "{\"extension_type\":\"new-sco\"}}}",
		"type id" },
};
enum { SAMPLES = sizeof(samples) / sizeof(samples[0]) };

static inline const char *sample(const char *type)
{
	for (size_t i = 0; i < SAMPLES; i++)
		if (strcmp(samples[i].type, type) == 0)
			return samples[i].json;
	fail_msg("no sample of %s", type);
	return NULL;
}

static inline const struct noro_json *parsed(struct noro_arena *a, struct noro_view text)
{
	const struct noro_json *v;
	struct noro_error err = { 0 };

	if (noro_json_parse(a, text, NULL, &v, &err) != NORO_OK)
		fail_msg("not JSON: %s at %zu in %.*s", err.msg, (size_t)err.at, NORO_VARG(text));
	return v;
}

/* The object with the members of `patch` in place of its own; null takes one away. */
static inline void patched(
	struct noro_arena *a, const char *json, const char *patch, struct noro_buf *out)
{
	const struct noro_json *base = parsed(a, noro_view_str(json)),
			       *over = parsed(a, noro_view_str(patch));
	struct noro_jsonw w = noro_jsonw(out);

	noro_jsonw_object(&w);
	for (const struct noro_json *m = base->child; m; m = m->next) {
		bool kept = true;

		for (const struct noro_json *p = over->child; p; p = p->next)
			kept &= !noro_view_eq(p->key, m->key);
		if (!kept)
			continue;
		noro_jsonw_view(&w, m->key);
		w.need_comma = false;
		noro_buf_chr(out, ':');
		noro_jsonw_value(&w, m);
	}
	for (const struct noro_json *p = over->child; p; p = p->next) {
		if (p->kind == NORO_JSON_NULL)
			continue;
		noro_jsonw_view(&w, p->key);
		w.need_comma = false;
		noro_buf_chr(out, ':');
		noro_jsonw_value(&w, p);
	}
	noro_jsonw_object_end(&w);
	assert_int_equal(out->status, NORO_OK);
}
