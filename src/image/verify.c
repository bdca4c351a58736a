/*
 * src/image/verify.c - verdicts on files and records.
 *
 * A list clears a file only if the maker's list has its hash. With no list a fleet still
 * speaks: among files of one name most should be equal, and the odd one is the one to look at.
 */
#include "image/image.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE = 256 << 10, FEWEST = 3 };

static enum noro_status hash_all(
	int fd, const char *path, struct noro_hash *h, uint64_t *ret_n, struct noro_error *err)
{
	char *buf = noro_malloc(PIECE);
	ssize_t n = 0;

	*ret_n = 0;
	while (buf && (n = read(fd, buf, PIECE)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			break;
		noro_hash_add(h, buf, (size_t)n);
		*ret_n += (uint64_t)n;
	}
	free(buf);
	if (!buf)
		return noro_fail(err, NORO_ENOMEM, NULL);
	return n < 0 ? noro_fail_errno(err, errno, path) : NORO_OK;
}

static enum noro_status take(struct noro_hash *h, enum noro_hash_kind kind, char *out, size_t cap)
{
	char text[NORO_HASH_TEXT];
	enum noro_status st = noro_hash_hex(h, kind, text);

	if (st == NORO_OK && strlen(text) < cap)
		memcpy(out, text, strlen(text) + 1);
	return st;
}

enum noro_status noro_image_hash(
	const char *path, struct noro_image_file *ret, struct noro_error *err)
{
	struct noro_hash *h = noro_hash_new(1u << NORO_MD5 | 1u << NORO_SHA256 | 1u << NORO_SHA512);
	int fd = h ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
	struct stat s;
	enum noro_status st;

	*ret = (struct noro_image_file){ .path = path, .outcome = NORO_IMAGE_UNREAD };
	if (!h)
		return noro_fail(err, NORO_ENOMEM, NULL);
	if (fd < 0 || fstat(fd, &s) != 0)
		st = noro_fail_errno(err, errno, path);
	else if (!S_ISREG(s.st_mode))
		st = noro_error_at((noro_fail(err, NORO_EARG, N_("not a regular file")), err), path,
			NORO_AT_NONE, 0);
	else
		st = hash_all(fd, path, h, &ret->size, err);
	if (st == NORO_OK)
		st = take(h, NORO_MD5, ret->md5, sizeof(ret->md5));
	if (st == NORO_OK)
		st = take(h, NORO_SHA256, ret->sha256, sizeof(ret->sha256));
	if (st == NORO_OK)
		st = take(h, NORO_SHA512, ret->sha512, sizeof(ret->sha512));
	if (fd >= 0)
		(void)close(fd);
	noro_hash_free(h);
	ret->outcome = st == NORO_OK ? NORO_IMAGE_UNKNOWN : NORO_IMAGE_UNREAD;
	return st;
}

static struct noro_view base_name(const char *path)
{
	struct noro_view v = noro_view_str(path);
	size_t cut = noro_view_rchr(v, '/');

	return cut == SIZE_MAX ? v : noro_view_sub(v, cut + 1, v.n);
}

/* The strongest digest that a list knows. MD5 can be forged: it vouches only for want of better. */
static const struct noro_known_value *vouches(
	const struct noro_known *k, const struct noro_image_file *f)
{
	const char *const digest[] = { f->sha512, f->sha256, f->md5 };
	const struct noro_known_value *v = NULL;

	for (size_t i = 0; i < 3 && !v; i++)
		v = noro_known_find(k, noro_view_str(digest[i]));
	return v;
}

static void judge_one(const struct noro_known *k, struct noro_image_file *f)
{
	const struct noro_known_value *v = vouches(k, f);

	f->value = v;
	if (v) {
		f->outcome = v->makers ? NORO_IMAGE_MAKERS : NORO_IMAGE_LISTED;
		return;
	}
	f->value = noro_known_named(k, base_name(f->path), 0);
	f->outcome = f->value ? NORO_IMAGE_OTHER : NORO_IMAGE_UNKNOWN;
}

static int vote_cmp(const void *pa, const void *pb)
{
	const struct noro_image_file *a = *(const struct noro_image_file *const *)pa,
				     *b = *(const struct noro_image_file *const *)pb;
	struct noro_view x = base_name(a->path), y = base_name(b->path);
	size_t i = 0;

	while (i < x.n && i < y.n && noro_lower(x.p[i]) == noro_lower(y.p[i]))
		i++;
	if (i < x.n && i < y.n)
		return (unsigned char)noro_lower(x.p[i]) - (unsigned char)noro_lower(y.p[i]);
	return x.n != y.n ? (x.n < y.n ? -1 : 1) : strcmp(a->sha512, b->sha512);
}

/* Files of one name stand together, and equal ones among them. */
static void count_votes(struct noro_image_file **by, size_t n)
{
	for (size_t i = 0, to; i < n; i = to) {
		for (to = i + 1;
			to < n && noro_view_eq_i(base_name(by[to]->path), base_name(by[i]->path));
			to++)
			;
		for (size_t k = i, end; k < to; k = end) {
			for (end = k + 1; end < to && strcmp(by[end]->sha512, by[k]->sha512) == 0;
				end++)
				;
			for (size_t m = k; m < end; m++) {
				by[m]->same = end - k;
				by[m]->others = to - i - (end - k);
			}
		}
	}
}

static void add_fleet(const struct noro_known *fleet, struct noro_image_file *f)
{
	const char *const digest[3] = { f->sha512, f->sha256, f->md5 };

	if (fleet)
		noro_known_votes(fleet, base_name(f->path), digest, &f->same, &f->others);
}

enum noro_status noro_image_judge(
	const struct noro_known *k, struct noro_image_file *file, size_t n)
{
	return noro_image_judge_fleet(k, NULL, file, n);
}

enum noro_status noro_image_judge_fleet(const struct noro_known *k, const struct noro_known *fleet,
	struct noro_image_file *file, size_t n)
{
	struct noro_image_file **by = noro_calloc(n + 1, sizeof(struct noro_image_file *));
	size_t read = 0;

	if (!by)
		return NORO_ENOMEM;
	for (size_t i = 0; i < n; i++)
		if (file[i].outcome != NORO_IMAGE_UNREAD) {
			judge_one(k, &file[i]);
			by[read++] = &file[i];
		}
	if (read > 1)
		qsort(by, read, sizeof(struct noro_image_file *), vote_cmp);
	count_votes(by, read);
	free(by);
	for (size_t i = 0; i < n; i++) {
		if (file[i].outcome != NORO_IMAGE_UNREAD)
			add_fleet(fleet, &file[i]);
		if (file[i].outcome != NORO_IMAGE_UNKNOWN || file[i].same + file[i].others < FEWEST)
			continue;
		if (file[i].same > file[i].others)
			file[i].outcome = NORO_IMAGE_MAJORITY;
		else if (file[i].same < file[i].others)
			file[i].outcome = NORO_IMAGE_ODD;
	}
	return NORO_OK;
}

/* --- records --- */

static enum noro_biv_answer look_up(
	const struct noro_biv *b, const struct noro_known *k, const char **ret_unlisted)
{
	if (!noro_known_find(k, noro_view_str(b->boot0_hash)))
		*ret_unlisted = "Boot 0";
	else if (!noro_known_find(k, noro_view_str(b->loader_hash)))
		*ret_unlisted = "Boot Loader";
	for (size_t i = 0; !*ret_unlisted && i < b->packages; i++)
		if (!noro_known_find(k, noro_view_str(b->package[i].hash)))
			*ret_unlisted = b->package[i].name ? b->package[i].name : "OS";
	return *ret_unlisted ? NORO_BIV_BAD : NORO_BIV_GOOD;
}

static enum noro_status signature(
	const struct noro_biv *b, const struct noro_biv_question *q, struct noro_signed *ret)
{
	uint8_t bytes[NORO_BIV_SIGNED], raw[1024];
	/* what the device shows as its nonce is no proof; what we asked for is */
	size_t n = noro_biv_signed(
		b, q->has_nonce || b->has_nonce, q->has_nonce ? q->nonce : b->nonce, bytes);
	size_t k = 0;

	*ret = (struct noro_signed){ .signature = NORO_BIV_UNKNOWN, .chain = NORO_BIV_UNKNOWN };
	if (!b->signature)
		return NORO_OK;
	for (const char *s = b->signature; s[0] && s[1] && k < sizeof(raw); s += 2)
		raw[k++] = (uint8_t)((unsigned)noro_hex_value(s[0]) << 4 |
				     (unsigned)noro_hex_value(s[1]));
	if (!n) {
		ret->signature = NORO_BIV_BAD;
		return NORO_OK;
	}
	return noro_certs_verify(
		q->certs, noro_view(bytes, n), noro_view(raw, k), false, q->now_ns, ret);
}

static bool any_bad(const struct noro_biv_verdict *v)
{
	return v->pcr0 == NORO_BIV_BAD || v->pcr8 == NORO_BIV_BAD || v->nonce == NORO_BIV_BAD ||
	       v->hashes == NORO_BIV_BAD || v->sign.signature == NORO_BIV_BAD ||
	       v->sign.chain == NORO_BIV_BAD;
}

enum noro_status noro_biv_judge(
	const struct noro_biv *b, const struct noro_biv_question *q, struct noro_biv_verdict *ret)
{
	enum noro_status st;

	*ret = (struct noro_biv_verdict){ .pcr0 = noro_biv_pcr0(b),
		.pcr8 = noro_biv_pcr8(b),
		.nonce = NORO_BIV_UNKNOWN,
		.hashes = NORO_BIV_UNKNOWN };
	if (q->has_nonce)
		ret->nonce = b->has_nonce && b->nonce == q->nonce ? NORO_BIV_GOOD : NORO_BIV_BAD;
	if (q->any_list)
		ret->hashes = look_up(b, q->known, &ret->unlisted);
	st = signature(b, q, &ret->sign);
	ret->bad = any_bad(ret);
	if (ret->sign.signature == NORO_BIV_GOOD && ret->sign.chain == NORO_BIV_GOOD)
		ret->grade =
			ret->nonce == NORO_BIV_GOOD ? 4 : 2; /* an old record can be played again */
	else if (ret->sign.signature == NORO_BIV_GOOD)
		ret->grade = 1;
	return st;
}
