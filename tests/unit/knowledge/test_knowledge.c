/* tests/unit/knowledge/test_knowledge.c - the shipped knowledge is whole, and a bad file is an
 * error. */
#include "tests/test.h"

#include "base/file.h"
#include "base/json.h"
#include "knowledge/knowledge.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

struct shipped {
	struct noro_arena *arena;
	const struct noro_knowledge *k;
};

static int load_shipped(void **state)
{
	static struct shipped s;
	char dir[4096];
	const char *dirs[1] = { dir };
	struct noro_error err = { 0 };

	(void)snprintf(dir, sizeof(dir), "%s/knowledge", getenv("NOROSHI_SOURCE"));
	s.arena = noro_arena_new(0);
	if (noro_knowledge_load(dirs, 1, s.arena, &s.k, &err) != NORO_OK) {
		print_error("%s:%llu: %s '%s' '%s'\n", err.where, (unsigned long long)err.at,
			err.msg ? err.msg : "?", err.arg[0], err.arg[1]);
		return -1;
	}
	*state = &s;
	return 0;
}

static int free_shipped(void **state)
{
	struct shipped *s = *state;

	if (s)
		noro_arena_free(s->arena);
	return 0;
}

static const struct noro_advisory *salt(void **state)
{
	const struct shipped *s = *state;
	const struct noro_advisory *adv = noro_knowledge_advisory(s->k, "aa25-239a");

	assert_non_null(adv);
	return adv;
}

static size_t count_kind(const struct noro_advisory *adv, const char *kind)
{
	size_t n = 0;

	for (size_t i = 0; i < adv->iocs; i++)
		n += strcmp(adv->ioc[i].kind, kind) == 0;
	return n;
}

static void salt_typhoon_advisory_is_whole(void **state)
{
	const struct noro_advisory *adv = salt(state);
	size_t tactics = 0;

	assert_int_equal(adv->iocs, 93);
	assert_int_equal(count_kind(adv, "ipv4"), 87);
	assert_int_equal(count_kind(adv, "ipv6"), 2);
	assert_int_equal(count_kind(adv, "file"), 4);
	for (size_t i = 0; i < adv->techniques; i++)
		tactics += adv->technique[i].id[1] == 'A';
	assert_int_equal(adv->techniques, 42 + 2);
	assert_int_equal(tactics, 2);
	assert_int_equal(adv->cves, 6);
	assert_int_equal(adv->behaviours, 26);
	assert_int_equal(adv->issuers, 23);
	assert_int_equal(adv->revisions, 2);
	assert_string_equal(adv->tlp, "CLEAR");
}

static void the_window_covers_its_last_day(void **state)
{
	const struct noro_advisory *adv = salt(state);
	char text[NORO_TIME_TEXT];

	noro_time_print(adv->from.ns, text);
	assert_string_equal(text, "2021-08-01T00:00:00.000000000Z");
	noro_time_print(adv->until.ns, text);
	assert_string_equal(text, "2025-06-30T23:59:59.999999999Z");
}

static void an_advisory_is_found_by_its_other_id(void **state)
{
	const struct shipped *s = *state;

	assert_ptr_equal(noro_knowledge_advisory(s->k, "PP-25-3703"), salt(state));
	assert_null(noro_knowledge_advisory(s->k, "AA99-999A"));
}

static void a_revoked_technique_leads_to_its_successor(void **state)
{
	const struct shipped *s = *state;
	const struct noro_technique *t = noro_knowledge_technique(s->k, "T1562.004");

	assert_non_null(t);
	assert_string_equal(t->release, "18.1");
	assert_string_equal(t->revoked_by, "T1686");
	assert_non_null(strstr(t->revoked_in, "MISP"));
	assert_string_equal(noro_knowledge_technique_now(s->k, "t1562.004")->id, "T1686");
	assert_string_equal(noro_knowledge_technique_now(s->k, "T1190")->id, "T1190");
	assert_string_equal(noro_knowledge_technique_now(s->k, "T1002")->id, "T1560");
	assert_null(noro_knowledge_technique(s->k, "T9999"));
	assert_null(noro_knowledge_technique(s->k, "no such technique at all"));
	assert_string_equal(noro_knowledge_tactic(s->k, "TA0011")->key, "command-and-control");
}

static void a_file_gives_its_name_and_each_digest(void **state)
{
	const struct shipped *s = *state;
	struct noro_know_walk walk = { 0 };
	struct noro_know_item item;
	size_t salt_items = 0, cmd1 = 0;

	while (noro_knowledge_next(s->k, &walk, &item)) {
		assert_non_null(item.value);
		if (item.advisory != salt(state))
			continue;
		salt_items++;
		assert_int_equal(item.from_ns, salt(state)->from.ns);
		assert_int_equal(item.until_ns, salt(state)->until.ns);
		if (strcmp(item.ioc->value, "cmd1") == 0) {
			cmd1++;
			if (strcmp(item.kind, "file-name") == 0)
				assert_string_equal(item.role, "context");
			else
				assert_string_equal(item.role, "block");
		}
	}
	/* 89 addresses; name and SHA-256 of four files; SHA-1 of cmd1; MD5 of cmd1 and cmd3 */
	assert_int_equal(salt_items, 89 + 4 + 4 + 1 + 2);
	assert_int_equal(cmd1, 4);
}

/* ---- names ---- */

static bool leads_to(void **state, const char *name, const char *id)
{
	const struct shipped *s = *state;
	struct noro_actor_hit hit[16];
	size_t n = noro_knowledge_names(s->k, name, hit, 16);

	for (size_t i = 0; i < n && i < 16; i++) {
		if (strcmp(hit[i].actor->id, id) == 0)
			return true;
	}
	return false;
}

static void an_actor_is_found_by_any_name_in_any_spelling(void **state)
{
	static const char *const name[][2] = {
		{ "Salt Typhoon", "salt-typhoon" },
		{ "ソルトタイフーン", "salt-typhoon" },
		{ "ソルト・タイフーン", "salt-typhoon" },
		{ "\xef\xbd\xbf\xef\xbe\x99\xef\xbe\x84\xef\xbe\x80\xef\xbd\xb2\xef\xbe\x8c\xef\xbd"
		  "\xb0"
		  "\xef\xbe\x9d", /* half-width kana */
			"salt-typhoon" },
		{ "ＳＡＬＴ　ＴＹＰＨＯＯＮ", "salt-typhoon" },
		{ "salttyphoon", "salt-typhoon" },
		{ "g1045", "salt-typhoon" },
		{ "リヴァイアサン", "apt40" },
		{ "Gingham Typhoon", "apt40" },
		{ "ミラーフェイス", "mirrorface" },
		{ "Volt-Typhoon", "volt-typhoon" },
		{ "北朝鮮IT労働者", "dprk-it-workers" },
		{ "NoName057(16)", "noname057" },
		{ "26165部隊", "gru-26165" },
		{ "AUTHENTIC ANTICS", "authentic-antics" },
	};

	for (size_t i = 0; i < sizeof(name) / sizeof(name[0]); i++) {
		if (!leads_to(state, name[i][0], name[i][1]))
			fail_msg("%s does not lead to %s", name[i][0], name[i][1]);
	}
	assert_false(leads_to(state, "no such name", "apt40"));
	assert_false(leads_to(state, "", "apt40"));
	assert_false(leads_to(state, " - ", "apt40"));
}

static void a_disputed_name_gives_every_record_and_who_says_so(void **state)
{
	const struct shipped *s = *state;
	struct noro_actor_hit hit[8];

	assert_int_equal(noro_knowledge_names(s->k, "RedMike", hit, 8), 3);
	assert_string_equal(hit[0].actor->id, "redmike");
	assert_null(hit[0].claim);
	assert_string_equal(hit[1].actor->id, "ghostemperor");
	assert_string_equal(hit[1].claim->by.en, "MISP galaxy");
	assert_string_equal(hit[2].actor->id, "salt-typhoon");
	assert_int_equal(noro_knowledge_names(s->k, "RedMike", hit, 1), 3); /* counts past `max` */
}

static bool says(const struct noro_buf *b, const char *text)
{
	return noro_view_find(noro_buf_as_view(b), noro_view_str(text)) != SIZE_MAX;
}

static void a_profile_shows_claims_events_and_sources(void **state)
{
	const struct shipped *s = *state;
	struct noro_buf en = { 0 }, ja = { 0 };

	assert_int_equal(noro_knowledge_profile(s->k, "mirrorface", false, &en), NORO_OK);
	assert_int_equal(noro_knowledge_profile(s->k, "MirrorFace", true, &ja), NORO_OK);
	assert_true(says(&en, "part of     per MITRE ATT&CK: APT10"));
	assert_true(says(&en, "2025-01-08  warning"));
	assert_true(says(&en, "MirrorFace campaign B"));
	assert_true(says(&en, "T1685.005   ") && says(&en, "<- T1070.001"));
	assert_true(says(&ja, "ミラーフェイス (MirrorFace)"));
	assert_true(says(&ja, "2019年12月以降"));
	assert_true(says(&ja, "注意喚起"));
	assert_false(says(&ja, "Sources"));
	assert_int_equal(noro_knowledge_profile(s->k, "nobody", true, &ja), NORO_ENOENT);
	noro_buf_done(&en);
	noro_buf_done(&ja);
}

static void a_state_spans_its_organs_and_groups(void **state)
{
	const struct shipped *s = *state;
	struct noro_buf cn = { 0 };
	size_t organ, group;

	assert_int_equal(noro_knowledge_state(s->k, "cn", false, &cn), NORO_OK);
	organ = noro_view_find(noro_buf_as_view(&cn), NORO_V("Ministry of State Security"));
	group = noro_view_find(noro_buf_as_view(&cn), NORO_V("Volt Typhoon"));
	assert_true(organ < group && group != SIZE_MAX);
	assert_true(says(&cn, "Salt Typhoon | ")); /* its events name it */
	assert_false(says(&cn, "Lazarus"));
	assert_int_equal(noro_knowledge_state(s->k, "XX", false, &cn), NORO_ENOENT);
	noro_buf_done(&cn);
}

static void profiles_are_valid_json_too(void **state)
{
	const struct shipped *s = *state;
	struct noro_arena *a = noro_arena_new(0);
	struct noro_buf out = { 0 };
	const struct noro_json *v;

	for (size_t i = 0; i < s->k->actors; i++) {
		noro_buf_clear(&out);
		assert_int_equal(
			noro_knowledge_profile_json(s->k, s->k->actor[i]->id, &out), NORO_OK);
		assert_int_equal(
			noro_json_parse(a, noro_buf_as_view(&out), NULL, &v, NULL), NORO_OK);
		assert_true(
			noro_json_is_str(noro_json_get(noro_json_get(v, "records")->child, "id"),
				s->k->actor[i]->id));
	}
	noro_buf_clear(&out);
	assert_int_equal(noro_knowledge_state_json(s->k, "RU", &out), NORO_OK);
	assert_int_equal(noro_json_parse(a, noro_buf_as_view(&out), NULL, &v, NULL), NORO_OK);
	assert_true(noro_json_get(v, "records")->count >= 5);
	noro_buf_done(&out);
	noro_arena_free(a);
}

static void a_document_says_what_to_look_for_and_what_to_do(void **state)
{
	const struct shipped *s = *state;
	struct noro_buf out = { 0 };

	assert_int_equal(noro_knowledge_document(s->k, "pp-25-3703", false, &out), NORO_OK);
	assert_true(says(&out, "2021-08-01 to 2025-06-30"));
	assert_true(says(&out, "BHV-26"));
	assert_true(says(&out, "T1686") && says(&out, "<- T1562.004"));
	assert_true(says(&out, "no vstack"));
	assert_true(says(&out, "National Police Agency"));
	noro_buf_clear(&out);
	assert_int_equal(noro_knowledge_document(s->k, "AA25-239A", true, &out), NORO_OK);
	assert_true(says(&out, "緩和策") && says(&out, "警察庁") && says(&out, "2025-06-30"));
	assert_false(says(&out, "Mitigations"));
	noro_buf_clear(&out);
	assert_int_equal(noro_knowledge_document(s->k, "T1562.004", false, &out), NORO_OK);
	assert_true(says(&out, "T1686") && says(&out, "AA25-239A"));
	noro_buf_clear(&out);
	assert_int_equal(noro_knowledge_document(s->k, "dmm-bitcoin", true, &out), NORO_OK);
	assert_true(says(&out, "4,502.9BTC"));
	assert_int_equal(noro_knowledge_document(s->k, "nothing", true, &out), NORO_ENOENT);
	noro_buf_done(&out);
}

static bool render(void *arg)
{
	struct noro_buf out = { 0 };
	enum noro_status one = noro_knowledge_profile(arg, "APT28", true, &out), two;

	if (one != NORO_OK)
		assert_int_equal(one, NORO_ENOMEM);
	noro_buf_clear(&out);
	two = noro_knowledge_state_json(arg, "KP", &out);
	if (two != NORO_OK)
		assert_int_equal(two, NORO_ENOMEM);
	noro_buf_done(&out);
	return one == NORO_OK && two == NORO_OK;
}

static void profiles_survive_every_failing_allocation(void **state)
{
	const struct shipped *s = *state;

	test_allocation_sweep(render, (void *)(uintptr_t)s->k, 10000);
}

/* ---- reporting ---- */

static bool has_fill(const struct noro_report_form *f, const char *fill)
{
	for (size_t i = 0; i < f->sections; i++) {
		for (size_t j = 0; j < f->section[i].fields; j++) {
			const char *one = f->section[i].field[j].fill;

			if (one && strcmp(one, fill) == 0)
				return true;
		}
	}
	return false;
}

static void forms_have_fields_recipients_and_dates(void **state)
{
	static const char *const id[] = { "ddos", "ransomware", "intrusion" };
	const struct shipped *s = *state;

	for (size_t i = 0; i < sizeof(id) / sizeof(id[0]); i++) {
		const struct noro_report_form *f = noro_knowledge_form(s->k, id[i]);

		assert_non_null(f);
		assert_string_equal(f->as_of.text, "2025-10-01");
		assert_true(f->duties >= 4);
		assert_true(has_fill(f, "now") && has_fill(f, "first-seen"));
		assert_true(has_fill(f, "unseen") && has_fill(f, "hosts"));
	}
	assert_true(has_fill(noro_knowledge_form(s->k, "ddos"), "targets"));
	assert_true(has_fill(noro_knowledge_form(s->k, "ransomware"), "indicators"));
	assert_null(noro_knowledge_form(s->k, "tax"));
}

/* ---- lint ---- */

static void the_shipped_knowledge_has_no_problem(void **state)
{
	const struct shipped *s = *state;
	const struct noro_know_problem *problem;
	size_t n;

	assert_int_equal(noro_knowledge_lint(s->k, s->arena, &problem, &n), NORO_OK);
	for (size_t i = 0; i < n; i++)
		print_error("%s: %s '%s' '%s'\n", problem[i].record, problem[i].msg,
			problem[i].arg[0] ? problem[i].arg[0] : "",
			problem[i].arg[1] ? problem[i].arg[1] : "");
	assert_int_equal(n, 0);
}

struct fault {
	const char *folder, *text, *says;
};

static void lint_finds_what_leads_nowhere(void **state)
{
	static const struct fault fault[] = {
		{ "advisories", "id: X\ntitle: only English\ntrust: P\n", "no Japanese" },
		{ "advisories", "id: X\ntitle: { ja: 題 }\ntrust: P\n", "no English" },
		{ "advisories",
			"id: X\ntitle: { en: t, ja: 題 }\ntrust: P\nfrom: 2025\nuntil: 2024\n",
			"ends before" },
		{ "advisories", "id: X\ntitle: { en: t, ja: 題 }\nsrc: ZZ\n", "unknown source" },
		{ "advisories", "id: X\ntitle: { en: t, ja: 題 }\n", "neither source" },
		{ "advisories", "id: X\ntitle: { en: t, ja: 題 }\ntrust: P\nactors: [nobody]\n",
			"no actor" },
		{ "advisories",
			"id: X\ntitle: { en: t, ja: 題 }\ntrust: P\ntechniques: [[T9999]]\n",
			"no technique" },
		{ "advisories",
			"id: X\ntitle: { en: t, ja: 題 }\ntrust: P\ncves: [{ id: CVE-24-1, trust: "
			"P }]\n",
			"no CVE" },
		{ "advisories",
			"id: X\ntitle: { en: t, ja: 題 }\ntrust: P\nindicators: [{ kind: ipv4, "
			"value: "
			"192.0.2.1 }, { kind: ipv4, value: 192.0.2.1 }]\n",
			"there twice" },
		{ "advisories",
			"id: X\ntitle: { en: t, ja: 題 }\ntrust: P\nindicators: [{ kind: file, "
			"value: f "
			"}]\n",
			"no digest" },
		{ "attack", "techniques: [[T1, a, [], T2], [T2, b, [], T1]]\n", "no end" },
		{ "actors",
			"actors: [{ id: a, type: actor, name: a, trust: P, claims: [{ rel: alias, "
			"by: b, "
			"trust: P }] }]\n",
			"names nothing" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(fault) / sizeof(fault[0]); i++) {
		struct noro_arena *a = noro_arena_new(0);
		const struct noro_knowledge *k;
		const struct noro_know_problem *problem;
		size_t n;
		bool found = false;

		assert_int_equal(noro_knowledge_parse(fault[i].folder, noro_view_str(fault[i].text),
					 a, &k, NULL),
			NORO_OK);
		assert_int_equal(noro_knowledge_lint(k, a, &problem, &n), NORO_OK);
		for (size_t j = 0; j < n; j++)
			found |= strstr(problem[j].msg, fault[i].says) != NULL;
		if (!found)
			fail_msg("case %zu: nothing says '%s'", i, fault[i].says);
		noro_arena_free(a);
	}
}

/* ---- against the official bundle ---- */

static bool listed(const struct noro_advisory *adv, const char *value, size_t n)
{
	for (size_t i = 0; i < adv->iocs; i++) {
		const struct noro_know_ioc *c = &adv->ioc[i];
		const char *const has[] = { c->value, c->sha256, c->sha1, c->md5, c->ssdeep };

		for (size_t j = 0; j < sizeof(has) / sizeof(has[0]); j++) {
			if (has[j] && noro_view_eq_i(noro_view_str(has[j]), noro_view(value, n)))
				return true;
		}
	}
	return false;
}

/* Every quoted value behind a " = " of a pattern; digest names like 'SHA-256' stand before it. */
static size_t check_pattern(const struct noro_advisory *adv, struct noro_view pattern)
{
	size_t values = 0;

	for (;;) {
		size_t at = noro_view_find(pattern, NORO_V(" = '")), end;

		if (at == SIZE_MAX)
			return values;
		pattern = noro_view_sub(pattern, at + 4, pattern.n);
		end = noro_view_chr(pattern, '\'');
		assert_true(end != SIZE_MAX);
		if (!listed(adv, pattern.p, end))
			fail_msg("missing: %.*s", (int)end, pattern.p);
		values++;
		pattern = noro_view_sub(pattern, end, pattern.n);
	}
}

static void indicators_are_those_of_the_official_bundle(void **state)
{
	const char *data = test_data();
	char path[8192];
	struct noro_buf text = { 0 };
	struct noro_arena *a;
	const struct noro_json *bundle;
	size_t indicators = 0, values = 0, ours = 0;

	if (!data)
		return; /* it said so; cmocka 1.1.5 prints a skip as "not ok", which Meson counts */
	(void)snprintf(path, sizeof(path),
		"%s/ti/ollerenac+tim-platform/corpus/aa25-239a/AA25-239A.stix_.json", data);
	assert_int_equal(noro_file_read(path, 64 << 20, &text, NULL), NORO_OK);
	a = noro_arena_new(0);
	assert_int_equal(noro_json_parse(a, noro_buf_as_view(&text), NULL, &bundle, NULL), NORO_OK);
	for (const struct noro_json *o = noro_json_get(bundle, "objects")->child; o; o = o->next) {
		if (!noro_json_is_str(noro_json_get(o, "type"), "indicator"))
			continue;
		indicators++;
		values += check_pattern(salt(state), noro_json_str(o, "pattern"));
	}
	assert_int_equal(indicators, salt(state)->iocs);
	for (size_t i = 0; i < salt(state)->iocs; i++) {
		const struct noro_know_ioc *c = &salt(state)->ioc[i];

		ours += 1u + (c->sha256 != NULL) + (c->sha1 != NULL) + (c->md5 != NULL) +
			(c->ssdeep != NULL);
	}
	assert_int_equal(values, ours); /* so neither side has one more */
	noro_arena_free(a);
	noro_buf_done(&text);
}

/* ---- bad files ---- */

struct bad {
	const char *folder, *text;
	uint64_t line;
	const char *says;
};

static void what_is_wrong_is_said_with_its_line(void **state)
{
	static const struct bad bad[] = {
		{ "advisories", "id: X\ntitle: t\ncolour: red\n", 3, "no key" },
		{ "advisories", "id: X\n", 1, "is missing" },
		{ "advisories", "- id: X\n", 1, "keys and values" },
		{ "advisories", "id: X\ntitle: t\ntlp: PURPLE\n", 3, "not a word" },
		{ "advisories", "id: X\ntitle: t\nfrom: 2025-13-01\n", 3, "not a date" },
		{ "advisories", "id: X\ntitle: t\nfrom: 2025-1-1\n", 3, "not a date" },
		{ "advisories", "id: X\ntitle: t\nfrom: 2025-01-01-\n", 3, "not a date" },
		{ "advisories", "id: X\ntitle: { fr: t }\n", 2, "'en' and 'ja'" },
		{ "advisories", "id: X\ntitle: {}\n", 2, "empty" },
		{ "advisories", "id: X\ntitle: t\nindicators: none\n", 3, "wants a list" },
		{ "advisories", "id: X\ntitle: t\nindicators:\n  - { kind: ip4, value: a }\n", 4,
			"not a word" },
		{ "advisories", "id: X\ntitle: t\ntechniques:\n  - [T1, a, b, P, more]\n", 4,
			"too many" },
		{ "advisories", "id: X\ntitle: t\nissuers:\n  - [JP]\n", 4, "is missing" },
		{ "advisories", "id: X\ntitle: t\nissuers:\n  - [JP, n, maybe]\n", 4,
			"true or false" },
		{ "advisories", "id: [X]\ntitle: t\n", 1, "a text is wanted" },
		{ "attack", "techniques:\n  - [T1, a]\n  - [T1, b]\n", 0, "there twice" },
		{ "checks", "", 0, "no knowledge folder" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct noro_arena *a = noro_arena_new(0);
		struct noro_error err = { 0 };
		const struct noro_knowledge *k = NULL;

		if (noro_knowledge_parse(bad[i].folder, noro_view_str(bad[i].text), a, &k, &err) >=
			0)
			fail_msg("case %zu is taken", i);
		if (!err.msg || !strstr(err.msg, bad[i].says) || err.at != bad[i].line)
			fail_msg("case %zu: line %llu: %s", i, (unsigned long long)err.at,
				err.msg ? err.msg : "?");
		assert_null(k);
		noro_arena_free(a);
	}
}

static const char small[] = "id: X-1\nalso: Y-1\ntitle: { en: a title, ja: 題名 }\nfrom: 2024-02\n"
			    "until: 2024-02\nindicators:\n  - { kind: file, value: f, md5: "
			    "d41d8cd98f00b204e9800998ecf8427e }\n  - { kind: ipv4, value: "
			    "192.0.2.1, from: 2023, until: 2023 }\n";

static void every_prefix_is_read_or_refused(void **state)
{
	(void)state;
	for (size_t n = 0; n < sizeof(small); n++) {
		uint8_t *exact = test_exact_copy(small, n);
		struct noro_arena *a = noro_arena_new(0);
		const struct noro_knowledge *k = NULL;
		enum noro_status s =
			noro_knowledge_parse("advisories", noro_view(exact, n), a, &k, NULL);

		assert_true((s == NORO_OK) == (k != NULL));
		noro_arena_free(a);
		free(exact);
	}
}

static bool parse_small(void *arg)
{
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_knowledge *k = NULL;
	enum noro_status s = NORO_ENOMEM;

	(void)arg;
	if (a)
		s = noro_knowledge_parse("advisories", noro_view_str(small), a, &k, NULL);
	if (s != NORO_OK)
		assert_int_equal(s, NORO_ENOMEM);
	noro_arena_free(a);
	return s == NORO_OK;
}

static void survives_every_failing_allocation(void **state)
{
	(void)state;
	test_allocation_sweep(parse_small, NULL, 10000);
}

static void a_month_ends_with_its_last_nanosecond(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_knowledge *k;
	struct noro_know_walk walk = { 0 };
	struct noro_know_item item;
	char text[NORO_TIME_TEXT];

	(void)state;
	assert_int_equal(
		noro_knowledge_parse("advisories", noro_view_str(small), a, &k, NULL), NORO_OK);
	assert_true(noro_knowledge_next(k, &walk, &item));
	noro_time_print(item.until_ns, text);
	assert_string_equal(text, "2024-02-29T23:59:59.999999999Z");
	assert_true(noro_knowledge_next(k, &walk, &item)); /* the digest of the file */
	assert_string_equal(item.kind, "md5");
	assert_true(noro_knowledge_next(k, &walk, &item));
	noro_time_print(item.until_ns, text); /* its own window beats the advisory's */
	assert_string_equal(text, "2023-12-31T23:59:59.999999999Z");
	assert_false(noro_knowledge_next(k, &walk, &item));
	noro_arena_free(a);
}

/* ---- folders ---- */

static void put(const char *dir, const char *sub, const char *name, const char *text)
{
	char path[512];

	(void)snprintf(path, sizeof(path), "%s/%s", dir, sub);
	assert_int_equal(noro_mkdirs(path, NULL), NORO_OK);
	(void)snprintf(path, sizeof(path), "%s/%s/%s", dir, sub, name);
	assert_int_equal(noro_file_write(path, 0600, noro_view_str(text), NULL), NORO_OK);
}

static void a_later_folder_replaces_a_record(void **state)
{
	char root[] = "/tmp/noroshi-knowledge-XXXXXX", one[64], two[64], command[128];
	const char *dirs[2] = { one, two };
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_knowledge *k;
	struct noro_error err = { 0 };

	(void)state;
	assert_non_null(mkdtemp(root));
	(void)snprintf(one, sizeof(one), "%s/one", root);
	(void)snprintf(two, sizeof(two), "%s/two", root);
	put(one, "advisories", "x.yaml", "id: X-1\ntitle: old\n");
	put(one, "advisories", "y.yaml", "id: Y-1\ntitle: kept\n");
	put(one, "other", "x.yaml", "not: ours\n");
	put(two, "advisories", "x.yaml", "id: X-1\ntitle: new\n");
	assert_int_equal(noro_knowledge_load(dirs, 2, a, &k, &err), NORO_OK);
	assert_int_equal(k->advisories, 2);
	assert_string_equal(noro_knowledge_advisory(k, "X-1")->title.en, "new");
	assert_string_equal(noro_knowledge_advisory(k, "Y-1")->title.en, "kept");
	put(two, "advisories", "z.yaml", "id: Z-1\ntitle: fine\nwrong: 1\n");
	assert_int_equal(noro_knowledge_load(dirs, 2, a, &k, &err), NORO_EFORMAT);
	assert_non_null(strstr(err.where, "two/advisories/z.yaml"));
	assert_int_equal(err.at, 3);
	dirs[1] = "/no/such/folder";
	assert_int_equal(noro_knowledge_load(dirs, 2, a, &k, &err), NORO_ENOENT);
	noro_arena_free(a);
	(void)snprintf(command, sizeof(command), "rm -r %s", root);
	assert_int_equal(system(command), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(salt_typhoon_advisory_is_whole),
		cmocka_unit_test(the_window_covers_its_last_day),
		cmocka_unit_test(an_advisory_is_found_by_its_other_id),
		cmocka_unit_test(a_revoked_technique_leads_to_its_successor),
		cmocka_unit_test(a_file_gives_its_name_and_each_digest),
		cmocka_unit_test(an_actor_is_found_by_any_name_in_any_spelling),
		cmocka_unit_test(a_disputed_name_gives_every_record_and_who_says_so),
		cmocka_unit_test(a_profile_shows_claims_events_and_sources),
		cmocka_unit_test(a_document_says_what_to_look_for_and_what_to_do),
		cmocka_unit_test(a_state_spans_its_organs_and_groups),
		cmocka_unit_test(profiles_are_valid_json_too),
		cmocka_unit_test(profiles_survive_every_failing_allocation),
		cmocka_unit_test(forms_have_fields_recipients_and_dates),
		cmocka_unit_test(the_shipped_knowledge_has_no_problem),
		cmocka_unit_test(lint_finds_what_leads_nowhere),
		cmocka_unit_test(indicators_are_those_of_the_official_bundle),
		cmocka_unit_test(what_is_wrong_is_said_with_its_line),
		cmocka_unit_test(every_prefix_is_read_or_refused),
		cmocka_unit_test(survives_every_failing_allocation),
		cmocka_unit_test(a_month_ends_with_its_last_nanosecond),
		cmocka_unit_test(a_later_folder_replaces_a_record),
	};

	return cmocka_run_group_tests_name("knowledge", tests, load_shipped, free_shipped);
}
