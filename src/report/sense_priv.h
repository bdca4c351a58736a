/* src/report/sense_priv.h - figures of sensors as text, the same in every format. */
#pragma once

#include "report/sense.h"

enum { NORO_SENSE_TEXT = 64 };

/* Digits in threes, with so many decimals; "-" for what is no number. */
const char *noro_sense_number(char text[NORO_SENSE_TEXT], double v, int decimals);
/* The sentence for a rate; %1 is it, %2 the interval, %3 the packets. */
const char *noro_sense_rate_id(const struct noro_rate *r);
/* "+35 %"; "" for what is no number. */
const char *noro_sense_change(char text[NORO_SENSE_TEXT], double v);
/* "2025-08-27 00:00" or with the era; the minute is as fine as a figure of sensors is. */
const char *noro_sense_moment(char text[NORO_SENSE_TEXT], int64_t ns, bool era);
#define NORO_SENSE_NUMBER(v, decimals)                                                             \
	noro_sense_number((char[NORO_SENSE_TEXT]){ 0 }, (double)(v), decimals)
#define NORO_SENSE_MOMENT(ns, era) noro_sense_moment((char[NORO_SENSE_TEXT]){ 0 }, ns, era)
/* What a campaign rests on, an N_() text; and one of its reasons as a sentence. */
const char *noro_campaign_proof_text(enum noro_campaign_proof p);
void noro_campaign_why_text(
	const struct noro_campaign_why *w, enum noro_lang lang, struct noro_buf *out);
enum { NORO_CAMPAIGNS_SHOWN = 15 }; /* of a report */
