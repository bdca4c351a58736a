/* src/finding/measure.c - names of what is counted and proved. */
#include "finding/measure.h"

/* clang-format off */
static const char *const cut_names[NORO_CUTS] = {
	"total", "class", "port", "tool", "probe", "as", "country", "payload",
};
static const char *const proof_names[] = { "none", "real", "bogon", "flood" };
/* clang-format on */

enum { PROOFS = sizeof(proof_names) / sizeof(proof_names[0]) };

static int find(const char *const *name, int n, struct noro_view v)
{
	for (int i = 0; i < n; i++)
		if (noro_view_is(v, name[i]))
			return i;
	return -1;
}

const char *noro_cut_name(enum noro_cut c)
{
	return (unsigned)c < NORO_CUTS ? cut_names[c] : NULL;
}

int noro_cut_parse(struct noro_view v)
{
	return find(cut_names, NORO_CUTS, v);
}

const char *noro_proof_name(enum noro_proof p)
{
	return (unsigned)p < PROOFS ? proof_names[p] : NULL;
}

int noro_proof_parse(struct noro_view v)
{
	return find(proof_names, PROOFS, v);
}
