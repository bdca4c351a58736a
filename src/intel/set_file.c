/*
 * src/intel/set_file.c - a compiled set as a file, and what must hold before any
 * set, built or mapped, may be used.
 */
#include "intel/set_priv.h"

#include "base/file.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BYTE_ORDER_MARK = 0x01020304 };

static enum noro_status broken(struct noro_error *err, const char *what)
{
	return noro_fail(err, NORO_ECORRUPT, N_("the set contradicts itself: %1"), what);
}

static const char *string_at(const struct noro_set *s, uint32_t at, bool *good)
{
	if (at >= s->sec[SEC_STRINGS].n)
		*good = false;
	return at && *good ? (const char *)s->sec[SEC_STRINGS].p + at : NULL;
}

static bool read_meta(const struct noro_set *s, size_t i, struct noro_ioc_meta *ret)
{
	struct disk_meta d;
	bool good = true;

	memcpy(&d, s->sec[SEC_META].p + i * sizeof(d), sizeof(d));
	ret->source = string_at(s, d.source, &good);
	ret->advisory = string_at(s, d.advisory, &good);
	ret->section = string_at(s, d.section, &good);
	ret->note = string_at(s, d.note, &good);
	ret->actors = string_at(s, d.actors, &good);
	ret->attack = string_at(s, d.attack, &good);
	ret->cve = string_at(s, d.cve, &good);
	ret->labels = string_at(s, d.labels, &good);
	ret->allowed = string_at(s, d.allowed, &good);
	ret->role = (enum noro_ioc_role)d.role;
	ret->confidence = d.confidence;
	ret->tlp = d.tlp;
	ret->severity = d.severity;
	ret->from_ns = d.from_ns;
	ret->until_ns = d.until_ns;
	ret->typed_ns = d.typed_ns;
	ret->expires_ns = d.expires_ns;
	return good && d.role <= NORO_ROLE_CONTEXT && d.confidence <= 100;
}

static enum noro_status attach_metas(struct noro_set *s, struct noro_error *err)
{
	const struct section *str = &s->sec[SEC_STRINGS];
	size_t n = s->sec[SEC_META].n / sizeof(struct disk_meta);
	size_t patterns = s->sec[SEC_PATTERN].n / sizeof(struct disk_pattern);

	if (!str->n || str->p[str->n - 1] || n > SET_MAX_KEYS || patterns > SET_MAX_KEYS ||
		s->sec[SEC_META].n % sizeof(struct disk_meta) ||
		s->sec[SEC_PATTERN].n % sizeof(struct disk_pattern))
		return broken(err, "meta");
	s->metas = noro_calloc(n + 1, sizeof(*s->metas));
	if (!s->metas)
		return noro_fail(err, NORO_ENOMEM, N_("not enough memory for the indicator set"));
	s->meta_count = (uint32_t)n;
	s->pattern_count = (uint32_t)patterns;
	for (size_t i = 0; i < n; i++)
		if (!read_meta(s, i, &s->metas[i]))
			return broken(err, "meta");
	for (size_t i = 0; i < patterns; i++) {
		struct disk_pattern d;

		memcpy(&d, s->sec[SEC_PATTERN].p + i * sizeof(d), sizeof(d));
		if (d.text > str->n || d.len > str->n - d.text || d.meta >= n)
			return broken(err, "pattern");
	}
	return NORO_OK;
}

static enum noro_status attach_kinds(struct noro_set *s, struct noro_error *err)
{
	uint64_t keys = 0;

	for (unsigned k = 0; k < NORO_IOC_KINDS; k++) {
		const struct section *dir = set_part(s, k, PART_DIR);
		unsigned width = noro_set_width((enum noro_ioc_kind)k);
		size_t n = s->count[k], buckets;

		s->first[k] = (uint32_t)keys;
		keys += n;
		if (keys > SET_MAX_KEYS)
			return broken(err, "counts");
		if (!n)
			continue;
		buckets = dir->n / 4 - 1;
		if (dir->n % 4 || dir->n < 8 || buckets > UINT32_MAX / 2 ||
			(buckets & (buckets - 1)))
			return broken(err, "directory");
		s->buckets[k] = (uint32_t)buckets;
		if (width ? set_part(s, k, PART_VALUES)->n != n * width
			  : set_part(s, k, PART_OFFSETS)->n != (n + 1) * 4)
			return broken(err, "values");
	}
	if (keys != s->keys || s->sec[SEC_REF].n != keys * 4)
		return broken(err, "counts");
	return NORO_OK;
}

static bool attach_bloom(const struct section *sec, const void *words, struct noro_bloom *ret)
{
	size_t n = sec->n / 8;

	if (sec->n % 8 || n < 64 || (n & (n - 1)))
		return false;
	ret->word = words ? words : (const void *)sec->p;
	ret->words = n;
	ret->shift = 64 - (unsigned)__builtin_ctzll(n);
	return true;
}

static bool nets_hold(const struct noro_set *s)
{
	for (uint32_t i = 0; i < s->view.nets4; i++) {
		const struct noro_net4 *t = &s->view.net4[i];

		if (t->parent > i || t->key >= s->keys || t->lo > t->hi ||
			(i && t[-1].lo > t->lo) ||
			(t->parent && s->view.net4[t->parent - 1].hi < t->hi))
			return false;
	}
	for (uint32_t i = 0; i < s->view.nets6; i++) {
		const struct noro_net6 *t = &s->view.net6[i];

		if (t->parent > i || t->key >= s->keys || memcmp(t->lo, t->hi, 16) > 0 ||
			(i && memcmp(t[-1].lo, t->lo, 16) > 0))
			return false;
	}
	return true;
}

static enum noro_status attach_view(struct noro_set *s, struct noro_error *err)
{
	struct noro_set_view *v = &s->view;

	if (!attach_bloom(&s->sec[SEC_BLOOM4], s->filters[0], &v->v4) ||
		!attach_bloom(&s->sec[SEC_BLOOM_NAME], s->filters[1], &v->name) ||
		!attach_bloom(&s->sec[SEC_BLOOM_HEX], s->filters[2], &v->hex) ||
		s->sec[SEC_TLD].n != NORO_TLD_SLOTS / 8)
		return broken(err, "filter");
	v->tld = (const void *)s->sec[SEC_TLD].p;
	v->net4 = (const void *)s->sec[SEC_NET4].p;
	v->net6 = (const void *)s->sec[SEC_NET6].p;
	if (s->sec[SEC_NET4].n / sizeof(*v->net4) > SET_MAX_KEYS ||
		s->sec[SEC_NET6].n / sizeof(*v->net6) > SET_MAX_KEYS)
		return broken(err, "prefixes");
	v->nets4 = (uint32_t)(s->sec[SEC_NET4].n / sizeof(*v->net4));
	v->nets6 = (uint32_t)(s->sec[SEC_NET6].n / sizeof(*v->net6));
	if (!nets_hold(s))
		return broken(err, "prefixes");
	v->name_kind[NORO_IOC_DOMAIN] = s->count[NORO_IOC_DOMAIN];
	v->name_kind[NORO_IOC_EMAIL] = s->count[NORO_IOC_EMAIL];
	v->name_kind[NORO_IOC_URL] = s->count[NORO_IOC_URL];
	v->name_kind[NORO_IOC_FILE_NAME] = s->count[NORO_IOC_FILE_NAME];
	return NORO_OK;
}

enum noro_status noro_set_attach(struct noro_set *s, struct noro_error *err)
{
	enum noro_status st = attach_kinds(s, err);

	if (st == NORO_OK)
		st = attach_metas(s, err);
	if (st == NORO_OK)
		st = attach_view(s, err);
	if (st == NORO_OK)
		st = noro_set_net_maps(s);
	if (st == NORO_ENOMEM)
		return noro_fail(err, st, N_("not enough memory for the indicator set"));
	return st;
}

/* --- writing --- */

static bool is_lazy(unsigned sec)
{
	return sec == SEC_RECORD || sec == SEC_REF || sec >= SEC_KIND;
}

static enum noro_status lay_sums(struct noro_set *s, struct disk_header *h)
{
	size_t blocks = 0;
	uint64_t *sums;

	for (unsigned i = 0; i < SEC_COUNT; i++)
		if (is_lazy(i))
			blocks += (s->sec[i].n + SET_BLOCK - 1) / SET_BLOCK;
	sums = noro_calloc(blocks + 1, 8);
	if (!sums)
		return NORO_ENOMEM;
	s->sec[SEC_SUMS] = (struct section){ (uint8_t *)sums, blocks * 8, sums };
	blocks = 0;
	for (unsigned i = 0; i < SEC_COUNT; i++) {
		const struct section *sec = &s->sec[i];

		if (!is_lazy(i))
			continue;
		h->section[i].first_block = (uint32_t)blocks;
		for (size_t at = 0; at < sec->n; at += SET_BLOCK)
			sums[blocks++] = noro_set_sum(
				sec->p + at, sec->n - at < SET_BLOCK ? sec->n - at : SET_BLOCK);
	}
	return NORO_OK;
}

static enum noro_status lay_header(struct noro_set *s, struct disk_header *h)
{
	uint64_t at = (sizeof(*h) + SET_ALIGN - 1) & ~(uint64_t)(SET_ALIGN - 1);
	enum noro_status st;

	memcpy(h->magic, SET_MAGIC, 8);
	h->version = SET_VERSION;
	h->order = BYTE_ORDER_MARK;
	h->sections = SEC_COUNT;
	h->keys = s->keys;
	h->idn = s->view.idn;
	for (size_t k = 0; k < NORO_IOC_KINDS; k++)
		h->kind_count[k] = s->count[k];
	st = lay_sums(s, h);
	if (st != NORO_OK)
		return st;
	for (unsigned i = 0; i < SEC_COUNT; i++) {
		struct disk_section *d = &h->section[i];

		d->at = at;
		d->size = s->sec[i].n;
		d->lazy = is_lazy(i);
		if (!d->lazy)
			d->sum = noro_set_sum(s->sec[i].p, s->sec[i].n);
		at = (at + d->size + SET_ALIGN - 1) & ~(uint64_t)(SET_ALIGN - 1);
	}
	h->size = at;
	h->sum = noro_set_sum((const uint8_t *)h, offsetof(struct disk_header, sum));
	return NORO_OK;
}

void noro_set_resum(uint8_t *bytes, size_t n)
{
	struct disk_header h;
	uint64_t sums, most;

	if (n < sizeof(h))
		return;
	memcpy(&h, bytes, sizeof(h));
	/* where the header says that they are, which need not be aligned, and how many fit there */
	sums = h.section[SEC_SUMS].at < n ? h.section[SEC_SUMS].at : 0;
	most = h.section[SEC_SUMS].size < n - sums ? h.section[SEC_SUMS].size : n - sums;
	for (unsigned pass = 0; pass < 2; pass++)
		for (unsigned i = 0; i < SEC_COUNT; i++) {
			struct disk_section *d = &h.section[i];

			if (d->at > n || d->size > n - d->at || is_lazy(i) != (pass == 0))
				continue;
			if (pass)
				d->sum = noro_set_sum(bytes + d->at, d->size);
			for (size_t at = 0; !pass && at < d->size; at += SET_BLOCK) {
				size_t slot = d->first_block + at / SET_BLOCK;
				size_t len = d->size - at < SET_BLOCK ? d->size - at : SET_BLOCK;
				uint64_t sum = noro_set_sum(bytes + d->at + at, len);

				if (slot < most / sizeof(sum))
					memcpy(bytes + sums + slot * sizeof(sum), &sum,
						sizeof(sum));
			}
		}
	h.sum = noro_set_sum((const uint8_t *)&h, offsetof(struct disk_header, sum));
	memcpy(bytes, &h, sizeof(h));
}

static enum noro_status write_padded(
	struct noro_outfile *f, const void *p, size_t n, struct noro_error *err)
{
	static const uint8_t zero[SET_ALIGN];
	enum noro_status st = n ? noro_outfile_write(f, p, n, err) : NORO_OK;

	if (st == NORO_OK && n % SET_ALIGN)
		st = noro_outfile_write(f, zero, SET_ALIGN - n % SET_ALIGN, err);
	return st;
}

enum noro_status noro_set_write(
	struct noro_set_builder *b, const char *path, struct noro_error *err)
{
	struct noro_set *s = NULL;
	struct disk_header *h = NULL;
	struct noro_outfile *f = NULL;
	enum noro_status st = noro_set_finish(b, &s, err);

	if (st != NORO_OK)
		return st;
	h = noro_calloc(1, sizeof(*h));
	st = h ? lay_header(s, h) : NORO_ENOMEM;
	if (st != NORO_OK)
		(void)noro_fail(err, st, N_("not enough memory for the indicator set"));
	else
		st = noro_outfile_open(path, 0644, &f, err);
	if (st == NORO_OK)
		st = write_padded(f, h, sizeof(*h), err);
	for (unsigned i = 0; i < SEC_COUNT && st == NORO_OK; i++)
		st = write_padded(f, s->sec[i].p, s->sec[i].n, err);
	if (st == NORO_OK)
		st = noro_outfile_commit(f, err);
	else
		noro_outfile_abandon(f);
	free(h);
	noro_set_free(s);
	return st;
}

/* --- opening --- */

bool noro_set_is(struct noro_view head)
{
	return head.n >= 8 && memcmp(head.p, SET_MAGIC, 8) == 0;
}

static enum noro_status check_header(
	const struct disk_header *h, size_t size, struct noro_error *err)
{
	uint64_t least = (sizeof(*h) + SET_ALIGN - 1) & ~(uint64_t)(SET_ALIGN - 1);

	if (size < 16 || !noro_set_is(noro_view(h, size)))
		return noro_fail(err, NORO_EFORMAT, N_("this is not a compiled indicator set"));
	if (h->order != BYTE_ORDER_MARK || h->version != SET_VERSION)
		return noro_fail(err, NORO_EUNSUPPORTED,
			N_("the set was compiled by another version or for another machine; "
			   "compile it again"));
	if (size < sizeof(*h) || h->size > size)
		return noro_fail(err, NORO_ETRUNC, N_("the set ends too early"));
	if (h->size != size || h->sections != SEC_COUNT ||
		h->sum != noro_set_sum((const uint8_t *)h, offsetof(struct disk_header, sum)))
		return noro_fail(err, NORO_ECORRUPT, N_("the header of the set was changed"));
	for (unsigned i = 0; i < SEC_COUNT; i++) {
		const struct disk_section *d = &h->section[i];

		if (d->at != least || d->size > size - d->at || d->lazy != (uint32_t)is_lazy(i))
			return broken(err, "sections");
		least = (d->at + d->size + SET_ALIGN - 1) & ~(uint64_t)(SET_ALIGN - 1);
		if (least > size)
			return broken(err, "sections");
	}
	return NORO_OK;
}

/* Nothing reads it, but a changed byte is an error wherever it is. */
static bool padding_is_zero(const struct noro_set *s)
{
	const struct disk_header *h = s->header;

	for (unsigned i = 0; i <= SEC_COUNT; i++) {
		size_t at = i ? h->section[i - 1].at + h->section[i - 1].size : sizeof(*h);
		size_t end = i < SEC_COUNT ? h->section[i].at : s->map_size;

		for (; at < end; at++)
			if (s->map[at])
				return false;
	}
	return true;
}

/*
 * Filters are probed at random all the time: copies in large pages save a page walk
 * a probe. They are copied and summed in one go, since a large one is tens of megabytes.
 */
static enum noro_status check_section(
	struct noro_set *s, unsigned i, const struct disk_section *d, struct noro_error *err)
{
	static const unsigned filters[3] = { SEC_BLOOM4, SEC_BLOOM_NAME, SEC_BLOOM_HEX };
	const uint8_t *p = s->map + d->at;
	size_t f = 0;
	uint64_t sum;

	while (f < 3 && filters[f] != i)
		f++;
	if (f < 3) {
		s->filters[f] = noro_set_large(d->size);
		if (!s->filters[f])
			return noro_fail(
				err, NORO_ENOMEM, N_("not enough memory for the indicator set"));
		sum = noro_set_sum_copy(s->filters[f], p, d->size);
	} else {
		sum = noro_set_sum(p, d->size);
	}
	if (sum != d->sum)
		return noro_fail(err, NORO_ECORRUPT, N_("a section of the set was changed"));
	return NORO_OK;
}

static enum noro_status check_sections(struct noro_set *s, struct noro_error *err)
{
	const struct disk_header *h = s->header;
	uint64_t blocks = 0;

	for (unsigned i = 0; i < SEC_COUNT; i++) {
		const struct disk_section *d = &h->section[i];

		s->sec[i] = (struct section){ .p = s->map + d->at, .n = d->size };
		if (!d->lazy) {
			enum noro_status st = check_section(s, i, d, err);

			if (st != NORO_OK)
				return st;
			continue;
		}
		if (d->first_block != blocks)
			return broken(err, "blocks");
		blocks += (d->size + SET_BLOCK - 1) / SET_BLOCK;
	}
	if (h->section[SEC_SUMS].size != blocks * 8)
		return broken(err, "blocks");
	if (!padding_is_zero(s))
		return noro_fail(err, NORO_ECORRUPT, N_("a section of the set was changed"));
	s->block_state = noro_calloc(blocks + 1, sizeof(*s->block_state));
	if (!s->block_state)
		return noro_fail(err, NORO_ENOMEM, N_("not enough memory for the indicator set"));
	return NORO_OK;
}

static enum noro_status map_file(const char *path, struct noro_set *s, struct noro_error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat sb;
	void *p;

	if (fd < 0)
		return noro_fail_errno(err, errno, path);
	if (fstat(fd, &sb) != 0) {
		enum noro_status st = noro_fail_errno(err, errno, path);

		(void)close(fd);
		return st;
	}
	if (!S_ISREG(sb.st_mode) || sb.st_size < 16) {
		(void)close(fd);
		return noro_fail(err, NORO_EFORMAT, N_("this is not a compiled indicator set"));
	}
	p = mmap(NULL, (size_t)sb.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	(void)close(fd);
	if (p == MAP_FAILED)
		return noro_fail_errno(err, errno, path);
	s->map = p;
	s->map_size = (size_t)sb.st_size;
	return NORO_OK;
}

static enum noro_status open_mapped(struct noro_set *s, struct noro_error *err)
{
	enum noro_status st;

	s->header = (const void *)s->map;
	st = check_header(s->header, s->map_size, err);
	if (st == NORO_OK)
		st = check_sections(s, err);
	if (st != NORO_OK)
		return st;
	s->keys = s->header->keys;
	s->view.idn = s->header->idn;
	for (size_t k = 0; k < NORO_IOC_KINDS; k++) {
		if (s->header->kind_count[k] > SET_MAX_KEYS)
			return broken(err, "counts");
		s->count[k] = (uint32_t)s->header->kind_count[k];
	}
	return noro_set_attach(s, err);
}

enum noro_status noro_set_open(const char *path, struct noro_set **ret, struct noro_error *err)
{
	struct noro_set *s = noro_calloc(1, sizeof(*s));
	enum noro_status st;

	if (!s)
		return noro_fail(err, NORO_ENOMEM, N_("not enough memory for the indicator set"));
	st = map_file(path, s, err);
	if (st == NORO_OK)
		st = open_mapped(s, err);
	if (st != NORO_OK) {
		noro_set_free(s);
		(void)noro_error_at(err, path, NORO_AT_NONE, 0);
		return st;
	}
	*ret = s;
	return NORO_OK;
}
