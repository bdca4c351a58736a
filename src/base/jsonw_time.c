/* src/base/jsonw_time.c - moments in JSON. */
#include "base/clock.h"
#include "base/jsonw.h"

void noro_jsonw_ktime(struct noro_jsonw *w, const char *name, int64_t ns)
{
	char text[NORO_TIME_TEXT];

	noro_jsonw_key(w, name);
	if (ns == NORO_TIME_NONE)
		noro_jsonw_null(w);
	else
		noro_jsonw_view(w, (struct noro_view){ text, noro_time_print(ns, text) });
}

void noro_jsonw_kmillis(struct noro_jsonw *w, const char *name, int64_t ns)
{
	char text[NORO_TIME_TEXT];

	noro_time_print_millis(ns, text);
	noro_jsonw_kstr(w, name, text);
}
