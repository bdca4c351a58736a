/*
 * src/intel/stix21_scos.c - STIX 2.1 section 6 as tables: the cyber-observable objects, what makes
 * their ids (2.9), and their predefined extensions.
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
#define REF(name, refs)      OF(name, STIX_REF, refs)
#define REF_LIST(name, refs) LIST_OF(name, STIX_REF, refs)
#define RULE(kind, ...)                                                                            \
	{                                                                                          \
		kind, STIX_WORDS(__VA_ARGS__)                                                      \
	}

#define REFS(name, said, ...)                                                                      \
	static const struct stix_refs name = { STIX_WORDS(__VA_ARGS__), 0, said }
REFS(addresses, "ipv4-addr, ipv6-addr, domain-name", "ipv4-addr", "ipv6-addr", "domain-name");
REFS(macs, "mac-addr", "mac-addr");
REFS(systems, "autonomous-system", "autonomous-system");
REFS(mails, "email-addr", "email-addr");
REFS(accounts, "user-account", "user-account");
REFS(artifacts, "artifact", "artifact");
REFS(files, "file", "file");
REFS(bodies, "artifact, file", "artifact", "file");
REFS(directories, "directory", "directory");
REFS(entries, "file, directory", "file", "directory");
REFS(traffic, "network-traffic", "network-traffic");
REFS(processes, "process", "process");
REFS(hosts, "ipv4-addr, ipv6-addr, mac-addr, domain-name", "ipv4-addr", "ipv6-addr", "mac-addr",
	"domain-name");

static const struct stix_range natural = { 0, (INT64_C(1) << 53) - 1 }, ports = { 0, 65535 };
static const struct stix_prop string_value = P("", STIX_STRING), integer_value = P("", STIX_INT),
			      strings_value = LIST("", STIX_STRING),
			      text_or_int = P("", STIX_TEXT_OR_INT);

#define NATURAL(name) OF(name, STIX_INT, &natural)

/* --- addresses and names ------------------------------------------------------------- */

static const struct stix_prop autonomous_system[] = {
	NEED("number", STIX_INT),
	P("name", STIX_STRING),
	P("rir", STIX_STRING),
};
static const struct stix_prop domain_name[] = {
	NEED("value", STIX_DOMAIN),
	REF_LIST("resolves_to_refs", &addresses),
};
static const struct stix_prop email_addr[] = {
	NEED("value", STIX_EMAIL),
	P("display_name", STIX_STRING),
	REF("belongs_to_ref", &accounts),
};
static const struct stix_prop ipv4_addr[] = {
	NEED("value", STIX_IPV4),
	REF_LIST("resolves_to_refs", &macs),
	REF_LIST("belongs_to_refs", &systems),
};
static const struct stix_prop ipv6_addr[] = {
	NEED("value", STIX_IPV6),
	REF_LIST("resolves_to_refs", &macs),
	REF_LIST("belongs_to_refs", &systems),
};
static const struct stix_prop mac_addr[] = { NEED("value", STIX_MAC) };
static const struct stix_prop url[] = { NEED("value", STIX_URL) };
static const struct stix_prop mutex[] = { NEED("name", STIX_STRING) };

/* --- e-mail ---------------------------------------------------------------------------- */

static const struct stix_prop mime_part[] = {
	P("body", STIX_STRING),
	REF("body_raw_ref", &bodies),
	P("content_type", STIX_STRING),
	P("content_disposition", STIX_STRING),
};
static const struct stix_rule mime_part_rules[] = { RULE(STIX_ONE, "body", "body_raw_ref") };
static const struct stix_shape a_mime_part = STIX_SHAPE(mime_part, mime_part_rules);
static const struct stix_prop email_message[] = {
	NEED("is_multipart", STIX_BOOL),
	P("date", STIX_TIME),
	P("content_type", STIX_STRING),
	REF("from_ref", &mails),
	REF("sender_ref", &mails),
	REF_LIST("to_refs", &mails),
	REF_LIST("cc_refs", &mails),
	REF_LIST("bcc_refs", &mails),
	P("message_id", STIX_STRING),
	P("subject", STIX_STRING),
	LIST("received_lines", STIX_STRING),
	P("additional_header_fields", STIX_DICT),
	P("body", STIX_STRING),
	LIST_OF("body_multipart", STIX_OBJECT, &a_mime_part),
	REF("raw_email_ref", &artifacts),
};
static const struct stix_rule email_message_rules[] = {
	RULE(STIX_TRUE_NOT, "is_multipart", "body"),
	RULE(STIX_FALSE_NOT, "is_multipart", "body_multipart"),
};

/* --- files -------------------------------------------------------------------------------- */

static const char *const ciphers[] = { "AES-256-GCM", "ChaCha20-Poly1305", "mime-type-indicated",
	NULL };
static const struct stix_prop artifact[] = {
	P("mime_type", STIX_STRING),
	P("payload_bin", STIX_BINARY),
	P("url", STIX_URL),
	P("hashes", STIX_HASHES),
	OF("encryption_algorithm", STIX_ENUM, ciphers),
	P("decryption_key", STIX_STRING),
};
static const struct stix_rule artifact_rules[] = {
	RULE(STIX_ONE, "payload_bin", "url"),
	RULE(STIX_WITH, "url", "hashes"),
	RULE(STIX_WITH, "decryption_key", "encryption_algorithm"),
};
#define STAMPS P("ctime", STIX_TIME), P("mtime", STIX_TIME), P("atime", STIX_TIME)
static const struct stix_prop directory[] = {
	NEED("path", STIX_STRING),
	P("path_enc", STIX_STRING),
	STAMPS,
	REF_LIST("contains_refs", &entries),
};
static const struct stix_prop file[] = {
	P("hashes", STIX_HASHES),
	NATURAL("size"),
	P("name", STIX_STRING),
	P("name_enc", STIX_STRING),
	P("magic_number_hex", STIX_HEX),
	P("mime_type", STIX_STRING),
	STAMPS,
	REF("parent_directory_ref", &directories),
	REF_LIST("contains_refs", &noro_stix_scos),
	REF("content_ref", &artifacts),
};
static const struct stix_rule file_rules[] = {
	RULE(STIX_SOME, "hashes", "name"),
	RULE(STIX_WITH, "name_enc", "name"),
};

/* --- traffic -------------------------------------------------------------------------------- */

static const struct stix_prop network_traffic[] = {
	P("start", STIX_TIME),
	P("end", STIX_TIME),
	P("is_active", STIX_BOOL),
	REF("src_ref", &hosts),
	REF("dst_ref", &hosts),
	OF("src_port", STIX_INT, &ports),
	OF("dst_port", STIX_INT, &ports),
	NEED_LIST("protocols", STIX_STRING, NULL),
	NATURAL("src_byte_count"),
	NATURAL("dst_byte_count"),
	NATURAL("src_packets"),
	NATURAL("dst_packets"),
	OF("ipfix", STIX_DICT, &text_or_int),
	REF("src_payload_ref", &artifacts),
	REF("dst_payload_ref", &artifacts),
	REF_LIST("encapsulates_refs", &traffic),
	REF("encapsulated_by_ref", &traffic),
};
static const struct stix_rule network_traffic_rules[] = {
	RULE(STIX_SOME, "src_ref", "dst_ref"),
	RULE(STIX_TRUE_NOT, "is_active", "end"),
	RULE(STIX_NOT_BEFORE, "start", "end"),
};

/* --- hosts ------------------------------------------------------------------------------------ */

static const struct stix_prop process[] = {
	P("is_hidden", STIX_BOOL),
	P("pid", STIX_INT),
	P("created_time", STIX_TIME),
	P("cwd", STIX_STRING),
	P("command_line", STIX_STRING),
	OF("environment_variables", STIX_DICT, &string_value),
	REF_LIST("opened_connection_refs", &traffic),
	REF("creator_user_ref", &accounts),
	REF("image_ref", &files),
	REF("parent_ref", &processes),
	REF_LIST("child_refs", &processes),
};
/* One property at least, of its own or of an extension. */
static const struct stix_rule some_property[] = { { STIX_SOME, STIX_WORDS(NULL) } };
static const struct stix_prop software[] = {
	NEED("name", STIX_STRING),
	P("cpe", STIX_CPE),
	P("swid", STIX_STRING),
	LIST("languages", STIX_LANG),
	P("vendor", STIX_STRING),
	P("version", STIX_STRING),
};
static const struct stix_prop user_account[] = {
	P("user_id", STIX_STRING),
	P("credential", STIX_STRING),
	P("account_login", STIX_STRING),
	P("account_type", STIX_STRING),
	P("display_name", STIX_STRING),
	P("is_service_account", STIX_BOOL),
	P("is_privileged", STIX_BOOL),
	P("can_escalate_privs", STIX_BOOL),
	P("is_disabled", STIX_BOOL),
	P("account_created", STIX_TIME),
	P("account_expires", STIX_TIME),
	P("credential_last_changed", STIX_TIME),
	P("account_first_login", STIX_TIME),
	P("account_last_login", STIX_TIME),
};
static const char *const registry_types[] = { "REG_NONE", "REG_SZ", "REG_EXPAND_SZ", "REG_BINARY",
	"REG_DWORD", "REG_DWORD_BIG_ENDIAN", "REG_DWORD_LITTLE_ENDIAN", "REG_LINK", "REG_MULTI_SZ",
	"REG_RESOURCE_LIST", "REG_FULL_RESOURCE_DESCRIPTION", "REG_RESOURCE_REQUIREMENTS_LIST",
	"REG_QWORD", "REG_INVALID_TYPE", NULL };
static const struct stix_prop registry_value[] = {
	P("name", STIX_STRING),
	P("data", STIX_STRING),
	OF("data_type", STIX_ENUM, registry_types),
};
static const struct stix_shape a_registry_value = STIX_SHAPE(registry_value, some_property);
static const struct stix_prop registry_key[] = {
	P("key", STIX_REGISTRY),
	LIST_OF("values", STIX_OBJECT, &a_registry_value),
	P("modified_time", STIX_TIME),
	REF("creator_user_ref", &accounts),
	P("number_of_subkeys", STIX_INT),
};
static const struct stix_prop x509_extension[] = {
	P("basic_constraints", STIX_STRING),
	P("name_constraints", STIX_STRING),
	P("policy_constraints", STIX_STRING),
	P("key_usage", STIX_STRING),
	P("extended_key_usage", STIX_STRING),
	P("subject_key_identifier", STIX_STRING),
	P("authority_key_identifier", STIX_STRING),
	P("subject_alternative_name", STIX_STRING),
	P("issuer_alternative_name", STIX_STRING),
	P("subject_directory_attributes", STIX_STRING),
	P("crl_distribution_points", STIX_STRING),
	P("inhibit_any_policy", STIX_STRING),
	P("private_key_usage_period_not_before", STIX_TIME),
	P("private_key_usage_period_not_after", STIX_TIME),
	P("certificate_policies", STIX_STRING),
	P("policy_mappings", STIX_STRING),
};
static const struct stix_shape x509_extensions = STIX_SHAPE(x509_extension, some_property);
static const struct stix_prop x509_certificate[] = {
	P("is_self_signed", STIX_BOOL),
	P("hashes", STIX_HASHES),
	P("version", STIX_STRING),
	P("serial_number", STIX_STRING),
	P("signature_algorithm", STIX_STRING),
	P("issuer", STIX_STRING),
	P("validity_not_before", STIX_TIME),
	P("validity_not_after", STIX_TIME),
	P("subject", STIX_STRING),
	P("subject_public_key_algorithm", STIX_STRING),
	P("subject_public_key_modulus", STIX_STRING),
	P("subject_public_key_exponent", STIX_INT),
	OF("x509_v3_extensions", STIX_OBJECT, &x509_extensions),
};

static const struct stix_rule directory_rules[] = { RULE(STIX_WITH, "path_enc", "path") };

#define TYPE(name, shape, ...)                                                                     \
	{                                                                                          \
		STIX_NAME(name), NORO_STIX21_SCO, shape, STIX_WORDS(__VA_ARGS__), NULL             \
	}

const struct stix_type noro_stix_observable_types[] = {
	TYPE("artifact", STIX_SHAPE(artifact, artifact_rules), "hashes", "payload_bin"),
	TYPE("autonomous-system", STIX_PLAIN(autonomous_system), "number"),
	TYPE("directory", STIX_SHAPE(directory, directory_rules), "path"),
	TYPE("domain-name", STIX_PLAIN(domain_name), "value"),
	TYPE("email-addr", STIX_PLAIN(email_addr), "value"),
	TYPE("email-message", STIX_SHAPE(email_message, email_message_rules), "from_ref", "subject",
		"body"),
	TYPE("file", STIX_SHAPE(file, file_rules), "hashes", "name", "extensions",
		"parent_directory_ref"),
	TYPE("ipv4-addr", STIX_PLAIN(ipv4_addr), "value"),
	TYPE("ipv6-addr", STIX_PLAIN(ipv6_addr), "value"),
	TYPE("mac-addr", STIX_PLAIN(mac_addr), "value"),
	TYPE("mutex", STIX_PLAIN(mutex), "name"),
	TYPE("network-traffic", STIX_SHAPE(network_traffic, network_traffic_rules), "start", "end",
		"src_ref", "dst_ref", "src_port", "dst_port", "protocols", "extensions"),
	TYPE("process", STIX_SHAPE(process, some_property), NULL),
	TYPE("software", STIX_PLAIN(software), "name", "cpe", "swid", "vendor", "version"),
	TYPE("url", STIX_PLAIN(url), "value"),
	TYPE("user-account", STIX_SHAPE(user_account, some_property), "account_type", "user_id",
		"account_login"),
	TYPE("windows-registry-key", STIX_SHAPE(registry_key, some_property), "key", "values"),
	TYPE("x509-certificate", STIX_SHAPE(x509_certificate, some_property), "hashes",
		"serial_number"),
};
const size_t noro_stix_observable_count = STIX_COUNT(noro_stix_observable_types);

/* --- predefined extensions ----------------------------------------------------------------------
 */

static const struct stix_prop archive[] = {
	NEED_LIST("contains_refs", STIX_REF, &entries),
	P("comment", STIX_STRING),
};
static const struct stix_prop stream[] = {
	NEED("name", STIX_STRING),
	P("hashes", STIX_HASHES),
	NATURAL("size"),
};
static const struct stix_shape a_stream = STIX_PLAIN(stream);
static const struct stix_prop ntfs[] = {
	P("sid", STIX_STRING),
	LIST_OF("alternate_data_streams", STIX_OBJECT, &a_stream),
};
static const struct stix_prop pdf[] = {
	P("version", STIX_STRING),
	P("is_optimized", STIX_BOOL),
	OF("document_info_dict", STIX_DICT, &string_value),
	P("pdfid0", STIX_STRING),
	P("pdfid1", STIX_STRING),
};
static const struct stix_prop raster_image[] = {
	P("image_height", STIX_INT),
	P("image_width", STIX_INT),
	P("bits_per_pixel", STIX_INT),
	OF("exif_tags", STIX_DICT, &text_or_int),
};
static const struct stix_prop pe_optional[] = {
	P("magic_hex", STIX_HEX),
	P("major_linker_version", STIX_INT),
	P("minor_linker_version", STIX_INT),
	NATURAL("size_of_code"),
	NATURAL("size_of_initialized_data"),
	NATURAL("size_of_uninitialized_data"),
	P("address_of_entry_point", STIX_INT),
	P("base_of_code", STIX_INT),
	P("base_of_data", STIX_INT),
	P("image_base", STIX_INT),
	P("section_alignment", STIX_INT),
	P("file_alignment", STIX_INT),
	P("major_os_version", STIX_INT),
	P("minor_os_version", STIX_INT),
	P("major_image_version", STIX_INT),
	P("minor_image_version", STIX_INT),
	P("major_subsystem_version", STIX_INT),
	P("minor_subsystem_version", STIX_INT),
	P("win32_version_value_hex", STIX_HEX),
	NATURAL("size_of_image"),
	NATURAL("size_of_headers"),
	P("checksum_hex", STIX_HEX),
	P("subsystem_hex", STIX_HEX),
	P("dll_characteristics_hex", STIX_HEX),
	NATURAL("size_of_stack_reserve"),
	NATURAL("size_of_stack_commit"),
	NATURAL("size_of_heap_reserve"),
	NATURAL("size_of_heap_commit"),
	P("loader_flags_hex", STIX_HEX),
	P("number_of_rva_and_sizes", STIX_INT),
	P("hashes", STIX_HASHES),
};
static const struct stix_shape pe_optional_header = STIX_SHAPE(pe_optional, some_property);
static const struct stix_prop pe_section[] = {
	NEED("name", STIX_STRING),
	NATURAL("size"),
	P("entropy", STIX_FLOAT),
	P("hashes", STIX_HASHES),
};
static const struct stix_shape a_pe_section = STIX_PLAIN(pe_section);
static const struct stix_prop pe_binary[] = {
	P("pe_type", STIX_STRING),
	P("imphash", STIX_STRING),
	P("machine_hex", STIX_HEX),
	NATURAL("number_of_sections"),
	P("time_date_stamp", STIX_TIME),
	P("pointer_to_symbol_table_hex", STIX_HEX),
	NATURAL("number_of_symbols"),
	NATURAL("size_of_optional_header"),
	P("characteristics_hex", STIX_HEX),
	P("file_header_hashes", STIX_HASHES),
	OF("optional_header", STIX_OBJECT, &pe_optional_header),
	LIST_OF("sections", STIX_OBJECT, &a_pe_section),
};
static const struct stix_prop http_request[] = {
	NEED("request_method", STIX_STRING),
	NEED("request_value", STIX_STRING),
	P("request_version", STIX_STRING),
	OF("request_header", STIX_DICT, &strings_value),
	P("message_body_length", STIX_INT),
	REF("message_body_data_ref", &artifacts),
};
static const struct stix_prop icmp[] = {
	NEED("icmp_type_hex", STIX_HEX),
	NEED("icmp_code_hex", STIX_HEX),
};
static const char *const families[] = { "AF_UNSPEC", "AF_INET", "AF_IPX", "AF_APPLETALK",
	"AF_NETBIOS", "AF_INET6", "AF_IRDA", "AF_BTH", NULL };
static const char *const socket_types[] = { "SOCK_STREAM", "SOCK_DGRAM", "SOCK_RAW", "SOCK_RDM",
	"SOCK_SEQPACKET", NULL };
static const struct stix_prop socket_ext[] = {
	NEED_OF("address_family", STIX_ENUM, families),
	P("is_blocking", STIX_BOOL),
	P("is_listening", STIX_BOOL),
	OF("options", STIX_DICT, &integer_value),
	OF("socket_type", STIX_ENUM, socket_types),
	NATURAL("socket_descriptor"),
	P("socket_handle", STIX_INT),
};
static const struct stix_prop tcp[] = {
	P("src_flags_hex", STIX_HEX),
	P("dst_flags_hex", STIX_HEX),
};
static const char *const integrity_levels[] = { "low", "medium", "high", "system", NULL };
static const struct stix_prop windows_process[] = {
	P("aslr_enabled", STIX_BOOL),
	P("dep_enabled", STIX_BOOL),
	P("priority", STIX_STRING),
	P("owner_sid", STIX_STRING),
	P("window_title", STIX_STRING),  /* of the schemas, */
	P("windows_title", STIX_STRING), /* of the text */
	P("startup_info", STIX_DICT),
	OF("integrity_level", STIX_ENUM, integrity_levels),
};
static const char *const start_types[] = { "SERVICE_AUTO_START", "SERVICE_BOOT_START",
	"SERVICE_DEMAND_START", "SERVICE_DISABLED", "SERVICE_SYSTEM_ALERT", NULL };
static const char *const service_types[] = { "SERVICE_KERNEL_DRIVER", "SERVICE_FILE_SYSTEM_DRIVER",
	"SERVICE_WIN32_OWN_PROCESS", "SERVICE_WIN32_SHARE_PROCESS", NULL };
static const char *const service_states[] = { "SERVICE_CONTINUE_PENDING", "SERVICE_PAUSE_PENDING",
	"SERVICE_PAUSED", "SERVICE_RUNNING", "SERVICE_START_PENDING", "SERVICE_STOP_PENDING",
	"SERVICE_STOPPED", NULL };
static const struct stix_prop windows_service[] = {
	P("service_name", STIX_STRING),
	LIST("descriptions", STIX_STRING),
	P("display_name", STIX_STRING),
	P("group_name", STIX_STRING),
	OF("start_type", STIX_ENUM, start_types),
	REF_LIST("service_dll_refs", &files),
	OF("service_type", STIX_ENUM, service_types),
	OF("service_status", STIX_ENUM, service_states),
};
static const struct stix_prop unix_account[] = {
	P("gid", STIX_INT),
	LIST("groups", STIX_STRING),
	P("home_dir", STIX_STRING),
	P("shell", STIX_STRING),
};

const struct stix_predefined noro_stix_predefined[] = {
	{ "file", STIX_NAME("archive-ext"), STIX_PLAIN(archive) },
	{ "file", STIX_NAME("ntfs-ext"), STIX_SHAPE(ntfs, some_property) },
	{ "file", STIX_NAME("pdf-ext"), STIX_SHAPE(pdf, some_property) },
	{ "file", STIX_NAME("raster-image-ext"), STIX_SHAPE(raster_image, some_property) },
	{ "file", STIX_NAME("windows-pebinary-ext"), STIX_SHAPE(pe_binary, some_property) },
	{ "network-traffic", STIX_NAME("http-request-ext"), STIX_PLAIN(http_request) },
	{ "network-traffic", STIX_NAME("icmp-ext"), STIX_PLAIN(icmp) },
	{ "network-traffic", STIX_NAME("socket-ext"), STIX_PLAIN(socket_ext) },
	{ "network-traffic", STIX_NAME("tcp-ext"), STIX_SHAPE(tcp, some_property) },
	{ "process", STIX_NAME("windows-process-ext"), STIX_SHAPE(windows_process, some_property) },
	{ "process", STIX_NAME("windows-service-ext"), STIX_SHAPE(windows_service, some_property) },
	{ "user-account", STIX_NAME("unix-account-ext"), STIX_SHAPE(unix_account, some_property) },
};
const size_t noro_stix_predefined_count = STIX_COUNT(noro_stix_predefined);
