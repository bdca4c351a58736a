/*
 * src/patch/order.c - which of two versions is older: makers of devices in
 * device/version.h, packages as dpkg (Debian policy 5.6.12) and rpm order them.
 */
#include "patch/patch.h"

/* Letters before all else but the tilde, which comes before the end: 1.0~rc1 < 1.0 < 1.0a. */
static int deb_weight(char c)
{
	if (c == '~')
		return -1;
	if (c == '\0' || noro_is_digit(c))
		return 0;
	return noro_is_alpha(c) ? c : c + 256;
}

/* Numbers of any length: leading zeros off, then the longer is the larger. */
static int number_cmp(const char **a, const char **b)
{
	size_t n = 0, m = 0;
	int first = 0;

	while (**a == '0')
		(*a)++;
	while (**b == '0')
		(*b)++;
	for (; noro_is_digit((*a)[n]) && noro_is_digit((*b)[n]); n++)
		if (!first)
			first = (*a)[n] - (*b)[n];
	m = n;
	while (noro_is_digit((*a)[n]))
		n++;
	while (noro_is_digit((*b)[m]))
		m++;
	*a += n;
	*b += m;
	if (n != m)
		return n < m ? -1 : 1;
	return first;
}

static int deb_part(const char *a, const char *b)
{
	while (*a || *b) {
		int c;

		while ((*a && !noro_is_digit(*a)) || (*b && !noro_is_digit(*b))) {
			c = deb_weight(*a) - deb_weight(*b);
			if (c)
				return c;
			a += *a != '\0';
			b += *b != '\0';
		}
		c = number_cmp(&a, &b);
		if (c)
			return c;
	}
	return 0;
}

enum { PART = 128 };

/* Epoch, upstream and release; missing ones are 0 and empty. */
struct triple {
	char epoch[PART], version[PART], release[PART];
};

static void copy(char out[PART], struct noro_view v)
{
	size_t n = v.n < PART - 1 ? v.n : PART - 1;

	if (n)
		memcpy(out, v.p, n);
	out[n] = '\0';
}

static void cut(const char *s, struct triple *t)
{
	struct noro_view v = noro_view_str(s);
	size_t colon = noro_view_chr(v, ':'), dash;

	copy(t->epoch, colon == SIZE_MAX ? NORO_V("0") : noro_view_sub(v, 0, colon));
	if (colon != SIZE_MAX)
		v = noro_view_sub(v, colon + 1, v.n);
	dash = noro_view_rchr(v, '-');
	copy(t->version, noro_view_sub(v, 0, dash == SIZE_MAX ? v.n : dash));
	copy(t->release,
		dash == SIZE_MAX ? noro_view_sub(v, 0, 0) : noro_view_sub(v, dash + 1, v.n));
}

static bool rpm_in(char c)
{
	return noro_is_alnum(c) || c == '~' || c == '^';
}

/* Runs of digits and of letters; a number is newer than letters; ~ is older, ^ newer than the end.
 */
static int rpm_part(const char *a, const char *b)
{
	for (;;) {
		int c;

		while (*a && !rpm_in(*a))
			a++;
		while (*b && !rpm_in(*b))
			b++;
		if (*a == '~' || *b == '~') {
			if (*a != *b)
				return *a == '~' ? -1 : 1;
			a++, b++;
			continue;
		}
		if (*a == '^' || *b == '^') {
			if (*a != *b)
				return *a == '^' ? (*b ? -1 : 1) : (*a ? 1 : -1);
			a++, b++;
			continue;
		}
		if (!*a || !*b)
			return *a ? 1 : *b ? -1 : 0;
		if (noro_is_digit(*a) != noro_is_digit(*b))
			return noro_is_digit(*a) ? 1 : -1;
		if (noro_is_digit(*a)) {
			c = number_cmp(&a, &b);
			if (c)
				return c;
			continue;
		}
		while (noro_is_alpha(*a) && *a == *b)
			a++, b++;
		if (noro_is_alpha(*a) || noro_is_alpha(*b))
			return noro_is_alpha(*a) && noro_is_alpha(*b) ? *a - *b
			       : noro_is_alpha(*a)                    ? 1
								      : -1;
	}
}

static int packaged(const char *a, const char *b, int (*part)(const char *, const char *), bool deb)
{
	struct triple p, q;
	int c;

	cut(a, &p);
	cut(b, &q);
	c = part(p.epoch, q.epoch);
	if (c == 0)
		c = part(p.version, q.version);
	/* a version without a release stands for all its releases, but for dpkg it is the first */
	if (c == 0 && (deb || (p.release[0] && q.release[0])))
		c = part(p.release, q.release);
	return c;
}

int noro_patch_cmp(
	const char *scheme, enum noro_dialect d, const char *a, const char *b, bool *ret_ok)
{
	*ret_ok = a[0] != '\0' && b[0] != '\0';
	if (scheme && strcmp(scheme, "deb") == 0)
		return packaged(a, b, deb_part, true);
	if (scheme && strcmp(scheme, "rpm") == 0)
		return packaged(a, b, rpm_part, false);
	return noro_version_cmp(d, a, b, ret_ok);
}
