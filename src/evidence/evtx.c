/*
 * src/evidence/evtx.c - Windows event logs (.evtx) through libevtx.
 *
 * The format is binary XML with templates, and the library was written to read
 * other people's files kindly rather than hostile ones: it runs in a confined child that
 * holds the file as memory and a pipe, and writes one JSON object an event.
 */
#include "evidence/log_priv.h"

#include "base/confine.h"
#include "base/jsonw.h"
#include "base/library.h"
#include "base/mem.h"

#include <libevtx/features.h>
#undef LIBEVTX_HAVE_BFIO /* that part wants the headers of libbfio; a path is all we give */
#include <libevtx.h>

#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
	MAX_FILE = 1 << 30,   /* bytes of one .evtx held in memory */
	MAX_CHILD = 3U << 29, /* memory of the child beyond that file */
	MAX_XML = 1 << 20,    /* of one event */
	PULL = 64 << 10,
};

#define CALLS(X)                                                                                   \
	X(libevtx_record_get_utf8_xml_string_size)                                                 \
	X(libevtx_record_get_utf8_xml_string)                                                      \
	X(libevtx_file_get_number_of_recovered_records)                                            \
	X(libevtx_file_get_number_of_records)                                                      \
	X(libevtx_file_get_recovered_record_by_index)                                              \
	X(libevtx_file_get_record_by_index)                                                        \
	X(libevtx_record_free)                                                                     \
	X(libevtx_file_initialize)                                                                 \
	X(libevtx_file_open)                                                                       \
	X(libevtx_file_is_corrupted)                                                               \
	X(libevtx_file_close)                                                                      \
	X(libevtx_file_free)
NORO_LIBRARY(evtx, "libevtx", CALLS, "libevtx.so.1");

static bool write_all(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t put = write(fd, p, n);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		p += put;
		n -= (size_t)put;
	}
	return true;
}

/* In the child: the XML of an event becomes the pairs that winevent.c finds in it. */
static bool event(
	const struct noro_log *log, struct noro_view xml, bool recovered, struct noro_buf *out)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_jsonw w = noro_jsonw(out);
	struct noro_record r = { .time_ns = NORO_TIME_NONE };
	bool ok = a && noro_ev_winevent(log, a, xml, &r);

	noro_buf_clear(out);
	if (ok) {
		noro_jsonw_object(&w);
		for (size_t i = 0; i < r.owns; i++) {
			char *name = noro_arena_strn(a, r.own[i].name.p, r.own[i].name.n);

			if (name)
				noro_jsonw_kview(&w, name, r.own[i].value);
		}
		if (recovered)
			noro_jsonw_kbool(&w, "recovered", true);
		noro_jsonw_object_end(&w);
		noro_buf_chr(out, '\n');
	}
	noro_arena_free(a);
	return ok && out->status == NORO_OK;
}

static int one_record(const struct noro_log *log, libevtx_record_t *record, bool recovered,
	struct noro_buf *line, int out)
{
	size_t size = 0;
	char *xml;
	int rc = 0;

	if (evtx.libevtx_record_get_utf8_xml_string_size(record, &size, NULL) != 1 || size == 0 ||
		size > MAX_XML)
		return 0;
	xml = noro_malloc(size);
	if (!xml)
		return 0;
	if (evtx.libevtx_record_get_utf8_xml_string(record, (uint8_t *)xml, size, NULL) == 1 &&
		event(log, noro_view(xml, strnlen(xml, size)), recovered, line) &&
		!write_all(out, line->p, line->n))
		rc = 1;
	free(xml);
	return rc;
}

static int records(libevtx_file_t *file, const struct noro_log *log, bool recovered, int out)
{
	struct noro_buf line = { 0 };
	int n = 0, rc = 0;

	if ((recovered ? evtx.libevtx_file_get_number_of_recovered_records(file, &n, NULL)
		       : evtx.libevtx_file_get_number_of_records(file, &n, NULL)) != 1)
		return 2;
	for (int i = 0; i < n && rc == 0; i++) {
		libevtx_record_t *record = NULL;

		if ((recovered ? evtx.libevtx_file_get_recovered_record_by_index(
					 file, i, &record, NULL)
			       : evtx.libevtx_file_get_record_by_index(file, i, &record, NULL)) !=
			1)
			continue;
		rc = one_record(log, record, recovered, &line, out);
		evtx.libevtx_record_free(&record, NULL);
	}
	noro_buf_done(&line);
	return rc;
}

static int child(int in, int out, void *arg)
{
	char path[32];
	libevtx_file_t *file = NULL;
	int rc = 2;

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", in);
	if (evtx.libevtx_file_initialize(&file, NULL) != 1)
		return 2;
	if (evtx.libevtx_file_open(file, path, LIBEVTX_OPEN_READ, NULL) == 1) {
		rc = records(file, arg, false, out);
		if (rc == 0 && records(file, arg, true, out) == 1)
			rc = 1;
		if (rc == 0 && evtx.libevtx_file_is_corrupted(file, NULL) == 1)
			rc = 3;
		evtx.libevtx_file_close(file, NULL);
	}
	evtx.libevtx_file_free(&file, NULL);
	return rc;
}

/* The whole file as an anonymous descriptor. */
static enum noro_status hold(noro_pull_fn *pull, void *pull_ctx, int fd)
{
	char *buf = noro_malloc(PULL);
	enum noro_status st = buf ? NORO_OK : NORO_ENOMEM;
	uint64_t total = 0;

	while (st == NORO_OK) {
		size_t got = 0;

		st = pull(pull_ctx, buf, PULL, &got);
		if (st < 0)
			break;
		total += got;
		if (total > MAX_FILE)
			st = NORO_ELIMIT;
		else if (!write_all(fd, buf, got))
			st = NORO_ENOMEM;
	}
	free(buf);
	return st < 0 ? st : NORO_OK;
}

/* What the child writes goes on as it comes. */
static enum noro_status relay(struct noro_child *c, noro_push_fn *push, void *push_ctx)
{
	char *buf = noro_malloc(PULL);
	enum noro_status st = buf ? NORO_OK : NORO_ENOMEM;

	while (st >= 0) {
		ssize_t got = read(c->fd, buf, PULL);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		st = push(push_ctx, buf, (size_t)got);
	}
	free(buf);
	return st < 0 ? st : NORO_OK;
}

static enum noro_status transcode(const struct noro_log_opts *opts, noro_pull_fn *pull,
	void *pull_ctx, noro_push_fn *push, void *push_ctx, struct noro_error *err)
{
	struct noro_log *log = NULL;
	struct noro_child c;
	enum noro_status st;
	int rc, fd;

	st = noro_library_load(&evtx_library, err);
	if (st != NORO_OK)
		return st;
	st = noro_log_new(&noro_reader_winevent, opts, (struct noro_view){ 0 }, &log, err);
	if (st != NORO_OK)
		return st;
	fd = memfd_create("evtx", MFD_CLOEXEC);
	st = fd < 0 ? noro_fail_errno(err, errno, "memfd_create") : hold(pull, pull_ctx, fd);
	if (st == NORO_OK)
		st = noro_child_start(child, fd, log, MAX_CHILD, &c, err);
	else if (fd >= 0)
		(void)noro_fail(err, st, NULL);
	if (st == NORO_OK) {
		st = relay(&c, push, push_ctx);
		rc = noro_child_end(&c);
		if (st < 0)
			(void)noro_fail(err, st, NULL);
		else if (rc >= 256)
			st = noro_fail(err, NORO_ECORRUPT,
				N_("the library failed on this event log (signal %1)"),
				NORO_NUM(rc - 256));
		else if (rc == 3)
			st = noro_fail(err, NORO_ECORRUPT,
				N_("the event log is damaged; what could be read was read"));
		else if (rc == 2)
			st = noro_fail(
				err, NORO_EFORMAT, N_("the library cannot open this event log"));
	}
	if (fd >= 0)
		close(fd);
	noro_log_free(log);
	return st;
}

static void sniff(struct noro_view head, const char *path, struct noro_sniff *ret)
{
	(void)path;
	if (head.n >= 8 && memcmp(head.p, "ElfFile", 8) == 0)
		noro_ev_sniffed(ret, 100, N_("begins with the mark of an event log, ElfFile"), "");
}

const struct noro_reader noro_reader_evtx = {
	.name = "evtx",
	.title = N_("Windows event log (.evtx)"),
	.sniff = sniff,
	.parse = noro_ev_json_line,
	.transcode = transcode,
	.classes = "ip domain hash login command process windows",
};
