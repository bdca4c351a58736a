/*
 * src/intel/stix21_types.c - STIX 2.1 sections 3.2, 4, 5 and 7 as tables: domain objects, the two
 * relationship objects and the meta objects. A row is a property; what joins two of them is a rule.
 */
#include "intel/stix21_priv.h"

#define P(name, kind)                                                                              \
	{                                                                                          \
		STIX_NAME(name), kind, 0, NULL                                                     \
	}
#define OF(name, kind, of)                                                                         \
	{                                                                                          \
		STIX_NAME(name), kind, 0, of                                                       \
	}
#define NEED(name, kind)                                                                           \
	{                                                                                          \
		STIX_NAME(name), kind, STIX_REQUIRED, NULL                                         \
	}
#define NEED_OF(name, kind, of)                                                                    \
	{                                                                                          \
		STIX_NAME(name), kind, STIX_REQUIRED, of                                           \
	}
#define LIST(name, kind)                                                                           \
	{                                                                                          \
		STIX_NAME(name), kind, STIX_LIST, NULL                                             \
	}
#define LIST_OF(name, kind, of)                                                                    \
	{                                                                                          \
		STIX_NAME(name), kind, STIX_LIST, of                                               \
	}
#define NEED_LIST(name, kind, of)                                                                  \
	{                                                                                          \
		STIX_NAME(name), kind, STIX_REQUIRED | STIX_LIST, of                               \
	}
#define RULE(kind, ...)                                                                            \
	{                                                                                          \
		kind, STIX_WORDS(__VA_ARGS__)                                                      \
	}
#define TYPE(name, class, props)                                                                   \
	{                                                                                          \
		STIX_NAME(name), class, STIX_PLAIN(props), NULL, NULL                              \
	}
#define RULED(name, class, props, rules)                                                           \
	{                                                                                          \
		STIX_NAME(name), class, STIX_SHAPE(props, rules), NULL, NULL                       \
	}
#define ALSO(name, class, props, rules, also)                                                      \
	{                                                                                          \
		STIX_NAME(name), class, STIX_SHAPE(props, rules), NULL, also                       \
	}

enum {
	SDO = 1 << NORO_STIX21_SDO,
	SRO = 1 << NORO_STIX21_SRO,
	SCO = 1 << NORO_STIX21_SCO,
	META = 1 << NORO_STIX21_META,
};

/* --- references ---------------------------------------------------------------- */

const struct stix_refs noro_stix_any = { NULL, SDO | SRO | SCO | META | STIX_CUSTOM,
	"any STIX object" };
const struct stix_refs noro_stix_scos = { NULL, SCO | STIX_CUSTOM, "SCO" };
static const struct stix_refs domain = { NULL, SDO | STIX_CUSTOM, "SDO" };
static const struct stix_refs ends = { NULL, SDO | SCO | STIX_CUSTOM, "SDO, SCO" };
static const struct stix_refs seen = { NULL, SCO | SRO | STIX_CUSTOM, "SCO, SRO" };
#define REFS(name, said, ...)                                                                      \
	static const struct stix_refs name = { STIX_WORDS(__VA_ARGS__), 0, said }
REFS(identity, "identity", "identity");
REFS(marking, "marking-definition", "marking-definition");
REFS(observed, "observed-data", "observed-data");
REFS(places, "identity, location", "identity", "location");
REFS(software, "software", "software");
REFS(samples, "artifact, file", "artifact", "file");
REFS(sample, "artifact, file, network-traffic", "artifact", "file", "network-traffic");

/* --- parts of objects ------------------------------------------------------------ */

static const struct stix_prop external[] = {
	NEED("source_name", STIX_STRING),
	P("description", STIX_STRING),
	P("url", STIX_URL),
	P("hashes", STIX_HASHES),
	P("external_id", STIX_STRING),
};
static const struct stix_rule external_rules[] = {
	RULE(STIX_SOME, "description", "url", "external_id"),
};
static const struct stix_shape external_reference = STIX_SHAPE(external, external_rules);

static const struct stix_prop phase[] = {
	NEED("kill_chain_name", STIX_STRING),
	NEED("phase_name", STIX_STRING),
};
static const struct stix_shape kill_chain_phase = STIX_PLAIN(phase);

static const struct stix_prop granular[] = {
	P("lang", STIX_LANG),
	OF("marking_ref", STIX_REF, &marking),
	NEED_LIST("selectors", STIX_STRING, NULL),
};
static const struct stix_rule granular_rules[] = { RULE(STIX_ONE, "lang", "marking_ref") };
static const struct stix_shape granular_marking = STIX_SHAPE(granular, granular_rules);

/* --- common properties (3.2) ------------------------------------------------------ */

static const struct stix_range percent = { 0, 100 };
static const char *const spec_versions[] = { "2.1", NULL };

/* The last four names are reserved: the official schemas refuse them too. */
#define MARKED                                                                                     \
	LIST_OF("external_references", STIX_OBJECT, &external_reference),                          \
		LIST_OF("object_marking_refs", STIX_REF, &marking),                                \
		LIST_OF("granular_markings", STIX_OBJECT, &granular_marking),                      \
		P("extensions", STIX_EXTENSIONS), P("action", STIX_NEVER),                         \
		P("severity", STIX_NEVER), P("username", STIX_NEVER),                              \
		P("phone_numbers", STIX_NEVER)

static const struct stix_prop of_core[] = {
	NEED("created", STIX_MILLIS),
	NEED("modified", STIX_MILLIS),
	NEED("type", STIX_TYPE),
	NEED("id", STIX_SELF),
	NEED_OF("spec_version", STIX_ENUM, spec_versions),
	OF("created_by_ref", STIX_REF, &identity),
	P("revoked", STIX_BOOL),
	LIST("labels", STIX_STRING),
	OF("confidence", STIX_INT, &percent),
	P("lang", STIX_LANG),
	P("defanged", STIX_NEVER),
	MARKED,
};
/* It is never versioned (7.2.1). */
static const struct stix_prop of_marking[] = {
	NEED("created", STIX_MILLIS),
	P("modified", STIX_NEVER),
	NEED("type", STIX_TYPE),
	NEED("id", STIX_SELF),
	NEED_OF("spec_version", STIX_ENUM, spec_versions),
	OF("created_by_ref", STIX_REF, &identity),
	P("revoked", STIX_NEVER),
	P("defanged", STIX_NEVER),
	MARKED,
};
/* Not for SCOs by the summary table, but no MUST forbids them: 3.6 even speaks of versioned ones.
 */
static const struct stix_prop of_observable[] = {
	P("created", STIX_MILLIS),
	P("modified", STIX_MILLIS),
	NEED("type", STIX_TYPE),
	NEED("id", STIX_SELF),
	OF("spec_version", STIX_ENUM, spec_versions),
	OF("created_by_ref", STIX_REF, &identity),
	P("revoked", STIX_BOOL),
	LIST("labels", STIX_STRING),
	OF("confidence", STIX_INT, &percent),
	P("lang", STIX_LANG),
	P("defanged", STIX_BOOL),
	MARKED,
};
static const struct stix_rule versions[] = { RULE(STIX_NOT_BEFORE, "created", "modified") };

const struct stix_shape noro_stix_common[NORO_STIX21_META + 1] = {
	[NORO_STIX21_SDO] = STIX_SHAPE(of_core, versions),
	[NORO_STIX21_SRO] = STIX_SHAPE(of_core, versions),
	[NORO_STIX21_SCO] = STIX_SHAPE(of_observable, versions),
	[NORO_STIX21_META] = STIX_SHAPE(of_core, versions),
};
const struct stix_shape noro_stix_common_marking = STIX_PLAIN(of_marking);

/* --- domain objects (4) ------------------------------------------------------------ */

#define NAMED  NEED("name", STIX_STRING), P("description", STIX_STRING)
#define PHASES LIST_OF("kill_chain_phases", STIX_OBJECT, &kill_chain_phase)
#define SEEN   P("first_seen", STIX_TIME), P("last_seen", STIX_TIME)

static const struct stix_rule seen_rules[] = { RULE(STIX_NOT_BEFORE, "first_seen", "last_seen") };

static const struct stix_prop attack_pattern[] = { NAMED, LIST("aliases", STIX_STRING), PHASES };
static const struct stix_prop campaign[] = { NAMED, LIST("aliases", STIX_STRING), SEEN,
	P("objective", STIX_STRING) };
static const struct stix_prop named[] = { NAMED };
static const struct stix_prop grouping[] = {
	P("name", STIX_STRING),
	P("description", STIX_STRING),
	NEED("context", STIX_STRING),
	NEED_LIST("object_refs", STIX_REF, &noro_stix_any),
};
static const struct stix_prop an_identity[] = {
	NAMED,
	LIST("roles", STIX_STRING),
	P("identity_class", STIX_STRING),
	LIST("sectors", STIX_STRING),
	P("contact_information", STIX_STRING),
};
static const struct stix_prop indicator[] = {
	P("name", STIX_STRING),
	P("description", STIX_STRING),
	LIST("indicator_types", STIX_STRING),
	NEED("pattern", STIX_STRING),
	NEED("pattern_type", STIX_STRING),
	P("pattern_version", STIX_STRING),
	NEED("valid_from", STIX_TIME),
	P("valid_until", STIX_TIME),
	PHASES,
};
static const struct stix_rule indicator_rules[] = { RULE(STIX_AFTER, "valid_from", "valid_until") };
static const struct stix_prop infrastructure[] = { NAMED, LIST("infrastructure_types", STIX_STRING),
	LIST("aliases", STIX_STRING), PHASES, SEEN };
static const struct stix_prop intrusion_set[] = {
	NAMED,
	LIST("aliases", STIX_STRING),
	SEEN,
	LIST("goals", STIX_STRING),
	P("resource_level", STIX_STRING),
	P("primary_motivation", STIX_STRING),
	LIST("secondary_motivations", STIX_STRING),
};
static const struct stix_range latitudes = { -90, 90 }, longitudes = { -180, 180 };
static const struct stix_prop location[] = {
	P("name", STIX_STRING),
	P("description", STIX_STRING),
	OF("latitude", STIX_FLOAT, &latitudes),
	OF("longitude", STIX_FLOAT, &longitudes),
	P("precision", STIX_FLOAT),
	P("region", STIX_STRING),
	P("country", STIX_STRING),
	P("administrative_area", STIX_STRING),
	P("city", STIX_STRING),
	P("street_address", STIX_STRING),
	P("postal_code", STIX_STRING),
};
static const struct stix_rule location_rules[] = {
	RULE(STIX_SOME, "region", "country", "latitude", "longitude"),
	RULE(STIX_WITH, "latitude", "longitude"),
	RULE(STIX_WITH, "longitude", "latitude"),
	RULE(STIX_WITH, "precision", "latitude"),
};
static const struct stix_prop malware[] = {
	P("name", STIX_STRING),
	P("description", STIX_STRING),
	LIST("malware_types", STIX_STRING),
	NEED("is_family", STIX_BOOL),
	LIST("aliases", STIX_STRING),
	PHASES,
	SEEN,
	LIST_OF("operating_system_refs", STIX_REF, &software),
	LIST("architecture_execution_envs", STIX_STRING),
	LIST("implementation_languages", STIX_STRING),
	LIST("capabilities", STIX_STRING),
	LIST_OF("sample_refs", STIX_REF, &samples),
};
static const struct stix_rule malware_rules[] = {
	RULE(STIX_TRUE_HAS, "is_family", "name"),
	RULE(STIX_NOT_BEFORE, "first_seen", "last_seen"),
};
static const struct stix_prop malware_analysis[] = {
	NEED("product", STIX_STRING),
	P("version", STIX_STRING),
	OF("host_vm_ref", STIX_REF, &software),
	OF("operating_system_ref", STIX_REF, &software),
	LIST_OF("installed_software_refs", STIX_REF, &software),
	P("configuration_version", STIX_STRING),
	LIST("modules", STIX_STRING),
	P("analysis_engine_version", STIX_STRING),
	P("analysis_definition_version", STIX_STRING),
	P("submitted", STIX_TIME),
	P("analysis_started", STIX_TIME),
	P("analysis_ended", STIX_TIME),
	P("result_name", STIX_STRING),
	P("result", STIX_STRING),
	LIST_OF("analysis_sco_refs", STIX_REF, &noro_stix_scos),
	OF("sample_ref", STIX_REF, &sample),
};
static const struct stix_rule malware_analysis_rules[] = {
	RULE(STIX_SOME, "result", "analysis_sco_refs"),
};
static const struct stix_prop note[] = {
	P("abstract", STIX_STRING),
	NEED("content", STIX_STRING),
	LIST("authors", STIX_STRING),
	NEED_LIST("object_refs", STIX_REF, &noro_stix_any),
};
static const struct stix_range some_times = { 1, 999999999 }, times = { 0, 999999999 };
static const struct stix_prop observed_data[] = {
	NEED("first_observed", STIX_TIME),
	NEED("last_observed", STIX_TIME),
	NEED_OF("number_observed", STIX_INT, &some_times),
	P("objects", STIX_OBSERVABLES),
	LIST_OF("object_refs", STIX_REF, &seen),
};
static const struct stix_rule observed_data_rules[] = {
	RULE(STIX_ONE, "object_refs", "objects"),
	RULE(STIX_NOT_BEFORE, "first_observed", "last_observed"),
};
static const char *const opinions[] = { "strongly-disagree", "disagree", "neutral", "agree",
	"strongly-agree", NULL };
static const struct stix_prop opinion[] = {
	P("explanation", STIX_STRING),
	LIST("authors", STIX_STRING),
	NEED_OF("opinion", STIX_ENUM, opinions),
	NEED_LIST("object_refs", STIX_REF, &noro_stix_any),
};
static const struct stix_prop report[] = {
	NAMED,
	LIST("report_types", STIX_STRING),
	NEED("published", STIX_TIME),
	NEED_LIST("object_refs", STIX_REF, &noro_stix_any),
};
static const struct stix_prop threat_actor[] = {
	NAMED,
	LIST("threat_actor_types", STIX_STRING),
	LIST("aliases", STIX_STRING),
	SEEN,
	LIST("roles", STIX_STRING),
	LIST("goals", STIX_STRING),
	P("sophistication", STIX_STRING),
	P("resource_level", STIX_STRING),
	P("primary_motivation", STIX_STRING),
	LIST("secondary_motivations", STIX_STRING),
	LIST("personal_motivations", STIX_STRING),
};
static const struct stix_prop tool[] = { NAMED, LIST("tool_types", STIX_STRING),
	LIST("aliases", STIX_STRING), PHASES, P("tool_version", STIX_STRING) };

/* --- relationship objects (5) -------------------------------------------------------- */

static const struct stix_prop relationship[] = {
	NEED("relationship_type", STIX_RELATION),
	P("description", STIX_STRING),
	NEED_OF("source_ref", STIX_REF, &ends),
	NEED_OF("target_ref", STIX_REF, &ends),
	P("start_time", STIX_TIME),
	P("stop_time", STIX_TIME),
};
static const struct stix_rule relationship_rules[] = { RULE(
	STIX_AFTER, "start_time", "stop_time") };
static const struct stix_prop sighting[] = {
	P("description", STIX_STRING),
	SEEN,
	OF("count", STIX_INT, &times),
	NEED_OF("sighting_of_ref", STIX_REF, &domain),
	LIST_OF("observed_data_refs", STIX_REF, &observed),
	LIST_OF("where_sighted_refs", STIX_REF, &places),
	P("summary", STIX_BOOL),
};

/* --- meta objects (7) ------------------------------------------------------------------ */

static const struct stix_prop language_content[] = {
	NEED_OF("object_ref", STIX_REF, &noro_stix_any),
	P("object_modified", STIX_TIME),
	NEED("contents", STIX_CONTENTS),
};
static const struct stix_prop marking_definition[] = {
	P("name", STIX_STRING),
	P("definition_type", STIX_STRING),
	P("definition", STIX_DICT),
};
static const struct stix_rule marking_rules[] = {
	RULE(STIX_SOME, "definition_type", "extensions"),
	RULE(STIX_WITH, "definition_type", "definition"),
	RULE(STIX_WITH, "definition", "definition_type"),
};
const char *const noro_stix_extension_types[] = { "new-sdo", "new-sco", "new-sro",
	"property-extension", "toplevel-property-extension", NULL };
static const struct stix_prop extension_definition[] = {
	NAMED,
	NEED("schema", STIX_STRING),
	NEED("version", STIX_STRING),
	NEED_LIST("extension_types", STIX_ENUM, noro_stix_extension_types),
	LIST("extension_properties", STIX_STRING),
};

const struct stix_type noro_stix_domain_types[] = {
	TYPE("attack-pattern", NORO_STIX21_SDO, attack_pattern),
	RULED("campaign", NORO_STIX21_SDO, campaign, seen_rules),
	TYPE("course-of-action", NORO_STIX21_SDO, named),
	TYPE("grouping", NORO_STIX21_SDO, grouping),
	TYPE("identity", NORO_STIX21_SDO, an_identity),
	TYPE("incident", NORO_STIX21_SDO, named),
	ALSO("indicator", NORO_STIX21_SDO, indicator, indicator_rules, noro_stix_also_indicator),
	RULED("infrastructure", NORO_STIX21_SDO, infrastructure, seen_rules),
	RULED("intrusion-set", NORO_STIX21_SDO, intrusion_set, seen_rules),
	RULED("location", NORO_STIX21_SDO, location, location_rules),
	RULED("malware", NORO_STIX21_SDO, malware, malware_rules),
	RULED("malware-analysis", NORO_STIX21_SDO, malware_analysis, malware_analysis_rules),
	TYPE("note", NORO_STIX21_SDO, note),
	ALSO("observed-data", NORO_STIX21_SDO, observed_data, observed_data_rules,
		noro_stix_also_observed),
	TYPE("opinion", NORO_STIX21_SDO, opinion),
	TYPE("report", NORO_STIX21_SDO, report),
	RULED("threat-actor", NORO_STIX21_SDO, threat_actor, seen_rules),
	TYPE("tool", NORO_STIX21_SDO, tool),
	TYPE("vulnerability", NORO_STIX21_SDO, named),
	RULED("relationship", NORO_STIX21_SRO, relationship, relationship_rules),
	RULED("sighting", NORO_STIX21_SRO, sighting, seen_rules),
	TYPE("language-content", NORO_STIX21_META, language_content),
	ALSO("marking-definition", NORO_STIX21_META, marking_definition, marking_rules,
		noro_stix_also_marking),
	{ STIX_NAME("extension-definition"), NORO_STIX21_META, STIX_PLAIN(extension_definition),
		NULL, noro_stix_also_extension },
};
const size_t noro_stix_domain_count = STIX_COUNT(noro_stix_domain_types);
