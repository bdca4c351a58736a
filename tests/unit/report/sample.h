/*
 * tests/unit/report/sample.h - results to write reports of: a realistic one (an
 * incident of three months at a small carrier), an empty one, and a hostile one.
 */
#pragma once

#include "report/report.h"

#define AT(text) sample_time(text)

/* "2025-03-04T05:06:07Z" by arithmetic alone, so that the sample needs no parser. */
static inline int64_t sample_time(const char *s)
{
	struct noro_civil c = { 0 };
	int64_t ns = 0;

	(void)sscanf(
		s, "%d-%u-%uT%u:%u:%u", &c.year, &c.month, &c.day, &c.hour, &c.minute, &c.second);
	(void)noro_civil_to_ns(&c, 0, &ns);
	return ns;
}

#define LIST(...)                                                                                  \
	{                                                                                          \
		.item = (const char *const[]){ __VA_ARGS__ },                                      \
		.n = sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *)           \
	}

static const struct noro_list sample_advisory = LIST("AA25-239A");
static const struct noro_list sample_attack = LIST("T1078", "T1021.004");
static const struct noro_list sample_actor = LIST("Salt Typhoon");
static const struct noro_list sample_cve = LIST("CVE-2023-20198");
static const struct noro_list sample_source = LIST("AA25-239A.stix_.json");
static const struct noro_list sample_detectors = LIST("indicators", "checks:login");
static const struct noro_list sample_classes = LIST("ipv4", "ipv6", "domain", "login");
static const struct noro_list sample_login = LIST("login");
static const struct noro_list sample_config = LIST("config");
static const struct noro_list sample_argv = LIST("noroshi", "hunt", "-o", "out", "evidence/");
static const struct noro_list sample_missing = LIST("ja4", "registry");
static const struct noro_list sample_notes = LIST("pattern 3: process:name cannot be decided here");

struct sample {
	struct noro_finding finding[64];
	struct noro_place place[64][3];
	struct noro_coverage coverage[16];
	struct noro_gap gap[4];
	struct noro_behaviour_row behaviour[16];
	struct noro_intel_used intel[3];
	struct noro_result result;
};

static const struct noro_msg sample_reasons[] = {
	{ N_("the time lies inside the indicator's activity window (%1 to %2)"),
		{ "2021-08", "2025-06" } },
	{ N_("the indicator comes from a joint advisory of %1 agencies"), { "23" } },
	{ N_("the same host was matched by %1 different indicators"), { "3" } },
};
static const struct noro_msg sample_doubts[] = {
	{ N_("the time lies after the indicator's activity window (%1 to %2)"),
		{ "2021-08", "2025-06" } },
	{ N_("the address belongs to a hosting provider and changes its user"), { NULL } },
};

struct sample_row {
	enum noro_finding_kind kind;
	const char *rule, *en, *ja;
	enum noro_severity severity;
	unsigned confidence;
	enum noro_window window;
	const char *first, *last;
	uint64_t count;
	const char *path, *record, *host;
	uint64_t line;
	const char *type, *value, *role;
	const char *next_en, *next_ja;
	enum noro_state state;
};

static const struct sample_row sample_rows[] = {
	{ NORO_F_INDICATOR, "ioc:ipv4", "Address of the AA25-239A list logged in on a router",
		"AA25-239A のアドレスからルーターへのログイン", NORO_SEV_CRITICAL, 94,
		NORO_WIN_INSIDE, "2025-03-04T02:11:09Z", "2025-05-28T18:40:51Z", 37,
		"logs/pe1-tokyo.log",
		"<189>4823: Mar  4 2025 02:11:09.114 UTC: %SEC_LOGIN-5-LOGIN_SUCCESS: Login "
		"Success "
		"[user: svc-backup] [Source: 203.0.113.77] [localport: 22]",
		"pe1-tokyo", 48231, "ipv4", "203.0.113.77", "src",
		"Take the router out of reach of the address, keep its memory and logs, and check "
		"its users, tunnels and captures",
		"該当アドレスからの到達を遮断し、メモリとログを保全したうえで、利用者・トンネル・"
		"パケット取得の設定を確認する",
		NORO_STATE_NEW },
	{ NORO_F_CHECK, "login-03", "Privileged account from a source never seen before",
		"特権アカウントが初めての接続元から使われた", NORO_SEV_HIGH, 81, NORO_WIN_UNKNOWN,
		"2025-03-04T02:11:09Z", "2025-03-04T02:11:09Z", 1, "logs/pe1-tokyo.log",
		"<189>4823: Mar  4 2025 02:11:09.114 UTC: %SEC_LOGIN-5-LOGIN_SUCCESS: Login "
		"Success "
		"[user: svc-backup] [Source: 203.0.113.77] [localport: 22]",
		"pe1-tokyo", 48231, "user-name", "svc-backup", NULL,
		"Ask the owner of the account; change its password on all devices",
		"アカウントの管理者に確認し、全機器でパスワードを変更する", NORO_STATE_NEW },
	{ NORO_F_INDICATOR, "ioc:ipv4", "Connection to an address of the AA25-239A list",
		"AA25-239A のアドレスへの通信", NORO_SEV_HIGH, 88, NORO_WIN_INSIDE,
		"2025-03-04T02:19:44Z", "2025-06-02T03:00:12Z", 1204, "zeek/conn.log.gz",
		"1741054784.101\tCk2\t10.20.0.5\t51123\t198.51.100.23\t57722\ttcp\tssh\t31."
		"2\t88121\t"
		"9120",
		"10.20.0.5", 90210, "ipv4", "198.51.100.23", "dst",
		"Block the address, find the process or tunnel on the host that talks to it",
		"アドレスを遮断し、通信元ホストのプロセスやトンネルを特定する", NORO_STATE_KNOWN },
	{ NORO_F_INDICATOR, "ioc:domain", "Name of the AA25-239A list was looked up",
		"AA25-239A のドメイン名が照会された", NORO_SEV_HIGH, 72, NORO_WIN_INSIDE,
		"2025-04-11T09:31:00Z", "2025-04-11T09:33:40Z", 6, "zeek/dns.log.gz",
		"1744363860.5\tCx9\t10.20.0.5\t5353\t10.20.0.2\t53\tudp\t331\tcdn.bad-example."
		"com\tA",
		"10.20.0.5", 77, "domain", "bad-example.com", NULL,
		"Find out which program asked; compare with the web proxy log",
		"照会したプログラムを特定し、プロキシのログと照合する", NORO_STATE_NEW },
	{ NORO_F_CHECK, "web-11", "Request for the hole CVE-2023-20198, answered with success",
		"CVE-2023-20198 を突く要求が成功の応答を受けた", NORO_SEV_CRITICAL, 78,
		NORO_WIN_UNKNOWN, "2025-03-04T02:05:31Z", "2025-03-04T02:06:02Z", 4,
		"apache/access.log",
		"203.0.113.77 - - [04/Mar/2025:11:05:31 +0900] \"POST /%2577ebui_wsma_HTTP "
		"HTTP/1.1\" "
		"200 612 \"-\" \"python-requests/2.31\"",
		"edge-web1", 120, "ipv4", "203.0.113.77", "src",
		"Install the fixed release, remove accounts that appeared after the request",
		"修正版を適用し、要求の後に作られたアカウントを削除する", NORO_STATE_NEW },
	{ NORO_F_CHECK, "login-07", "One source tried many accounts",
		"一つの接続元が多数のアカウントを試した", NORO_SEV_MEDIUM, 66, NORO_WIN_UNKNOWN,
		"2025-03-01T22:00:00Z", "2025-03-03T06:00:00Z", 5311, "logs/auth.log",
		"Mar  1 22:00:00 bastion sshd[991]: Failed password for invalid user admin from "
		"192.0.2.200 port 41022 ssh2",
		"bastion", 3, "ipv4", "192.0.2.200", "src",
		"Close the port to the outside or put a second factor before it",
		"外部からの接続を閉じるか、多要素認証を導入する", NORO_STATE_KNOWN },
	{ NORO_F_GAP, "log-gap", "No records for two days", "2日間の記録がない", NORO_SEV_MEDIUM,
		60, NORO_WIN_UNKNOWN, "2025-03-20T00:00:00Z", "2025-03-22T01:00:00Z", 1,
		"logs/pe1-tokyo.log", NULL, "pe1-tokyo", 61000, NULL, NULL, NULL,
		"Look for the same days in the central log server",
		"中央のログサーバーで同じ日の記録を探す", NORO_STATE_NEW },
	{ NORO_F_INDICATOR, "ioc:ipv4", "Connection to an address of the AA25-239A list",
		"AA25-239A のアドレスへの通信", NORO_SEV_LOW, 24, NORO_WIN_AFTER,
		"2025-10-02T10:00:00Z", "2025-10-02T10:00:00Z", 2, "squid/access.log",
		"1759399200.000 120 10.20.4.9 TCP_TUNNEL/200 9120 CONNECT 198.51.100.99:443 - "
		"HIER_DIRECT/198.51.100.99 -",
		"10.20.4.9", 900, "ipv4", "198.51.100.99", "dst",
		"Find out what the address was used for on that day",
		"当日のアドレスの用途を調べる", NORO_STATE_NEW },
	{ NORO_F_INDICATOR, "ioc:sha256", "File of the list: SFTP client of the actor",
		"一覧のファイル: 攻撃者の SFTP クライアント", NORO_SEV_HIGH, 97, NORO_WIN_INSIDE,
		"2025-03-05T00:00:00Z", "2025-03-05T00:00:00Z", 1,
		"images/bastion.tar.gz!/usr/local/bin/cmd1", NULL, "bastion", 0, "sha256",
		"8b448f47e36909f3a921b4ff803cf3a61985d8a10f0fe594b405b92ed0fc21f1", NULL,
		"Keep an image of the machine and rebuild it",
		"マシンのイメージを保全し、再構築する", NORO_STATE_NEW },
	{ NORO_F_INDICATOR, "ioc:ipv4", "Scanner on the allow-list", "許可リストのスキャナー",
		NORO_SEV_INFO, 5, NORO_WIN_UNKNOWN, "2025-03-06T00:00:00Z", "2025-06-30T00:00:00Z",
		99, "logs/asa.log", "%ASA-4-106023: Deny tcp src outside:192.0.2.50/4321 dst",
		"asa1", 5, "ipv4", "192.0.2.50", "src", NULL, NULL, NORO_STATE_KNOWN },
};

static inline void sample_finding(struct sample *s, size_t i, const struct sample_row *row)
{
	struct noro_finding *f = &s->finding[i];
	bool stale = row->window == NORO_WIN_AFTER;

	s->place[i][0] = (struct noro_place){ row->path, 1000 + i, row->line, AT(row->first), 0,
		row->record, row->host };
	s->place[i][1] = (struct noro_place){ row->path, 5000 + i, row->line + 40, AT(row->last), 0,
		row->record, row->host };
	*f = (struct noro_finding){ .kind = row->kind,
		.rule = row->rule,
		.title = { row->en, row->ja },
		.severity = row->severity,
		.confidence = row->confidence,
		.reason = stale ? sample_doubts : sample_reasons,
		.reasons = stale ? 2 : 3,
		.window = row->window,
		.first_ns = AT(row->first),
		.last_ns = AT(row->last),
		.time_from = NORO_FROM_RECORD,
		.count = row->count,
		.place = s->place[i],
		.places = row->count > 1 ? 2 : 1,
		.container = row->path,
		.container_sha256 =
			"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		.grade = 1,
		.type = row->type,
		.value = row->value,
		.role = row->role,
		.attack = sample_attack,
		.attack_version = "18.1",
		.advisory = sample_advisory,
		.sources = sample_source,
		.tlp = NORO_TLP_CLEAR,
		.next = { row->next_en, row->next_ja },
		.state = row->state };
	if (row->window == NORO_WIN_INSIDE || stale) {
		f->active_from_ns = AT("2021-08-01T00:00:00Z");
		f->active_until_ns = AT("2025-06-30T23:59:59Z");
		f->actors = sample_actor;
	}
	if (row->kind == NORO_F_CHECK)
		f->cve = sample_cve;
	if (row->severity == NORO_SEV_INFO)
		f->suppressed = "own scanner; owner: soc@example.jp; until 2026-03-31";
	f->hosts = (struct noro_list){ &s->place[i][0].host, 1 };
	assert_int_equal(noro_finding_identify(f), NORO_OK);
}

static inline void sample_coverage(struct sample *s)
{
	static const struct {
		const char *path, *format, *first, *last;
		uint64_t bytes, records;
	} row[] = {
		{ "logs/pe1-tokyo.log", "syslog-cisco", "2025-01-01T00:00:00Z",
			"2025-06-30T23:00:00Z", 734003200, 3120441 },
		{ "logs/auth.log", "syslog", "2025-02-01T00:00:00Z", "2025-06-30T23:59:00Z",
			104857600, 911002 },
		{ "zeek/conn.log.gz", "zeek-tsv", "2025-03-01T00:00:00Z", "2025-06-30T23:59:59Z",
			2147483648, 18220114 },
		{ "zeek/dns.log.gz", "zeek-tsv", "2025-03-01T00:00:00Z", "2025-06-30T23:59:59Z",
			536870912, 4410220 },
		{ "apache/access.log", "apache-combined", "2025-02-10T00:00:00Z",
			"2025-04-30T00:00:00Z", 52428800, 300120 },
		{ "squid/access.log", "squid", "2025-09-01T00:00:00Z", "2025-10-31T00:00:00Z",
			20971520, 120331 },
		{ "logs/asa.log", "syslog-asa", "2025-03-06T00:00:00Z", "2025-06-30T00:00:00Z",
			88080384, 702113 },
	};
	size_t n = sizeof(row) / sizeof(row[0]);

	s->gap[0] = (struct noro_gap){ AT("2025-03-20T00:00:00Z"), AT("2025-03-22T01:00:00Z"),
		30000000, false };
	s->gap[1] = (struct noro_gap){ AT("2025-05-10T12:00:00Z"), AT("2025-05-10T11:00:00Z"),
		90000000, false };
	for (size_t i = 0; i < n; i++)
		s->coverage[i] = (struct noro_coverage){ .path = row[i].path,
			.format = row[i].format,
			.charset = "UTF-8",
			.why = { N_("the first lines have the shape of '%1'"), { row[i].format } },
			.size_bytes = row[i].bytes,
			.read_bytes = row[i].bytes,
			.records = row[i].records,
			.first_ns = AT(row[i].first),
			.last_ns = AT(row[i].last),
			.time_from = NORO_FROM_RECORD,
			.detectors = sample_detectors,
			.classes = sample_classes };
	s->coverage[0].gap = s->gap;
	s->coverage[0].gaps = 2;
	s->coverage[0].host = "pe1-tokyo";
	s->coverage[1].time_flags = 1 | 2; /* no year, no zone */
	s->coverage[n] = (struct noro_coverage){ .path = "backup/configs.zip",
		.format = "zip",
		.first_ns = NORO_TIME_NONE,
		.last_ns = NORO_TIME_NONE,
		.size_bytes = 120331,
		.unread = { N_("encrypted: a password is needed"), { NULL } },
		.status = NORO_EENCRYPTED };
	s->coverage[n + 1] = (struct noro_coverage){ .path = "pcap/edge.pcap.gz",
		.format = "gzip",
		.first_ns = NORO_TIME_NONE,
		.last_ns = NORO_TIME_NONE,
		.size_bytes = 9120331,
		.unread = { N_("input ends too early"), { NULL } },
		.unread_at = 4096,
		.status = NORO_ETRUNC };
	s->result.coverage = s->coverage;
	s->result.coverages = n + 2;
}

static inline void sample_behaviours(struct sample *s)
{
	static const struct {
		const char *id, *en, *ja;
		enum noro_answer answer;
	} row[] = {
		{ "b01", "Log-in to network devices with stolen accounts",
			"窃取したアカウントによるネットワーク機器へのログイン", NORO_ANSWER_FOUND },
		{ "b02", "Use of public-facing holes in edge devices",
			"境界機器の既知の脆弱性の悪用", NORO_ANSWER_FOUND },
		{ "b03", "SSH on high ports of the form 22x22", "22x22 の形の高位ポートでの SSH",
			NORO_ANSWER_NOT_FOUND },
		{ "b04", "Brute force of weak passwords", "弱いパスワードの総当たり",
			NORO_ANSWER_NOT_FOUND },
		{ "b05", "Packet capture on routers (embedded capture)",
			"ルーター上のパケット取得(内蔵機能)", NORO_ANSWER_NO_EVIDENCE },
		{ "b06", "GRE and IPsec tunnels for getting data out",
			"データ持ち出しのための GRE・IPsec トンネル", NORO_ANSWER_NO_EVIDENCE },
		{ "b07", "TACACS+ and RADIUS servers changed", "TACACS+・RADIUS サーバーの変更",
			NORO_ANSWER_NO_EVIDENCE },
		{ "b08", "Containers on the router (Guest Shell)",
			"ルーター上のコンテナ(Guest Shell)", NORO_ANSWER_NO_DETECTOR },
	};
	static const char *id;

	id = s->finding[0].id;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		s->behaviour[i] = (struct noro_behaviour_row){ .advisory = "AA25-239A",
			.id = row[i].id,
			.title = { row[i].en, row[i].ja },
			.answer = row[i].answer,
			.evidence_needed = i < 4 ? sample_login : sample_config,
			.finding_ids =
				i == 0 ? (struct noro_list){ &id, 1 } : (struct noro_list){ 0 },
			.could_show = i < 4 ? 3 : 0 };
	s->result.run.behaviour = s->behaviour;
	s->result.run.behaviours = sizeof(row) / sizeof(row[0]);
}

static inline void sample_run(struct sample *s)
{
	struct noro_run *run = &s->result.run;

	s->intel[0] = (struct noro_intel_used){ "AA25-239A.stix_.json", "stix",
		"c391051766aa00bb11cc22dd33ee44ff55660077118822993344aa55bb66cc77", 93, 91, 2, 1,
		sample_notes };
	s->intel[1] = (struct noro_intel_used){ "knowledge", "builtin", NULL, 210, 204, 4, 0,
		{ NULL, 0 } };
	run->version = "0.1.0";
	run->argv = sample_argv;
	run->now_ns = AT("2025-11-22T05:00:00Z");
	run->bytes = 3684696064;
	run->records = 27784341;
	run->files = 9;
	run->members = 41;
	run->unread = 2;
	run->intel = s->intel;
	run->intels = 2;
	run->classes_missing = sample_missing;
	sample_behaviours(s);
}

/* The knowledge of this tree, in an arena that lives as long as the test. */
static inline const struct noro_knowledge *sample_knowledge(struct noro_arena *a)
{
	const char *root = getenv("NOROSHI_SOURCE");
	const struct noro_knowledge *k = NULL;
	struct noro_error err = { 0 };
	char path[4096];
	const char *dir = path;

	(void)snprintf(path, sizeof(path), "%s/knowledge", root ? root : ".");
	if (noro_knowledge_load(&dir, 1, a, &k, &err) != NORO_OK)
		fail_msg("no knowledge in %s: %s", path, err.msg ? err.msg : "");
	return k;
}

/* A realistic result. */
static inline void sample_rich(struct sample *s)
{
	size_t n = sizeof(sample_rows) / sizeof(sample_rows[0]);

	memset(s, 0, sizeof(*s));
	for (size_t i = 0; i < n; i++)
		sample_finding(s, i, &sample_rows[i]);
	s->result.finding = s->finding;
	s->result.findings = n;
	sample_coverage(s);
	sample_run(s);
}

/* Everything was read and nothing was found. */
static inline void sample_clean(struct sample *s)
{
	sample_rich(s);
	s->result.findings = 0;
	s->result.coverages = 5;
	s->coverage[0].gaps = 0;
	s->result.run.behaviours = 0;
	s->result.run.classes_missing.n = 0;
	s->result.run.unread = 0;
}

/* What must never act: markup, formulas, terminal controls, reordering, bad UTF-8, length. */
static const char *const sample_evil[] = {
	"</script><script>alert(1)</script>",
	"\"><img src=x onerror=alert(1)>",
	"=HYPERLINK(\"http://x\",\"y\")",
	"+1+1",
	"-2+3",
	"@SUM(1)",
	"\t=1",
	"\xef\xbc\x9d\x31", /* full-width = */
	"\x1b[2J\x1b]0;title\x07",
	"\xe2\x80\xaegnp.exe",
	"\xe2\x81\xa6x\xe2\x81\xa9",
	"\xff\xfe bad \xc0\xaf \xed\xa0\x80",
	"a\rb\nc",
	"]]>&amp;<!--",
	"%1 %2 %s %n",
	"\xe2\x80\xa8line",
	("\xc2\x9b"
	 "31m"),
	"',\"\\",
};

static inline void sample_hostile(struct sample *s)
{
	static char huge[100001];
	size_t n = sizeof(sample_evil) / sizeof(sample_evil[0]);

	sample_rich(s);
	memset(huge, 'A', sizeof(huge) - 1);
	for (size_t i = 0; i < n && i < 60; i++) {
		struct noro_finding *f = &s->finding[i];
		const char *e = sample_evil[i];
		static struct noro_msg reason[60];
		static const char *list[60][2];

		list[i][0] = e;
		list[i][1] = e;
		reason[i] = (struct noro_msg){ "%1", { e } };
		s->place[i][0] = (struct noro_place){ e, 1, 1, AT("2025-03-04T00:00:00Z"), 0,
			i == 0 ? huge : e, e };
		*f = (struct noro_finding){ .kind = NORO_F_INDICATOR,
			.rule = e,
			.title = { e, e },
			.severity = NORO_SEV_HIGH,
			.confidence = 99,
			.reason = &reason[i],
			.reasons = 1,
			.first_ns = i % 2 ? NORO_TIME_NONE : INT64_MAX,
			.last_ns = i % 2 ? NORO_TIME_NONE : INT64_MIN + 1,
			.count = UINT64_MAX,
			.place = s->place[i],
			.places = 1,
			.container = e,
			.container_sha256 = e,
			.type = e,
			.value = i == 1 ? huge : e,
			.role = e,
			.hosts = { list[i], 2 },
			.attack = { list[i], 2 },
			.attack_version = e,
			.cve = { list[i], 2 },
			.actors = { list[i], 2 },
			.advisory = { list[i], 2 },
			.sources = { list[i], 2 },
			.next = { e, e },
			.suppressed = i == 5 ? e : NULL };
		assert_int_equal(noro_finding_identify(f), NORO_OK);
		s->coverage[i % 7].path = e;
		s->coverage[i % 7].host = e;
		s->behaviour[i % 8].title = (struct noro_text){ e, e };
		s->behaviour[i % 8].advisory = e;
	}
	s->intel[0].path = sample_evil[0];
	s->result.finding = s->finding;
	s->result.findings = n;
}
