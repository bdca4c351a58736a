/* src/finding/measure_write.c - the rows of each measure, and writing them as JSON. */
#include "finding/measure_priv.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define ROW(type, text, kind, must, field)                                                         \
	{                                                                                          \
		text, kind, must, offsetof(struct type, field)                                     \
	}
#define N(rows) (sizeof(rows) / sizeof((rows)[0]))

static const struct noro_member cell[] = {
	ROW(noro_cell, "sensor", M_STR, true, sensor),
	ROW(noro_cell, "start", M_TIME, true, start_ns),
	ROW(noro_cell, "width_s", M_U32, true, width_s),
	ROW(noro_cell, "cut", M_CUT, true, cut),
	ROW(noro_cell, "key", M_STR, true, key),
	ROW(noro_cell, "packets", M_U64, true, packets),
	ROW(noro_cell, "bytes", M_U64, false, bytes),
	ROW(noro_cell, "sources", M_U64, false, sources),
	ROW(noro_cell, "nets", M_U64, false, nets),
	ROW(noro_cell, "wide", M_U64, false, wide),
	ROW(noro_cell, "fresh", M_U64, false, fresh),
	ROW(noro_cell, "sources_error", M_DOUBLE, false, sources_error),
};

static const struct noro_member scan[] = {
	ROW(noro_scan, "sensor", M_STR, true, sensor),
	ROW(noro_scan, "src", M_IP, true, src),
	ROW(noro_scan, "port", M_STR, true, port),
	ROW(noro_scan, "class", M_STR, true, klass),
	ROW(noro_scan, "first", M_TIME, true, first_ns),
	ROW(noro_scan, "last", M_TIME, true, last_ns),
	ROW(noro_scan, "packets", M_U64, true, packets),
	ROW(noro_scan, "bytes", M_U64, false, bytes),
	ROW(noro_scan, "dsts", M_U64, false, dsts),
	ROW(noro_scan, "nets", M_U64, false, nets),
	ROW(noro_scan, "dsts_error", M_DOUBLE, false, dsts_error),
	ROW(noro_scan, "rate_pps", M_DOUBLE, false, rate_pps),
	ROW(noro_scan, "gap_s", M_U32, false, gap_s),
	ROW(noro_scan, "tool", M_STR, false, tool),
	ROW(noro_scan, "tool_version", M_STR, false, tool_version),
	ROW(noro_scan, "tallies", M_TALLIES, false, tally),
	ROW(noro_scan, "probe", M_STR, false, probe),
	ROW(noro_scan, "cluster", M_STR, false, cluster),
	ROW(noro_scan, "ttl_min", M_U8, false, ttl_min),
	ROW(noro_scan, "ttl_max", M_U8, false, ttl_max),
	ROW(noro_scan, "flags", M_U8, false, flags),
	ROW(noro_scan, "proof", M_PROOF, false, proof),
	ROW(noro_scan, "proof_why", M_STR, false, proof_why),
	ROW(noro_scan, "two_phase", M_STR, false, two_phase),
	ROW(noro_scan, "owner", M_STR, false, owner),
	ROW(noro_scan, "country", M_STR, false, country),
	ROW(noro_scan, "as", M_STR, false, as),
	ROW(noro_scan, "tables", M_STR, false, tables),
	ROW(noro_scan, "samples", M_SAMPLES, false, sample),
};

static const struct noro_member victim[] = {
	ROW(noro_victim, "sensor", M_STR, true, sensor),
	ROW(noro_victim, "victim", M_PREFIX, true, victim),
	ROW(noro_victim, "proto", M_STR, true, proto),
	ROW(noro_victim, "ports", M_LIST, false, ports),
	ROW(noro_victim, "first", M_TIME, true, first_ns),
	ROW(noro_victim, "last", M_TIME, true, last_ns),
	ROW(noro_victim, "packets", M_U64, true, packets),
	ROW(noro_victim, "bytes", M_U64, false, bytes),
	ROW(noro_victim, "probes", M_U64, false, probes),
	ROW(noro_victim, "dsts", M_U64, false, dsts),
	ROW(noro_victim, "nets", M_U64, false, nets),
	ROW(noro_victim, "dsts_error", M_DOUBLE, false, dsts_error),
	ROW(noro_victim, "peak_min", M_U64, false, peak_min),
	ROW(noro_victim, "rate_pps", M_DOUBLE, false, rate_pps),
	ROW(noro_victim, "uniform_p", M_DOUBLE, false, uniform_p),
	ROW(noro_victim, "mismatches", M_U64, false, mismatches),
	ROW(noro_victim, "how", M_STR, false, how),
	ROW(noro_victim, "country", M_STR, false, country),
	ROW(noro_victim, "as", M_STR, false, as),
	ROW(noro_victim, "tables", M_STR, false, tables),
	ROW(noro_victim, "floor_pps", M_DOUBLE, false, floor_pps),
};

static const struct noro_member payload[] = {
	ROW(noro_payload, "sensor", M_STR, true, sensor),
	ROW(noro_payload, "time", M_TIME, true, time_ns),
	ROW(noro_payload, "src", M_IP, true, src),
	ROW(noro_payload, "dst", M_IP, true, dst),
	ROW(noro_payload, "port", M_STR, true, port),
	ROW(noro_payload, "bytes", M_BYTES, true, byte),
	ROW(noro_payload, "sha256", M_SHA256, false, sha256),
	ROW(noro_payload, "simhash", M_HEX64, false, simhash),
	ROW(noro_payload, "rules", M_LIST, false, rules),
	ROW(noro_payload, "cve", M_LIST, false, cve),
	ROW(noro_payload, "urls", M_LIST, false, urls),
	ROW(noro_payload, "ja4", M_STR, false, ja4),
	ROW(noro_payload, "answered", M_BOOL, false, answered),
};

static const struct noro_member watch[] = {
	ROW(noro_watch, "sensor", M_STR, true, sensor),
	ROW(noro_watch, "start", M_TIME, true, start_ns),
	ROW(noro_watch, "width_s", M_U32, true, width_s),
	ROW(noro_watch, "alive_s", M_U32, true, alive_s),
	ROW(noro_watch, "addresses", M_U64, false, addresses),
	ROW(noro_watch, "packets", M_U64, true, packets),
	ROW(noro_watch, "own", M_U64, false, own),
	ROW(noro_watch, "dropped", M_U64, false, dropped),
	ROW(noro_watch, "malformed", M_U64, false, malformed),
	ROW(noro_watch, "foreign", M_U64, false, foreign),
	ROW(noro_watch, "clock_back_ns", M_I64, false, clock_back_ns),
};

const struct noro_measure_kind noro_measure_kinds[NORO_M_KINDS] = {
	[NORO_M_CELL] = { "cell", cell, N(cell) },
	[NORO_M_SCAN] = { "scan", scan, N(scan) },
	[NORO_M_VICTIM] = { "victim", victim, N(victim) },
	[NORO_M_PAYLOAD] = { "payload", payload, N(payload) },
	[NORO_M_WATCH] = { "watch", watch, N(watch) },
};

/* The fewest digits that give the same number back. */
static void put_double(struct noro_jsonw *w, double v)
{
	char text[32];

	if (!isfinite(v)) {
		noro_jsonw_null(w);
		return;
	}
	for (int digits = 6; digits <= 17; digits += digits < 15 ? 9 : 1) {
		(void)snprintf(text, sizeof(text), "%.*g", digits, v);
		if (strtod(text, NULL) == v)
			break;
	}
	noro_jsonw_value(
		w, &(struct noro_json){ .kind = NORO_JSON_NUMBER, .text = noro_view_str(text) });
}

static void put_hex(struct noro_jsonw *w, const uint8_t *p, size_t n)
{
	static const char digit[] = "0123456789abcdef";
	char text[2 * 4096];

	if (n > sizeof(text) / 2)
		n = sizeof(text) / 2;
	for (size_t i = 0; i < n; i++) {
		text[2 * i] = digit[p[i] >> 4];
		text[2 * i + 1] = digit[p[i] & 15];
	}
	noro_jsonw_view(w, noro_view(text, 2 * n));
}

static void put_list(struct noro_jsonw *w, const struct noro_list *l)
{
	noro_jsonw_array(w);
	for (size_t i = 0; i < l->n; i++)
		noro_jsonw_str(w, l->item[i]);
	noro_jsonw_array_end(w);
}

static void put_tallies(struct noro_jsonw *w, const struct noro_scan *m)
{
	noro_jsonw_array(w);
	for (size_t i = 0; i < m->tallies; i++) {
		noro_jsonw_object(w);
		noro_jsonw_kstr(w, "tool", m->tally[i].tool);
		noro_jsonw_ku64(w, "hits", m->tally[i].hits);
		noro_jsonw_object_end(w);
	}
	noro_jsonw_array_end(w);
}

static void put_samples(struct noro_jsonw *w, const struct noro_scan *m)
{
	noro_jsonw_array(w);
	for (size_t i = 0; i < m->samples; i++) {
		noro_jsonw_object(w);
		noro_jsonw_ktime(w, "time", m->sample[i].time_ns);
		noro_jsonw_key(w, "bytes");
		put_hex(w, m->sample[i].byte, m->sample[i].n);
		noro_jsonw_object_end(w);
	}
	noro_jsonw_array_end(w);
}

static void put_ip(struct noro_jsonw *w, const struct noro_ip *ip, int len)
{
	char text[NORO_IP_TEXT + 8];
	size_t n = noro_ip_print(ip, text);

	if (len >= 0)
		n += (size_t)snprintf(text + n, 8, "/%d", len);
	noro_jsonw_view(w, noro_view(text, n));
}

static void put_time(struct noro_jsonw *w, int64_t ns)
{
	char text[NORO_TIME_TEXT];

	if (ns == NORO_TIME_NONE)
		noro_jsonw_null(w);
	else
		noro_jsonw_view(w, noro_view(text, noro_time_print(ns, text)));
}

static void put(struct noro_jsonw *w, const struct noro_member *f, const void *m)
{
	const void *at = (const char *)m + f->at;

	noro_jsonw_key(w, f->name);
	switch ((enum member_kind)f->kind) {
	case M_STR:
		noro_jsonw_str(w, *(const char *const *)at);
		break;
	case M_U8:
		noro_jsonw_u64(w, *(const uint8_t *)at);
		break;
	case M_U16:
		noro_jsonw_u64(w, *(const uint16_t *)at);
		break;
	case M_U32:
		noro_jsonw_u64(w, *(const uint32_t *)at);
		break;
	case M_U64:
		noro_jsonw_u64(w, *(const uint64_t *)at);
		break;
	case M_I64:
		noro_jsonw_i64(w, *(const int64_t *)at);
		break;
	case M_DOUBLE:
		put_double(w, *(const double *)at);
		break;
	case M_TIME:
		put_time(w, *(const int64_t *)at);
		break;
	case M_BOOL:
		noro_jsonw_bool(w, *(const bool *)at);
		break;
	case M_IP:
		put_ip(w, at, -1);
		break;
	case M_PREFIX:
		put_ip(w, &((const struct noro_prefix *)at)->ip,
			((const struct noro_prefix *)at)->len);
		break;
	case M_LIST:
		put_list(w, at);
		break;
	case M_CUT:
		noro_jsonw_str(w, noro_cut_name(*(const enum noro_cut *)at));
		break;
	case M_PROOF:
		noro_jsonw_str(w, noro_proof_name(*(const enum noro_proof *)at));
		break;
	case M_HEX64: {
		char text[17];

		(void)snprintf(text, sizeof(text), "%016llx", *(const unsigned long long *)at);
		noro_jsonw_str(w, text);
		break;
	}
	case M_SHA256:
		noro_jsonw_str(w, at);
		break;
	case M_BYTES:
		put_hex(w, ((const struct noro_payload *)m)->byte,
			((const struct noro_payload *)m)->n);
		break;
	case M_TALLIES:
		put_tallies(w, m);
		break;
	case M_SAMPLES:
		put_samples(w, m);
		break;
	}
}

static enum noro_status write(struct noro_jsonw *w, int kind, const void *m)
{
	const struct noro_measure_kind *k = &noro_measure_kinds[kind];

	noro_jsonw_object(w);
	noro_jsonw_kstr(w, "measure", k->name);
	for (size_t i = 0; i < k->members; i++)
		put(w, &k->member[i], m);
	noro_jsonw_object_end(w);
	return w->out->status;
}

enum noro_status noro_cell_json(struct noro_jsonw *w, const struct noro_cell *m)
{
	return write(w, NORO_M_CELL, m);
}

enum noro_status noro_scan_json(struct noro_jsonw *w, const struct noro_scan *m)
{
	return write(w, NORO_M_SCAN, m);
}

enum noro_status noro_victim_json(struct noro_jsonw *w, const struct noro_victim *m)
{
	return write(w, NORO_M_VICTIM, m);
}

enum noro_status noro_payload_json(struct noro_jsonw *w, const struct noro_payload *m)
{
	return write(w, NORO_M_PAYLOAD, m);
}

enum noro_status noro_watch_json(struct noro_jsonw *w, const struct noro_watch *m)
{
	return write(w, NORO_M_WATCH, m);
}
