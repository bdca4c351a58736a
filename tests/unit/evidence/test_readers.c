/* tests/unit/evidence/test_readers.c - files: what they are taken for, what a header teaches, where
 * a record ends. */
#include "tests/unit/evidence/evidence_test.h"

#include "base/buf.h"

#define ZEEK_HEAD                                                                                  \
	"#separator "                                                                              \
	"\\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tdns\n"           \
	"#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tquery\tanswers\n"    \
	"#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tvector[string]\n"
#define ZEEK_ROW                                                                                   \
	"1754528523.123456\tCabc1\t192.0.2.1\t5353\t192.0.2.53\t53\tudp\tc2.example.org\t198.51."  \
	"100.1,198.51.100.2\n"

struct file {
	const char *reader, *path, *text;
	const char *find; /* a byte of the record to understand */
	const char *want[12];
};

static const struct file files[] = {
	{ "zeek-tsv", "dns.log", ZEEK_HEAD ZEEK_ROW, "c2.ex",
		{ "src.ip=192.0.2.1", "src.port=5353", "dst.ip=192.0.2.53", "dst.port=53",
			"proto=udp", "dns.query=c2.example.org", "dns.answer=198.51.100.1",
			"session=Cabc1", "program=dns" } },
	{ "zeek-tsv", "conn.log",
		"1754528523.123456\tCabc1\t192.0.2.1\t5353\t192.0.2.53\t53\tudp\tdns\t0."
		"1\t40\t80\tSF\n",
		"Cabc1",
		{ "src.ip=192.0.2.1", "dst.port=53", "bytes.out=40", "bytes.in=80", "app=dns" } },
	{ "zeek-json", "ssh.log",
		"{\"ts\":1754528523.123456,\"uid\":\"Cx\",\"id.orig_h\":\"192.0.2.2\",\"id.orig_"
		"p\":1,\"id.resp_h\":\"192.0.2.3\",\"id.resp_p\":22,\"auth_success\":true}\n",
		"Cx", { "action=login", "outcome=success", "src.ip=192.0.2.2", "program=ssh" } },
	{ "suricata-eve", "eve.json",
		"{\"timestamp\":\"2025-08-07T01:02:03.0+0000\",\"flow_id\":1,\"event_type\":"
		"\"tls\",\"src_ip\":\"192.0.2.4\",\"dest_ip\":\"192.0.2.5\",\"tls\":{\"sni\":\"x."
		"example.org\",\"ja3\":{\"hash\":\"0123456789abcdef0123456789abcdef\"}}}\n",
		"tls",
		{ "tls.sni=x.example.org", "ja3=0123456789abcdef0123456789abcdef",
			"src.ip=192.0.2.4" } },
	{ "suricata-eve", "pretty.json",
		"[\n  {\n    \"timestamp\": \"2025-08-07T01:02:03.0+0000\",\n    \"flow_id\": 1,\n "
		"   \"event_type\": \"alert\",\n    \"src_ip\": \"192.0.2.6\",\n    \"alert\": {\n "
		"     \"action\": \"allowed\",\n      \"signature\": \"one\"\n    }\n  },\n  {\n   "
		" \"timestamp\": \"2025-08-07T01:02:04.0+0000\",\n    \"event_type\": \"alert\",\n "
		"   \"src_ip\": \"192.0.2.7\"\n  }\n]\n",
		"signature", { "src.ip=192.0.2.6", "rule=one", "action=allow", "event=alert" } },
	{ "csv", "export.csv",
		"time,source_ip,user,message\n2025-08-07 01:02:03,192.0.2.8,olga,\"said "
		"\"\"no\"\"\nand left\"\n2025-08-07 01:02:04,192.0.2.9,pia,ok\n",
		"and left", { "src.ip=192.0.2.8", "user=olga", "message=said \"no\"\nand left" } },
	{ "csv", "fw.csv",
		"\xe6\x97\xa5\xe6\x99\x82;\xe9\x80\x81\xe4\xbf\xa1\xe5\x85\x83IP;"
		"\xe5\xae\x9b\xe5\x85\x88IP\n2025/08/07 01:02:03;192.0.2.10;198.51.100.3\n",
		"198", { "src.ip=192.0.2.10", "dst.ip=198.51.100.3" } },
	{ "csv", "InteractiveSignIns.csv",
		"Date (UTC),Request ID,User,Username,IP address,Location,Status,Sign-in error "
		"code\n2025-08-07T01:02:03Z,a,R,rosa@example.org,192.0.2.30,\"X, JP\",Success,\n",
		"rosa", { "src.ip=192.0.2.30", "user=rosa@example.org" } },
	{ "csv", "AuditLog.csv",
		"RecordId,CreationDate,RecordType,Operation,UserId,AuditData,AssociatedAdminUnits\n"
		"1,2025-08-07T01:02:03.0000000Z,15,UserLoggedIn,rosa@example.org,\"{"
		"\"\"CreationTime"
		"\"\":\"\"2025-08-07T01:02:03\"\",\"\"ClientIP\"\":\"\"192.0.2.31\"\"}\",\n",
		"rosa", { "src.ip=192.0.2.31", "action=login", "outcome=success" } },
	{ "json-lines", "indented-by-tabs.json",
		"{\n\t\"value\": [\n\t\t{\n\t\t\t\"loggedTime\": \"2025-08-07 01:02:03\",\n\t\t\t"
		"\"src_ip\": \"192.0.2.32\",\n\t\t\t\"tags\": [\n\t\t\t\t{\n\t\t\t\t\t\"name\": "
		"\"needle\"\n\t\t\t\t}\n\t\t\t]\n\t\t},\n\t\t{\n\t\t\t\"src_ip\": "
		"\"192.0.2.33\"\n\t\t}\n\t]\n}\n",
		"needle", { "src.ip=192.0.2.32" } },
	{ "w3c", "u_ex250807.log",
		"#Software: IIS\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port "
		"cs-username c-ip cs(User-Agent) sc-status\n2025-08-07 01:02:03 192.0.2.11 POST "
		"/aspnet_client/x.aspx cmd=1 443 - 198.51.100.4 Mozilla/5.0+(X11) 200\n",
		"x.aspx",
		{ "src.ip=198.51.100.4", "dst.ip=192.0.2.11", "method=POST",
			"path=/aspnet_client/x.aspx", "query=cmd=1", "status=200", "user!" } },
	{ "journal-export", "j.export",
		"__CURSOR=s=1\n__REALTIME_TIMESTAMP=1754528523000001\n_HOSTNAME=h1\nSYSLOG_"
		"IDENTIFIER=sshd\nMESSAGE=Accepted password for root from 192.0.2.12 port 5 "
		"ssh2\n\n__CURSOR=s=2\n__REALTIME_TIMESTAMP=1754528524000001\n_HOSTNAME="
		"h1\nMESSAGE=x\n\n",
		"Accepted", { "host=h1", "src.ip=192.0.2.12", "action=login", "outcome=success" } },
	{ "shell-history", ".bash_history",
		"#1754528523\ncurl http://198.51.100.5/x\n#1754528524\nid\n", "curl",
		{ "action=command", "command=curl http://198.51.100.5/x" } },
	{ "shell-history", ".zsh_history",
		": 1754528523:0;nc 198.51.100.6 4444\n: 1754528524:0;id\n", "nc",
		{ "action=command", "command=nc 198.51.100.6 4444" } },
	{ "shell-history", "fish_history",
		"- cmd: ssh root@198.51.100.7\n  when: 1754528523\n- cmd: id\n  when: 1754528524\n",
		"root@", { "action=command", "command=ssh root@198.51.100.7" } },
	{ "windows-xml", "sec.xml",
		"<Events><Event "
		"xmlns='http://schemas.microsoft.com/win/2004/08/events/event'>\n<System><Provider "
		"Name='Microsoft-Windows-Security-Auditing'/><EventID>4625</EventID>\n<TimeCreated "
		"SystemTime='2025-08-07T01:02:03.0000000Z'/><Computer>dc1.example.com</Computer></"
		"System>\n<EventData><Data Name='TargetUserName'>a&amp;b</Data><Data "
		"Name='IpAddress'>192.0.2.13</Data><Data "
		"Name='LogonType'>3</Data></EventData></Event></Events>\n",
		"IpAddress",
		{ "host=dc1.example.com", "event=4625", "action=login", "outcome=failure",
			"user=a&b", "src.ip=192.0.2.13", "method=network" } },
	{ "windows-json", "winlogbeat.json",
		"{\"@timestamp\":\"2025-08-07T01:02:03.000Z\",\"winlog\":{\"event_id\":4624,"
		"\"computer_name\":\"dc1\",\"event_data\":{\"TargetUserName\":\"quinn\","
		"\"IpAddress\":\"192.0.2.14\"}}}\n",
		"quinn",
		{ "host=dc1", "user=quinn", "action=login", "outcome=success",
			"src.ip=192.0.2.14" } },
	{ "cloud-audit", "trail.json",
		"{\"eventTime\":\"2025-08-07T01:02:03Z\",\"eventSource\":\"iam.amazonaws.com\","
		"\"eventName\":\"CreateUser\",\"sourceIPAddress\":\"192.0.2.15\","
		"\"requestParameters\":{\"userName\":\"new\"}}\n",
		"CreateUser",
		{ "event=CreateUser", "action=add", "user.target=new", "src.ip=192.0.2.15" } },
	{ "cisco", "core1.log",
		"Aug  7 01:02:03: %SYS-5-CONFIG_I: Configured from console by ops on vty0 "
		"(192.0.2.16)\nAug  7 01:02:04: %LINK-3-UPDOWN: Interface Gi1, changed state to "
		"down\n",
		"ops", { "user=ops", "action=config" } },
	{ "syslog", "auth.log",
		"Aug  7 01:02:03 h1 sshd[1]: Connection closed by 192.0.2.17 port 1\nAug  7 "
		"01:02:04 h1 CRON[2]: (root) CMD (x)\n",
		"closed", { "src.ip=192.0.2.17" } },
	{ "http-access", "access.log",
		"192.0.2.18 - - [07/Aug/2025:01:02:03 +0000] \"GET / HTTP/1.1\" 200 1 \"-\" "
		"\"x\"\n",
		"GET", { "src.ip=192.0.2.18" } },
	{ "http-error", "error.log",
		"[Thu Aug 07 01:02:03 2025] [error] [client 192.0.2.19] File does not exist: /x\n",
		"exist", { "src.ip=192.0.2.19" } },
	{ "squid", "access.log",
		"1754528523.123 1 192.0.2.20 TCP_MISS/200 5 GET http://example.org/ - "
		"HIER_DIRECT/198.51.100.8 text/html\n",
		"GET", { "src.ip=192.0.2.20" } },
	{ "auditd", "audit.log",
		"type=SYSCALL msg=audit(1754528523.123:4): arch=c000003e syscall=59 success=yes "
		"exe=\"/bin/rm\"\n",
		"SYSCALL", { "event=SYSCALL", "file=/bin/rm" } },
	{ "fortios", "forti.log",
		"date=2025-08-07 time=01:02:03 devid=\"F\" logid=\"1\" type=\"traffic\" "
		"srcip=192.0.2.21 dstip=192.0.2.22 action=\"deny\"\n",
		"srcip", { "action=deny" } },
	{ "panos", "pan.log",
		"1,2025/08/07 01:02:03,1,TRAFFIC,end,1,2025/08/07 "
		"01:02:02,192.0.2.23,192.0.2.24,,,R,,,ssl\n",
		"TRAFFIC", { "src.ip=192.0.2.23" } },
	{ "huawei", "sw.log",
		"Aug  7 2025 01:02:03 sw1 %%01SHELL/5/CMDRECORD(s)[1]:Recorded command "
		"information. (Task=VTY, Ip=192.0.2.25, VpnName=, User=ops, "
		"AuthenticationMethod=\"Local-user\", Command=\"display version\")\n",
		"display",
		{ "host=sw1", "command=display version", "user=ops", "src.ip=192.0.2.25",
			"action=command" } },
	{ "junos", "messages",
		"Aug  7 01:02:03 mx1 mgd[1]: UI_COMMIT: User 'ops' requested 'commit' operation "
		"(comment: none)\n",
		"commit", { "action=config", "user=ops" } },
	{ "routeros", "log.txt",
		"Aug  7 01:02:03 gw system,info,account user admin logged in from 192.0.2.26 via "
		"ssh\n",
		"admin", { "action=login", "outcome=success", "src.ip=192.0.2.26" } },
	{ "appliance", "ns.log",
		"Aug  7 01:02:03 ns1 08/07/2025:01:02:03 GMT ns1 0-PPE-0 : default SSLVPN "
		"LOGIN_FAILED 9 0 :  User rosa - Client_ip 192.0.2.27 - Failure_reason \"x\"\n",
		"rosa", { "user=rosa", "src.ip=192.0.2.27", "outcome=failure", "action=login" } },
	{ "tacacs", "tac.acct",
		"Aug  7 "
		"01:02:03\t192.0.2.28\tops\ttty1\t192.0.2.29\tstop\ttask_id=5\tservice=shell\tpriv-"
		"lvl=15\tcmd=configure terminal <cr>\n",
		"configure",
		{ "host=192.0.2.28", "user=ops", "src.ip=192.0.2.29", "action=command",
			"command=configure terminal" } },
	{ "tacacs", "tac-syslog.acct",
		"Aug  7 01:02:03 "
		"192.0.2.28\tops\ttty1\t192.0.2.29\tstop\ttask_id=5\tservice=shell\tpriv-"
		"lvl=15\tcmd=configure terminal <cr>\n",
		"configure",
		{ "host=192.0.2.28", "user=ops", "src.ip=192.0.2.29", "action=command",
			"command=configure terminal" } },
	{ "lines", "notes.txt", "nothing in particular\nanother line\n", "another", { "src.ip!" } },
};

enum { FILES = sizeof(files) / sizeof(files[0]) };

static void every_file_is_taken_for_what_it_is(void **state)
{
	unsigned bad = 0;

	(void)state;
	for (size_t i = 0; i < FILES; i++) {
		struct noro_sniff s;
		const struct noro_reader *r =
			noro_reader_sniff(noro_view_str(files[i].text), files[i].path, &s);

		if (strcmp(r->name, files[i].reader) != 0) {
			print_error("%s taken for %s (%u: %s)\n", files[i].path, r->name, s.score,
				s.why);
			bad++;
		}
		assert_non_null(s.why);
	}
	assert_int_equal(bad, 0);
}

static void every_record_gives_its_fields(void **state)
{
	(void)state;
	for (size_t i = 0; i < FILES; i++) {
		struct noro_view text = noro_view_str(files[i].text);
		struct noro_log *log = test_log(files[i].reader, files[i].path, text);
		size_t at = noro_view_find(text, noro_view_str(files[i].find));
		struct noro_arena *a = noro_arena_new(0);
		struct noro_record r;

		assert_true(at != SIZE_MAX);
		noro_record_parse(log, a, noro_record_around(log, text, at), &r);
		test_fields(&r, files[i].want);
		if (strcmp(files[i].reader, "lines") != 0)
			assert_true(r.parsed && r.time_ns != NORO_TIME_NONE);
		noro_arena_free(a);
		noro_log_free(log);
	}
}

/* Whatever byte is asked for, the record holds it, lies in the text, and parses without harm. */
static void a_record_holds_the_byte_it_was_asked_for(void **state)
{
	(void)state;
	for (size_t i = 0; i < FILES; i++) {
		size_t n = strlen(files[i].text);
		uint8_t *exact = test_exact_copy(files[i].text, n);
		struct noro_view text = noro_view(exact, n);
		struct noro_log *log = test_log(files[i].reader, files[i].path, text);

		for (size_t at = 0; at < n; at++) {
			struct noro_view v = noro_record_around(log, text, at);

			assert_true(v.p >= text.p && v.p + v.n <= text.p + n);
			assert_true(v.p <= text.p + at);
			/* a line break, or white space between records, belongs to none */
			if (!noro_is_space(text.p[at]))
				assert_true(v.p + v.n > text.p + at);
		}
		noro_log_free(log);
		free(exact);
	}
}

static void a_file_cut_anywhere_is_still_a_file(void **state)
{
	(void)state;
	for (size_t i = 0; i < FILES; i++) {
		for (size_t n = 0; n <= strlen(files[i].text); n++) {
			uint8_t *exact = test_exact_copy(files[i].text, n);
			struct noro_view text = noro_view(exact, n), rest = text, line;
			struct noro_log *log = test_log(files[i].reader, files[i].path, text);
			struct noro_arena *a = noro_arena_new(0);

			while (noro_view_line(&rest, &line)) {
				struct noro_record r;

				noro_record_parse(log, a,
					noro_record_around(log, text, (size_t)(line.p - text.p)),
					&r);
				test_inside(&r, exact, n);
			}
			noro_arena_free(a);
			noro_log_free(log);
			free(exact);
		}
	}
}

/* One capture written both ways says the same. */
static void zeek_says_the_same_in_both_its_languages(void **state)
{
	static const char json[] = "{\"_path\":\"dns\",\"ts\":1754528523.123456,\"uid\":\"Cabc1\","
				   "\"id.orig_h\":\"192.0.2.1\",\"id.orig_p\":5353,"
				   "\"id.resp_h\":\"192.0.2.53\",\"id.resp_p\":53,\"proto\":"
				   "\"udp\",\"query\":\"c2.example.org\","
				   "\"answers\":[\"198.51.100.1\",\"198.51.100.2\"]}\n";
	static const char tsv[] = ZEEK_HEAD ZEEK_ROW;
	struct noro_log *a = test_log("zeek-tsv", "dns.log", noro_view_str(tsv));
	struct noro_log *b = test_log("zeek-json", "dns.log", noro_view_str(json));
	struct noro_arena *arena = noro_arena_new(0);
	struct noro_record x, y;

	(void)state;
	noro_record_parse(a, arena, noro_view_str(ZEEK_ROW), &x);
	noro_record_parse(b, arena, noro_view_str(json), &y);
	assert_int_equal(x.time_ns, y.time_ns);
	for (unsigned f = 0; f < NORO_FIELDS; f++)
		if (!noro_view_eq(x.field[f], y.field[f]))
			fail_msg("%s: '%.*s' and '%.*s'", noro_field_name((enum noro_field)f),
				NORO_VARG(x.field[f]), NORO_VARG(y.field[f]));
	assert_int_equal(x.owns + 1, y.owns); /* JSON names its path in the record */
	noro_arena_free(arena);
	noro_log_free(a);
	noro_log_free(b);
}

static bool make_log(void *arg)
{
	const struct file *f = arg;
	struct noro_log_opts opts = { .ref_ns = TEST_REF, .path = f->path };
	struct noro_log *log;
	enum noro_status st = noro_log_new(
		noro_reader_by_name(f->reader), &opts, noro_view_str(f->text), &log, NULL);

	if (st != NORO_OK) {
		assert_int_equal(st, NORO_ENOMEM);
		return false;
	}
	noro_log_free(log);
	return true;
}

static void a_lack_of_memory_is_said(void **state)
{
	(void)state;
	for (size_t i = 0; i < FILES; i++) {
		struct file copy = files[i];

		test_allocation_sweep(make_log, &copy, 1000);
	}
}

static void readers_are_named_once(void **state)
{
	(void)state;
	for (size_t i = 0; noro_readers[i]; i++) {
		assert_ptr_equal(noro_reader_by_name(noro_readers[i]->name), noro_readers[i]);
		assert_non_null(noro_readers[i]->title);
		assert_non_null(noro_readers[i]->classes);
		assert_non_null(noro_readers[i]->sniff);
	}
	assert_null(noro_reader_by_name("no such reader"));
}

/* A line that never ends is looked at for 64 KiB either way, in linear time. */
static void a_hostile_line_costs_no_more_than_its_length(void **state)
{
	static const char *const motifs[] = { "a=<", "a=\"", "\\\"", "{\"a\":", "[[[[", "%A-1-",
		" from 1.1.1.1", "=?x?b?", "-->", "<Event", "user ", "\"\"," };
	struct noro_log *log = test_log("lines", "x", NORO_V(""));

	(void)state;
	for (size_t m = 0; m < sizeof(motifs) / sizeof(motifs[0]); m++) {
		struct noro_buf b = { 0 };
		struct noro_arena *a = noro_arena_new(0);
		struct noro_record r;
		struct noro_view v;

		while (b.n < 200000)
			noro_buf_str(&b, motifs[m]);
		v = noro_record_around(log, noro_buf_as_view(&b), 100000);
		assert_true(v.n <= 2 * 65536);
		noro_record_parse(log, a, v, &r);
		noro_arena_free(a);
		noro_buf_done(&b);
	}
	noro_log_free(log);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_file_is_taken_for_what_it_is),
		cmocka_unit_test(every_record_gives_its_fields),
		cmocka_unit_test(a_record_holds_the_byte_it_was_asked_for),
		cmocka_unit_test(a_file_cut_anywhere_is_still_a_file),
		cmocka_unit_test(zeek_says_the_same_in_both_its_languages),
		cmocka_unit_test(a_lack_of_memory_is_said),
		cmocka_unit_test(readers_are_named_once),
		cmocka_unit_test(a_hostile_line_costs_no_more_than_its_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
