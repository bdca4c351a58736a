/* src/cli/cmd_hub_seen.c - noroshi hub import, correlate, value. */
#include "cli/cmd_hub_seen_priv.h"

#include "cli/cmd_hub_priv.h"

#include <string.h>

enum noro_status noro_hub_seen_log(
	struct seeing *s, const char *verb, const char *object, uint64_t n, struct noro_error *err)
{
	const struct noro_hub_reading r = { verb, object, n, true };

	return noro_hubdb_read(s->db, &s->by, &r, err);
}

const char *noro_hub_seen_day(int64_t day, char out[NORO_TIME_TEXT])
{
	(void)noro_time_print(day * NORO_DAY_NS, out);
	out[10] = '\0';
	return out;
}

enum noro_status noro_hub_seen_allow(struct seeing *s, struct noro_error *err)
{
	const char *file;
	enum noro_status st = noro_allow_new(&s->allow);

	if (st != NORO_OK)
		return noro_fail(err, st, NULL);
	for (size_t k = 0; st == NORO_OK && (file = noro_args_nth(s->args, "allow", k)) != NULL;
		k++)
		st = noro_allow_file(s->allow, file, err);
	return st;
}

static int code_of(const struct seeing *s, enum noro_status st, const struct noro_error *err)
{
	if (st != NORO_OK)
		return noro_complain(s->cli, err);
	if (s->failed)
		return NORO_EXIT_FAILURE;
	if (s->found)
		return NORO_EXIT_FINDINGS;
	return s->unread ? NORO_EXIT_UNREAD : NORO_EXIT_CLEAN;
}

bool noro_hub_seen_verb(struct noro_cli *cli, const struct noro_args *args, int *ret_code)
{
	static const struct {
		const char *name;
		enum noro_status (*run)(struct seeing *s, struct noro_error *err);
	} verbs[] = { { "import", noro_hub_do_import }, { "correlate", noro_hub_do_correlate },
		{ "value", noro_hub_do_value } };
	struct hubbing h = { .cli = cli, .args = args, .log = -1 };
	struct seeing s = { .cli = cli, .args = args };
	struct noro_error err = { 0 };
	enum noro_status st;

	for (size_t i = 0; args->words > 1 && i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(args->word[0], verbs[i].name) != 0)
			continue;
		st = noro_hub_cli_open(&h, args->word[1], true, &err);
		s.db = h.db;
		s.by = h.by;
		if (st == NORO_OK)
			st = verbs[i].run(&s, &err);
		*ret_code = code_of(&s, st, &err);
		noro_hubdb_close(h.db);
		noro_key_free(h.key);
		noro_allow_free(s.allow);
		return true;
	}
	return false;
}
