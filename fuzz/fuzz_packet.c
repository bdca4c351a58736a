/* fuzz/fuzz_packet.c - a hostile frame: what is told of it lies within it. Two bytes of link type,
 * two of tunnels to open, one that lets the wire have had more, the frame. */
#include "fuzz/fuzz.h"

#include "evidence/packet.h"

enum { HEAD = 5 };

static void within(const struct noro_packet *pk, const uint8_t *p, size_t n)
{
	const uint8_t *end = p + n;
	unsigned at = 0;

	assert(pk->flaw < NORO_FLAWS);
	if (pk->family == 0) {
		assert(pk->flaw != NORO_FLAW_NONE && !pk->payload && !pk->src6 && !pk->ip);
		return;
	}
	assert(pk->family == 4 || pk->family == 6);
	assert(pk->ip >= p && pk->ip < end && pk->ip_captured <= (size_t)(end - pk->ip));
	assert((pk->family == 6) == (pk->src6 != NULL));
	if (pk->src6)
		assert(pk->src6 == pk->ip + 8 && pk->dst6 == pk->ip + 24 && pk->dst6 + 16 <= end);
	assert(pk->payload || pk->payload_n == 0);
	if (pk->payload)
		assert(pk->payload > pk->ip && pk->payload_n <= (size_t)(end - pk->payload));
	assert(pk->payload_n <= pk->payload_wire_n);
	assert(pk->frag != NORO_FRAG_LATER || (pk->sport == 0 && pk->dport == 0));
	if (pk->options_n)
		assert(pk->options > pk->ip && pk->options_n <= (size_t)(end - pk->options));
	while (at < pk->options_n && pk->options[at] != 0) { /* as a caller may walk them */
		unsigned step = pk->options[at] == 1 ? 1 : 0;

		if (step == 0) {
			assert(pk->options_n - at >= 2);
			step = pk->options[at + 1];
			assert(step >= 2);
		}
		at += step;
		assert(at <= pk->options_n);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct noro_frame f = { .ts_ns = 1 };
	struct noro_packet pk, again;
	unsigned open;

	if (size < HEAD || size > 65536)
		return 0;
	f.link = (uint16_t)(data[0] << 8 | data[1]);
	open = (unsigned)data[2] << 8 | data[3];
	f.p = data + HEAD;
	f.n = (uint32_t)(size - HEAD);
	f.wire_n = f.n + data[4];
	memset(&pk, 0xaa, sizeof(pk));
	noro_packet_read(&f, open, &pk);
	within(&pk, f.p, f.n);
	assert((pk.via & 0x7e0 & ~open) == 0 || (pk.via & NORO_VIA_GRE)); /* shut ones stay shut */
	noro_packet_read(&f, open, &again);
	assert(pk.family == again.family && pk.flaw == again.flaw && pk.payload == again.payload);
	noro_packet_read_ip(f.p, f.n, 1, &pk);
	within(&pk, f.p, f.n);
	return 0;
}
