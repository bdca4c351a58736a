/*
 * src/cli/picture.c - what sensors see, drawn in place on a terminal while it is read.
 *
 * Counts of whole days are what is drawn: one frame for each sensor and day. Everything is plain
 * ASCII but the words, and a frame has always the same lines, so that going up so many is enough:
 * no terminal library, nothing to be restored when the program is interrupted.
 */
#include "cli/picture.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	DAYS = 48,   /* of a sensor that are drawn */
	KEYS = 1024, /* different ports, or tools, that are counted */
	TOP = 5,
	KEY_TEXT = 32,
	VICTIMS = 3,
	BAR = 30,
	LINE = 128,
};

struct count {
	char key[KEY_TEXT];
	uint64_t packets;
};

struct counts {
	struct count of[KEYS];
	size_t n;
};

struct sensor {
	char name[KEY_TEXT];
	uint64_t packets, day[DAYS]; /* of the last days, the newest last */
	size_t days;
};

struct noro_picture {
	const struct noro_cli *cli;
	FILE *f;
	unsigned pause_ms;
	const struct noro_measures *to;
	struct noro_measures own;
	struct sensor sensor[NORO_PICTURE_SENSORS];
	size_t sensors;
	struct counts port, tool;
	char victim[VICTIMS][LINE];
	uint64_t victims;
	int64_t now_ns;
	unsigned drawn; /* lines that are on the screen */
};

/* --- counting --- */

/* They are few, and asked for once a day: no index is needed. */
static void count(struct counts *c, const char *key, uint64_t packets)
{
	size_t i = 0;

	while (i < c->n && strcmp(c->of[i].key, key) != 0)
		i++;
	if (i == KEYS || strlen(key) >= KEY_TEXT)
		return;
	if (i == c->n)
		(void)snprintf(c->of[c->n++].key, KEY_TEXT, "%s", key);
	c->of[i].packets += packets;
}

static struct sensor *sensor_of(struct noro_picture *p, const char *name)
{
	for (size_t i = 0; i < p->sensors; i++)
		if (strcmp(p->sensor[i].name, name) == 0)
			return &p->sensor[i];
	if (p->sensors == NORO_PICTURE_SENSORS || strlen(name) >= KEY_TEXT)
		return NULL;
	(void)snprintf(p->sensor[p->sensors].name, KEY_TEXT, "%s", name);
	return &p->sensor[p->sensors++];
}

static void add_day(struct sensor *s, uint64_t packets)
{
	s->packets += packets;
	if (s->days == DAYS)
		memmove(s->day, s->day + 1, (DAYS - 1) * sizeof(*s->day));
	else
		s->days++;
	s->day[s->days - 1] = packets;
}

/* --- drawing --- */

static const char *word(const struct noro_picture *p, const char *id)
{
	return noro_lang_text(p->cli->lang, id);
}

static void end_line(struct noro_picture *p)
{
	(void)fputs("\033[K\n", p->f);
	p->drawn++;
}

static void draw_sensor(struct noro_picture *p, const struct sensor *s)
{
	static const char level[] = " .:-=+*#%@";
	uint64_t most = 1;
	char line[DAYS + 1];

	for (size_t i = 0; i < s->days; i++)
		most = s->day[i] > most ? s->day[i] : most;
	for (size_t i = 0; i < s->days; i++)
		line[i] = level[s->day[i] * (sizeof(level) - 2) / most];
	line[s->days] = '\0';
	(void)fprintf(
		p->f, "  %-10s|%-*s| %10llu", s->name, DAYS, line, (unsigned long long)s->packets);
	end_line(p);
}

static int most_first(const void *a, const void *b)
{
	const struct count *x = a, *y = b;

	if (x->packets != y->packets)
		return x->packets > y->packets ? -1 : 1;
	return strcmp(x->key, y->key);
}

static void draw_top(struct noro_picture *p, const char *id, struct counts *c)
{
	static const char full[BAR + 1] = "##############################";

	(void)fputs(word(p, id), p->f);
	end_line(p);
	qsort(c->of, c->n, sizeof(*c->of), most_first);
	for (size_t i = 0; i < TOP; i++) {
		if (i < c->n)
			(void)fprintf(p->f, "  %-12.12s %10llu  %.*s", c->of[i].key,
				(unsigned long long)c->of[i].packets,
				(int)(c->of[0].packets ? c->of[i].packets * BAR / c->of[0].packets
						       : 0),
				full);
		end_line(p);
	}
}

static void draw(struct noro_picture *p)
{
	const struct timespec pause = { p->pause_ms / 1000, p->pause_ms % 1000 * 1000000L };
	char day[NORO_TIME_TEXT];

	if (p->drawn)
		(void)fprintf(p->f, "\033[%uA", p->drawn);
	p->drawn = 0;
	(void)noro_time_print(p->now_ns, day);
	(void)fprintf(p->f, "%.10s  ", day);
	(void)fputs(word(p, N_("accesses to simulated sensors, day by day")), p->f);
	end_line(p);
	for (size_t i = 0; i < p->sensors; i++)
		draw_sensor(p, &p->sensor[i]);
	draw_top(p, N_("ports"), &p->port);
	draw_top(p, N_("tools"), &p->tool);
	(void)fprintf(p->f, "%s: %llu", word(p, N_("victims")), (unsigned long long)p->victims);
	end_line(p);
	for (size_t i = 0; i < VICTIMS; i++) {
		(void)fprintf(p->f, "  %s", p->victim[i]);
		end_line(p);
	}
	(void)fflush(p->f);
	if (p->pause_ms)
		(void)nanosleep(&pause, NULL);
}

/* --- rows that pass --- */

static enum noro_status on_cell(void *ctx, const struct noro_cell *m)
{
	struct noro_picture *p = ctx;
	struct sensor *s;

	if (m->width_s == NORO_DAY_S && m->cut == NORO_CUT_PORT)
		count(&p->port, m->key, m->packets);
	if (m->width_s == NORO_DAY_S && m->cut == NORO_CUT_TOOL)
		count(&p->tool, m->key, m->packets);
	if (m->width_s == NORO_DAY_S && m->cut == NORO_CUT_TOTAL &&
		(s = sensor_of(p, m->sensor)) != NULL) {
		add_day(s, m->packets);
		p->now_ns = m->start_ns;
		draw(p);
	}
	return p->to->cell ? p->to->cell(p->to->ctx, m) : NORO_OK;
}

static enum noro_status on_scan(void *ctx, const struct noro_scan *m)
{
	const struct noro_picture *p = ctx;

	return p->to->scan ? p->to->scan(p->to->ctx, m) : NORO_OK;
}

static enum noro_status on_victim(void *ctx, const struct noro_victim *m)
{
	struct noro_picture *p = ctx;
	char ip[NORO_IP_TEXT], when[NORO_TIME_TEXT];

	(void)noro_ip_print(&m->victim.ip, ip);
	(void)noro_time_print(m->first_ns, when);
	memmove(p->victim[1], p->victim[0], (VICTIMS - 1) * sizeof(p->victim[0]));
	(void)snprintf(p->victim[0], LINE, "%.10s %-18s %s %.8s  (%.16s)", when, ip, m->proto,
		m->ports.n ? m->ports.item[0] : "", m->sensor);
	p->victims++;
	return p->to->victim ? p->to->victim(p->to->ctx, m) : NORO_OK;
}

static enum noro_status on_payload(void *ctx, const struct noro_payload *m)
{
	const struct noro_picture *p = ctx;

	return p->to->payload ? p->to->payload(p->to->ctx, m) : NORO_OK;
}

static enum noro_status on_watch(void *ctx, const struct noro_watch *m)
{
	const struct noro_picture *p = ctx;

	return p->to->watch ? p->to->watch(p->to->ctx, m) : NORO_OK;
}

struct noro_picture *noro_picture_new(const struct noro_cli *cli, FILE *f, unsigned pause_ms)
{
	struct noro_picture *p = noro_calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->cli = cli;
	p->f = f;
	p->pause_ms = pause_ms;
	p->own = (struct noro_measures){ on_cell, on_scan, on_victim, on_payload, on_watch, p };
	return p;
}

const struct noro_measures *noro_picture_measures(
	struct noro_picture *p, const struct noro_measures *to)
{
	p->to = to;
	return &p->own;
}

void noro_picture_free(struct noro_picture *p)
{
	free(p);
}
