/*
 * src/device/tells.c - lines that tell a dialect: how they begin, who writes them so,
 * and how much that says. Grouped by first byte and backwards inside a group, so that a
 * longer beginning stands before a shorter one; a test holds the order. A row without a blank
 * at its end is a word or the beginning of one.
 */
#include "device/guess_priv.h"

#include <pthread.h>

#define D(name) (1u << NORO_DIALECT_##name)

enum {
	ELSE = D(NONE), /* somebody else's, though they look like ours */
	IOS = D(IOS) | D(IOS_XE),
	XE = D(IOS_XE),
	XR = D(IOS_XR),
	NX = D(NXOS),
	ASA = D(ASA),
	EOS = D(EOS),
	NEC = D(NEC_IX),
	ALX = D(ALAXALA),
	VRP = D(VRP),
	JUN = D(JUNOS),
	VYOS = D(VYOS),
	PAN = D(PANOS),
	SROS = D(SROS),
	FGT = D(FORTIOS),
	ROS = D(ROUTEROS),
	YAM = D(YAMAHA),
	CISCO = IOS | XR | NX | ASA | EOS,
	INDUSTRY = CISCO | NEC | ALX, /* the command line that Cisco's made common */
};
enum {
	L = NORO_FORM_LINES,
	B = NORO_FORM_BRACES,
	S = NORO_FORM_SET,
	K = NORO_FORM_BLOCKS,
	M = NORO_FORM_MENUS,
	X = NORO_FORM_XML,
};

static const struct noro_tell rows[] = {
#include "device/tells_a_i.inc"
#include "device/tells_j_z.inc"
};

const struct noro_tell *noro_tells(size_t *ret_n)
{
	*ret_n = sizeof(rows) / sizeof(rows[0]);
	return rows;
}

/* The first eight bytes as a number, and which of them count: most rows are told apart by that. */
struct head {
	uint64_t mask, bytes;
};
static struct head heads[sizeof(rows) / sizeof(rows[0])];
/* The rows of two first bytes: [from, to). */
static uint16_t from[128][128], to[128][128];
static pthread_once_t made = PTHREAD_ONCE_INIT;

static void make_index(void)
{
	for (size_t i = sizeof(rows) / sizeof(rows[0]); i-- > 0;) {
		const char *b = rows[i].begins;
		char mask[8] = { 0 }, bytes[8] = { 0 };

		for (size_t k = 0; k < 8 && b[k]; k++) {
			mask[k] = (char)0xff;
			bytes[k] = b[k];
		}
		memcpy(&heads[i].mask, mask, 8);
		memcpy(&heads[i].bytes, bytes, 8);
		from[b[0] & 127][b[1] & 127] = (uint16_t)i;
		if (!to[b[0] & 127][b[1] & 127])
			to[b[0] & 127][b[1] & 127] = (uint16_t)(i + 1);
	}
}

void noro_tells_ready(void)
{
	(void)pthread_once(&made, make_index);
}

const struct noro_tell *noro_tell_find(struct noro_view line)
{
	/* a word alone in its line begins a row that asks for more after a blank */
	char padded[8] = { ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ' };
	size_t end;
	uint64_t head;

	if (line.n < 2 || ((line.p[0] | line.p[1]) & 128))
		return NULL;
	end = to[(uint8_t)line.p[0]][(uint8_t)line.p[1]];
	if (end == 0)
		return NULL;
	memcpy(padded, line.p, line.n < 8 ? line.n : 8);
	memcpy(&head, padded, 8);
	for (size_t i = from[(uint8_t)line.p[0]][(uint8_t)line.p[1]]; i < end; i++) {
		const char *b = rows[i].begins;
		size_t n = 2;

		if ((head & heads[i].mask) != heads[i].bytes)
			continue;
		while (n < line.n && b[n] && b[n] == line.p[n])
			n++;
		if (!b[n] || (b[n] == ' ' && !b[n + 1] && n == line.n))
			return &rows[i];
	}
	return NULL;
}
