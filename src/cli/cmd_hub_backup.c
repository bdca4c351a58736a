/*
 * src/cli/cmd_hub_backup.c - noroshi hub backup, restore: a whole hub into another folder, while it
 * serves. The database is written anew from one moment of it; then the copy is looked over as
 * `hub doctor` would, and only a copy that holds gets its name. Both ways are the same: what is
 * restored is copied out of the backup, which stays as it was.
 */
#include "cli/cmd_hub_priv.h"

#include "base/file.h"
#include "store/hub_doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_KEY = 1 << 16 };

struct copy {
	struct hubbing *h;
	const char *from, *to;          /* folders */
	const char *part, *db, *key_to; /* files of the copy */
};

/* What the copy is worth: the engine's own look, and the log with the key that signed it. */
static enum noro_status look(const struct copy *c, uint64_t *ret_rows, struct noro_error *err)
{
	struct noro_hub_audit_asked asked = { .key = c->h->key };
	struct noro_hub_audit_said said = { 0 };
	struct noro_hubdb *db = NULL;
	char why[160];
	enum noro_status st = noro_hubdb_open(c->part, true, &db, err);

	if (st == NORO_OK)
		st = noro_hubdb_integrity(db, why, err);
	if (st == NORO_OK)
		st = noro_hubdb_audit_verify(db, &asked, &said, err);
	if (st == NORO_OK && said.fault) {
		char no[24];

		(void)snprintf(no, sizeof(no), "%lld", (long long)said.fault_no);
		st = noro_fail(err, NORO_ECORRUPT, N_("the log does not hold from row %1 on: %2"),
			no, noro_lang_text(c->h->cli->lang, said.fault));
	}
	*ret_rows = said.rows;
	noro_hubdb_close(db);
	return st;
}

/* Durable, with its name. */
static enum noro_status keep(const struct copy *c, struct noro_error *err)
{
	int fd = open(c->part, O_RDONLY | O_CLOEXEC), dir;
	bool ok = fd >= 0 && fchmod(fd, 0640) == 0 && fsync(fd) == 0;

	if (fd >= 0)
		ok = close(fd) == 0 && ok;
	ok = ok && rename(c->part, c->db) == 0;
	dir = ok ? open(c->to, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	ok = ok && dir >= 0 && fsync(dir) == 0;
	if (dir >= 0)
		ok = close(dir) == 0 && ok;
	return ok ? NORO_OK : noro_fail_errno(err, errno, c->db);
}

static enum noro_status copy_key(const struct copy *c, struct noro_error *err)
{
	const char *from = noro_hub_cli_path(c->h, c->from, "hub.key");
	struct noro_buf pem = { 0 };
	enum noro_status st =
		from ? noro_file_read(from, MAX_KEY, &pem, err) : noro_fail(err, NORO_ENOMEM, NULL);

	if (st == NORO_OK)
		st = noro_file_write(c->key_to, 0600, noro_buf_as_view(&pem), err);
	noro_buf_done(&pem);
	return st;
}

/* Leftovers of opening it, should there be any. */
static void remove_part(struct copy *c)
{
	static const char *const behind[] = { "", "-wal", "-shm" };

	for (size_t i = 0; i < sizeof(behind) / sizeof(behind[0]); i++) {
		const char *path = noro_arena_printf(c->h->cli->arena, "%s%s", c->part, behind[i]);

		if (path)
			(void)unlink(path);
	}
}

static enum noro_status prepare(struct copy *c, struct noro_error *err)
{
	enum noro_status st = noro_mkdirs(c->to, err);

	c->part = noro_hub_cli_path(c->h, c->to, "hub.db.part");
	c->db = noro_hub_cli_path(c->h, c->to, "hub.db");
	c->key_to = noro_hub_cli_path(c->h, c->to, "hub.key");
	if (st == NORO_OK && (!c->part || !c->db || !c->key_to))
		st = noro_fail(err, NORO_ENOMEM, NULL);
	if (st == NORO_OK && access(c->db, F_OK) == 0)
		st = noro_fail(err, NORO_EARG, N_("'%1' is there already"), c->db);
	if (st == NORO_OK)
		remove_part(c);
	return st;
}

/* Who took all of it away stands in the log, and so in the copy's; who brought it back in the log
 * of what was restored, and the backup stays as it was. */
static enum noro_status tell(struct copy *c, struct noro_hubdb *db, const char *verb,
	const char *what, struct noro_error *err)
{
	return noro_hubdb_read(
		db, &c->h->by, &(struct noro_hub_reading){ verb, what, 1, true }, err);
}

static enum noro_status tell_restored(struct copy *c, struct noro_error *err)
{
	struct noro_hubdb *db = NULL;
	enum noro_status st = noro_hubdb_open(c->db, true, &db, err);

	if (st == NORO_OK) {
		noro_hubdb_audit_key(db, c->h->key);
		st = tell(c, db, "hub.restore", c->from, err);
	}
	noro_hubdb_close(db);
	return st;
}

static enum noro_status copy_hub(struct copy *c, bool back, struct noro_error *err)
{
	struct hubbing *h = c->h;
	uint64_t rows = 0;
	enum noro_status st = noro_hub_cli_open(h, c->from, true, err);

	if (st == NORO_OK)
		st = prepare(c, err);
	if (st == NORO_OK && !back)
		st = tell(c, h->db, "hub.backup", c->to, err);
	if (st == NORO_OK)
		st = noro_hubdb_copy(h->db, c->part, err);
	if (st == NORO_OK)
		st = look(c, &rows, err);
	if (st == NORO_OK)
		st = copy_key(c, err);
	if (st == NORO_OK)
		st = keep(c, err);
	if (st != NORO_OK) {
		if (c->part)
			remove_part(c);
		return st;
	}
	st = back ? tell_restored(c, err) : NORO_OK;
	if (st == NORO_OK && !h->cli->quiet)
		noro_say(h->cli, h->cli->out,
			N_("'%1' holds a whole hub: the database is sound, its log of %2 rows "
			   "holds"),
			c->to, NORO_NUM(rows));
	return st;
}

enum noro_status noro_hub_do_backup(struct hubbing *h, const char *dir, struct noro_error *err)
{
	struct copy c = { .h = h, .from = dir, .to = noro_hub_cli_word(h, 0) };

	if (!c.to)
		return noro_fail(err, NORO_EARG, N_("where to? hub backup DIR FOLDER"));
	return copy_hub(&c, false, err);
}

enum noro_status noro_hub_do_restore(struct hubbing *h, const char *dir, struct noro_error *err)
{
	struct copy c = { .h = h, .from = noro_hub_cli_word(h, 0), .to = dir };

	if (!c.from)
		return noro_fail(err, NORO_EARG, N_("what from? hub restore DIR FOLDER"));
	return copy_hub(&c, true, err);
}
