/*
 * fuzz/fuzz_probe.c - payloads and TCP options from anywhere: a verdict names a rule that is there,
 * is the same twice, and texts fit.
 */
#include "fuzz/fuzz.h"

#include "telescope/probe.h"
#include "telescope/tool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct noro_probes *probes;
static const struct noro_tools *tools;
static struct noro_arena *a;

static void load(void)
{
	static char path[4096];
	const char *folder[] = { path }, *root = getenv("NOROSHI_SOURCE");

	a = noro_arena_new(0);
	(void)snprintf(path, sizeof(path), "%s/knowledge", root ? root : "..");
	if (!a || noro_probes_load(a, folder, 1, &probes, NULL) != NORO_OK ||
		noro_tools_load(a, folder, 1, &tools, NULL) != NORO_OK)
		abort();
	assert(noro_probes_n(probes) > 0 && noro_tools_n(tools) > 0);
}

static void as_options(const uint8_t *data, size_t size)
{
	struct noro_packet p = { .family = 4, .proto = 6, .tcp_flags = NORO_TCP_SYN };
	char text[NORO_CLUSTER_TEXT];
	size_t n;

	p.options = data;
	p.options_n = (uint8_t)(size > 40 ? 40 : size);
	p.payload = data + p.options_n;
	p.payload_n = p.payload_wire_n = (uint32_t)(size - p.options_n);
	n = noro_cluster_text(&p, text);
	assert(n < sizeof(text) && strlen(text) == n);
	(void)noro_cluster_hash(&p);
	assert(noro_tools_test(tools, &p) >> noro_tools_n(tools) == 0);
	(void)noro_syn_payload_name(noro_syn_payload(&p));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint16_t port;
	size_t rule;

	if (!probes)
		load();
	if (size < 2)
		return 0;
	port = (uint16_t)(data[0] << 8 | data[1]);
	rule = noro_probes_judge(probes, noro_view(data + 2, size - 2), port);
	assert(rule == SIZE_MAX || rule < noro_probes_n(probes));
	assert(rule == noro_probes_judge(probes, noro_view(data + 2, size - 2), port));
	as_options(data + 2, size - 2);
	return 0;
}
