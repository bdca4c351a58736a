/* tests/unit/intel/test_document.c - what people write, and what of it is an indicator. */
#include "tests/test.h"

#include "base/file.h"
#include "intel/doc_priv.h"
#include "intel/import.h"

static struct noro_arena *arena;
static struct noro_doc doc;

static void read_text(const char *text)
{
	arena = noro_arena_new(0);
	assert_int_equal(noro_document_read(arena, noro_view_str(text), &doc, NULL), NORO_OK);
}

static void read_sample(const char *name)
{
	const char *source = getenv("NOROSHI_SOURCE");
	struct noro_buf bytes = { 0 };
	char path[4200];

	(void)snprintf(path, sizeof(path), "%s/tests/data/%s", source ? source : ".", name);
	arena = noro_arena_new(0);
	assert_int_equal(noro_file_read(path, 1 << 20, &bytes, NULL), NORO_OK);
	assert_int_equal(noro_document_read(arena, noro_buf_as_view(&bytes), &doc, NULL), NORO_OK);
	noro_buf_done(&bytes);
}

static const struct noro_doc_item *find(const char *value)
{
	for (size_t i = 0; i < doc.items; i++)
		if (noro_view_is(doc.item[i].value, value))
			return &doc.item[i];
	return NULL;
}

static const struct noro_doc_item *expect(
	const char *value, enum noro_ioc_kind kind, enum noro_ioc_role role)
{
	const struct noro_doc_item *i = find(value);

	if (!i) {
		fail_msg("not found: %s", value);
		abort();
	}
	if (i->kind != kind || i->role != role)
		fail_msg("%s: %s, %s, section %s", value, noro_ioc_kind_name(i->kind),
			noro_ioc_role_name(i->role), i->section ? i->section : "-");
	return i;
}

static void expect_none(const char *value)
{
	const struct noro_doc_item *i = find(value);

	if (i)
		fail_msg("taken for %s: %s", noro_ioc_kind_name(i->kind), value);
}

static void expect_items(size_t n)
{
	if (doc.items == n)
		return;
	for (size_t i = 0; i < doc.items; i++)
		print_message("# %s %.*s\n", noro_ioc_kind_name(doc.item[i].kind),
			NORO_VARG(doc.item[i].value));
	fail_msg("%zu items, not %zu", doc.items, n);
}

static void reads_a_japanese_press_release(void **state)
{
	(void)state;
	read_sample("press-release.ja.txt");
	expect("evil.example.net", NORO_IOC_DOMAIN, NORO_ROLE_HUNT);
	assert_int_equal(expect("192.0.2.10", NORO_IOC_IPV4, NORO_ROLE_HUNT)->confidence, 80);
	expect("198.51.100.23", NORO_IOC_IPV4, NORO_ROLE_HUNT);
	expect("https://update.example.org/gate.php", NORO_IOC_URL, NORO_ROLE_BLOCK);
	expect("c2.example.info", NORO_IOC_DOMAIN, NORO_ROLE_BLOCK);
	expect("d2c7e1b0a9f84c6e9b3f5a7d1e8c0b4f6a2d9e7c5b3a1f0e8d6c4b2a09f8e7d6", NORO_IOC_SHA256,
		NORO_ROLE_BLOCK);
	expect("implant.bin", NORO_IOC_FILE_NAME, NORO_ROLE_HUNT);
	expect("mitigations.example.ac.jp", NORO_IOC_DOMAIN, NORO_ROLE_CONTEXT);
	expect("https://www.cisa.gov/news-events/cybersecurity-advisories/aa25-239a", NORO_IOC_URL,
		NORO_ROLE_CONTEXT);
	expect("https://blog.example.org/report", NORO_IOC_URL, NORO_ROLE_CONTEXT);
	expect("soudan@police.example.go.jp", NORO_IOC_EMAIL, NORO_ROLE_CONTEXT);
	expect("example.com", NORO_IOC_DOMAIN, NORO_ROLE_CONTEXT);
	expect_none("10.3.0.12"); /* a version */
	assert_string_equal(doc.cve, "CVE-2024-21887");
	assert_string_equal(doc.attack, "T1569");
	expect_items(12);
	noro_arena_free(arena);
}

static void reads_a_japanese_actor_profile(void **state)
{
	const struct noro_doc_item *i;

	(void)state;
	read_sample("actor-profile.ja.md");
	assert_string_equal(doc.advisory, "AA25-239A");
	i = expect("192.0.2.40", NORO_IOC_IPV4, NORO_ROLE_HUNT);
	assert_true(i->from_ns == INT64_C(1709251200) * NORO_NS_PER_S);      /* 2024-03-01 */
	assert_true(i->until_ns == INT64_C(1711929600) * NORO_NS_PER_S - 1); /* the month's end */
	i = expect("192.0.2.41", NORO_IOC_IPV4, NORO_ROLE_HUNT);
	assert_true(i->from_ns == INT64_C(1711929600) * NORO_NS_PER_S);
	assert_true(i->until_ns == INT64_C(1717200000) * NORO_NS_PER_S - 1);
	i = expect("login.example.net", NORO_IOC_DOMAIN, NORO_ROLE_BLOCK);
	assert_true(i->from_ns == INT64_C(1627776000) * NORO_NS_PER_S);
	assert_true(i->until_ns == INT64_C(1751328000) * NORO_NS_PER_S - 1);
	expect("Get-GPPPassword.py", NORO_IOC_FILE_NAME, NORO_ROLE_HUNT);
	expect("dump_config.sh", NORO_IOC_FILE_NAME, NORO_ROLE_HUNT);
	expect("44d88612fea8a8f36de82e1278abb02e", NORO_IOC_MD5, NORO_ROLE_BLOCK);
	expect("tool.example.org", NORO_IOC_DOMAIN, NORO_ROLE_CONTEXT);
	expect("https://www.example.gov/advisory", NORO_IOC_URL, NORO_ROLE_CONTEXT);
	expect_items(8);
	noro_arena_free(arena);
}

static void reads_a_japanese_yearly_review(void **state)
{
	(void)state;
	read_sample("yearly-review.ja.html");
	assert_string_equal(doc.format, "html");
	expect("203.0.113.5", NORO_IOC_IPV4, NORO_ROLE_CONTEXT);
	expect("203.0.113.7", NORO_IOC_IPV4, NORO_ROLE_HUNT);
	expect("2001:db8:5::7", NORO_IOC_IPV6, NORO_ROLE_HUNT);
	expect("www.example.org", NORO_IOC_DOMAIN, NORO_ROLE_CONTEXT);
	expect("275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f", NORO_IOC_SHA256,
		NORO_ROLE_BLOCK);
	expect("http://admin.example.com/", NORO_IOC_URL, NORO_ROLE_HUNT); /* made harmless */
	expect("https://www.npa.go.jp/publications/", NORO_IOC_URL, NORO_ROLE_CONTEXT);
	expect_none("http://script.example.net/");
	expect_none("evil.example.net");
	expect_items(7);
	noro_arena_free(arena);
}

static void joins_what_a_page_broke_in_two(void **state)
{
	(void)state;
	read_text("Indicators of Compromise\n"
		  "\n"
		  "   d2c7e1b0a9f84c6e9b3f5a7d1e8c0b4f6a2d9e7c      implant\n"
		  "   5b3a1f0e8d6c4b2a09f8e7d6\n"
		  "   hxxps://cdn[.]example[.]net/a/very/long/path/\n"
		  "   that/goes/on.php\n"
		  "   44d88612fea8a8f36de82e1278abb02e\n"
		  "   44d88612fea8a8f36de82e1278abb02f\n");
	expect("d2c7e1b0a9f84c6e9b3f5a7d1e8c0b4f6a2d9e7c5b3a1f0e8d6c4b2a09f8e7d6", NORO_IOC_SHA256,
		NORO_ROLE_BLOCK);
	expect("https://cdn.example.net/a/very/long/path/that/goes/on.php", NORO_IOC_URL,
		NORO_ROLE_BLOCK);
	expect("44d88612fea8a8f36de82e1278abb02e", NORO_IOC_MD5, NORO_ROLE_BLOCK);
	expect("44d88612fea8a8f36de82e1278abb02f", NORO_IOC_MD5, NORO_ROLE_BLOCK);
	expect_items(4);
	noro_arena_free(arena);
}

static void does_not_take_words_for_indicators(void **state)
{
	(void)state;
	read_text(
		"The tool calls Address.IPAddressToString and DC3.Information on localhost:8080.\n"
		"Run Get-GPPPassword.py, see README.md and/or setup.sh; e.g. version 1.2.3.4 is "
		"old.\n"
		"In System.Net.Sockets the value 3.14 is fine. File Report October 2023.zip was "
		"sent.\n");
	expect_none("localhost");
	expect_none("DC3.Information");
	expect_none("1.2.3.4");
	for (size_t i = 0; i < doc.items; i++) {
		assert_int_equal(doc.item[i].kind, NORO_IOC_FILE_NAME);
		assert_int_equal(doc.item[i].role, NORO_ROLE_CONTEXT);
	}
	noro_arena_free(arena);
}

static void knows_where_the_author_points_elsewhere(void **state)
{
	(void)state;
	read_text("# Report\n\nC2 was evil[.]example[.]net, found with www.example.org tools.\n\n"
		  "## References\n\n* https://report.example.org/x\n* "
		  "hxxps://also[.]example[.]org/\n\n"
		  "## Indicators of compromise\n\n- 192.0.2.9\n- hxxp://www.virustotal[.]com/x\n"
		  "- User-Agent: Evil/1.0 (sample)\n- C:\\Temp\\a.dll\n- HKLM\\Software\\Evil\n"
		  "- https://evil.example.info/[4-digit number]\n");
	expect("evil.example.net", NORO_IOC_DOMAIN, NORO_ROLE_HUNT);
	expect("www.example.org", NORO_IOC_DOMAIN, NORO_ROLE_CONTEXT);
	expect("https://report.example.org/x", NORO_IOC_URL, NORO_ROLE_CONTEXT);
	expect("https://also.example.org/", NORO_IOC_URL, NORO_ROLE_CONTEXT);
	expect("192.0.2.9", NORO_IOC_IPV4, NORO_ROLE_HUNT);
	expect("Evil/1.0 (sample)", NORO_IOC_USER_AGENT, NORO_ROLE_HUNT);
	expect("C:\\Temp\\a.dll", NORO_IOC_FILE_PATH, NORO_ROLE_HUNT);
	expect("HKLM\\Software\\Evil", NORO_IOC_REGISTRY, NORO_ROLE_HUNT);
	expect("evil.example.info", NORO_IOC_DOMAIN, NORO_ROLE_CONTEXT);
	noro_arena_free(arena);
}

/* What a hand-checked sample of real lists showed false. */
static void knows_what_is_named_without_being_blamed(void **state)
{
	(void)state;
	read_text(
		"# Indicators of compromise\n\n- evil.example.info\n- legit.example.info\n\n"
		"- 192.0.2.80 port 443 - hxxps://api.ipify[.]org/ (IP address)\n"
		"- hxxp://check.example[.]info/  <-- connectivity check, not inherently malicious\n"
		"- |`192.0.2.81` | Legitimate domain (`dl.example[.]info`), fetched by software.\n"
		"- `192.0.2.82` | A compromised legitimate site hosting the C&C server\n"
		"- Registrar: www.registrar[.]example\n- Name server 1: ns1.example[.]info\n"
		"- id-at-commonName=tls.example.info\n- dropbox[.]com\n"
		"- hxxps://dropbox[.]com/s/1/x.zip\n"
		"- Serial number: 44d88612fea8a8f36de82e1278abb02f\n"
		"- Thumbprint: 44d88612fea8a8f36de82e1278abb02f44d88612\n"
		"- DECRYPTION ID: 44D88612FEA8A8F36DE82E1278ABB02E\n"
		"- 44d88612fea8a8f36de82e1278abb021  <-- not malicious\n"
		"| `44d88612fea8a8f36de82e1278abb025` | `h2ip.exe` | _clean_ | Resolves names.\n"
		"- a.exe\n- crypt32.dll\n- C:\\Windows\\System32\\cmd.exe\n- "
		"C:\\PerfLogs\\svchost.exe\n"
		"\n## XOR cipher keys\n\n- 44d88612fea8a8f36de82e1278abb023\n"
		"\n## C2 servers\n\n- www[.]mod[.]gov[.]kh\n- listens on `0.0.0.0:10073`\n"
		"\n## Abused legitimate applications\n\n"
		"44d88612fea8a8f36de82e1278abb024 | DiscBurner.exe\n"
		"\n## Strings\n\nbank.example.net\n"
		"\n## Webmail services targeted by it\n\n* mail.example.net\n");
	expect("evil.example.info", NORO_IOC_DOMAIN, NORO_ROLE_BLOCK);
	expect("192.0.2.80", NORO_IOC_IPV4, NORO_ROLE_HUNT);
	expect("https://api.ipify.org/", NORO_IOC_URL, NORO_ROLE_CONTEXT);
	expect("http://check.example.info/", NORO_IOC_URL, NORO_ROLE_CONTEXT);
	expect("192.0.2.81", NORO_IOC_IPV4, NORO_ROLE_CONTEXT);
	expect("dl.example.info", NORO_IOC_DOMAIN, NORO_ROLE_CONTEXT);
	expect("192.0.2.82", NORO_IOC_IPV4, NORO_ROLE_HUNT);
	expect("ns1.example.info", NORO_IOC_DOMAIN, NORO_ROLE_CONTEXT);
	expect("tls.example.info", NORO_IOC_DOMAIN, NORO_ROLE_CONTEXT);
	expect("dropbox.com", NORO_IOC_DOMAIN, NORO_ROLE_CONTEXT);
	expect("https://dropbox.com/s/1/x.zip", NORO_IOC_URL, NORO_ROLE_HUNT);
	expect("44d88612fea8a8f36de82e1278abb02f", NORO_IOC_MD5, NORO_ROLE_CONTEXT);
	expect("44d88612fea8a8f36de82e1278abb02f44d88612", NORO_IOC_SHA1, NORO_ROLE_HUNT);
	expect("44d88612fea8a8f36de82e1278abb02e", NORO_IOC_MD5, NORO_ROLE_CONTEXT);
	expect("44d88612fea8a8f36de82e1278abb021", NORO_IOC_MD5, NORO_ROLE_CONTEXT);
	expect("44d88612fea8a8f36de82e1278abb025", NORO_IOC_MD5, NORO_ROLE_HUNT);
	expect("a.exe", NORO_IOC_FILE_NAME, NORO_ROLE_CONTEXT);
	expect("crypt32.dll", NORO_IOC_FILE_NAME, NORO_ROLE_CONTEXT);
	expect("C:\\Windows\\System32\\cmd.exe", NORO_IOC_FILE_PATH, NORO_ROLE_CONTEXT);
	expect("C:\\PerfLogs\\svchost.exe", NORO_IOC_FILE_PATH, NORO_ROLE_HUNT);
	expect("44d88612fea8a8f36de82e1278abb023", NORO_IOC_MD5, NORO_ROLE_CONTEXT);
	expect("www.mod.gov.kh", NORO_IOC_DOMAIN, NORO_ROLE_HUNT);
	expect("0.0.0.0", NORO_IOC_IPV4, NORO_ROLE_CONTEXT);
	expect("44d88612fea8a8f36de82e1278abb024", NORO_IOC_MD5, NORO_ROLE_HUNT);
	expect("DiscBurner.exe", NORO_IOC_FILE_NAME, NORO_ROLE_CONTEXT);
	expect("bank.example.net", NORO_IOC_DOMAIN, NORO_ROLE_CONTEXT);
	expect("mail.example.net", NORO_IOC_DOMAIN, NORO_ROLE_CONTEXT);
	noro_arena_free(arena);
}

static const char local_names[] =
	"# Indicators of compromise\n\n"
	"- [HKEY_LOCAL_MACHINE\\SYSTEM\\Monitors\\Windows Default Monitor]\n"
	"- HKLM\\SYSTEM\\Windows x64\\Print Processors\\x\\Driver\n"
	"- C:\\Documents and Settings\\All Users\\a.exe\n"
	"- C:\\Users\\<USER NAME>\\AppData\\bad one.exe\n"
	"- C:\\Users\\<USER>\\AppData\\~tmp3.dat\n- C:\\Program Files\\[redacted]\n"
	"- %STARTUP%\\Control Panel.lnk\n- `~/Library/x/snip.dat`\n- /tmp/.hidden\n"
	"- http://evil[.]example[.]info/<MAC address>/home/log/x.dot\n"
	"- hxxps://ipfs.example[.]info/x/y#[user account name]@[domain]\n"
	"- POST /api/client/new\n- `sc create x "
	"binpath=\"C:\\Windows\\Temp\\y.dll,Open\"`\n"
	"- 134,140 bytes - ECLL 16032023.one\n- File name: Swift copy (MT103).exe\n"
	"| `Visit to Nassau, The Bahamas.doc.exe` | `presupuesto 15.exe` |\n"
	"- 192.0.2.7 - GET /d/[base64 with backslashes].gif\n"
	"- mrc_%random%.tmp\n- +http://mark.example.info/a.php+\n"
	"- 44d88612fea8a8f36de82e1278abb02f  report-5.zip\n"
	"- hxxps[:]///slip[.]example[.]info/\n- hxxps[:]///slip2[.]example[.]info/\n";

static void takes_names_with_blanks_whole_or_not_at_all(void **state)
{
	(void)state;
	read_text(local_names);
	expect("HKEY_LOCAL_MACHINE\\SYSTEM\\Monitors\\Windows Default Monitor", NORO_IOC_REGISTRY,
		NORO_ROLE_HUNT);
	expect("HKLM\\SYSTEM\\Windows x64\\Print Processors\\x\\Driver", NORO_IOC_REGISTRY,
		NORO_ROLE_HUNT);
	expect("C:\\Documents and Settings\\All Users\\a.exe", NORO_IOC_FILE_PATH, NORO_ROLE_HUNT);
	expect("~tmp3.dat", NORO_IOC_FILE_NAME, NORO_ROLE_CONTEXT); /* its folder is masked */
	expect("%STARTUP%\\Control Panel.lnk", NORO_IOC_FILE_PATH, NORO_ROLE_HUNT);
	expect("~/Library/x/snip.dat", NORO_IOC_FILE_PATH, NORO_ROLE_HUNT);
	expect("/tmp/.hidden", NORO_IOC_FILE_PATH, NORO_ROLE_HUNT);
	expect("evil.example.info", NORO_IOC_DOMAIN, NORO_ROLE_BLOCK);
	expect("C:\\Windows\\Temp\\y.dll", NORO_IOC_FILE_PATH, NORO_ROLE_HUNT);
	expect("ECLL 16032023.one", NORO_IOC_FILE_NAME, NORO_ROLE_HUNT);
	expect("Swift copy (MT103).exe", NORO_IOC_FILE_NAME, NORO_ROLE_HUNT);
	expect("Visit to Nassau, The Bahamas.doc.exe", NORO_IOC_FILE_NAME, NORO_ROLE_HUNT);
	expect("presupuesto 15.exe", NORO_IOC_FILE_NAME, NORO_ROLE_HUNT);
	expect("http://mark.example.info/a.php", NORO_IOC_URL, NORO_ROLE_BLOCK);
	expect("https://ipfs.example.info/x/y", NORO_IOC_URL, NORO_ROLE_BLOCK);
	expect("report-5.zip", NORO_IOC_FILE_NAME, NORO_ROLE_HUNT);
	expect("https://slip.example.info/", NORO_IOC_URL, NORO_ROLE_BLOCK);
	expect("https://slip2.example.info/", NORO_IOC_URL, NORO_ROLE_BLOCK);
	for (size_t i = 0; i < doc.items; i++) {
		struct noro_view v = doc.item[i].value;

		if (noro_view_starts_i(v, "C:\\Users") || noro_view_starts_i(v, "C:\\Program") ||
			noro_view_starts(v, "/home") || noro_view_starts(v, "/api") ||
			noro_view_starts(v, "backsl") || noro_view_starts(v, "mrc_") ||
			noro_view_is(v, "15.exe") || noro_view_is(v, "one.exe"))
			fail_msg("half a name: %.*s", NORO_VARG(v));
	}
	noro_arena_free(arena);
}

static void reads_the_blocks_of_asciidoc(void **state)
{
	(void)state;
	read_text("= Report\n\n== Files\n=== C&C servers\n\n----\nevil.example.info\n"
		  "/dev/shm/.linux\n----\n\nlink:event.json[`event.json`] and\n"
		  "https://www.example.info/x[the rules]\n");
	expect("evil.example.info", NORO_IOC_DOMAIN, NORO_ROLE_BLOCK);
	assert_string_equal(expect("/dev/shm/.linux", NORO_IOC_FILE_PATH, NORO_ROLE_HUNT)->section,
		"C&C servers");
	expect_none("event.json");
	expect("https://www.example.info/x", NORO_IOC_URL, NORO_ROLE_CONTEXT);
	noro_arena_free(arena);
}

static void undoes_dots_that_are_spelled_out(void **state)
{
	(void)state;
	read_text("Indicators\n\nbad dot example-one dot com\n192 dot 0 dot 2 dot 77\n"
		  "evil&#46;example-two&period;net\nit spoke to evil-three dot net\n"
		  "Look at the dot in the picture, and the dot com bubble: a dot is a dot.\n");
	expect("bad.example-one.com", NORO_IOC_DOMAIN, NORO_ROLE_BLOCK);
	expect("192.0.2.77", NORO_IOC_IPV4, NORO_ROLE_HUNT);
	expect("evil.example-two.net", NORO_IOC_DOMAIN, NORO_ROLE_BLOCK);
	expect("evil-three.net", NORO_IOC_DOMAIN, NORO_ROLE_BLOCK);
	expect_items(4);
	noro_arena_free(arena);
	read_text("He spelled it as bad dot example dot com in his talk.\n");
	expect_items(0);
	noro_arena_free(arena);
}

static void finds_names_in_other_letters_between_borders_and_in_sentences(void **state)
{
	(void)state;
	read_text("The host mail.例え[.]jp was used, and so was 例え[.]テスト in May.\n"
		  "攻撃者は「a.例え[.]jp」と(b.例え[.]jp)、c.例え(dot)jpを使用した。\n"
		  "送信元：d@mail[.]例え[.]jp、hxxp://e.例え[.]jp/xなど\n");
	expect("mail.xn--r8jz45g.jp", NORO_IOC_DOMAIN, NORO_ROLE_HUNT);
	expect("xn--r8jz45g.xn--zckzah", NORO_IOC_DOMAIN, NORO_ROLE_HUNT);
	expect("a.xn--r8jz45g.jp", NORO_IOC_DOMAIN, NORO_ROLE_HUNT);
	expect("b.xn--r8jz45g.jp", NORO_IOC_DOMAIN, NORO_ROLE_HUNT);
	expect("c.xn--r8jz45g.jp", NORO_IOC_DOMAIN, NORO_ROLE_HUNT);
	expect("d@mail.xn--r8jz45g.jp", NORO_IOC_EMAIL, NORO_ROLE_HUNT);
	noro_arena_free(arena);
	/* as they stand only where nothing else is meant; and where they begin must be plain */
	read_text("# Indicators\n\n- mail.例え.jp\n- 図1.表\n- 詳細.jpg\n");
	expect("mail.xn--r8jz45g.jp", NORO_IOC_DOMAIN, NORO_ROLE_BLOCK);
	expect_items(1);
	noro_arena_free(arena);
	read_text("攻撃者は例え[.]jpを使用した。mail.例え.jpも見よ。図(1)、表[2]の例[.]を参照。\n");
	expect_items(0);
	noro_arena_free(arena);
}

static void joins_halves_of_sha256_where_only_those_are_spoken_of(void **state)
{
#define HALF_A "8b448f47e36909f3a921b4ff803cf3a6"
#define HALF_B "1985d8a10f0fe594b405b92ed0fc21f1"
	(void)state;
	read_text("# Indicators\n\n"
		  "  File            SHA-256                             Use\n"
		  "  one.exe         " HALF_A "    first\n"
		  "                  " HALF_B "\n");
	expect(HALF_A HALF_B, NORO_IOC_SHA256, NORO_ROLE_BLOCK);
	expect_none(HALF_A);
	expect_none(HALF_B);
	noro_arena_free(arena);
	read_text("The SHA-256 values follow.\n\n# Indicators\n\n- " HALF_A "\n  " HALF_B "\n");
	expect(HALF_A HALF_B, NORO_IOC_SHA256, NORO_ROLE_BLOCK);
	expect_items(1);
	noro_arena_free(arena);
	/* an author who speaks of MD5 values may have meant two of them, and so may one who is
	 * silent */
	read_text("MD5 and SHA-256 values follow.\n\n# Indicators\n\n" HALF_A "\n" HALF_B "\n");
	expect(HALF_A, NORO_IOC_MD5, NORO_ROLE_BLOCK);
	expect(HALF_B, NORO_IOC_MD5, NORO_ROLE_BLOCK);
	noro_arena_free(arena);
	read_text("# Indicators\n\n" HALF_A "\n" HALF_B "\n");
	expect(HALF_A, NORO_IOC_MD5, NORO_ROLE_BLOCK);
	expect_items(2);
	noro_arena_free(arena);
}

/* What stands behind a letter that is not ASCII is a part of the name, not the name. */
static void takes_names_in_other_letters_whole(void **state)
{
	(void)state;
	read_text("Indicators\n\nb\xc3\xbc"
		  "cher-evil[.]de\nC2: b\xc3\xbc"
		  "cher-two[.]de\n"
		  "hxxps://b\xc3\xbc"
		  "cher-three[.]de/x\n"
		  "\xe6\x97\xa5\xe6\x9c\xac-four[.]jp\n"
		  "host: \xe6\x97\xa5\xe6\x9c\xac-five[.]jp\n");
	expect("xn--bcher-evil-9db.de", NORO_IOC_DOMAIN, NORO_ROLE_BLOCK);
	expect("xn--bcher-two-q9a.de", NORO_IOC_DOMAIN, NORO_ROLE_BLOCK);
	expect("https://xn--bcher-three-thb.de/x", NORO_IOC_URL, NORO_ROLE_BLOCK);
	expect_none("cher-evil.de");
	expect_none("four.jp");
	expect_none("five.jp");
	noro_arena_free(arena);
}

static void tells_what_is_only_misused(void **state)
{
	(void)state;
	read_text("EXAMPLES OF LEGITIMATE BUT COMPROMISED SITES:\n\n- shop-one[.]com\n\n"
		  "TRAFFIC AND FILES:\n\n- hxxps[:]//cut-two[.]net/search?a=b&\n"
		  "  c=d&user_ip=[info removed]&\n"
		  "- hxxps[:]//parked-three[.]org/x.zip  <-- non malicious PNG image\n\n"
		  "Indicators\n\n- WinRAR.exe\n- evilRAR.exe\n");
	expect("shop-one.com", NORO_IOC_DOMAIN, NORO_ROLE_HUNT);
	expect("cut-two.net", NORO_IOC_DOMAIN, NORO_ROLE_HUNT);
	expect_none("https://cut-two.net/search?a=b&");
	expect("https://parked-three.org/x.zip", NORO_IOC_URL, NORO_ROLE_CONTEXT);
	expect("WinRAR.exe", NORO_IOC_FILE_NAME, NORO_ROLE_CONTEXT);
	expect("evilRAR.exe", NORO_IOC_FILE_NAME, NORO_ROLE_HUNT);
	noro_arena_free(arena);
}

static void ends_a_list_of_mutexes_at_the_next_heading(void **state)
{
	(void)state;
	read_text("Mutexes\n\nThreadMutex12\nGlobal\\EvilMutex42\n\nMitigations\n\n"
		  "Use 192.0.2.53 for names.\n\nReferences\n\nhttps://www.example.org/x\n");
	expect("ThreadMutex12", NORO_IOC_MUTEX, NORO_ROLE_HUNT);
	expect("Global\\EvilMutex42", NORO_IOC_MUTEX, NORO_ROLE_HUNT);
	expect_none("Mitigations");
	expect_none("References");
	expect("192.0.2.53", NORO_IOC_IPV4, NORO_ROLE_CONTEXT);
	noro_arena_free(arena);
}

static void strips_html_to_its_text(void **state)
{
	struct noro_buf out = { 0 };

	(void)state;
	noro_doc_strip_html(
		NORO_V("<h2>A</h2><p>b &lt;c&gt; 1 < 2</p><!-- x --><td>d</td><td>e<br>f<scr"),
		&out);
	assert_string_equal(out.p, "## A\nb <c> 1 < 2\nd\te\nf<scr");
	noro_buf_done(&out);
}

static void survives_every_cut(void **state)
{
	static const char *const names[] = { "press-release.ja.txt", "actor-profile.ja.md",
		"yearly-review.ja.html" };
	const char *source = getenv("NOROSHI_SOURCE");

	(void)state;
	for (size_t k = 0; k < 3; k++) {
		struct noro_buf bytes = { 0 };
		char path[4200];

		(void)snprintf(
			path, sizeof(path), "%s/tests/data/%s", source ? source : ".", names[k]);
		assert_int_equal(noro_file_read(path, 1 << 20, &bytes, NULL), NORO_OK);
		for (size_t n = 0; n < bytes.n; n += 3) {
			uint8_t *exact = test_exact_copy(bytes.p, n);
			struct noro_arena *a = noro_arena_new(0);
			struct noro_doc d;

			assert_int_equal(
				noro_document_read(a, noro_view(exact, n), &d, NULL), NORO_OK);
			noro_arena_free(a);
			free(exact);
		}
		noro_buf_done(&bytes);
	}
}

static void survives_every_cut_of_names_with_blanks(void **state)
{
	(void)state;
	for (size_t n = 0; n < sizeof(local_names); n++) {
		uint8_t *exact = test_exact_copy(local_names, n);
		struct noro_arena *a = noro_arena_new(0);
		struct noro_doc d;

		assert_int_equal(noro_document_read(a, noro_view(exact, n), &d, NULL), NORO_OK);
		noro_arena_free(a);
		free(exact);
	}
}

static bool read_again(void *arg)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_doc d;
	bool ok = a && noro_document_read(a, noro_view_str(arg), &d, NULL) == NORO_OK;

	noro_arena_free(a);
	return ok;
}

static void leaks_nothing_when_memory_fails(void **state)
{
	char text[] = "# Report T1569 CVE-2024-21887\n## IoC\n- hxxp://evil[.]example[.]net/\n  a "
		      "b 2021-08\n"
		      "44d88612fea8a8f36de82e1278\nabb02f\n"
		      "- C:\\Users\\<USER>\\x.exe\n- `two words.exe`\n- HKLM\\A B\\C\n";

	(void)state;
	test_allocation_sweep(read_again, text, 3000);
}

/* The tool's own output needs no sample of another's: a page made here. */
static void reads_a_pdf_through_pdftotext(void **state)
{
	static const char pdf[] = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
				  "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
				  "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents "
				  "4 0 R/Resources<</Font<</F1 5 0 "
				  "R>>>>>>endobj\n"
				  "4 0 obj<</Length 96>>stream\nBT /F1 12 Tf 72 700 Td (Indicators "
				  "of Compromise) Tj 0 -20 Td "
				  "(evil[.]example[.]net) Tj ET\nendstream endobj\n"
				  "5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n"
				  "trailer<</Root 1 0 R>>\n";
	enum noro_status st;

	(void)state;
	arena = noro_arena_new(0);
	st = noro_document_read(arena, NORO_V(pdf), &doc, NULL);
	if (st == NORO_EUNSUPPORTED) {
		print_message("# pdftotext is not installed\n");
	} else {
		assert_int_equal(st, NORO_OK);
		assert_string_equal(doc.format, "pdf");
		expect("evil.example.net", NORO_IOC_DOMAIN, NORO_ROLE_BLOCK);
	}
	noro_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_a_japanese_press_release),
		cmocka_unit_test(reads_a_japanese_actor_profile),
		cmocka_unit_test(reads_a_japanese_yearly_review),
		cmocka_unit_test(joins_what_a_page_broke_in_two),
		cmocka_unit_test(does_not_take_words_for_indicators),
		cmocka_unit_test(knows_where_the_author_points_elsewhere),
		cmocka_unit_test(knows_what_is_named_without_being_blamed),
		cmocka_unit_test(takes_names_with_blanks_whole_or_not_at_all),
		cmocka_unit_test(reads_the_blocks_of_asciidoc),
		cmocka_unit_test(undoes_dots_that_are_spelled_out),
		cmocka_unit_test(takes_names_in_other_letters_whole),
		cmocka_unit_test(tells_what_is_only_misused),
		cmocka_unit_test(ends_a_list_of_mutexes_at_the_next_heading),
		cmocka_unit_test(strips_html_to_its_text),
		cmocka_unit_test(survives_every_cut),
		cmocka_unit_test(finds_names_in_other_letters_between_borders_and_in_sentences),
		cmocka_unit_test(joins_halves_of_sha256_where_only_those_are_spoken_of),
		cmocka_unit_test(survives_every_cut_of_names_with_blanks),
		cmocka_unit_test(leaks_nothing_when_memory_fails),
		cmocka_unit_test(reads_a_pdf_through_pdftotext),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
