/* src/base/timeparse.h - every way a log, a table or a person writes a moment. */
#pragma once

#include "base/clock.h"

/* What had to be assumed; each lowers confidence and is named in coverage. */
enum noro_time_flag {
	NORO_TIME_NO_YEAR = 1,     /* taken from the neighbour `ref_ns` */
	NORO_TIME_NO_ZONE = 2,     /* taken from `zone` */
	NORO_TIME_NO_DATE = 4,     /* clock only: the date is that of `ref_ns` */
	NORO_TIME_NO_CLOCK = 8,    /* date only: midnight */
	NORO_TIME_UNSYNCED = 16,   /* Cisco '*': the device clock is not authoritative */
	NORO_TIME_LOST_SYNC = 32,  /* Cisco '.': authoritative, but NTP was lost */
	NORO_TIME_ERA = 64,        /* a Japanese era name was read */
	NORO_TIME_AMBIGUOUS = 128, /* 03/04/2025: day and month could be swapped */
};

/* What stands in for what the text leaves out. */
struct noro_time_ctx {
	const struct noro_zone *zone; /* NULL is UTC */
	int64_t ref_ns; /* a year-less time becomes the latest one not after ref_ns + 1 day; NONE:
			   refused */
	bool day_first; /* 03/04/2025 is 3 April */
};

struct noro_time {
	int64_t ns;
	unsigned flags;
	size_t length; /* bytes of the text that the time took */
};

/*
 * Read a time at the very start of `text` (after blanks); what follows is left.
 * Reads: RFC 3339 and ISO 8601 basic and extended, with space or T, '.' or ','
 * fraction, zone or none; RFC 3164 "Aug  7 01:02:03" with optional year before
 * or after and fraction; Cisco "*Mar  1 00:00:00.123 UTC:", ".Mar ..."; Junos and
 * NX-OS "2025 Aug  7 01:02:03"; Apache "07/Aug/2025:01:02:03 +0900"; Apache error
 * "Thu Aug 07 01:02:03.123456 2025"; RFC 5322 mail dates; "2025/08/07 01:02:03";
 * "08/07/25 01:02:03" and day-first kin; epoch seconds with or without fraction
 * (10 digits), milliseconds (13), microseconds (16), nanoseconds (19); Squid and
 * Zeek "1723000000.123456"; Windows "8/7/2025 1:02:03 AM"; Japanese
 * "2025年8月7日 1時2分3秒", eras 明治 大正 昭和 平成 令和 ("令和7年8月7日", "令和元年",
 * "R7.8.7", "R07/08/07"), full-width digits. False when there is none.
 */
bool noro_time_parse(struct noro_view text, const struct noro_time_ctx *ctx, struct noro_time *ret);

/* The first time found in the text at a plausible place (start, after '[', '"', '=', ',' or a
 * blank). */
bool noro_time_find(struct noro_view text, const struct noro_time_ctx *ctx, struct noro_time *ret,
	size_t *ret_at);

/* "令和7年8月27日" for a UTC moment shown in a zone; false before 1868-10-23. Buffer as
 * noro_time_print, UTF-8. */
bool noro_era_print(int64_t ns, const struct noro_zone *zone, char out[NORO_TIME_TEXT]);
