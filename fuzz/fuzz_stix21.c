/*
 * fuzz/fuzz_stix21.c - a verdict is about what an object says: written canonically it gets the same
 * one, the same id and the same digest.
 */
#include "fuzz/fuzz.h"

#include "base/jsonw.h"
#include "intel/stix21.h"

struct answer {
	enum noro_status st, id_st, digest_st;
	size_t found;
	struct noro_stix21 r;
	struct noro_stix21_tlp tlp;
	char id[NORO_STIX21_ID], digest[65];
};

static void ask(struct noro_arena *a, const struct noro_json *o, struct answer *ret)
{
	struct noro_stix21_faults f;

	ret->st = noro_stix21_check(a, o, 0, &ret->r, &f);
	assert(ret->st == NORO_OK || ret->st == NORO_EFORMAT || ret->st == NORO_ENOMEM);
	assert((ret->st == NORO_OK) <= (f.found == 0));
	assert(f.n <= f.found && f.n <= NORO_STIX21_FAULTS);
	for (size_t i = 0; i < f.n; i++) {
		assert(f.fault[i].msg);
		assert(memchr(f.fault[i].path, '\0', NORO_STIX21_PATH));
		for (int k = 0; k < NORO_STIX21_ARGS; k++)
			assert(memchr(f.fault[i].arg[k], '\0', NORO_STIX21_ARG));
	}
	ret->found = f.found;
	ret->id_st = noro_stix21_sco_id(o, ret->id);
	ret->digest_st = noro_stix21_digest(a, o, ret->digest);
	ret->tlp = noro_stix21_tlp(o, NULL, NULL);
}

static void same(const struct answer *x, const struct answer *y)
{
	assert(x->st == y->st && x->found == y->found);
	assert(x->id_st == y->id_st && x->digest_st == y->digest_st);
	assert(x->id_st != NORO_OK || strcmp(x->id, y->id) == 0);
	assert(x->digest_st != NORO_OK || strcmp(x->digest, y->digest) == 0);
	assert(x->tlp.tlp == y->tlp.tlp && x->tlp.unknown == y->tlp.unknown);
	assert(x->r.class == y->r.class && x->r.sco == y->r.sco);
	assert(x->r.version_ns == y->r.version_ns && noro_view_eq(x->r.id, y->r.id));
}

/* What passes can be stored: its id is one, its version a moment. */
static void believable(const struct answer *x)
{
	if (x->st != NORO_OK)
		return;
	assert(noro_view_eq(noro_stix21_id_type(x->r.id), x->r.type));
	assert(x->r.class == NORO_STIX21_SCO || x->r.version.p);
	assert(x->digest_st == NORO_OK);
	assert(x->r.sco != NORO_STIX21_SCO_OTHER);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct noro_arena *a = noro_arena_new(64 << 20);
	const struct noro_json *o, *again;
	struct noro_buf text = { 0 };
	struct answer x, y;

	if (a && noro_json_parse(a, noro_view(data, size), NULL, &o, NULL) == NORO_OK) {
		ask(a, o, &x);
		believable(&x);
		if (x.st != NORO_ENOMEM && noro_json_canonical(o, &text, NULL) == NORO_OK) {
			assert(noro_json_parse(a, noro_buf_as_view(&text), NULL, &again, NULL) ==
				NORO_OK);
			ask(a, again, &y);
			same(&x, &y);
		} else {
			assert(x.st != NORO_OK);
		}
	}
	noro_buf_done(&text);
	noro_arena_free(a);
	return 0;
}
