/*
 * src/match/kernel_avx512.c - 512 bytes at a time, eight words of every row in a
 * register: BW, VL, VBMI, VBMI2, VPOPCNTDQ, GFNI.
 *
 * A table look-up gives each byte one bit a class; a multiplication by the unit
 * matrix turns eight bytes of such bits into one byte a class, and byte and word
 * shuffles gather those into the rows. The algebra of kernel.inc then runs on
 * registers, group after group: nothing is stored but the three rows that the token
 * loops look back into. That costs half of what storing every row and reading it
 * back at an offset did, because such a read must wait for the stores it straddles.
 */
#include "match/lane.h"

#include <immintrin.h>

#define HAVE_SURVEY  1
#define HAVE_ANSWERS 1

/*
 * A byte's class in eight bits, a row each. Nothing is both a letter or digit and a sign, so three
 * of the bits are a number, which spares a second table and half of what follows it.
 */
enum { DIGIT = 1, LETTER, HEX_LETTER, BRACKET, PERCENT, SLASH, AMPERSAND };
enum { DOT = 8, COLON = 16, DASH = 32, UNDER = 64, LINE = 128 };

static const uint8_t class_of[128] __attribute__((aligned(64))) = {
	['0' ... '9'] = DIGIT,
	['A' ... 'F'] = HEX_LETTER,
	['G' ... 'Z'] = LETTER,
	['a' ... 'f'] = HEX_LETTER,
	['g' ... 'z'] = LETTER,
	['.'] = DOT,
	[':'] = COLON,
	['-'] = DASH,
	['_'] = UNDER,
	['\n'] = LINE,
	['('] = BRACKET,
	[')'] = BRACKET,
	['['] = BRACKET,
	[']'] = BRACKET,
	['{'] = BRACKET,
	['}'] = BRACKET,
	['%'] = PERCENT,
	['\\'] = SLASH,
	['&'] = AMPERSAND,
};

/* What a group leaves to the next: of each row, what its last word holds. */
struct past {
	__m512i digit, alpha, hex, dot, colon, dash, under, bracket, percent, slash;
	__m512i v1, v2, v3, stop, carry, after, x1, x2, x2w;
	__m512i p2, p4, d3, d6, q5, a1, a2, a4, a8;
};

struct classes {
	__m512i digit, alpha, hex, dot, colon, dash, under, line;
	__m512i bracket, percent, slash, ampersand;
};

/* The words of `r`, each replaced by the one before it, and S() as in kernel.inc. */
#define BEFORE(r)                                                                                  \
	const __m512i r##_before = _mm512_alignr_epi64(r, past->r, 7);                             \
	past->r = r
#define S(r, k)      _mm512_shldi_epi64(r, r##_before, k)
#define AND(a, b)    _mm512_and_si512(a, b)
#define OR(a, b)     _mm512_or_si512(a, b)
#define BUT(a, b)    _mm512_andnot_si512(b, a) /* a and not b */
#define OR3(a, b, c) _mm512_ternarylogic_epi64(a, b, c, 0xfe)

static inline __m512i look_up(__m512i x)
{
	return _mm512_permutex2var_epi8(
		_mm512_load_si512(class_of), x, _mm512_load_si512(class_of + 64));
}

/* Four rows of two blocks each, in four registers, to four rows of eight blocks. */
static inline __attribute__((always_inline)) void gather(const __m512i in[4], __m512i out[4])
{
	__m512i a = _mm512_shuffle_i64x2(in[0], in[1], 0x44);
	__m512i b = _mm512_shuffle_i64x2(in[2], in[3], 0x44);
	__m512i c = _mm512_shuffle_i64x2(in[0], in[1], 0xee);
	__m512i d = _mm512_shuffle_i64x2(in[2], in[3], 0xee);

	out[0] = _mm512_shuffle_i64x2(a, b, 0x88);
	out[1] = _mm512_shuffle_i64x2(a, b, 0xdd);
	out[2] = _mm512_shuffle_i64x2(c, d, 0x88);
	out[3] = _mm512_shuffle_i64x2(c, d, 0xdd);
}

/* Byte 8 * word + column of block 0 and of block 1, for the words in order and four columns. */
#define COLUMN(b, c)                                                                               \
	(b) + (c), (b) + (c) + 8, (b) + (c) + 16, (b) + (c) + 24, (b) + (c) + 32, (b) + (c) + 40,  \
		(b) + (c) + 48, (b) + (c) + 56
#define COLUMNS(c, second)                                                                         \
	COLUMN(0, c), COLUMN(second, c), COLUMN(0, (c) + 1), COLUMN(second, (c) + 1),              \
		COLUMN(0, (c) + 2), COLUMN(second, (c) + 2), COLUMN(0, (c) + 3),                   \
		COLUMN(second, (c) + 3)

static const uint8_t low_columns[64] __attribute__((aligned(64))) = { COLUMNS(0, 64) };
static const uint8_t high_columns[64] __attribute__((aligned(64))) = { COLUMNS(4, 64) };

/* The rows of the number that is `a` + 2 `b` + 4 `c`; the last argument is the truth table. */
#define OF(table) _mm512_ternarylogic_epi64(c, b, a, table)

static inline __attribute__((always_inline)) struct classes classify(const uint8_t *p)
{
	/* the matrix product numbers bytes from the other end */
	const __m512i turn = _mm512_broadcast_i32x4(
		_mm_setr_epi8(7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8));
	const __m512i unit = _mm512_set1_epi64(INT64_C(-0x7fbfdfeff7fbfdff));
	/* bytes above become one that has no class */
	const __m512i top = _mm512_set1_epi8(127);
	__m512i low[4], high[4], row[4], more[4], a, b, c;

	for (unsigned i = 0; i < 4; i++) {
		__m512i x = _mm512_shuffle_epi8(_mm512_loadu_si512(p + 128 * (size_t)i), turn);
		__m512i y = _mm512_shuffle_epi8(_mm512_loadu_si512(p + 128 * (size_t)i + 64), turn);

		x = look_up(_mm512_min_epu8(x, top));
		y = look_up(_mm512_min_epu8(y, top));
		x = _mm512_gf2p8affine_epi64_epi8(unit, x, 0);
		y = _mm512_gf2p8affine_epi64_epi8(unit, y, 0);
		low[i] = _mm512_permutex2var_epi8(x, _mm512_load_si512(low_columns), y);
		high[i] = _mm512_permutex2var_epi8(x, _mm512_load_si512(high_columns), y);
	}
	gather(low, row);
	gather(high, more);
	a = row[0];
	b = row[1];
	c = row[2];
	return (struct classes){ .digit = OF(1 << DIGIT),
		.alpha = OF(1 << LETTER | 1 << HEX_LETTER),
		.hex = OF(1 << DIGIT | 1 << HEX_LETTER),
		.dot = row[3],
		.colon = more[0],
		.dash = more[1],
		.under = more[2],
		.line = more[3],
		.bracket = OF(1 << BRACKET),
		.percent = OF(1 << PERCENT),
		.slash = OF(1 << SLASH),
		.ampersand = OF(1 << AMPERSAND) };
}

static inline __attribute__((always_inline)) __m512i find_v4(
	struct past *past, const struct classes *c, __m512i digit1)
{
	__m512i v1 = AND(c->dot, digit1), v2, v3, behind;

	BEFORE(v1);
	v2 = AND(v1, OR3(S(v1, 2), S(v1, 3), S(v1, 4)));
	BEFORE(v2);
	v3 = AND(v1, OR3(S(v2, 2), S(v2, 3), S(v2, 4)));
	BEFORE(v3);
	behind = AND(digit1, OR3(S(v3, 2), S(v3, 3), S(v3, 4)));
	return BUT(behind, OR3(c->digit, c->alpha, c->under));
}

static inline __attribute__((always_inline)) __m512i find_name(
	struct past *past, const struct classes *c, __m512i dot1, __m512i *ret_stop)
{
	const __m512i ones = _mm512_set1_epi64(-1);
	__m512i label = OR3(c->digit, c->alpha, c->dash);
	__m512i stop = _mm512_xor_si512(OR(label, c->under), ones);
	__m512i first = AND(c->alpha, dot1), sum = _mm512_add_epi64(label, first), carry, after;

	carry = _mm512_srli_epi64(OR(first, BUT(label, sum)), 63);
	BEFORE(carry);
	after = BUT(_mm512_add_epi64(sum, carry_before), label);
	BEFORE(after);
	BEFORE(stop);
	*ret_stop = stop;
	return AND(AND(S(after, 1), S(stop, 1)), OR(stop, _mm512_xor_si512(dot1, ones)));
}

static inline __attribute__((always_inline)) __m512i find_colon(
	struct past *past, const struct classes *c, __m512i hex1)
{
	__m512i colon = c->colon, x1 = AND(colon, hex1), x2, x2w;

	BEFORE(colon);
	BEFORE(x1);
	x2 = AND(x1, OR(OR3(S(x1, 2), S(x1, 3), S(x1, 4)), S(x1, 5)));
	BEFORE(x2);
	x2w = OR(OR3(x2, S(x2, 1), S(x2, 2)), S(x2, 3));
	BEFORE(x2w);
	return OR(AND(colon, S(colon, 1)), AND(x2, OR(S(x2w, 4), S(x2w, 7))));
}

static inline __m512i find_hex(__m512i hex)
{
	__m512i a = AND(hex, _mm512_srli_epi64(hex, 1));

	a = AND(a, _mm512_srli_epi64(a, 2));
	a = AND(a, _mm512_srli_epi64(a, 4));
	a = AND(a, _mm512_srli_epi64(a, 8));
	a = AND(a, _mm512_set1_epi64(INT64_C(0x0001000100010001)));
	return BUT(a, _mm512_slli_epi64(a, 16));
}

static inline __attribute__((always_inline)) __m512i find_shape(
	struct past *past, const struct classes *c)
{
	__m512i digit = c->digit, alpha = c->alpha, under = c->under, hex = c->hex;
	__m512i p2, p4, p8, d3, d6, q5, asn, ja4;
	/* the rows whose words before are kept elsewhere */
	const __m512i digit_before = _mm512_alignr_epi64(digit, past->digit, 7);
	const __m512i alpha_before = _mm512_alignr_epi64(alpha, past->alpha, 7);
	const __m512i hex_before = _mm512_alignr_epi64(hex, past->hex, 7);

	BEFORE(under);
	p2 = AND(hex, S(hex, 1));
	BEFORE(p2);
	p4 = AND(p2, S(p2, 2));
	d3 = AND(c->dash, S(p2, 1));
	BEFORE(p4);
	BEFORE(d3);
	p8 = AND(p4, S(p4, 4));
	d6 = AND(d3, S(d3, 3));
	q5 = AND(c->dot, S(p4, 1));
	BEFORE(d6);
	BEFORE(q5);
	asn = BUT(AND(digit, AND(S(alpha, 1), S(alpha, 2))),
		OR3(S(digit, 3), S(alpha, 3), S(under, 3)));
	ja4 = AND(AND(p8, S(p4, 8)), S(under, 12));
	return OR3(AND(d6, S(d6, 6)), AND(q5, S(q5, 5)), OR(asn, ja4));
}

static inline __attribute__((always_inline)) __m512i find_coin(
	struct past *past, const struct classes *c)
{
	__m512i a1 = OR(c->digit, c->alpha), a2, a4, a8, a16;

	BEFORE(a1);
	a2 = AND(a1, S(a1, 1));
	BEFORE(a2);
	a4 = AND(a2, S(a2, 2));
	BEFORE(a4);
	a8 = AND(a4, S(a4, 4));
	BEFORE(a8);
	a16 = AND(a8, S(a8, 8));
	return BUT(AND(a16, AND(S(a8, 16), S(a2, 24))), S(a1, 26));
}

static inline __attribute__((always_inline)) __m512i find_spot(struct past *past,
	const struct classes *c, __m512i digit1, __m512i hex1, __m512i any_escape)
{
	__m512i bracket = c->bracket, percent = c->percent, slash = c->slash, around;

	BEFORE(bracket);
	BEFORE(percent);
	BEFORE(slash);
	around = AND(BUT(bracket, digit1), OR3(S(bracket, 2), S(bracket, 3), S(bracket, 4)));
	return OR(c->ampersand, OR3(around, AND(AND(c->hex, hex1), S(percent, 2)),
					AND(OR3(c->alpha, c->dot, any_escape), S(slash, 1))));
}

/*
 * Positions of the bits, the first of every word, then the second, and so on: no
 * order that anybody needs. Two rounds come without a question whether they are needed.
 */
static inline __attribute__((always_inline)) uint32_t *scatter(
	uint32_t *q, __m512i row, uint32_t base)
{
	const __m512i at = _mm512_add_epi64(
		_mm512_set1_epi64(base), _mm512_setr_epi64(0, 64, 128, 192, 256, 320, 384, 448));

	for (unsigned round = 0;; round++) {
		__mmask8 some = _mm512_test_epi64_mask(row, row);
		__m512i less = _mm512_add_epi64(row, _mm512_set1_epi64(-1));
		__m512i bit = _mm512_popcnt_epi64(BUT(less, row));

		if (round >= 2 && __builtin_expect(!some, 1))
			return q;
		_mm256_storeu_si256((__m256i *)(void *)q,
			_mm256_maskz_compress_epi32(
				some, _mm512_cvtepi64_epi32(_mm512_add_epi64(at, bit))));
		q += __builtin_popcount(some);
		row = AND(row, less);
	}
}

/* The same in order, for rows that are mostly empty. */
static inline __attribute__((always_inline)) uint32_t *pick(uint32_t *q, __m512i row, uint32_t base)
{
	uint64_t word[8] __attribute__((aligned(64)));
	unsigned some = _mm512_test_epi64_mask(row, row);

	if (some)
		_mm512_store_si512(word, row);
	for (; some; some &= some - 1) {
		unsigned i = (unsigned)__builtin_ctz(some);

		for (uint64_t m = word[i]; m; m &= m - 1)
			*q++ = base + 64 * i + (uint32_t)__builtin_ctzll(m);
	}
	return q;
}

/* Where each list is being written. */
struct pens {
	uint32_t *v4, *name, *rare, *shape, *spot;
	__m512i lines;
};

static inline __attribute__((always_inline)) void survey_group(struct noro_lane *l,
	struct past *past, struct pens *pen, const uint8_t *p, unsigned i, uint32_t base)
{
	const unsigned want = l->want;
	const struct classes c = classify(p);
	__m512i digit = c.digit, hex = c.hex, dot = c.dot, rare = _mm512_setzero_si512();
	__m512i digit1, hex1, dot1, shape, stop;

	if (want & WANT_SHAPE) {
		__m512i alpha = c.alpha;

		shape = find_shape(past, &c);
		if (want & WANT_COIN)
			shape = OR(shape, find_coin(past, &c));
		past->alpha = alpha;
		pen->shape = pick(pen->shape, shape, base);
	}
	BEFORE(digit);
	BEFORE(hex);
	BEFORE(dot);
	digit1 = S(digit, 1);
	hex1 = S(hex, 1);
	dot1 = S(dot, 1);
	_mm512_store_si512(&l->row[ROW_DIGIT][i], digit);
	_mm512_store_si512(&l->row[ROW_HEX][i], hex);
	if (want & WANT_V4)
		pen->v4 = scatter(pen->v4, find_v4(past, &c, digit1), base);
	if (want & WANT_NAME) {
		pen->name = scatter(pen->name, find_name(past, &c, dot1, &stop), base);
		_mm512_store_si512(&l->row[ROW_STOP][i], stop);
	}
	if (want & WANT_COLON)
		rare = find_colon(past, &c, hex1);
	if (want & WANT_HEX)
		rare = OR(rare, find_hex(hex));
	pen->rare = pick(pen->rare, rare, base);
	if (want & WANT_SPOT)
		pen->spot = pick(pen->spot,
			find_spot(
				past, &c, digit1, hex1, _mm512_set1_epi64((int64_t)l->any_escape)),
			base);
	pen->lines = _mm512_add_epi64(pen->lines, _mm512_popcnt_epi64(c.line));
}

/* Kinds that the set lacks leave their part of `past` alone; nobody reads it. */
static void survey(struct noro_lane *l, const uint8_t *text, size_t at, size_t len, unsigned n)
{
	struct pens pen = { l->now->v4, l->now->name, l->rare, l->shape, l->spot,
		_mm512_setzero_si512() };
	struct past *past = (void *)l->past;
	uint8_t tail[512];

	for (unsigned i = 0; i < n; i += 8) {
		size_t from = at + 64 * (size_t)i, left = from < len ? len - from : 0;
		const uint8_t *p = text + from;

		if (left < sizeof(tail)) {
			memset(tail, 0, sizeof(tail));
			memcpy(tail, p, left);
			p = tail;
		}
		survey_group(l, past, &pen, p, i + 1, (uint32_t)from);
	}
	l->now->v4s = (size_t)(pen.v4 - l->now->v4);
	l->now->names = (size_t)(pen.name - l->now->name);
	l->rares = (size_t)(pen.rare - l->rare);
	l->shapes = (size_t)(pen.shape - l->shape);
	l->spots = (size_t)(pen.spot - l->spot);
	l->newlines += (uint64_t)_mm512_reduce_add_epi64(pen.lines);
}

/* noro_bloom_has for eight hashes, of which `asked` are there. */
static inline __attribute__((always_inline)) __mmask8 bloom_has8(
	const struct noro_bloom *b, __m512i h, __mmask8 asked)
{
	const __m512i one = _mm512_set1_epi64(1), six = _mm512_set1_epi64(63);
	__m512i slot = _mm512_srl_epi64(h, _mm_cvtsi32_si128((int)b->shift));
	__m512i word = _mm512_mask_i64gather_epi64(_mm512_setzero_si512(), asked, slot, b->word, 8);
	__m512i bits = OR3(_mm512_sllv_epi64(one, AND(h, six)),
		_mm512_sllv_epi64(one, AND(_mm512_srli_epi64(h, 6), six)),
		OR(_mm512_sllv_epi64(one, AND(_mm512_srli_epi64(h, 12), six)),
			_mm512_sllv_epi64(one, AND(_mm512_srli_epi64(h, 18), six))));

	return _mm512_mask_cmpeq_epi64_mask(asked, AND(word, bits), bits);
}

/* Is the address in a /16 that holds a prefix of the set? */
static inline __attribute__((always_inline)) __mmask8 in_net16(
	const uint64_t *net16, __m256i ip, __mmask8 asked)
{
	__m512i a = _mm512_cvtepu32_epi64(ip);
	__m512i word = _mm512_mask_i64gather_epi64(
		_mm512_setzero_si512(), asked, _mm512_srli_epi64(a, 22), net16, 8);
	__m512i bit = AND(_mm512_srli_epi64(a, 16), _mm512_set1_epi64(63));

	return _mm512_mask_test_epi64_mask(
		asked, _mm512_srlv_epi64(word, bit), _mm512_set1_epi64(1));
}

/* Keep those of eight that stay, closed up; what is overwritten has been read. */
static inline void keep8(uint32_t *list, size_t kept, size_t i, __mmask8 stay)
{
	__m256i v = _mm256_loadu_si256((const __m256i *)(const void *)(list + i));

	_mm256_storeu_si256((__m256i *)(void *)(list + kept), _mm256_maskz_compress_epi32(stay, v));
}

static inline __mmask8 first_of(size_t left)
{
	return (__mmask8)(left < 8 ? (1U << left) - 1 : 0xffU);
}

static void quads_answer(struct noro_lane *l)
{
	struct noro_asked *q = l->then;
	const struct noro_bloom b = l->set->v4;
	const uint64_t *net16 = l->set->net16;
	size_t n = q->v4s, kept = 0;

	for (size_t i = 0; i < n; i += 8) {
		__mmask8 asked = first_of(n - i);
		__mmask8 stay = bloom_has8(&b, _mm512_loadu_si512(q->ip_hash + i), asked);

		if (net16)
			stay |= in_net16(net16,
				_mm256_loadu_si256((const __m256i *)(const void *)(q->ip + i)),
				asked);
		if (!stay)
			continue;
		keep8(q->v4, kept, i, stay);
		keep8(q->ip, kept, i, stay);
		kept += (size_t)__builtin_popcount(stay);
	}
	q->v4s = kept;
}

static void names_answer(struct noro_lane *l)
{
	struct noro_asked *q = l->then;
	const struct noro_bloom b = l->set->name;
	size_t n = q->names, kept = 0;

	for (size_t i = 0; i < n; i += 8) {
		__mmask8 stay = bloom_has8(&b, _mm512_loadu_si512(q->hash + i), first_of(n - i));

		if (!stay)
			continue;
		keep8(q->name, kept, i, stay);
		kept += (size_t)__builtin_popcount(stay);
	}
	q->names = kept;
}

/* The rows that the token loops look back into. */
static const unsigned kept_rows[] = { ROW_DIGIT, ROW_HEX, ROW_STOP };

static void forget(struct noro_lane *l)
{
	struct past *past = (void *)l->past;

	_Static_assert(sizeof(*past) <= sizeof(l->past), "a row more needs more room");
	l->amps = true;
	memset(past, 0, sizeof(*past));
	past->stop = _mm512_set1_epi64(-1);
	for (unsigned k = 0; k < 3; k++)
		l->row[kept_rows[k]][0] = kept_rows[k] == ROW_STOP ? UINT64_MAX : 0;
}

static void remember(struct noro_lane *l, unsigned n)
{
	for (unsigned k = 0; k < 3; k++)
		l->row[kept_rows[k]][0] = l->row[kept_rows[k]][n];
}

#undef S
#include "match/quad_x86.inc"

#define LANE noro_lane_avx512
#include "match/kernel.inc"
