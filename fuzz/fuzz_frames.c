/* fuzz/fuzz_frames.c - a child that was taken over may send anything; the parent stays whole. */
#include "fuzz/fuzz.h"

#include "base/text.h"
#include "source/source_priv.h"

#include <sys/mman.h>
#include <unistd.h>

static void read_member(struct noro_frames_in *f, uint64_t *total)
{
	struct noro_pull *p = noro_frames_pull(f);
	char buf[777];
	size_t n;

	while (p->read(p, buf, sizeof(buf), &n, NULL) == NORO_OK) {
		assert(n > 0 && n <= sizeof(buf));
		*total += n;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct noro_source_limits limits = { .max_members = 10, .max_total_bytes = 1 << 20 };
	int fd = memfd_create("frames", MFD_CLOEXEC);
	struct noro_frames_in *f;
	struct noro_frame frame;
	uint64_t total = 0;
	size_t members = 0;

	assert(fd >= 0);
	assert(write(fd, data, size) == (ssize_t)size);
	assert(lseek(fd, 0, SEEK_SET) == 0);
	f = noro_frames_in_new(fd, &limits, NULL, size);
	assert(f);
	while (noro_frames_next(f, &frame, NULL) == NORO_OK && frame.type != NORO_FRAME_DONE) {
		if (frame.type == NORO_FRAME_MEMBER) {
			members++;
			if (members % 2)
				read_member(f, &total);
		} else {
			assert(frame.err.status < 0);
		}
		assert(noro_utf8_valid(noro_view_str(frame.member.path)) ==
			strlen(frame.member.path));
		assert(strlen(frame.member.packing) <= size);
	}
	assert(members <= 10 && total <= size);
	noro_frames_in_free(f);
	(void)close(fd);
	return 0;
}
