/*
 * tests/hub_year.h - a year of a sharing network, made from a seed: what members report day by day,
 * and what is behind it. The truth is kept apart from what the hub gets to see.
 *
 * Most values are one member's alone. Benign values that many use stand in reports by mistake, with
 * popularity as it is in the world (Zipf), and new ones come up every week. Mass mails reach one
 * member in twenty within two days. Waves are the same mail to a part of one sector within a few
 * days. Three campaigns are a few values that a few members of several sectors meet over weeks.
 */
#pragma once

#include "store/hub_seen.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum year_truth { YEAR_NOISE, YEAR_BENIGN, YEAR_TOP, YEAR_MASS, YEAR_WAVE, YEAR_CAMPAIGN };
enum { YEAR_SECTORS = 15, YEAR_BENIGNS = 400, YEAR_TOPS = 40, YEAR_CAMPAIGNS = 3, YEAR_OF = 4 };

struct year {
	uint64_t seed;
	unsigned members, days;
	int64_t first_day;
	struct noro_hubdb *db;
	uint64_t puts, values;
	double reports;            /* of a member and day */
	double zipf[YEAR_BENIGNS]; /* cumulated */
	/* reports of the day at hand, by member */
	struct year_say {
		uint32_t member;
		char text[64];
		enum noro_ioc_kind kind;
	} * say;
	size_t says, cap;
	unsigned campaign_from[YEAR_CAMPAIGNS], campaign_days[YEAR_CAMPAIGNS],
		campaign_members[YEAR_CAMPAIGNS];
};

static inline uint64_t year_rand(struct year *y)
{
	uint64_t z = y->seed += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static inline double year_unit(struct year *y)
{
	return (double)(year_rand(y) >> 11) / 9007199254740992.0;
}

/* A number that belongs to what is named, whatever was drawn before. */
static inline uint64_t year_of(const struct year *y, uint64_t what, uint64_t no)
{
	struct year fresh = { .seed = y->seed ^ what << 48 ^ no << 8 };

	(void)year_rand(&fresh);
	return year_rand(&fresh);
}

static inline const char *year_sector(unsigned member)
{
	static const char *const names[YEAR_SECTORS] = { "telecom", "finance", "aviation",
		"airport", "railway", "electricity", "gas", "government", "medical", "water",
		"logistics", "chemical", "credit", "petroleum", "port" };

	return names[(member * 7 + member / 11) % YEAR_SECTORS];
}

static inline void year_say(
	struct year *y, uint32_t member, enum noro_ioc_kind kind, const char *text)
{
	if (y->says == y->cap) {
		y->cap = y->cap ? 2 * y->cap : 4096;
		y->say = realloc(y->say, y->cap * sizeof(*y->say));
		if (!y->say)
			abort();
	}
	y->say[y->says].member = member;
	y->say[y->says].kind = kind;
	(void)snprintf(y->say[y->says].text, sizeof(y->say[0].text), "%s", text);
	y->says++;
}

/* The values behind a thing carry what it is in their names, which only the judge looks at. */
static inline void year_name(char out[64], const char *what, unsigned no, unsigned value)
{
	(void)snprintf(out, 64, "v%u.%s-%u-%u.com", value, what, no, value);
}

static inline enum year_truth year_truth(struct noro_view text, unsigned *ret_no)
{
	static const struct {
		const char *word;
		enum year_truth is;
	} words[] = { { ".campaign-", YEAR_CAMPAIGN }, { ".wave-", YEAR_WAVE },
		{ ".mass-", YEAR_MASS }, { ".benign-", YEAR_BENIGN }, { ".top-", YEAR_TOP } };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t at = noro_view_find(text, noro_view_str(words[i].word));

		if (at != SIZE_MAX) {
			*ret_no = (unsigned)strtoul(text.p + at + strlen(words[i].word), NULL, 10);
			return words[i].is;
		}
	}
	return YEAR_NOISE;
}

static inline void year_noise(struct year *y, uint32_t member)
{
	uint64_t r = year_rand(y);
	char text[64];

	if (r % 3) {
		(void)snprintf(text, sizeof(text), "%u.%u.%u.%u", 20 + (unsigned)(r >> 8) % 50,
			(unsigned)(r >> 16) & 255, (unsigned)(r >> 24) & 255,
			(unsigned)(r >> 32) & 255);
		year_say(y, member, NORO_IOC_IPV4, text);
	} else {
		(void)snprintf(text, sizeof(text), "x%llx.n%u.com", (unsigned long long)r,
			(unsigned)(r >> 40) % 1000000);
		year_say(y, member, NORO_IOC_DOMAIN, text);
	}
}

/* A benign value by its popularity; those of a low rank are born on some day of the year. */
static inline void year_benign(struct year *y, uint32_t member, unsigned day)
{
	double u = year_unit(y) * y->zipf[YEAR_BENIGNS - 1];
	unsigned rank = 0, born;
	char text[64];

	while (y->zipf[rank] < u)
		rank++;
	born = rank % 8 == 7 ? (unsigned)(year_of(y, 1, rank) % y->days) : 0;
	if (day < born)
		return;
	year_name(text, rank < YEAR_TOPS ? "top" : "benign", rank, 0);
	year_say(y, member, NORO_IOC_DOMAIN, text);
}

static inline void year_members_day(struct year *y, unsigned day)
{
	for (uint32_t m = 0; m < y->members; m++) {
		if (year_unit(y) >= y->reports)
			continue;
		for (unsigned i = 0, n = 1 + (unsigned)(year_rand(y) % 4); i < n; i++)
			year_noise(y, m);
		if (year_rand(y) % 4 == 0)
			year_benign(y, m, day);
	}
}

/* Every fortnight, over two days. */
static inline void year_mass(struct year *y, unsigned day)
{
	unsigned no = day / 14;
	char text[64];

	if (day % 14 != 3 && day % 14 != 4)
		return;
	for (uint32_t m = 0; m < y->members; m++)
		if (year_of(y, 100 + no, m) % 40 == day % 2)
			for (unsigned v = 0; v < YEAR_OF; v++) {
				year_name(text, "mass", no, v);
				year_say(y, m, NORO_IOC_DOMAIN, text);
			}
}

/* Every month, a part of one sector within four days. */
static inline void year_wave(struct year *y, unsigned day)
{
	unsigned no = day / 30;
	const char *sector = year_sector((unsigned)year_of(y, 200, no) % y->members);
	char text[64];

	if (day % 30 < 10 || day % 30 >= 14)
		return;
	for (uint32_t m = 0; m < y->members; m++) {
		if (strcmp(year_sector(m), sector) != 0 || year_of(y, 300 + no, m) % 8 != day % 4)
			continue;
		for (unsigned v = 0; v < YEAR_OF; v++) {
			year_name(text, "wave", no, v);
			year_say(y, m, NORO_IOC_DOMAIN, text);
		}
	}
}

/* Its members meet it once or twice, one or two of its values each time. */
static inline void year_campaign(struct year *y, unsigned no, unsigned day)
{
	char text[64];

	if (day < y->campaign_from[no] || day >= y->campaign_from[no] + y->campaign_days[no])
		return;
	for (unsigned i = 0; i < y->campaign_members[no]; i++) {
		uint32_t m = (uint32_t)(year_of(y, 400 + no, i) % y->members);

		for (unsigned k = 0; k < 2; k++) {
			uint64_t r = year_of(y, 500 + no * 2 + k, i);

			if (y->campaign_from[no] + r % y->campaign_days[no] != day)
				continue;
			year_name(text, "campaign", no, (unsigned)(r >> 20) % YEAR_OF);
			year_say(y, m, NORO_IOC_DOMAIN, text);
			year_name(text, "campaign", no, 0);
			year_say(y, m, NORO_IOC_DOMAIN, text);
		}
	}
}

static inline int year_by_member(const void *a, const void *b)
{
	const struct year_say *x = a, *z = b;

	return (x->member > z->member) - (x->member < z->member);
}

/* What all members say on a day, in order of members. */
static inline void year_day(struct year *y, unsigned day)
{
	y->says = 0;
	year_members_day(y, day);
	year_mass(y, day);
	year_wave(y, day);
	for (unsigned c = 0; c < YEAR_CAMPAIGNS; c++)
		year_campaign(y, c, day);
	if (y->says)
		qsort(y->say, y->says, sizeof(*y->say), year_by_member);
}

/* One envelope for each member, an object for each value. */
static inline enum noro_status year_put(struct year *y, unsigned day)
{
	enum { MOST = 256 };
	static struct noro_hub_object o[MOST];
	static struct noro_values says[MOST];
	static struct noro_value value[MOST];
	static struct noro_hub_taken taken[MOST];
	static char id[MOST][64];
	enum noro_status st = NORO_OK;

	for (size_t i = 0, n; st == NORO_OK && i < y->says; i += n) {
		struct noro_hub_envelope e = { .collection = 1,
			.owner = y->say[i].member + 2,
			.object = o,
			.now_ns = (y->first_day + day) * NORO_DAY_NS +
				  (int64_t)(i % 86000) * NORO_NS_PER_S };

		for (n = 0; n < MOST && i + n < y->says && y->say[i + n].member == y->say[i].member;
			n++) {
			struct noro_view text = noro_view_str(y->say[i + n].text);

			(void)snprintf(id[n], sizeof(id[n]), "indicator--%llu",
				(unsigned long long)++y->puts);
			value[n] = (struct noro_value){ y->say[i + n].kind, text, NORO_V("x"),
				noro_value_near(y->say[i + n].kind, text) };
			says[n] = (struct noro_values){ .value = &value[n],
				.values = 1,
				.first_ns = NORO_TIME_NONE,
				.last_ns = NORO_TIME_NONE };
			o[n] = (struct noro_hub_object){ .id = noro_view_str(id[n]),
				.type = NORO_V("indicator"),
				.spec_version = NORO_V("2.1"),
				.version_ns = NORO_TIME_NONE,
				.bytes = NORO_V("{}"),
				.digest = "0",
				.values = &says[n] };
		}
		e.n = n;
		st = noro_hubdb_put(y->db, &e, taken, NULL);
	}
	return st;
}

static inline int year_sql(const char *path, const char *sql)
{
	sqlite3 *db = NULL;
	int rc = sqlite3_open(path, &db);

	if (rc == SQLITE_OK)
		rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
	(void)sqlite3_close(db);
	return rc;
}

/* A hub of so many members in a file that is not there yet. */
static inline bool year_open(struct year *y, const char *path)
{
	struct noro_hub_root root = { .name = "r", .title = "R", .max_content = 1 << 20 };
	struct noro_hub_collection inbox = {
		.root = 1, .title = "in", .kind = NORO_HUB_INBOX, .tlp = NORO_TLP_RED
	};
	struct noro_buf sql = { 0 };
	bool done;

	y->first_day = 20000;
	for (unsigned i = 0; i < YEAR_BENIGNS; i++)
		y->zipf[i] = (i ? y->zipf[i - 1] : 0) + 1.0 / (i + 1);
	if (noro_hubdb_open(path, false, &y->db, NULL) != NORO_OK ||
		noro_hubdb_root_add(y->db, &root, NULL) != NORO_OK ||
		noro_hubdb_collection_add(y->db, &inbox, NULL) != NORO_OK)
		return false;
	noro_hubdb_close(y->db);
	noro_buf_str(&sql, "BEGIN;");
	for (unsigned m = 0; m < y->members; m++)
		noro_buf_printf(&sql,
			"INSERT INTO member(no, name, suspended, added, sector)"
			" VALUES(%u, 'member %u', 0, 0, '%s');",
			m + 2, m, year_sector(m));
	noro_buf_str(&sql, "COMMIT;");
	done = sql.status == NORO_OK && year_sql(path, sql.p) == SQLITE_OK &&
	       noro_hubdb_open(path, true, &y->db, NULL) == NORO_OK;
	noro_buf_done(&sql);
	return done;
}

static inline void year_close(struct year *y)
{
	noro_hubdb_close(y->db);
	free(y->say);
}

/* A name for its file, where syncing costs nothing if there is such a place. */
static inline bool year_path(char out[64])
{
	int fd;

	(void)snprintf(
		out, 64, "%s/noroshi-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	fd = mkstemp(out);
	return fd >= 0 && close(fd) == 0 && unlink(out) == 0;
}

static inline void year_unlink(const char *path)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	char one[80];

	for (size_t i = 0; i < 3; i++) {
		(void)snprintf(one, sizeof(one), "%s%s", path, ends[i]);
		(void)unlink(one);
	}
}
