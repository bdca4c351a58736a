/* src/source/pull.c - bytes on demand, with a look ahead; and which packing they begin. */
#include "source/source_priv.h"

#include "base/mem.h"

#include <errno.h>
#include <unistd.h>

void noro_pull_free(struct noro_pull *p)
{
	if (p)
		p->free(p);
}

struct fd_pull {
	struct noro_pull pull;
	int fd;
	uint64_t *taken;
};

static enum noro_status fd_read(
	struct noro_pull *p, char *buf, size_t cap, size_t *ret_n, struct noro_error *err)
{
	struct fd_pull *f = (struct fd_pull *)p;
	ssize_t n;

	do {
		n = read(f->fd, buf, cap);
	} while (n < 0 && errno == EINTR);
	*ret_n = n > 0 ? (size_t)n : 0;
	if (n < 0) {
		char text[96];

		return noro_fail(err, NORO_EIO, noro_source_msg(NORO_MSG_SYSTEM),
			strerror_r(errno, text, sizeof(text)));
	}
	if (f->taken)
		*f->taken += *ret_n;
	return n == 0 ? NORO_END : NORO_OK;
}

static void plain_free(struct noro_pull *p)
{
	free(p);
}

struct noro_pull *noro_pull_fd(int fd, uint64_t *taken)
{
	struct fd_pull *f = noro_calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	f->pull = (struct noro_pull){ fd_read, plain_free };
	f->fd = fd;
	f->taken = taken;
	return &f->pull;
}

struct view_pull {
	struct noro_pull pull;
	struct noro_view rest;
};

static enum noro_status view_read(
	struct noro_pull *p, char *buf, size_t cap, size_t *ret_n, struct noro_error *err)
{
	struct view_pull *v = (struct view_pull *)p;
	size_t n = v->rest.n < cap ? v->rest.n : cap;

	(void)err;
	if (n > 0)
		memcpy(buf, v->rest.p, n);
	v->rest = noro_view_sub(v->rest, n, SIZE_MAX);
	*ret_n = n;
	return n ? NORO_OK : NORO_END;
}

struct noro_pull *noro_pull_view(struct noro_view view)
{
	struct view_pull *v = noro_calloc(1, sizeof(*v));

	if (!v)
		return NULL;
	v->pull = (struct noro_pull){ view_read, plain_free };
	v->rest = view;
	return &v->pull;
}

static enum noro_status head_read(
	struct noro_pull *p, char *buf, size_t cap, size_t *ret_n, struct noro_error *err)
{
	struct noro_head *h = (struct noro_head *)p;
	size_t n = h->n - h->at < cap ? h->n - h->at : cap;

	*ret_n = n;
	if (n > 0) {
		memcpy(buf, h->p + h->at, n);
		h->at += n;
		return NORO_OK;
	}
	if (h->end == NORO_OK)
		return h->from->read(h->from, buf, cap, ret_n, err);
	if (err)
		*err = h->err;
	return h->end;
}

static void head_free(struct noro_pull *p)
{
	struct noro_head *h = (struct noro_head *)p;

	noro_pull_free(h->from);
	free(h->p);
	free(h);
}

struct noro_head *noro_head_new(struct noro_pull *from)
{
	struct noro_head *h = from ? noro_calloc(1, sizeof(*h)) : NULL;

	if (!h) {
		noro_pull_free(from);
		return NULL;
	}
	h->pull = (struct noro_pull){ head_read, head_free };
	h->from = from;
	return h;
}

static bool head_room(struct noro_head *h, size_t want)
{
	size_t cap = h->cap ? h->cap : 4096;
	char *p;

	if (want <= h->cap)
		return true;
	while (cap < want)
		cap *= 2;
	p = noro_realloc(h->p, cap);
	if (!p)
		return false;
	h->p = p;
	h->cap = cap;
	return true;
}

struct noro_view noro_head_peek(struct noro_head *h, size_t want)
{
	while (h->end == NORO_OK && h->n - h->at < want) {
		size_t got = 0;
		/* small files stay small: grow as bytes come */
		size_t room = h->n + (h->n < 4096 ? 4096 : h->n < NORO_HEAD / 2 ? h->n : NORO_HEAD);

		if (room > h->at + want)
			room = h->at + want;
		if (!head_room(h, room)) {
			h->end = noro_fail(&h->err, NORO_ENOMEM, NULL);
			break;
		}
		h->end = h->from->read(h->from, h->p + h->n, room - h->n, &got, &h->err);
		h->n += got;
	}
	return noro_view(h->p + h->at, h->n - h->at < want ? h->n - h->at : want);
}

static bool has(struct noro_view v, size_t at, const char *bytes, size_t n)
{
	return v.n >= at + n && memcmp(v.p + at, bytes, n) == 0;
}

/* An old tar has no mark; its header's checksum must hold instead (POSIX ustar, 07). */
static bool is_tar(struct noro_view v)
{
	unsigned sum = 0, want = 0;
	size_t digits = 0;

	if (v.n < 512 || v.p[0] == '\0')
		return false;
	for (size_t i = 0; i < 512; i++)
		sum += i >= 148 && i < 156 ? ' ' : (unsigned char)v.p[i];
	for (size_t i = 148; i < 156; i++) {
		if (v.p[i] >= '0' && v.p[i] <= '7') {
			want = want * 8 + (unsigned)(v.p[i] - '0');
			digits++;
		} else if (digits > 0) {
			break;
		}
	}
	return digits > 0 && sum == want;
}

static bool is_lha(struct noro_view v)
{
	return has(v, 2, "-lh", 3) && v.n >= 7 && v.p[6] == '-' &&
	       (noro_is_digit(v.p[5]) || v.p[5] == 'd');
}

static bool is_skippable_zstd(struct noro_view v)
{
	return v.n >= 4 && ((unsigned char)v.p[0] & 0xF0) == 0x50 && has(v, 1, "\x2A\x4D\x18", 3);
}

/* A log may begin with the day 070701: the rest of the header is digits too. */
static bool is_cpio(struct noro_view v)
{
	size_t digits = has(v, 0, "070707", 6) ? 76 : 110;

	if (!has(v, 0, "07070", 5) || v.n < digits || !strchr("127", v.p[5]))
		return false;
	for (size_t i = 6; i < digits; i++)
		if (!noro_is_hex(v.p[i]))
			return false;
	return true;
}

static bool is_bzip2(struct noro_view v)
{
	return has(v, 0, "BZh", 3) && v.n >= 4 && v.p[3] >= '1' && v.p[3] <= '9' &&
	       (has(v, 4, "\x31\x41\x59\x26\x53\x59", 6) ||
		       has(v, 4, "\x17\x72\x45\x38\x50\x90", 6));
}

enum noro_packing noro_packing_of(struct noro_view v)
{
	static const struct {
		const char *magic;
		size_t n;
		enum noro_packing is;
	} row[] = { { "\x1F\x8B\x08", 3, NORO_PACK_GZIP },
		{ "\x28\xB5\x2F\xFD", 4, NORO_PACK_ZSTD }, { "\x04\x22\x4D\x18", 4, NORO_PACK_LZ4 },
		{ "\xFD"
		  "7zXZ\0",
			6, NORO_PACK_XZ },
		{ "\x1F\x9D", 2, NORO_PACK_COMPRESS }, { "LZIP\1", 5, NORO_PACK_LZIP },
		{ "PK\3\4", 4, NORO_PACK_ZIP }, { "PK\5\6", 4, NORO_PACK_ZIP },
		{ "PK\7\10PK", 6, NORO_PACK_ZIP }, { "7z\xBC\xAF\x27\x1C", 6, NORO_PACK_7Z },
		{ "!<arch>\n", 8, NORO_PACK_AR }, { "Rar!\x1A\7\0", 7, NORO_PACK_RAR },
		{ "Rar!\x1A\7\1\0", 8, NORO_PACK_RAR5 }, { "MSCF\0\0\0\0", 8, NORO_PACK_CAB } };

	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++)
		if (has(v, 0, row[i].magic, row[i].n))
			return row[i].is;
	if (is_bzip2(v))
		return NORO_PACK_BZIP2;
	if (is_skippable_zstd(v))
		return NORO_PACK_ZSTD;
	if (is_cpio(v))
		return NORO_PACK_CPIO;
	if (is_lha(v))
		return NORO_PACK_LHA;
	if (has(v, 257, "ustar", 5) || is_tar(v))
		return NORO_PACK_TAR;
	return NORO_PACK_NONE;
}

const char *noro_packing_name(enum noro_packing p)
{
	static const char *const name[] = { [NORO_PACK_NONE] = "plain",
		[NORO_PACK_GZIP] = "gzip",
		[NORO_PACK_ZSTD] = "zstd",
		[NORO_PACK_LZ4] = "lz4",
		[NORO_PACK_XZ] = "xz",
		[NORO_PACK_BZIP2] = "bzip2",
		[NORO_PACK_COMPRESS] = "compress",
		[NORO_PACK_LZIP] = "lzip",
		[NORO_PACK_TAR] = "tar",
		[NORO_PACK_ZIP] = "zip",
		[NORO_PACK_7Z] = "7z",
		[NORO_PACK_CPIO] = "cpio",
		[NORO_PACK_AR] = "ar",
		[NORO_PACK_RAR] = "rar",
		[NORO_PACK_RAR5] = "rar5",
		[NORO_PACK_LHA] = "lha",
		[NORO_PACK_CAB] = "cab" };

	return name[p];
}

struct noro_source_limits noro_source_limits_of(const struct noro_source_limits *l)
{
	struct noro_source_limits r = l ? *l : (struct noro_source_limits){ 0 };

	r.max_depth = r.max_depth ? r.max_depth : 5;
	r.max_ratio = r.max_ratio ? r.max_ratio : 1000;
	r.max_members = r.max_members ? r.max_members : 1000000;
	r.max_member_bytes = r.max_member_bytes ? r.max_member_bytes : (uint64_t)1 << 40;
	r.max_total_bytes = r.max_total_bytes ? r.max_total_bytes : (uint64_t)4 << 40;
	return r;
}

const char *noro_source_msg(enum noro_source_msg m)
{
	static const char cipher[] =
		N_("is encrypted: %1 can only be decrypted by its own program; "
		   "unpack it and hunt what comes out");
	static const char *const text[NORO_MSGS] = {
		[NORO_MSG_TRUNC] = N_("the %1 data end too early"),
		[NORO_MSG_DAMAGED] = N_("the %1 data are damaged"),
		[NORO_MSG_CHECKSUM] = N_("the checksum of the %1 data does not hold"),
		[NORO_MSG_TRAILING] = N_("%1 bytes after the end of the %2 data are not read"),
		[NORO_MSG_WINDOW] = N_("the %1 data need more than %2 MiB of memory"),
		[NORO_MSG_RATIO] = N_("unpacks to more than %1 times its size (limit max_ratio)"),
		[NORO_MSG_MEMBERS] = N_("has more than %1 members (limit max_members)"),
		[NORO_MSG_MEMBER] = N_("unpacks to more than %1 bytes (limit max_member_bytes)"),
		[NORO_MSG_TOTAL] =
			N_("unpacks to more than %1 bytes in all (limit max_total_bytes)"),
		[NORO_MSG_DEPTH] =
			N_("is packed more than %1 times into one another (limit max_depth)"),
		[NORO_MSG_SPOOL] = N_("a %1 file of more than %2 MiB inside another is not opened"),
		[NORO_MSG_ARCHIVE] = N_("the %1 archive is damaged: %2"),
		[NORO_MSG_CUT] = N_("the %1 archive ends too early"),
		[NORO_MSG_PASSWORD] = N_("is encrypted: a password is needed"),
		[NORO_MSG_PASSWORDS] = N_("is encrypted: no given password opens it"),
		[NORO_MSG_CIPHER] = cipher,
		[NORO_MSG_CHILD] = N_("unpacking stopped: the confined child failed"),
		[NORO_MSG_SILENT] = N_("unpacking stopped: nothing came for %1 seconds"),
		[NORO_MSG_SYSTEM] = N_("cannot be read: %1"),
	};

	return text[m];
}
