/*
 * src/exercise/template.c - log lines from templates.
 *
 * $B $M $I $E $H $S $Y $Z  the moment, as the file writes it (see print_time)
 * $a1 $s1 $l1 $k1 $d1 $e1 $x1 $v1  the cast
 * $o outside host  $O the last of them again  $c subscriber  $j office client  $i server
 * $m administrator, one for the whole line  $g his host  $G his address at home
 * $R router  $w harmless name  $q URL path  $b user agent  $p client port  $P the last again
 * $r 1-999  $t 1-254  $8 0-7  $z bytes  $n serial number  $y duration  $u Zeek uid
 * $f flow id  $h eight hex digits  $$ a dollar sign
 */
#include "exercise/exercise_priv.h"

#include "base/clock.h"

#include <assert.h>

static const char *const admins[] = { "nocadm", "tanaka", "sato", "suzuki", "netops" };
static const char *const routers[] = { "pe1-tyo", "pe2-tyo", "pe1-osa", "pe1-ngo", "ce1-fuk",
	"ce2-spk" };
static const char *const words[] = { "www", "mail", "news", "shop", "video", "img", "api", "maps",
	"games", "school", "bank", "weather", "music", "cloud", "chat", "photo" };
static const char *const zones[] = { "example.com", "example.net", "example.org" };
static const char *const paths[] = { "/", "/index.html", "/portal/login", "/portal/bill",
	"/portal/usage", "/assets/app.js", "/assets/app.css", "/img/logo.png", "/news/",
	"/faq.html", "/support/contact", "/api/v1/plan", "/api/v1/outage", "/favicon.ico",
	"/robots.txt" };
static const char *const agents[] = {
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
	"Chrome/124.0.0.0 Safari/537.36",
	"Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
	"Gecko) Version/17.4 Mobile/15E148 Safari/604.1",
	"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
	"Version/17.4 Safari/605.1.15",
	"Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0",
	"Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 "
	"Mobile Safari/537.36",
};
#define PICK(r, list) (list)[rng_below((r), sizeof(list) / sizeof((list)[0]))]

static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep",
	"Oct", "Nov", "Dec" };

static bool print_time(char form, int64_t ns, struct noro_buf *out)
{
	struct noro_civil c = noro_civil_from_ns(ns, 0);
	unsigned us = c.ns / 1000;

	switch (form) {
	case 'B': /* RFC 3164 */
		noro_buf_printf(out, "%s %2u %02u:%02u:%02u", months[c.month - 1], c.day, c.hour,
			c.minute, c.second);
		return true;
	case 'M': /* a router's own clock, with milliseconds */
		noro_buf_printf(out, "%s %2u %02u:%02u:%02u.%03u", months[c.month - 1], c.day,
			c.hour, c.minute, c.second, us / 1000);
		return true;
	case 'I': /* RFC 3339 */
		noro_buf_printf(out, "%04d-%02u-%02uT%02u:%02u:%02u.%06u+00:00", c.year, c.month,
			c.day, c.hour, c.minute, c.second, us);
		return true;
	case 'E': /* seconds, as Zeek */
		noro_buf_printf(out, "%lld.%06u", (long long)(ns / NORO_NS_PER_S), us);
		return true;
	case 'H': /* as web servers */
		noro_buf_printf(out, "%02u/%s/%04d:%02u:%02u:%02u +0000", c.day,
			months[c.month - 1], c.year, c.hour, c.minute, c.second);
		return true;
	case 'S': /* as Suricata */
		noro_buf_printf(out, "%04d-%02u-%02uT%02u:%02u:%02u.%06u+0000", c.year, c.month,
			c.day, c.hour, c.minute, c.second, us);
		return true;
	case 'Y': /* date and time apart, as FortiOS */
		noro_buf_printf(out, "date=%04d-%02u-%02u time=%02u:%02u:%02u", c.year, c.month,
			c.day, c.hour, c.minute, c.second);
		return true;
	case 'Z': /* plain */
		noro_buf_printf(out, "%04d-%02u-%02u %02u:%02u:%02u", c.year, c.month, c.day,
			c.hour, c.minute, c.second);
		return true;
	default:
		return false;
	}
}

/* `n` of the cast's `rows`, each `width` wide. */
static void put_cast(struct noro_buf *out, const char *rows, size_t width, size_t count, char digit)
{
	size_t i = (size_t)(digit - '1');

	assert(i < count);
	noro_buf_str(out, rows + i * width);
}

static bool cast_token(char who, char digit, const struct cast *c, struct noro_buf *out)
{
#define ROWS(field)                                                                                \
	put_cast(out, c->field[0], sizeof(c->field[0]), sizeof(c->field) / sizeof(c->field[0]),    \
		digit)
	switch (who) {
	case 'a':
		ROWS(attacker);
		return true;
	case 's':
		ROWS(stale);
		return true;
	case 'l':
		ROWS(lookalike);
		return true;
	case 'k':
		ROWS(scanner);
		return true;
	case 'd':
		ROWS(domain);
		return true;
	case 'e':
		ROWS(like_domain);
		return true;
	case 'x':
		ROWS(digest);
		return true;
	case 'v':
		ROWS(v6);
		return true;
	default:
		return false;
	}
#undef ROWS
}

/* A few hosts are seen all the time and most but once: cube a uniform number. */
static uint32_t skewed(struct rng *r, uint32_t n)
{
	uint64_t u = rng_next(r) >> 44, v = u * u >> 20, w = v * u >> 20;

	return (uint32_t)(w * n >> 20);
}

/* What a line has said already and may say again. */
struct said {
	const struct moment *m;
	struct noro_buf *out;
	int admin;                         /* -1: none yet */
	size_t host, host_n, port, port_n; /* where in `out` */
};

static unsigned admin_of(struct said *s)
{
	if (s->admin < 0)
		s->admin = (int)rng_below(s->m->rng, sizeof(admins) / sizeof(admins[0]));
	return (unsigned)s->admin;
}

/* Copied out first: appending may move what is copied. */
static void say_again(struct noro_buf *out, size_t at, size_t n)
{
	char text[32];

	assert(n > 0 && n < sizeof(text));
	memcpy(text, out->p + at, n);
	noro_buf_add(out, text, n);
}

static void put_outside(struct said *s)
{
	uint32_t n = (skewed(s->m->rng, 1 << 17) * 40503u + 0x1a2b) & 0x1ffff;

	/* RFC 2544 space stands for the rest of the Internet */
	s->host = s->out->n;
	noro_buf_printf(s->out, "198.%u.%u.%u", 18 + (n >> 16), n >> 8 & 255, n & 255);
	s->host_n = s->out->n - s->host;
}

static bool person_token(char what, struct said *s)
{
	switch (what) {
	case 'm':
		noro_buf_str(s->out, admins[admin_of(s)]);
		return true;
	case 'g':
		noro_buf_printf(s->out, "10.10.9.%u", 21 + admin_of(s));
		return true;
	case 'G':
		noro_buf_printf(s->out, "198.18.200.%u", 11 + 10 * admin_of(s));
		return true;
	default:
		return false;
	}
}

static bool host_token(char what, struct said *s)
{
	struct rng *r = s->m->rng;
	struct noro_buf *out = s->out;
	uint32_t n;

	switch (what) {
	case 'o':
		put_outside(s);
		return true;
	case 'O':
		say_again(out, s->host, s->host_n);
		return true;
	case 'c':
		n = skewed(r, 1 << 16);
		noro_buf_printf(
			out, "100.%u.%u.%u", 64 + (n >> 14), n >> 6 & 255, 1 + (n * 7 & 253));
		return true;
	case 'j':
		noro_buf_printf(out, "10.20.%u.%u", rng_below(r, 8), 10 + rng_below(r, 200));
		return true;
	case 'i':
		noro_buf_printf(out, "10.30.0.%u", 10 + rng_below(r, 30));
		return true;
	case 'R':
		noro_buf_str(out, PICK(r, routers));
		return true;
	case 'w':
		noro_buf_printf(out, "%s%u.%s", PICK(r, words), skewed(r, 400), PICK(r, zones));
		return true;
	default:
		return false;
	}
}

/* Never one that ends in 22: those mean something in an exercise. */
static void put_port(struct said *s)
{
	uint32_t hundreds = 328 + rng_below(s->m->rng, 280);

	s->port = s->out->n;
	noro_buf_u64(s->out, (uint64_t)hundreds * 100 + 23 + rng_below(s->m->rng, 77));
	s->port_n = s->out->n - s->port;
}

static void put_letters(
	struct noro_buf *out, struct rng *r, const char *set, uint32_t n, size_t count)
{
	for (size_t i = 0; i < count; i++)
		noro_buf_chr(out, set[rng_below(r, n)]);
}

static bool number_token(char what, struct said *s)
{
	struct rng *r = s->m->rng;
	struct noro_buf *out = s->out;

	switch (what) {
	case 'q':
		noro_buf_str(out, PICK(r, paths));
		return true;
	case 'b':
		noro_buf_str(out, PICK(r, agents));
		return true;
	case 'p':
		put_port(s);
		return true;
	case 'P':
		say_again(out, s->port, s->port_n);
		return true;
	case 't':
		noro_buf_u64(out, 1 + rng_below(r, 254));
		return true;
	case '8':
		noro_buf_u64(out, rng_below(r, 8));
		return true;
	case 'r':
		noro_buf_u64(out, 1 + rng_below(r, 999));
		return true;
	case 'z':
		noro_buf_u64(out, 60 + skewed(r, 2000000));
		return true;
	case 'n':
		noro_buf_u64(out, ++*s->m->serial);
		return true;
	case 'y':
		noro_buf_printf(out, "%u.%06u", skewed(r, 300), rng_below(r, 1000000));
		return true;
	case 'u':
		noro_buf_chr(out, 'C');
		put_letters(
			out, r, "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789", 56, 17);
		return true;
	case 'f':
		noro_buf_chr(out, '1');
		put_letters(out, r, "0123456789", 10, 15);
		return true;
	case 'h':
		put_letters(out, r, "0123456789abcdef", 16, 8);
		return true;
	case '$':
		noro_buf_chr(out, '$');
		return true;
	default:
		return false;
	}
}

void noro_exercise_expand(const char *text, const struct moment *m, struct noro_buf *out)
{
	struct said s = { .m = m, .out = out, .admin = -1 };

	for (const char *p = text; *p;) {
		const char *dollar = strchr(p, '$');
		char what;

		if (!dollar) {
			noro_buf_str(out, p);
			return;
		}
		noro_buf_add(out, p, (size_t)(dollar - p));
		what = dollar[1];
		if (noro_is_digit(dollar[2]) && cast_token(what, dollar[2], m->cast, out)) {
			p = dollar + 3;
			continue;
		}
		if (!print_time(what, m->ns, out) && !person_token(what, &s) &&
			!host_token(what, &s) && !number_token(what, &s))
			assert(false && "a template names an unknown token");
		p = dollar + 2;
	}
}
