/* tests/unit/report/dump.c - a sample report on standard output, for checks by other programs. */
#include "tests/test.h"

#include "report/report.h"
#include "report/sense_export.h"

#include "tests/unit/report/measures.h"
#include "tests/unit/report/sample.h"

static enum noro_status print(void *ctx, struct noro_view text)
{
	return fwrite(text.p, 1, text.n, ctx) == text.n ? NORO_OK : NORO_EIO;
}

static int dump_sense(void)
{
	const struct noro_export_opts o = { NORO_EXPORT_STIX, NULL, sample_day, print, stdout };
	struct noro_exporter *e;
	bool ok = noro_export_begin(&o, &e, NULL) == NORO_OK &&
		  sample_measures(noro_export_measures(e)) == NORO_OK &&
		  noro_export_end(e, NULL) == NORO_OK;

	noro_export_free(e);
	return !ok;
}

int main(int argc, char **argv)
{
	const struct noro_report_format *f = argc > 1 ? noro_report_by_name(argv[1]) : NULL;
	struct noro_report_opts o = { .lang = NORO_EN, .columns = 80 };
	struct noro_arena *arena = noro_arena_new(0);
	struct noro_zone *zone = NULL;
	struct noro_buf out = { 0 };
	static struct sample s;

	if (!f)
		return 2;
	if (argc > 2 && !strcmp(argv[2], "sense")) {
		noro_arena_free(arena);
		return dump_sense();
	}
	sample_rich(&s);
	if (!strncmp(argv[1], "authority", 9))
		o.knowledge = sample_knowledge(arena);
	for (int i = 2; i < argc; i++) {
		if (!strcmp(argv[i], "ja"))
			o.lang = NORO_JA;
		if (!strcmp(argv[i], "hostile"))
			sample_hostile(&s);
		if (!strcmp(argv[i], "clean"))
			sample_clean(&s);
		if (!strcmp(argv[i], "tokyo") &&
			noro_zone_open("Asia/Tokyo", &zone, NULL) == NORO_OK)
			o.show_zone = zone;
	}
	if (f->write(&s.result, &o, &out, NULL) != NORO_OK)
		return 1;
	(void)fwrite(out.p, 1, out.n, stdout);
	noro_buf_done(&out);
	noro_zone_free(zone);
	noro_arena_free(arena);
	return 0;
}
