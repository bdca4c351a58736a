/*
 * src/cli/cmd_sense.c - noroshi sense: what touches addresses that nobody should talk to.
 *
 * The options, the table of verbs and what they share; the verbs are in files of their families.
 */
#include "cli/cmd_sense_priv.h"
#include "net/clickhouse.h"

#include "base/file.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_PASSWORD = 4096 };

static const struct noro_opt opts[] = {
	{ "sensor", 0, "FILE", N_("description of the sensor, YAML (docs/measures.md)") },
	{ "addresses", 0, "PREFIX",
		N_("instead of --sensor: addresses that are ours; repeatable") },
	{ "name", 0, "NAME", N_("name of the sensor; of --addresses it is 'sensor'") },
	{ "store", 0, "FILE|URL",
		N_("history to write to or to ask; without it one run is reported. Of ClickHouse: "
		   "clickhouse://[USER@]HOST:PORT/DATABASE, with TLS clickhouses://") },
	{ "store-password", 0, "FILE", N_("password of its user") },
	{ "spool", 0, "DIR",
		N_("read: measures go there, to be sent, instead of --store or beside it; send: "
		   "from there") },
	{ "spool-max", 0, "SIZE",
		N_("what may wait in the spool; 1G unless given. Past it nothing new is taken") },
	{ "to", 0, "URL", N_("receiver of what is sent (docs/batch.md)") },
	{ "receiver-key", 0, "FILE", N_("public key by which its receipts are signed, PEM") },
	{ "follow", 0, NULL, N_("go on sending what comes, until the program is ended") },
	{ "token-file", 0, "FILE", N_("a word that the receiver asks for") },
	{ "ca", 0, "FILE", N_("certificates to trust instead of the system's, PEM") },
	{ "listen", 0, "ADDRESS:PORT",
		N_("where to receive; without a certificate on this machine only") },
	{ "key", 0, "FILE", N_("secret key to sign receipts with, PEM") },
	{ "cert", 0, "FILE", N_("certificate for TLS, PEM") },
	{ "cert-key", 0, "FILE", N_("its secret key, PEM") },
	{ "rir", 0, "FILE",
		N_("countries: delegated statistics of a registry; repeatable, beside those of "
		   "--sensor") },
	{ "prefix-as", 0, "FILE", N_("networks: lines of prefix and AS; repeatable") },
	{ "mmdb", 0, "FILE", N_("countries or networks: a MaxMind DB file; repeatable") },
	{ "research", 0, "FILE",
		N_("research scanners: lines of prefix and name; labels, nothing is dropped; "
		   "repeatable") },
	{ "since", 0, "TIME", N_("report from then on") },
	{ "until", 0, "TIME", N_("report up to then") },
	{ "by", 0, "CUT",
		N_("rank: port, class, tool, probe, as or country; port unless given. trend: day, "
		   "month or year. surge: ten (minutes), hour or day; hour and day unless given") },
	{ "kev", 0, "FILE",
		N_("surge: flaws listed as exploited, CISA's JSON or CSV; repeatable") },
	{ "cve", 0, "FILE|CVE",
		N_("surge: when flaws were published: CVE records, or JSON Lines or CSV with cve, "
		   "port or vendor and product, published; repeatable. payloads: a CVE; only what "
		   "is "
		   "after it") },
	{ "sources", 0, NULL, N_("rank by sources instead of packets") },
	{ "top", 0, "N", N_("so many rows; 10 unless given") },
	{ "rejudge", 0, NULL,
		N_("payloads: run the rules of today over what is stored, and keep what is new") },
	{ "format", 0, "NAME",
		N_("text, json, csv, html or xlsx; export: json, csv, dshield, stix; of captures "
		   "flowtuple3, flowtuple4 or ipfix") },
	{ "author", 0, "ID", N_("export: number of the user at DShield") },
	{ "era", 0, NULL, N_("write Japanese eras") },
	{ "all", 0, NULL,
		N_("keep also what touched fewer than 10 addresses; campaigns: also sources that "
		   "are merely alike") },
	{ "no-builtin", 0, NULL,
		N_("leave out the fingerprints and probes that come with the program") },
	{ "knowledge", 0, "DIR", N_("more knowledge: fingerprints, probes; repeatable") },
	{ "jobs", 'j', "N", N_("workers; otherwise one for each processor") },
	{ "max-memory", 0, "SIZE",
		N_("of tables; past it the idlest events are ended, and that is told") },
	{ "output", 'o', "PATH",
		N_("report, rank, surge, trend, campaigns, export: file to write to; simulate, "
		   "demo: folder of what is made") },
	{ "seed", 0, "N",
		N_("simulate, demo: the same number, the same captures; 1 unless given") },
	{ "days", 0, "N", N_("simulate: so many days; 3 unless given") },
	{ "packets", 0, "N",
		N_("simulate: about so many packets, 300,000 unless given; run: stop after so "
		   "many") },
	{ "interface", 'I', "NAME", N_("run: network interface to listen on") },
	{ "rings", 0, "N",
		N_("run: buffers of the kernel, dealt by the source's network; 1 unless given") },
	{ "xdp", 0, NULL,
		N_("run: take packets from the card's driver (AF_XDP), before the host sees them; "
		   "for an interface that has no other work") },
	{ "respond", 0, NULL,
		N_("run: answer for the addresses listed under 'respond' in the description: a "
		   "handshake, to hear what is said first") },
	{ "for", 0, "SECONDS", N_("run: stop after so long") },
	{ "write", 'w', "FILE", N_("run: write what came as a capture, too") },
	{ 0 },
};

static const char *const text[] = {
	N_("read takes captures (pcap, pcapng, ERF; plain or packed) of unused addresses and "
	   "counts who "
	   "asked for what: ports, tools by their fingerprints, requests by their first bytes, and "
	   "victims of attacks with made-up sources by what comes back from them."),
	N_("run listens on an interface and does the same as the packets come, minute by minute, "
	   "until "
	   "it is interrupted. It keeps no right but to read its socket; what the kernel dropped "
	   "is "
	   "counted. SIGHUP reads the tables of countries and networks again. With --respond it "
	   "answers "
	   "connections to addresses that its description lists for that, so that their senders "
	   "say "
	   "what they came for: a handshake proves the source, at most 4 KiB are kept, nothing is "
	   "sent "
	   "over UDP, and rates are capped. Those addresses must be routed to the sensor and be "
	   "nobody "
	   "else's."),
	N_("report prints accesses per address and day and the interval it means, rankings beside "
	   "the period before, victims and the widest scanners; rank one ranking; victims and show "
	   "IP "
	   "answer from the store. Sensors of different size are one: what is counted is divided "
	   "by "
	   "addresses x time that somebody listened, and time that was lost is never taken for "
	   "quiet. A sensor "
	   "that "
	   "is silent, drops packets, has a wrong clock or sees others' traffic needs care: "
	   "without "
	   "--until, report ends with 1 then, so that cron can tell."),
	N_("simulate writes captures of three sensors with the truth about them: tools, floods, "
	   "a growing botnet, surges, research, noise, lost time. Nothing is sent, and no packet "
	   "carries an attack."),
	N_("demo shows all of this at once: two months of such captures, read into a history, the "
	   "report on the screen and as a page with pictures, in a folder that is named. On a "
	   "terminal, what the sensors see is drawn in place while it is read: accesses, ports, "
	   "tools, victims."),
	N_("send delivers what waits in a spool; a batch leaves it against a receipt signed by the "
	   "receiver's key, so that a dead network or a crash loses nothing and counts nothing "
	   "twice. receive is a small receiver for a few sensors: it writes into --store. key make "
	   "makes its key."),
	N_("export gives what a history holds to others: measures as JSON Lines, scans and victims "
	   "as CSV or as observed data of STIX 2.1, scans as a DShield submission, in which our "
	   "own addresses are masked. With captures it writes their packets as tuples of a "
	   "minute for those who exchange flows: flowtuple3 and flowtuple4 are CAIDA's, in Avro; "
	   "they know no IPv6, which is told; ipfix is a file of RFC 7011 messages."),
	N_("surge tells which ports rise: sources are judged against the same sensors' 28 days "
	   "before, the hour and the weekday, over all ports of TCP and UDP at once, so that at "
	   "most one false alarm a day is to be expected; who makes the rise; and which flaws "
	   "became public near it. With less than 28 days of history there is no verdict. It ends "
	   "with 1 when something began to rise in the period, so that cron can tell."),
	N_("trend prints accesses per address and day over days, months or years; a period is "
	   "told from its own days, and says how many of them were watched."),
	N_("campaigns joins sources that work as one: of one owner, by the secret of their "
	   "sequence numbers, by the host that their first payloads name, bots of one family on "
	   "one port, sources alike that came together or are awake in the same hours. Each says "
	   "why its members belong together; CSV has a row for each member. --all tells those "
	   "too that are merely alike."),
	N_("payloads shows what was said first to a sensor that answers: by the rule that names "
	   "it, with the vulnerability it is after, and the others by likeness. --rejudge gives "
	   "old "
	   "payloads the names that rules know today."),
	N_("A history lies in a file (SQLite), or in ClickHouse when it outgrows one machine: "
	   "read, receive and all that ask take either, and answer the same. A sensor at work "
	   "writes to a file or a spool, which no network can hold up; send and receive bring it "
	   "on. age drops what is older than is kept: minutes 3 days, tens of minutes 35, hours, "
	   "scans and payloads 400, victims 1,500; days stay."),
	N_("self-test runs the vectors of all fingerprints and probes."),
	NULL,
};

static const char *const examples[] = {
	"noroshi sense read --addresses 192.0.2.0/24 day.pcap.gz",
	N_("one capture, reported at once"),
	"noroshi sense read --sensor tokyo.yaml --store sensors.db 2025-08/",
	N_("a month into a history"),
	"noroshi sense run --interface eth1 --sensor tokyo.yaml --store sensors.db",
	N_("a sensor at work"),
	"noroshi sense report --store sensors.db --since 2025-08-01 --until 2025-09-01 --era",
	N_("the figures of August"),
	"noroshi sense report --store sensors.db --format html > august.html",
	N_("the same as a page with pictures"),
	"noroshi sense rank --by tool --store sensors.db",
	N_("which tools were used"),
	"noroshi sense surge --store sensors.db --kev known_exploited_vulnerabilities.json",
	N_("what rises since yesterday, and after which flaw"),
	"noroshi sense campaigns --store sensors.db --since 2025-08-01",
	N_("which sources work as one, and why"),
	"noroshi sense trend --by year --store sensors.db",
	N_("one line a year"),
	"noroshi sense read --sensor tokyo.yaml --spool /var/spool/noroshi day.pcap.gz",
	N_("measures wait to be sent"),
	"noroshi sense send --spool /var/spool/noroshi --to https://hub/ --receiver-key hub.pub",
	N_("and are delivered"),
	"noroshi sense report --store clickhouse://127.0.0.1:8123/sensors",
	N_("the figures of many sensors, from ClickHouse"),
	"noroshi sense export --format flowtuple4 --sensor tokyo.yaml -o day.avro day.pcap.gz",
	N_("a day for CAIDA's tools"),
	NULL,
};

static enum noro_status open_clickhouse(
	struct sensing *s, const char *url, bool must_exist, struct noro_error *err)
{
	const char *file = noro_args_get(s->args, "store-password");
	struct noro_clickhouse_opts o = { .ca_file = noro_args_get(s->args, "ca") };
	struct noro_history_link link;
	struct noro_buf secret = { 0 };
	struct noro_view word;
	enum noro_status st = file ? noro_file_read(file, MAX_PASSWORD, &secret, err) : NORO_OK;

	if (st == NORO_OK && file) {
		word = noro_view_trim(noro_buf_as_view(&secret));
		if (!word.n || !noro_view_plain(word)) {
			(void)noro_fail(
				err, NORO_EFORMAT, N_("this is no password: plain letters"));
			st = noro_error_at(err, file, NORO_AT_NONE, 0);
		} else {
			o.password = noro_arena_strn(s->cli->arena, word.p, word.n);
			st = o.password ? NORO_OK : noro_fail(err, NORO_ENOMEM, NULL);
		}
	}
	noro_buf_done(&secret);
	if (st == NORO_OK)
		st = noro_clickhouse_open(url, &o, &link, err);
	return st == NORO_OK ? noro_history_open_link(&link, must_exist, &s->h, err) : st;
}

/* What is kept for how long is the same for all (store/history.h). */
static enum noro_status do_age(struct sensing *s, struct noro_error *err)
{
	static const struct noro_history_keep usual;
	enum noro_status st = noro_sense_store(s, true, err);

	return st == NORO_OK ? noro_history_age(s->h, &usual, s->cli->now_ns, &s->progress, err)
			     : st;
}

enum noro_status noro_sense_store(struct sensing *s, bool must_exist, struct noro_error *err)
{
	const char *path = noro_args_get(s->args, "store");

	if (!path && must_exist)
		return noro_fail(err, NORO_EARG, N_("which history? give --store FILE"));
	if (path && noro_clickhouse_is(path))
		return open_clickhouse(s, path, must_exist, err);
	return noro_history_open(path, must_exist, &s->h, err);
}

static void failed(void *ctx, const char *rule, const char *what)
{
	struct sensing *s = ctx;

	s->unread++;
	noro_say(s->cli, s->cli->err, N_("%1: %2"), rule, noro_lang_text(s->cli->lang, what));
}

static enum noro_status do_self_test(struct sensing *s, struct noro_error *err)
{
	size_t tools = 0, probes = 0;
	enum noro_status st = noro_load_knowledge(s->cli, s->args, &s->load, err);

	if (st == NORO_OK)
		st = noro_tools_self_test(
			s->load.knowledge_dir, s->load.knowledge_dirs, failed, s, &tools, err);
	if (st == NORO_OK)
		st = noro_probes_self_test(
			s->load.knowledge_dir, s->load.knowledge_dirs, failed, s, &probes, err);
	if (st == NORO_OK)
		noro_say(s->cli, s->cli->out,
			N_("%1 vectors of fingerprints, %2 of probes, %3 failed"), NORO_NUM(tools),
			NORO_NUM(probes), NORO_NUM(s->unread));
	return st == NORO_OK && s->unread
		       ? noro_fail(err, NORO_ECORRUPT, N_("a vector does not hold"))
		       : st;
}

/* Before the work: a day of captures is not read for nothing. */
static enum noro_status check_format(const struct noro_args *args, struct noro_error *err)
{
	static const char *const known[] = { "text", "json", "csv", "html", "xlsx" };
	const char *format = noro_args_get(args, "format");

	if (strcmp(args->word[0], "export") == 0)
		return NORO_OK; /* it has its own */
	for (size_t i = 0; format && i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(format, known[i]) == 0)
			return NORO_OK;
	return format ? noro_fail(err, NORO_EARG,
				N_("no format '%1'; text, json, csv, html or xlsx"), format)
		      : NORO_OK;
}

static const struct {
	const char *name;
	enum noro_status (*run)(struct sensing *s, struct noro_error *err);
} verbs[] = {
	{ "read", noro_sense_do_read },
	{ "run", noro_sense_do_run },
	{ "report", noro_sense_do_report },
	{ "rank", noro_sense_do_rank },
	{ "payloads", noro_sense_do_payloads },
	{ "victims", noro_sense_do_rows },
	{ "show", noro_sense_do_rows },
	{ "surge", noro_sense_do_surge },
	{ "trend", noro_sense_do_trend },
	{ "campaigns", noro_sense_do_campaigns },
	{ "self-test", do_self_test },
	{ "simulate", noro_sense_do_simulate },
	{ "demo", noro_sense_do_demo },
	{ "send", noro_sense_do_send },
	{ "receive", noro_sense_do_receive },
	{ "key", noro_sense_do_key },
	{ "export", noro_sense_do_export },
	{ "age", do_age },
};

static int run(struct noro_cli *cli, const struct noro_args *args)
{
	struct sensing s = { .cli = cli, .args = args };
	struct noro_error err = { 0 };
	enum noro_status st = NORO_EARG;
	struct noro_buf names = { 0 };
	bool known = false;

	for (size_t i = 0; args->words && i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(args->word[0], verbs[i].name) == 0) {
			known = true;
			st = check_format(args, &err);
			if (st == NORO_OK)
				st = verbs[i].run(&s, &err);
		}
	if (!known) {
		for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
			noro_buf_printf(&names, "%s%s", i ? ", " : "", verbs[i].name);
		(void)noro_fail(&err, NORO_EARG, N_("what shall be done? One of: %1"),
			names.status == NORO_OK ? names.p : "");
		noro_buf_done(&names);
		return noro_usage(cli, &noro_cmd_sense, &err);
	}
	if (st != NORO_OK && s.h)
		(void)noro_history_why(s.h, &err);
	noro_scope_free(s.scope);
	noro_tags_free(s.tags);
	noro_history_close(s.h);
	noro_load_done(&s.load);
	if (st != NORO_OK)
		return noro_complain(cli, &err);
	if (s.findings)
		return NORO_EXIT_FINDINGS;
	return s.unread ? NORO_EXIT_UNREAD : NORO_EXIT_CLEAN;
}

const struct noro_cmd noro_cmd_sense = {
	.name = "sense",
	.usage = "read CAPTURE... | run -I NAME | report | rank | surge | trend | campaigns | "
		 "victims | payloads | "
		 "show IP | send | receive | key make FILE | export [CAPTURE...] | age | simulate "
		 "-o DIR "
		 "| demo | "
		 "self-test",
	.summary = N_("count and understand what touches unused addresses"),
	.text = text,
	.opts = opts,
	.examples = examples,
	.standards = "pcap, pcapng (IETF opsawg), ERF (Endace), RFC 6890, RFC 4180, RFC 5655, RFC "
		     "7011, RFC 8032, RFC 8785, STIX 2.1",
	.run = run,
	.words = "read run report rank payloads victims show surge trend campaigns self-test "
		 "simulate demo "
		 "send receive key export age",
};
