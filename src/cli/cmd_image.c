/* src/cli/cmd_image.c - noroshi image verify: is this software what its maker made? */
#include "cli/cmds.h"
#include "image/image.h"
#include "report/report.h"
#include "source/source.h"

#include "base/file.h"
#include "base/text.h"

static const struct noro_opt opts[] = {
	{ "known", 0, "LIST",
		N_("good hashes: the maker's CSV (also inside its tar), known good values as JSON, "
		   "lines of sha512sum or md5deep; repeatable") },
	{ "fleet", 0, "LIST",
		N_("hashes of the same files on your other devices, in the same forms: they vote, "
		   "and clear nothing; repeatable") },
	{ "ca", 0, "FILE", N_("certificates to trust, PEM; repeatable") },
	{ "nonce", 0, "N", N_("the number that you asked the device to sign") },
	{ "signature", 0, "FILE",
		N_("detached signature of the list that stands before it; repeatable") },
	{ "output", 'o', "DIR", N_("write findings.jsonl, report.html and the others of hunt") },
	{ 0 },
};

static const char *const text[] = {
	N_("verify hashes files (SHA-512, SHA-256, MD5) and looks them up in lists of good values. "
	   "Records of "
	   "'show platform integrity sign nonce N' are made again: registers from the hashes that "
	   "are "
	   "printed, the signature with the certificate of the device, which may stand in a "
	   "file of its own among FILES, and that certificate against --ca. Of 'show system "
	   "integrity all compliance nonce N' (text, RESTCONF, NETCONF) the claims are judged; "
	   "its signature is not."),
	N_("Each answer is graded by who vouches: 0 the device says so, 1 the device says so "
	   "consistently, 2 bytes that we hashed, 3 bytes taken while it was off, 4 its chip "
	   "signed our own nonce. "
	   "A low grade can raise an alarm and never clears. Files of one name are compared "
	   "with each other and with --fleet: of three or more, the odd one is told."),
	NULL,
};

static const char *const examples[] = {
	"noroshi image verify --known hashes.csv flash/",
	N_("are these files the maker's?"),
	"noroshi image verify --known kgv.json --ca roots.pem --nonce 7214 integrity.txt sudi.txt",
	N_("did the chip of this device sign its boot, for us, just now?"),
	NULL,
};

struct verifying {
	struct noro_cli *cli;
	const struct noro_args *args;
	struct noro_known *known, *fleet;
	struct noro_certs *certs;
	struct noro_image_file *file;
	size_t files;
	struct {
		const char *path;
		struct noro_claims said;
	} * claims;
	size_t claimed;
	struct {
		const char *path;
		struct noro_biv biv;
		struct noro_biv_verdict verdict;
	} * record;
	size_t records;
	struct noro_finding *finding;
	size_t findings, lists;
	bool has_nonce, unread;
	uint64_t nonce;
};

enum { MAX_LIST = 1 << 30, PEEK = 4 << 20 };

static enum noro_status read_text(struct verifying *v, const char *path, size_t most,
	struct noro_view *ret, struct noro_error *err)
{
	struct noro_buf b = { 0 };
	enum noro_status st = noro_file_read(path, most, &b, err);

	if (st == NORO_OK) {
		*ret = noro_arena_view(v->cli->arena, noro_buf_as_view(&b));
		st = ret->p ? NORO_OK : noro_fail(err, NORO_ENOMEM, NULL);
	}
	noro_buf_done(&b);
	return st;
}

static void told(struct verifying *v, const char *path, struct noro_error *err)
{
	if (!err->where[0])
		(void)noro_error_at(err, path, err->unit, err->at);
	(void)noro_complain(v->cli, err);
	v->unread = true;
}

/* --- lists and certificates --- */

/* The signature that stands behind the i-th list on the command line, before the next one. */
static const char *signature_of(const struct noro_args *args, size_t i)
{
	size_t lists = 0;

	for (size_t k = 0; k < args->n; k++) {
		const char *name = args->given[k].opt->name;

		lists += strcmp(name, "known") == 0;
		if (lists == i + 1 && strcmp(name, "signature") == 0)
			return args->given[k].value;
	}
	return NULL;
}

static void say_unsigned(struct verifying *v, const char *path, const char *why)
{
	(void)fprintf(v->cli->err, "%s: ", path);
	noro_say(v->cli, v->cli->err, why);
}

/* Do these bytes bear the signature of somebody that --ca vouches for? An error: it does not fit.
 */
static enum noro_status judge_signature(struct verifying *v, const char *path,
	struct noro_view list, struct noro_view bytes, bool *ret_signed, struct noro_error *err)
{
	struct noro_signed s = { 0 };
	enum noro_status st = noro_certs_verify(v->certs, list, bytes, true, v->cli->now_ns, &s);

	*ret_signed = false;
	if (st == NORO_OK && s.signature != NORO_BIV_GOOD)
		st = noro_certs_verify(v->certs, list, bytes, false, v->cli->now_ns, &s);
	if (st == NORO_OK && (s.signature == NORO_BIV_UNKNOWN || s.chain == NORO_BIV_UNKNOWN) &&
		s.signature != NORO_BIV_BAD) {
		say_unsigned(v, path,
			N_("signature not checked: no certificate given (--ca); its values count "
			   "as not signed"));
		return NORO_OK;
	}
	*ret_signed = st == NORO_OK && s.signature == NORO_BIV_GOOD && s.chain == NORO_BIV_GOOD;
	if (st == NORO_OK && !*ret_signed) {
		(void)noro_fail(err, NORO_ECORRUPT,
			N_("its signature does not fit: this list is not used"));
		st = noro_error_at(err, path, NORO_AT_NONE, 0);
	}
	return st;
}

static enum noro_status check_list(struct verifying *v, const char *path, struct noro_view list,
	size_t i, bool *ret_signed, struct noro_error *err)
{
	const char *sig = signature_of(v->args, i);
	struct noro_view bytes;
	enum noro_status st;

	*ret_signed = false;
	if (!sig)
		return NORO_OK;
	st = read_text(v, sig, 1 << 20, &bytes, err);
	return st == NORO_OK ? judge_signature(v, path, list, bytes, ret_signed, err) : st;
}

/*
 * A list inside an archive: Cisco's bulk hash file is a CSV in a tar in a tar, and beside the inner
 * one stand its signature and a certificate. Everything is taken out first, since
 * what signs may follow what is signed.
 */
enum { MAX_MEMBERS = 256 };
struct member {
	const char *path;
	struct noro_view bytes;
	bool makers; /* a signature that fits covers it */
};

struct unpacking {
	struct verifying *v;
	struct noro_view archive;
	const char *name;
	struct member member[MAX_MEMBERS];
	size_t members;
	bool memory;
};

/* Without what makes it the name of a signature; 0: it is none. */
static size_t signs(const char *path)
{
	static const char *const ends[] = { ".signature", ".sig", ".sgn", ".sign" };

	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
		if (noro_view_ends(noro_view_str(path), ends[i]))
			return strlen(path) - strlen(ends[i]);
	return 0;
}

static enum noro_status take_member(
	void *ctx, struct noro_stream *s, const struct noro_stream_info *info)
{
	struct unpacking *u = ctx;
	struct noro_arena *a = u->v->cli->arena;
	struct member *m = &u->member[u->members];
	struct noro_buf b = { 0 };
	struct noro_error err = { 0 };
	enum noro_status st = NORO_OK;
	size_t got = 0, n;

	if (u->members == MAX_MEMBERS)
		return NORO_OK; /* no maker packs so many */
	while (st == NORO_OK && b.n < MAX_LIST) {
		char *room = noro_buf_room(&b, PEEK);

		if (!room) {
			st = NORO_ENOMEM;
			break;
		}
		st = noro_stream_read(s, room, PEEK, &got, &err);
		b.n += got;
	}
	*m = (struct member){ noro_arena_str(a, info->path),
		noro_arena_view(a, noro_buf_as_view(&b)), false };
	u->memory = st == NORO_ENOMEM || !m->path || !m->bytes.p;
	noro_buf_done(&b);
	if (u->memory)
		return NORO_ENOMEM;
	u->members++;
	if (m->bytes.n < PEEK) /* they may sign, and vouch for nobody */
		return noro_certs_add(u->v->certs, m->bytes, false, &n);
	return NORO_OK;
}

/* A member of a plain tar as it lies there, by the last part of its name (POSIX.1-2017, ustar). */
static bool inside_tar(struct noro_view tar, struct noro_view name, struct noro_view *ret)
{
	enum { BLOCK = 512, SIZE_AT = 124, SIZE_N = 12, NAME_N = 100 };

	for (size_t at = 0; at + BLOCK <= tar.n && tar.p[at];) {
		struct noro_view own = noro_view(tar.p + at, strnlen(tar.p + at, NAME_N));
		size_t size = 0, slash = noro_view_rchr(own, '/');

		for (size_t i = 0; i < SIZE_N; i++) {
			char c = tar.p[at + SIZE_AT + i];

			if (c >= '0' && c <= '7')
				size = size * 8 + (size_t)(c - '0');
		}
		at += BLOCK;
		if (slash != SIZE_MAX)
			own = noro_view_sub(own, slash + 1, own.n);
		if (size > tar.n - at)
			return false;
		if (noro_view_eq(own, name)) {
			*ret = noro_view(tar.p + at, size);
			return true;
		}
		at += (size + BLOCK - 1) / BLOCK * BLOCK;
	}
	return false;
}

static bool covers(const struct member *m, struct noro_view what)
{
	struct noro_view own = noro_view_str(m->path);

	return own.n >= what.n && noro_view_eq(noro_view_sub(own, 0, what.n), what) &&
	       (own.n == what.n || noro_view_starts(noro_view_sub(own, what.n, own.n), "!/"));
}

/* One signature: what it signs stands beside it, a list or an archive that holds one. */
static enum noro_status check_member(
	struct unpacking *u, const struct member *sig, struct noro_error *err)
{
	struct noro_view what = noro_view(sig->path, signs(sig->path)), bytes = { 0 }, last;
	size_t slash = noro_view_rchr(what, '/');
	enum noro_status st;
	bool makers;

	last = slash == SIZE_MAX ? what : noro_view_sub(what, slash + 1, what.n);
	for (size_t i = 0; i < u->members && !bytes.p; i++)
		if (noro_view_eq(noro_view_str(u->member[i].path), what))
			bytes = u->member[i].bytes;
	if (!bytes.p && !inside_tar(u->archive, last, &bytes)) {
		say_unsigned(u->v, u->name,
			N_("signature not checked: what it signs cannot be taken out as it is; its "
			   "values count as not signed"));
		return NORO_OK;
	}
	st = judge_signature(u->v, u->name, bytes, sig->bytes, &makers, err);
	for (size_t i = 0; st == NORO_OK && i < u->members; i++)
		u->member[i].makers =
			u->member[i].makers || (makers && covers(&u->member[i], what));
	return st;
}

static void refuse_member(
	void *ctx, const char *path, const char *container, const struct noro_error *err)
{
	struct unpacking *u = ctx;
	struct noro_error own = *err;

	(void)container;
	told(u->v, path, &own);
}

static bool is_packed(struct noro_view b)
{
	return noro_view_starts(b, "\x1f\x8b") || noro_view_starts(b, "PK\3\4") ||
	       noro_view_starts(b, "BZh") ||
	       noro_view_starts(b, "\xfd"
				   "7zXZ") ||
	       noro_view_is(noro_view_sub(b, 257, 5), "ustar");
}

static enum noro_status read_members(
	struct unpacking *u, struct noro_known *to, bool makers, struct noro_error *err)
{
	enum noro_status st = NORO_OK;
	size_t values = 0, n;

	if (to == u->v->known) /* a fleet's hashes are nobody's word */
		for (size_t i = 0; st == NORO_OK && i < u->members; i++)
			if (signs(u->member[i].path) && !makers)
				st = check_member(u, &u->member[i], err);
	for (size_t i = 0; st == NORO_OK && i < u->members; i++) {
		const struct member *m = &u->member[i];
		struct noro_error own = { 0 };

		n = 0; /* what is no list in it is a script, a certificate or a note */
		if (noro_known_read(to, m->path, m->bytes, makers || m->makers, &n, &own) ==
			NORO_ENOMEM)
			return noro_fail(err, NORO_ENOMEM, NULL);
		values += n;
	}
	if (st == NORO_OK && !values)
		st = noro_fail(err, NORO_EFORMAT, N_("no list of hashes is packed in it"));
	return st;
}

static enum noro_status read_packed(struct verifying *v, struct noro_known *to, const char *path,
	struct noro_view bytes, bool makers, struct noro_error *err)
{
	struct unpacking *u = noro_arena_alloc(v->cli->arena, sizeof(*u));
	struct noro_source_opts o = { 0 };
	struct noro_visitor visitor = { .visit = take_member, .refuse = refuse_member, .ctx = u };
	enum noro_status st;

	if (!u)
		return noro_fail(err, NORO_ENOMEM, NULL);
	u->v = v;
	u->archive = bytes;
	u->name = path;
	st = noro_source_visit_bytes(bytes, path, &o, &visitor, err);
	if (u->memory)
		return noro_fail(err, NORO_ENOMEM, NULL);
	return st == NORO_OK ? read_members(u, to, makers, err) : st;
}

static enum noro_status load_list(struct verifying *v, struct noro_known *to, const char *path,
	size_t i, struct noro_error *err)
{
	struct noro_view list;
	bool makers = false;
	size_t n;
	enum noro_status st = read_text(v, path, MAX_LIST, &list, err);

	if (st == NORO_OK && to == v->known)
		st = check_list(v, path, list, i, &makers, err);
	if (st == NORO_OK)
		st = is_packed(list) ? read_packed(v, to, path, list, makers, err)
				     : noro_known_read(to, path, list, makers, &n, err);
	return st == NORO_OK || err->where[0] ? st : noro_error_at(err, path, err->unit, err->at);
}

static enum noro_status load_lists(struct verifying *v, struct noro_error *err)
{
	const char *path;
	enum noro_status st = NORO_OK;
	size_t n;

	for (size_t i = 0; st == NORO_OK && (path = noro_args_nth(v->args, "ca", i)) != NULL; i++) {
		struct noro_view pem;

		st = read_text(v, path, 16 << 20, &pem, err);
		if (st == NORO_OK)
			st = noro_certs_add(v->certs, pem, true, &n);
		if (st == NORO_OK && !n) {
			(void)noro_fail(err, NORO_EFORMAT, N_("no certificate in it"));
			st = noro_error_at(err, path, NORO_AT_NONE, 0);
		}
	}
	for (size_t i = 0; st == NORO_OK && (path = noro_args_nth(v->args, "known", i)) != NULL;
		i++) {
		st = load_list(v, v->known, path, i, err);
		v->lists += st == NORO_OK;
	}
	for (size_t i = 0; st == NORO_OK && (path = noro_args_nth(v->args, "fleet", i)) != NULL;
		i++)
		st = load_list(v, v->fleet, path, i, err);
	noro_known_seal(v->fleet);
	noro_known_seal(v->known);
	return st;
}

/* --- files --- */

/* A record or a certificate is text; everything else is an image. True: it was one of these. */
static bool take_text(struct verifying *v, const struct noro_item *item)
{
	struct noro_view head;
	struct noro_error err = { 0 };
	size_t n;

	if (item->size > PEEK || read_text(v, item->path, PEEK, &head, &err) != NORO_OK)
		return false;
	if (noro_view_find(head, NORO_V("-----BEGIN CERTIFICATE-----")) != SIZE_MAX &&
		noro_certs_add(v->certs, head, false, &n) == NORO_OK && n && !noro_biv_is(head))
		return true;
	if (noro_claims_is(head)) {
		v->claims[v->claimed].path = item->path;
		noro_claims_parse(head, &v->claims[v->claimed++].said);
		return true;
	}
	if (!noro_biv_is(head))
		return false;
	v->record[v->records].path = item->path;
	if (noro_biv_parse(head, v->cli->arena, &v->record[v->records].biv, &err) == NORO_OK)
		v->records++;
	else
		told(v, item->path, &err);
	return true;
}

static enum noro_status read_files(struct verifying *v, struct noro_error *err)
{
	const struct noro_item *item;
	size_t n;
	enum noro_status st = noro_walk((const char *const *)v->args->word + 1, v->args->words - 1,
		v->cli->arena, &item, &n, err);

	if (st != NORO_OK)
		return st;
	v->file = noro_arena_array(v->cli->arena, n + 1, sizeof(*v->file));
	v->record = noro_arena_array(v->cli->arena, n + 1, sizeof(*v->record));
	v->claims = noro_arena_array(v->cli->arena, n + 1, sizeof(*v->claims));
	v->finding = noro_arena_array(v->cli->arena, n + 1, sizeof(*v->finding));
	if (!v->file || !v->record || !v->claims || !v->finding)
		return noro_fail(err, NORO_ENOMEM, NULL);
	for (size_t i = 0; i < n; i++) {
		struct noro_error own = item[i].err;

		if (item[i].status != NORO_OK) {
			told(v, item[i].path, &own);
			continue;
		}
		own = (struct noro_error){ 0 };
		if (take_text(v, &item[i]))
			continue;
		if (noro_image_hash(item[i].path, &v->file[v->files], &own) == NORO_OK)
			v->files++;
		else
			told(v, item[i].path, &own);
	}
	return NORO_OK;
}

/* --- answers --- */

/* What is wrong with one file or record. */
struct wrong {
	const char *rule;
	struct noro_text title;
	enum noro_severity severity;
	const char *path, *value;
	unsigned grade;
};

static void add_finding(struct verifying *v, const struct wrong *w)
{
	struct noro_place *p = noro_arena_alloc(v->cli->arena, sizeof(*p));
	struct noro_finding *f = &v->finding[v->findings];

	if (!p)
		return;
	*p = (struct noro_place){ .path = w->path, .time_ns = NORO_TIME_NONE, .record = w->value };
	*f = (struct noro_finding){ .kind = NORO_F_IMAGE,
		.rule = w->rule,
		.title = w->title,
		.severity = w->severity,
		.confidence = 70,
		.first_ns = NORO_TIME_NONE,
		.last_ns = NORO_TIME_NONE,
		.count = 1,
		.place = p,
		.places = 1,
		.container = w->path,
		.grade = w->grade,
		.type = "file",
		.value = w->value,
		.role = "",
		.next = {
			"Keep the device running, save evidence, and compare with an image fetched "
			"from the maker by another way.",
			"機器を止めずに証拠を保全し、別の経路でメーカーから入手したイメージと比較す"
			"る。" } };
	if (noro_finding_identify(f) == NORO_OK)
		v->findings++;
}

static const char *outcome_text(enum noro_image_outcome o)
{
	switch (o) {
	case NORO_IMAGE_MAKERS:
		return N_("known good: %1 in %2, whose signature fits");
	case NORO_IMAGE_LISTED:
		return N_("known good: %1 in %2, which is not signed");
	case NORO_IMAGE_MAJORITY:
		return N_("in no list; %3 of %4 files of that name are equal, this is one of them");
	case NORO_IMAGE_ODD:
		return N_("in no list, and not like the others: only %3 of %4 files of that name "
			  "are as this one");
	case NORO_IMAGE_OTHER:
		return N_("altered: %2 knows %1 with another hash");
	case NORO_IMAGE_UNKNOWN:
		return N_("in no list");
	case NORO_IMAGE_UNREAD:
		break;
	}
	return N_("not read");
}

/* Who vouches, and what that is worth. */
static void say_grade(struct verifying *v, unsigned grade)
{
	static const char *const words[] = { N_("grade 0 of 4: the device says so of itself"),
		N_("grade 1 of 4: the device says so consistently"),
		N_("grade 2 of 4: hashed here, from bytes that the device gave"),
		N_("grade 3 of 4: bytes taken while it was off"),
		N_("grade 4 of 4: its chip signed our own number") };

	(void)fprintf(v->cli->out, "  ");
	noro_say(v->cli, v->cli->out, words[grade < 5 ? grade : 0]);
}

static void show_file(struct verifying *v, const struct noro_image_file *f)
{
	static const struct noro_text altered = { "Hash of an image file is not the vendor's",
		"ベンダー値と一致しないイメージのハッシュ" };
	const char *name = f->value && f->value->name ? f->value->name : "?";
	struct wrong w = { "IMG-02", altered, NORO_SEV_CRITICAL, f->path, f->sha512, 2 };

	if (f->outcome == NORO_IMAGE_UNKNOWN)
		w.severity = NORO_SEV_MEDIUM;
	if (f->outcome == NORO_IMAGE_OTHER || f->outcome == NORO_IMAGE_ODD ||
		(f->outcome == NORO_IMAGE_UNKNOWN && v->lists))
		add_finding(v, &w);
	if (v->cli->json)
		return;
	(void)fprintf(v->cli->out, "%s\n  ", f->path);
	if (f->outcome == NORO_IMAGE_UNKNOWN && !v->lists)
		noro_say(v->cli, v->cli->out,
			N_("not decided: nothing to hold it against; give --known or --fleet"));
	else
		noro_say(v->cli, v->cli->out, outcome_text(f->outcome), name,
			f->value ? f->value->list : "", NORO_NUM(f->same),
			NORO_NUM(f->same + f->others));
	(void)fprintf(v->cli->out, "  sha512 %s\n  md5    %s\n", f->sha512, f->md5);
	say_grade(v, 2);
}

/* What was asked, the answer, and what it means or would take. */
static void say_answer(
	struct verifying *v, const char *what, enum noro_biv_answer a, const char *const meaning[3])
{
	static const char *const words[] = { N_("right"), N_("WRONG"), N_("not known") };
	enum noro_lang l = v->cli->lang;
	const char *word = noro_lang_text(l, words[a]);
	int pad = 10 - (int)noro_utf8_columns(noro_view_str(word));

	(void)fprintf(v->cli->out, "  %-10s %s%*s %s\n", what, word, pad > 0 ? pad : 0, "",
		noro_lang_text(l, meaning[a]));
}

static void say_answers(struct verifying *v, const struct noro_biv_verdict *w, bool has_signature)
{
	static const char *const pcr0[] = { N_("boot 0 and boot loader give this register"),
		N_("boot 0 and boot loader as printed do not give this register"), "" };
	static const char *const pcr8[] = { N_("the packages in this order give this register"),
		N_("the packages as printed do not give this register"), "" };
	static const char *const nonce[] = { N_("the number that was asked for"),
		N_("not the number that was asked for: perhaps an old record played again"),
		N_("which number was asked for? give --nonce") };
	static const char *const sign[] = { N_("made with the key of the certificate below"),
		N_("no certificate here fits it"),
		N_("give the file of 'show platform sudi certificate' too") };
	static const char *const none[] = { "", "",
		N_("not checked: the record holds no signature") };
	static const char *const chain[] = { N_("that certificate is vouched for by --ca"),
		N_("nobody in --ca vouches for that certificate"),
		N_("give the maker's root certificates with --ca") };
	static const char *const hashes[] = { N_("every stage is in the lists"),
		N_("a stage is in no list"), N_("give the known good values with --known") };

	say_answer(v, "PCR0", w->pcr0, pcr0);
	say_answer(v, "PCR8", w->pcr8, pcr8);
	say_answer(v, "nonce", w->nonce, nonce);
	say_answer(v, "signature", w->sign.signature, has_signature ? sign : none);
	say_answer(v, "chain", w->sign.chain, chain);
	say_answer(v, "hashes", w->hashes, hashes);
}

static void show_record(struct verifying *v, size_t i)
{
	static const struct noro_text fails = { "Attestation fails", "構成証明の失敗" };
	const struct noro_biv_verdict *w = &v->record[i].verdict;
	const char *value = v->record[i].biv.platform ? v->record[i].biv.platform : "?";
	struct wrong wrong = { "IMG-05", fails, NORO_SEV_CRITICAL, v->record[i].path, value,
		w->grade };

	if (w->bad)
		add_finding(v, &wrong);
	if (v->cli->json)
		return;
	(void)fprintf(v->cli->out, "%s\n  %s %s\n", v->record[i].path, value,
		v->record[i].biv.os_version ? v->record[i].biv.os_version : "");
	say_answers(v, w, v->record[i].biv.signature != NULL);
	if (w->sign.signature == NORO_BIV_GOOD)
		(void)fprintf(v->cli->out, "  %-10s %s\n", "signer", w->sign.signer);
	if (w->unlisted) {
		(void)fprintf(v->cli->out, "  ");
		noro_say(v->cli, v->cli->out, N_("in no list: %1"), w->unlisted);
	}
	if (w->sign.expired) {
		(void)fprintf(v->cli->out, "  ");
		noro_say(v->cli, v->cli->out, N_("the certificate of the device has ended since"));
	}
	say_grade(v, w->grade);
}

static void show_claims(struct verifying *v, size_t i)
{
	static const struct noro_text fails = { "The device boots without full protection",
		"起動の保護が完全ではない機器" };
	const struct noro_claims *c = &v->claims[i].said;
	struct wrong wrong = { "IMG-05", fails, NORO_SEV_HIGH, v->claims[i].path, "", 0 };
	static const char *const words[] = { N_("right"), N_("WRONG"), N_("not known") };
	bool old = v->has_nonce && (!c->has_nonce || c->nonce != v->nonce);

	for (size_t k = NORO_CLAIMS; k-- > 0;)
		if (c->claim[k].answer == NORO_BIV_BAD)
			wrong.value = c->claim[k].name;
	if (c->bad)
		add_finding(v, &wrong);
	if (old && !c->bad) {
		wrong.value = "nonce";
		add_finding(v, &wrong);
	}
	if (v->cli->json)
		return;
	(void)fprintf(v->cli->out, "%s\n", v->claims[i].path);
	for (size_t k = 0; k < NORO_CLAIMS; k++)
		(void)fprintf(v->cli->out, "  %-24s %-10s %s\n", c->claim[k].name,
			c->claim[k].value, noro_lang_text(v->cli->lang, words[c->claim[k].answer]));
	if (old) {
		(void)fprintf(v->cli->out, "  ");
		noro_say(v->cli, v->cli->out,
			N_("not the number that was asked for: perhaps an old record played "
			   "again"));
	}
	(void)fprintf(v->cli->out, "  ");
	noro_say(v->cli, v->cli->out,
		N_("its signature is not judged: what it covers is not published"));
	say_grade(v, 0);
}

static enum noro_status deliver(struct verifying *v, struct noro_error *err)
{
	const char *dir = noro_args_get(v->args, "output");
	struct noro_result r = { .finding = v->finding, .findings = v->findings };
	struct noro_report_opts ro = { .lang = v->cli->lang };
	enum noro_status st = dir ? noro_mkdirs(dir, err) : NORO_OK;

	r.run = (struct noro_run){ .version = NORO_VERSION,
		.argv = { (const char *const *)v->cli->argv, (size_t)v->cli->argc },
		.now_ns = v->cli->now_ns,
		.files = v->files + v->records + v->claimed,
		.unread = v->unread };
	for (const struct noro_report_format *f = noro_report_formats; st == NORO_OK && f->name;
		f++) {
		struct noro_buf out = { 0 };
		bool print = v->cli->json && strcmp(f->name, "jsonl") == 0;
		const char *path = dir && f->by_default && f->file
					   ? noro_arena_printf(v->cli->arena, "%s/%s", dir, f->file)
					   : NULL;

		if (print || path)
			st = f->write(&r, &ro, &out, err);
		if (st == NORO_OK && print)
			noro_emit(v->cli->out, &out);
		if (st == NORO_OK && path)
			st = noro_file_write(path, 0644, noro_buf_as_view(&out), err);
		noro_buf_done(&out);
	}
	return st;
}

static enum noro_status verify(struct verifying *v, struct noro_error *err)
{
	enum noro_status st = load_lists(v, err);
	struct noro_biv_question q = { v->known, v->lists != 0, v->certs, v->has_nonce, v->nonce,
		v->cli->now_ns };

	if (st == NORO_OK)
		st = read_files(v, err);
	if (st == NORO_OK &&
		noro_image_judge_fleet(v->known, v->fleet, v->file, v->files) != NORO_OK)
		st = noro_fail(err, NORO_ENOMEM, NULL);
	if (st != NORO_OK)
		return st;
	for (size_t i = 0; i < v->files; i++)
		show_file(v, &v->file[i]);
	for (size_t i = 0; st == NORO_OK && i < v->records; i++) {
		st = noro_biv_judge(&v->record[i].biv, &q, &v->record[i].verdict);
		if (st == NORO_OK)
			show_record(v, i);
	}
	for (size_t i = 0; i < v->claimed; i++)
		show_claims(v, i);
	return st == NORO_OK ? deliver(v, err) : st;
}

static enum noro_status arguments(struct verifying *v, struct noro_error *err)
{
	const char *nonce = noro_args_get(v->args, "nonce");

	if (v->args->words < 2 || strcmp(v->args->word[0], "verify") != 0)
		return noro_fail(err, NORO_EARG, N_("say 'image verify' and name files"));
	v->has_nonce = nonce != NULL;
	if (nonce && !noro_view_u64(noro_view_str(nonce), &v->nonce))
		return noro_fail(err, NORO_EARG, N_("option '--%1' needs a number"), "nonce");
	return NORO_OK;
}

static int run(struct noro_cli *cli, const struct noro_args *args)
{
	struct verifying v = { .cli = cli, .args = args };
	struct noro_error err = { 0 };
	enum noro_status st = arguments(&v, &err);
	int code;

	if (st != NORO_OK)
		return noro_usage(cli, &noro_cmd_image, &err);
	v.known = noro_known_new(cli->arena);
	v.fleet = noro_known_new(cli->arena);
	v.certs = noro_certs_new();
	st = v.known && v.fleet && v.certs ? verify(&v, &err) : noro_fail(&err, NORO_ENOMEM, NULL);
	noro_certs_free(v.certs);
	code = v.findings ? NORO_EXIT_FINDINGS : v.unread ? NORO_EXIT_UNREAD : NORO_EXIT_CLEAN;
	return st == NORO_OK ? code : noro_complain(cli, &err);
}

const struct noro_cmd noro_cmd_image = {
	.name = "image",
	.usage = "verify [--known LIST]... [--ca FILE]... [--nonce N] FILES...",
	.summary = N_("say whether software is what its maker made, and who vouches for it"),
	.text = text,
	.opts = opts,
	.examples = examples,
	.standards = "FIPS 180-4, RFC 8017 (PKCS #1 v1.5), RFC 5280, Cisco known good values",
	.run = run,
	.words = "verify",
};
