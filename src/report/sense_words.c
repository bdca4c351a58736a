/* src/report/sense_words.c - figures of sensors as text, the same in every format. */
#include "report/sense_priv.h"

#include "base/timeparse.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *noro_sense_number(char text[NORO_SENSE_TEXT], double v, int decimals)
{
	char plain[40];
	size_t n, at = 0, digits;

	if (isnan(v) || fabs(v) > 1e15)
		return "-";
	n = (size_t)snprintf(plain, sizeof(plain), "%.*f", decimals, v);
	digits = strcspn(plain, ".");
	for (size_t i = 0; i < n; i++) {
		if (i && i < digits && (digits - i) % 3 == 0 && plain[i - 1] != '-')
			text[at++] = ',';
		text[at++] = plain[i];
	}
	text[at] = '\0';
	return text;
}

const char *noro_sense_change(char text[NORO_SENSE_TEXT], double v)
{
	if (isnan(v))
		return "";
	(void)snprintf(text, NORO_SENSE_TEXT, "%+.0f %%", 100 * v);
	return text;
}

const char *noro_sense_moment(char text[NORO_SENSE_TEXT], int64_t ns, bool era)
{
	char rfc[NORO_TIME_TEXT], year[NORO_TIME_TEXT];

	if (ns == NORO_TIME_NONE)
		return "-";
	(void)noro_time_print(ns, rfc);
	if (era && noro_era_print(ns, NULL, year)) {
		(void)snprintf(text, NORO_SENSE_TEXT, "%s %.5s", year, rfc + 11);
		return text;
	}
	(void)snprintf(text, NORO_SENSE_TEXT, "%.10s %.5s", rfc, rfc + 11);
	return text;
}
