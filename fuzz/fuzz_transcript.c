/*
 * fuzz/fuzz_transcript.c - a session and the name of its file, parted by the first NUL.
 * Outputs lie in the text, in order, without overlap; a command that is written out
 * is written out already.
 */
#include "fuzz/fuzz.h"

#include "base/arena.h"
#include "device/state.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct noro_view all = noro_view(data, size), path = { 0 };
	struct noro_arena *a = noro_arena_new(64 << 20);
	const struct noro_output *o;
	size_t n = 0, nul = noro_view_chr(all, '\0');
	uint64_t end = 0;

	if (!a)
		return 0;
	if (nul != SIZE_MAX) {
		path = noro_view_sub(all, 0, nul);
		all = noro_view_sub(all, nul + 1, all.n);
	}
	if (noro_transcript_cut(all, path.p ? noro_arena_strn(a, path.p, path.n) : NULL, a, &o,
		    &n) == NORO_OK) {
		for (size_t i = 0; i < n; i++) {
			enum noro_fact_source s;

			assert(o[i].offset >= end);
			end = o[i].offset + o[i].body.n;
			assert(end <= all.n && o[i].line >= 1);
			for (unsigned d = 0; d < NORO_DIALECTS; d++) {
				struct noro_view full =
					noro_command_expand((enum noro_dialect)d, o[i].command, a);

				assert(noro_view_eq_i(
					full, noro_command_expand((enum noro_dialect)d, full, a)));
			}
			(void)noro_command_is_config(o[i].dialect, o[i].command, &s);
			(void)noro_command_is_routes(o[i].dialect, o[i].command);
		}
	}
	noro_arena_free(a);
	return 0;
}
