/*
 * src/patch/machine.c - what runs on which device, out of configurations and outputs.
 *
 * Each text gives sightings: this device, this version, at this time, running since then
 * at least. The newest says what runs; the oldest of the same version how long.
 * A configuration of IOS names its train only, so it says that there is a device of
 * unknown version, never that it is a safe one.
 */
#include "patch/patch_priv.h"

#include "base/mem.h"
#include "device/state.h"

enum { KEPT_NAME = 128 };

struct reading {
	struct noro_patch *p;
	const struct noro_inventory_text *t;
	struct noro_arena *a;
	struct noro_output *output;
	struct noro_fact_file *file; /* one for each output */
	size_t outputs;
	struct noro_facts facts;
	uint32_t found;
};

static enum noro_status sight(struct reading *r, const struct sighting *s)
{
	struct noro_patch *p = r->p;
	struct sighting *grown = noro_grow(p->seen, p->seens, &p->seen_cap, sizeof(*p->seen));

	if (!grown || !s->name || !s->path)
		return NORO_ENOMEM;
	p->seen = grown;
	p->seen[p->seens++] = *s;
	r->found++;
	return NORO_OK;
}

/* Only the train, or the version of the schema: not what runs. */
static bool config_names_version(enum noro_dialect d)
{
	return d != NORO_DIALECT_IOS && d != NORO_DIALECT_IOS_XE && d != NORO_DIALECT_PANOS;
}

/* ASA and NX-OS number their releases in parentheses; without them it is a train. */
static bool is_whole(enum noro_dialect d, const char *version)
{
	return (d != NORO_DIALECT_ASA && d != NORO_DIALECT_NXOS) || strchr(version, '(') != NULL;
}

static const char *normal(struct noro_patch *p, enum noro_dialect d, struct noro_view written)
{
	char out[NORO_VERSION_TEXT];

	return noro_version_normal(d, written, out) && is_whole(d, out) ? noro_arena_str(p->a, out)
									: NULL;
}

static enum noro_status sight_config(struct reading *r, const struct noro_dialect_guess *guess)
{
	struct noro_tree *tree;
	struct noro_patch *p = r->p;
	enum noro_status st = noro_tree_parse(r->t->text, guess, r->a, &tree);
	struct sighting s = { .dialect = guess->dialect,
		.from = "configuration",
		.line = 1,
		.time_ns = r->t->mtime_ns,
		.since_ns = r->t->mtime_ns,
		.config = true };

	if (st != NORO_OK)
		return st;
	s.path = noro_arena_str(p->a, r->t->path);
	s.name = noro_patch_text(
		p, tree->name.n ? tree->name : noro_audit_name_of_path(r->t->path, false));
	s.written = noro_patch_text(p, tree->version);
	if (config_names_version(guess->dialect))
		s.version = normal(p, guess->dialect, tree->version);
	return sight(r, &s);
}

/* --- outputs --- */

/* The cell of the first row of a table that came from this output. */
static struct noro_view cell(const struct reading *r, const struct noro_fact_file *of,
	const char *table, const char *column, uint32_t *ret_line)
{
	const struct noro_facts_def *d = r->p->o.facts;
	int t = noro_facts_table_by_name(d, noro_view_str(table));
	int c = t < 0 ? -1
		      : noro_table_column(noro_facts_table(d, (size_t)t), noro_view_str(column));

	if (c < NORO_COMMONS || !r->facts.at)
		return (struct noro_view){ 0 };
	for (uint32_t i = r->facts.at[t]; i < r->facts.at[t + 1]; i++) {
		const struct noro_fact *f = &r->facts.row[i];

		if (f->file != of || f->col[c - NORO_COMMONS].n == 0)
			continue;
		if (ret_line)
			*ret_line = f->line;
		return f->col[c - NORO_COMMONS];
	}
	return (struct noro_view){ 0 };
}

/* Where the number that counts stands, in dialects that print several. */
static struct noro_view banner(enum noro_dialect d, struct noro_view body)
{
	static const struct {
		enum noro_dialect dialect;
		const char *lead;
	} leads[] = {
		{ NORO_DIALECT_IOS_XE, "Cisco IOS XE Software, Version" },
		{ NORO_DIALECT_IOS_XE, "IOS XE Version:" },
		{ NORO_DIALECT_IOS_XR, "Cisco IOS XR Software" },
		{ NORO_DIALECT_NXOS, "NXOS: version" },
		{ NORO_DIALECT_NXOS, "system:" },
		{ NORO_DIALECT_ASA, "Software Version" },
		{ NORO_DIALECT_JUNOS, "Junos:" },
		{ NORO_DIALECT_JUNOS, "JUNOS Base OS boot [" },
		{ NORO_DIALECT_JUNOS, "JUNOS Software Release [" },
		{ NORO_DIALECT_EOS, "Software image version:" },
		{ NORO_DIALECT_VRP, "VRP (R) software, Version" },
		{ NORO_DIALECT_FORTIOS, "Version:" },
		{ NORO_DIALECT_PANOS, "sw-version:" },
		{ NORO_DIALECT_ROUTEROS, "version:" },
		{ NORO_DIALECT_VYOS, "Version:" },
		{ NORO_DIALECT_SROS, "TiMOS-" },
	};
	struct noro_view line;

	for (size_t i = 0; i < sizeof(leads) / sizeof(*leads); i++) {
		size_t at;

		if (leads[i].dialect != d)
			continue;
		at = noro_view_find_i(body, noro_view_str(leads[i].lead));
		if (at == SIZE_MAX)
			continue;
		body = noro_view_sub(body, at + strlen(leads[i].lead), 200);
		return noro_view_line(&body, &line) ? line : body;
	}
	return (struct noro_view){ 0 };
}

static bool shows_version(struct noro_view command)
{
	static const char *const commands[] = { "show version", "display version",
		"get system status", "show system info", "/system resource print",
		"system resource print", "/system/resource/print", "show system information",
		"show environment" };

	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		if (noro_view_starts_i(command, commands[i]))
			return true;
	return false;
}

static bool contains(struct noro_view text, const char *word)
{
	return noro_view_find_i(text, noro_view_str(word)) != SIZE_MAX;
}

/* A short collection tells its system by nothing but the banner of its version. */
static enum noro_dialect by_banner(struct noro_view body)
{
	static const struct {
		const char *words;
		enum noro_dialect dialect;
	} rows[] = {
		{ "Cisco IOS XR Software", NORO_DIALECT_IOS_XR },
		{ "Cisco Nexus Operating System", NORO_DIALECT_NXOS },
		{ "Cisco Adaptive Security Appliance", NORO_DIALECT_ASA },
		{ "Cisco IOS Software", NORO_DIALECT_IOS },
		{ "Cisco Internetwork Operating System Software", NORO_DIALECT_IOS },
		{ "IOS (tm)", NORO_DIALECT_IOS },
		{ "Cisco IOS XE Software", NORO_DIALECT_IOS_XE },
		{ "JUNOS ", NORO_DIALECT_JUNOS },
		{ "Junos: ", NORO_DIALECT_JUNOS },
		{ "Software image version:", NORO_DIALECT_EOS },
		{ "Huawei Versatile Routing Platform", NORO_DIALECT_VRP },
		{ "Version: Forti", NORO_DIALECT_FORTIOS },
		{ "sw-version:", NORO_DIALECT_PANOS },
		{ "platform: MikroTik", NORO_DIALECT_ROUTEROS },
		{ "VyOS ", NORO_DIALECT_VYOS },
		{ "TiMOS-", NORO_DIALECT_SROS },
	};

	body = noro_view_sub(body, 0, 4096);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (contains(body, rows[i].words))
			return rows[i].dialect;
	return NORO_DIALECT_NONE;
}

/* IOS says only in its own banner that it is IOS XE. */
static enum noro_dialect system_of(const struct noro_output *o, enum noro_dialect otherwise)
{
	enum noro_dialect d = o->dialect ? o->dialect : otherwise;

	if (d == NORO_DIALECT_NONE)
		d = by_banner(o->body);
	if (d == NORO_DIALECT_IOS && (contains(o->body, "IOS XE") || contains(o->body, "IOS-XE") ||
					     contains(o->body, "XE Software")))
		return NORO_DIALECT_IOS_XE;
	return d;
}

/* Running at least as long as the device says it is up. */
static int64_t since(const struct reading *r, const struct noro_fact_file *f, int64_t time_ns)
{
	uint64_t up;

	if (time_ns == NORO_TIME_NONE ||
		!noro_view_u64(cell(r, f, "device", "uptime.seconds", NULL), &up) ||
		up > (uint64_t)100 * 365 * 86400)
		return time_ns;
	return time_ns - (int64_t)up * NORO_NS_PER_S;
}

static enum noro_status sight_output(struct reading *r, size_t i)
{
	const struct noro_output *o = &r->output[i];
	const struct noro_fact_file *f = &r->file[i];
	struct noro_patch *p = r->p;
	uint32_t line = f->line;
	enum noro_dialect d = o->dialect;
	struct noro_view written = cell(r, f, "image", "version", &line), name = o->device;
	struct sighting s = { .dialect = d, .time_ns = f->time_ns };

	if (d == NORO_DIALECT_NONE || (!written.n && !shows_version(noro_view_str(f->command))))
		return NORO_OK;
	if (!written.n)
		written = noro_view_trim(banner(d, o->body));
	if (!written.n)
		return NORO_OK;
	s.version = normal(p, d, written);
	s.written = noro_patch_text(p, noro_view_sub(written, 0, NORO_VERSION_TEXT));
	s.model = noro_patch_text(p, cell(r, f, "device", "model", NULL));
	s.since_ns = since(r, f, f->time_ns);
	if (!name.n)
		name = cell(r, f, "device", "name", NULL);
	if (!name.n)
		name = noro_audit_name_of_path(r->t->path, true);
	s.name = noro_patch_text(p, noro_view_sub(name, 0, KEPT_NAME));
	s.path = noro_arena_str(p->a, r->t->path);
	s.from = noro_arena_str(p->a, f->command);
	s.line = line;
	return sight(r, &s);
}

static enum noro_status read_output(
	struct reading *r, struct noro_facts_maker *m, size_t i, struct noro_error *err)
{
	const struct noro_output *o = &r->output[i];
	struct noro_view full = noro_command_expand(o->dialect, o->command, r->a);
	struct noro_state_read how;

	r->file[i] = (struct noro_fact_file){ .path = r->t->path,
		.container = r->t->path,
		.offset = o->offset,
		.line = o->line,
		.time_ns = o->time_ns != NORO_TIME_NONE ? o->time_ns : r->t->mtime_ns,
		.command = noro_arena_strn(r->a, full.p ? full.p : "", full.n) };
	if (!r->file[i].command)
		return NORO_ENOMEM;
	if (o->refused || !o->body.n)
		return NORO_OK;
	return noro_state_read(r->p->o.facts, o, &r->file[i], m, &how, err);
}

/* A configuration inside a transcript: the device is there, and can be judged. */
static enum noro_status inner_config(struct reading *r, size_t i)
{
	const struct noro_output *o = &r->output[i];
	enum noro_fact_source source;
	struct sighting s = { .dialect = o->dialect,
		.from = "configuration",
		.line = o->line,
		.time_ns = r->file[i].time_ns,
		.since_ns = r->file[i].time_ns,
		.config = true };

	if (o->refused ||
		!noro_command_is_config(o->dialect, noro_view_str(r->file[i].command), &source))
		return NORO_OK;
	s.name = noro_patch_text(
		r->p, o->device.n ? o->device : noro_audit_name_of_path(r->t->path, true));
	s.path = noro_arena_str(r->p->a, r->t->path);
	return sight(r, &s);
}

static enum noro_status sight_outputs(
	struct reading *r, enum noro_dialect otherwise, struct noro_error *err)
{
	static const uint8_t key[32] = { 0 }; /* digests of secrets are not looked at here */
	struct noro_facts_maker *m = NULL;
	const struct noro_output *cut;
	enum noro_status st = noro_transcript_cut(r->t->text, r->t->path, r->a, &cut, &r->outputs);

	if (st == NORO_OK && !(r->output = noro_arena_array(r->a, r->outputs + 1, sizeof(*cut))))
		st = NORO_ENOMEM;
	for (size_t i = 0; st == NORO_OK && i < r->outputs; i++) {
		r->output[i] = cut[i];
		r->output[i].dialect = system_of(&cut[i], otherwise);
	}
	if (st == NORO_OK && !(r->file = noro_arena_array(r->a, r->outputs + 1, sizeof(*r->file))))
		st = NORO_ENOMEM;
	if (st == NORO_OK)
		st = noro_facts_maker_new(r->p->o.facts, r->a, key, &m);
	for (size_t i = 0; st == NORO_OK && i < r->outputs; i++)
		st = read_output(r, m, i, err);
	if (st == NORO_OK)
		st = noro_facts_take(m, &r->facts);
	for (size_t i = 0; st == NORO_OK && i < r->outputs; i++) {
		st = sight_output(r, i);
		if (st == NORO_OK)
			st = inner_config(r, i);
	}
	return st;
}

enum noro_status noro_patch_machine(
	struct noro_patch *p, const struct noro_inventory_text *t, struct noro_error *err)
{
	struct noro_dialect_guess guess;
	struct reading r = { .p = p, .t = t };
	enum noro_status st;

	if (!p->o.facts)
		return NORO_ENOENT;
	noro_dialect_guess(noro_view_sub(t->text, 0, 64 << 10), t->path, &guess);
	r.a = noro_arena_new((size_t)1 << 30);
	if (!r.a)
		return NORO_ENOMEM;
	st = guess.config && !guess.transcript ? sight_config(&r, &guess)
					       : sight_outputs(&r, guess.dialect, err);
	noro_arena_free(r.a);
	if (st == NORO_OK && r.found && p->audit) {
		struct noro_audit_text text = { .path = t->path,
			.container = t->path,
			.text = t->text,
			.mtime_ns = t->mtime_ns };
		struct noro_audit_taken taken;

		st = noro_audit_add(p->audit, &text, &taken, err);
	}
	return st == NORO_OK && r.found == 0 ? NORO_ENOENT : st;
}

/* --- sightings become assets --- */

int noro_patch_name_cmp(const char *a, const char *b)
{
	for (; *a && noro_lower(*a) == noro_lower(*b); a++, b++)
		;
	return (unsigned char)noro_lower(*a) - (unsigned char)noro_lower(*b);
}

/* By device, then newest first; what tells a version before what does not. */
static int sight_cmp(const void *pa, const void *pb)
{
	const struct sighting *a = pa, *b = pb;
	int c = noro_patch_name_cmp(a->name, b->name);

	if (c)
		return c;
	if (!a->version != !b->version)
		return a->version ? -1 : 1;
	if (a->time_ns != b->time_ns)
		return a->time_ns > b->time_ns ? -1 : 1;
	c = strcmp(a->path, b->path);
	return c ? c : a->line < b->line ? -1 : a->line > b->line;
}

static struct noro_asset asset_of(const struct sighting *s, size_t n)
{
	struct noro_asset a = { .name = s->name,
		.from = s->from,
		.key = noro_product_of(s->dialect),
		.product = noro_dialect_title(s->dialect),
		.dialect = s->dialect,
		.written = s->written,
		.version = s->version,
		.path = s->path,
		.line = s->line,
		.seen_ns = s->time_ns,
		.since_ns = s->since_ns };
	bool same = true;

	for (size_t i = 0; i < n; i++) {
		same = same && s[i].version && a.version && strcmp(s[i].version, a.version) == 0;
		if (same && s[i].since_ns != NORO_TIME_NONE && s[i].since_ns < a.since_ns)
			a.since_ns = s[i].since_ns;
		a.config = a.config || s[i].config;
		if (!a.model)
			a.model = s[i].model;
		if (!a.written)
			a.written = s[i].written;
	}
	return a;
}

enum noro_status noro_patch_machines(struct noro_patch *p)
{
	enum noro_status st = NORO_OK;

	/* two boxes of one name are two: the newer must not hide what the older runs */
	for (size_t i = 0; st == NORO_OK && p->audit && i < p->seens; i++)
		st = noro_audit_shown(p->audit, p->seen[i].path, p->seen[i].name, &p->seen[i].name);
	if (p->seens > 1)
		qsort(p->seen, p->seens, sizeof(*p->seen), sight_cmp);
	for (size_t i = 0, to; st == NORO_OK && i < p->seens; i = to) {
		struct noro_asset a;

		for (to = i + 1; to < p->seens &&
				 noro_patch_name_cmp(p->seen[to].name, p->seen[i].name) == 0;
			to++)
			;
		a = asset_of(&p->seen[i], to - i);
		if (a.key)
			st = noro_patch_asset(p, &a);
	}
	p->seens = 0;
	return st;
}
