/* src/cli/args.c - options as rows of a table. */
#include "cli/args.h"

#include "base/mem.h"
#include "base/view.h"

static const struct noro_opt *by_name(const struct noro_opt *const *tables, struct noro_view name)
{
	for (; *tables; tables++)
		for (const struct noro_opt *o = *tables; o->name; o++)
			if (noro_view_is(name, o->name))
				return o;
	return NULL;
}

static const struct noro_opt *by_letter(const struct noro_opt *const *tables, char letter)
{
	for (; *tables; tables++)
		for (const struct noro_opt *o = *tables; o->name; o++)
			if (o->letter == letter)
				return o;
	return NULL;
}

struct parse {
	int argc, at;
	char **argv;
	const struct noro_opt *const *tables;
	struct noro_args *a;
};

static enum noro_status take(
	struct parse *p, const struct noro_opt *o, const char *value, struct noro_error *err)
{
	if (o->value && !value) {
		if (p->at + 1 >= p->argc)
			return noro_fail(
				err, NORO_EARG, N_("option '--%1' needs a value"), o->name);
		value = p->argv[++p->at];
	}
	p->a->given[p->a->n++] = (struct noro_given){ .opt = o, .value = value ? value : "" };
	return NORO_OK;
}

static enum noro_status long_option(struct parse *p, const char *text, struct noro_error *err)
{
	struct noro_view all = noro_view_str(text);
	size_t eq = noro_view_chr(all, '=');
	const struct noro_opt *o = by_name(p->tables, noro_view_sub(all, 0, eq));

	if (!o)
		return noro_fail(err, NORO_EARG, N_("unknown option '--%1'"), text);
	if (eq != SIZE_MAX && !o->value)
		return noro_fail(err, NORO_EARG, N_("option '--%1' takes no value"), o->name);
	return take(p, o, eq != SIZE_MAX ? text + eq + 1 : NULL, err);
}

static enum noro_status short_options(struct parse *p, const char *text, struct noro_error *err)
{
	for (; *text; text++) {
		const struct noro_opt *o = by_letter(p->tables, *text);
		enum noro_status st;

		if (!o)
			return noro_fail(
				err, NORO_EARG, N_("unknown option '-%1'"), (char[2]){ *text, 0 });
		if (o->value)
			return take(p, o, text[1] ? text + 1 : NULL, err);
		st = take(p, o, NULL, err);
		if (st != NORO_OK)
			return st;
	}
	return NORO_OK;
}

enum noro_status noro_args_parse(int argc, char **argv, const struct noro_opt *const *tables,
	struct noro_args *ret, struct noro_error *err)
{
	struct parse p = { .argc = argc, .argv = argv, .tables = tables, .a = ret };
	size_t room = 1;
	bool options = true;
	enum noro_status st = NORO_OK;

	for (int i = 0; i < argc; i++)
		room += strlen(argv[i]) + 1; /* each letter of -abc may be an option */
	*ret = (struct noro_args){ .given = noro_reallocarray(NULL, room, sizeof(*ret->given)),
		.word = noro_reallocarray(NULL, (size_t)argc + 1, sizeof(*ret->word)) };
	if (!ret->given || !ret->word)
		st = noro_fail(err, NORO_ENOMEM, NULL);
	for (; st == NORO_OK && p.at < argc; p.at++) {
		const char *a = argv[p.at];

		if (!options || a[0] != '-' || a[1] == '\0')
			ret->word[ret->words++] = a;
		else if (strcmp(a, "--") == 0)
			options = false;
		else if (a[1] == '-')
			st = long_option(&p, a + 2, err);
		else
			st = short_options(&p, a + 1, err);
	}
	if (st != NORO_OK)
		noro_args_done(ret);
	return st;
}

void noro_args_done(struct noro_args *a)
{
	free(a->given);
	free((void *)a->word);
	*a = (struct noro_args){ 0 };
}

const char *noro_args_nth(const struct noro_args *a, const char *name, size_t k)
{
	for (size_t i = 0; i < a->n; i++)
		if (strcmp(a->given[i].opt->name, name) == 0 && k-- == 0)
			return a->given[i].value;
	return NULL;
}

const char *noro_args_get(const struct noro_args *a, const char *name)
{
	for (size_t i = a->n; i > 0; i--)
		if (strcmp(a->given[i - 1].opt->name, name) == 0)
			return a->given[i - 1].value;
	return NULL;
}

bool noro_args_has(const struct noro_args *a, const char *name)
{
	return noro_args_get(a, name) != NULL;
}

enum noro_status noro_args_size(const struct noro_args *a, const char *name, uint64_t otherwise,
	uint64_t *ret, struct noro_error *err)
{
	const char *text = noro_args_get(a, name);
	struct noro_view v = noro_view_str(text);
	static const char units[] = "KMGT";
	unsigned shift = 0;
	const char *unit;

	*ret = otherwise;
	if (!text)
		return NORO_OK;
	if (v.n && noro_lower(v.p[v.n - 1]) == 'b')
		v.n--;
	if (v.n && v.p[v.n - 1] == 'i')
		v.n--;
	unit = v.n && noro_is_alpha(v.p[v.n - 1]) ? strchr(units, v.p[v.n - 1] & ~0x20) : NULL;
	if (unit) {
		shift = 10U * (unsigned)(unit - units + 1);
		v.n--;
	}
	if (!noro_view_u64(v, ret) || *ret > UINT64_MAX >> shift)
		return noro_fail(err, NORO_EARG,
			N_("option '--%1' needs a number like 64M, not '%2'"), name, text);
	*ret <<= shift;
	return NORO_OK;
}

enum noro_status noro_args_count(const struct noro_args *a, const char *name, uint64_t otherwise,
	uint64_t most, uint64_t *ret, struct noro_error *err)
{
	const char *text = noro_args_get(a, name);
	bool any = most == UINT64_MAX;

	*ret = otherwise;
	if (!text)
		return NORO_OK;
	if (noro_view_u64(noro_view_str(text), ret) && (any || (*ret > 0 && *ret <= most)))
		return NORO_OK;
	*ret = otherwise;
	if (any)
		return noro_fail(err, NORO_EARG, N_("option '--%1' needs a whole number, not '%2'"),
			name, text);
	return noro_fail(err, NORO_EARG,
		N_("option '--%1' needs a whole number from 1 to %2, not '%3'"), name,
		NORO_NUM(most), text);
}
