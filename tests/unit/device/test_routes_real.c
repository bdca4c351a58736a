/*
 * tests/unit/device/test_routes_real.c - routing tables of real devices: the text and the
 * JSON of one table agree route by route, and what others expect of their samples is found.
 */
#include "tests/test.h"

#include "base/json.h"
#include "base/yaml.h"
#include "device/route.h"

static char *slurp(const char *path, size_t *ret_n)
{
	FILE *f = fopen(path, "rb");
	char *p;

	if (!f)
		return NULL;
	assert_int_equal(fseek(f, 0, SEEK_END), 0);
	*ret_n = (size_t)ftell(f);
	rewind(f);
	p = malloc(*ret_n + 1);
	assert_non_null(p);
	assert_int_equal(fread(p, 1, *ret_n, f), *ret_n);
	fclose(f);
	return p;
}

struct table {
	struct noro_arena *a;
	struct noro_rib *r;
	struct noro_route_read read;
	char *text;
	size_t n;
};

static bool load(struct table *t, const char *folder, const char *name)
{
	struct noro_error err = { 0 };
	char path[8192];

	*t = (struct table){ 0 };
	(void)snprintf(path, sizeof(path), "%s/%s/%s", test_data(), folder, name);
	t->text = slurp(path, &t->n);
	if (!t->text)
		return false;
	t->a = noro_arena_new(0);
	assert_int_equal(noro_rib_new(t->a, &t->r), NORO_OK);
	assert_int_equal(noro_routes_read(t->r, NORO_DIALECT_NONE, NULL, noro_view(t->text, t->n),
				 &t->read, &err),
		NORO_OK);
	return true;
}

static void unload(struct table *t)
{
	noro_arena_free(t->a);
	free(t->text);
}

static bool same(const struct noro_route *x, const struct noro_route *y)
{
	return x->prefix.len == y->prefix.len && noro_ip_cmp(&x->prefix.ip, &y->prefix.ip) == 0 &&
	       noro_ip_cmp(&x->nexthop, &y->nexthop) == 0 && x->proto == y->proto &&
	       x->metric == y->metric && x->distance == y->distance && x->interface &&
	       y->interface && strcmp(x->interface, y->interface) == 0;
}

static void all_in(const struct table *of, const struct table *in, const char *name)
{
	for (size_t i = 0; i < noro_rib_routes(of->r); i++) {
		bool found = false;

		for (size_t k = 0; k < noro_rib_routes(in->r) && !found; k++)
			found = same(noro_rib_route(of->r, i), noro_rib_route(in->r, k));
		if (!found)
			fail_msg("%s: route %zu (line %u) stands in one form only", name, i,
				noro_rib_route(of->r, i)->line);
	}
}

static void text_and_json_of_eos_agree(void **state)
{
	static const char *const devices[] = { "eos_ibgp_local_preference/show/r1",
		"eos_ibgp_local_preference/show/r2", "eos_multicast_base/show/rcvr",
		"eos_multicast_base/show/rp1", "eos_multicast_base/show/rp2" };

	(void)state;
	for (size_t i = 0; test_data() && i < sizeof(devices) / sizeof(devices[0]); i++) {
		struct table text, json;
		char folder[4096];

		(void)snprintf(folder, sizeof(folder), "config/batfish+lab-validation/snapshots/%s",
			devices[i]);
		if (!load(&text, folder, "show_ip_route_vrf_all.txt"))
			return;
		assert_true(load(&json, folder, "show_ip_route_vrf_all_|_json.json"));
		assert_true(text.read.routes > 4);
		assert_int_equal(text.read.routes, json.read.routes);
		assert_int_equal(text.read.unknown + json.read.unknown, 0);
		all_in(&text, &json, devices[i]);
		all_in(&json, &text, devices[i]);
		unload(&text);
		unload(&json);
	}
}

/* --- the values genie expects --- */

static const struct noro_route *find(const struct table *t, const struct noro_prefix *p,
	struct noro_view hop, struct noro_view interface)
{
	struct noro_ip ip = { 0 };

	if (hop.n)
		assert_true(noro_ip_parse_loose(hop, &ip));
	for (size_t i = 0; i < noro_rib_routes(t->r); i++) {
		const struct noro_route *r = noro_rib_route(t->r, i);

		if (r->prefix.len == p->len && noro_ip_cmp(&r->prefix.ip, &p->ip) == 0 &&
			(!hop.n || noro_ip_cmp(&r->nexthop, &ip) == 0) &&
			(!interface.n || (r->interface && noro_view_is(interface, r->interface))))
			return r;
	}
	return NULL;
}

static int64_t number(const struct noro_json *v, const char *name)
{
	const struct noro_json *m = noro_json_get(v, name);
	int64_t n = -1;

	return m && noro_json_i64(m, &n) ? n : -1;
}

/* One route of the expected values; returns how many next hops it has. */
static size_t genie_route(const struct table *t, const char *name, const struct noro_json *v)
{
	const struct noro_json *hops = noro_json_path(v, "next_hop.next_hop_list");
	const struct noro_json *out = noro_json_path(v, "next_hop.outgoing_interface");
	const struct noro_json *list = hops ? hops : out;
	struct noro_prefix p;
	size_t n = 0;
	bool bits;

	assert_true(noro_prefix_parse(noro_json_str(v, "route"), &p, &bits));
	for (const struct noro_json *h = list ? list->child : NULL; h; h = h->next, n++) {
		struct noro_view hop = noro_json_str(h, "next_hop");
		const struct noro_route *r =
			find(t, &p, hop, noro_json_str(h, "outgoing_interface"));

		if (!r)
			fail_msg("%s: no route %.*s via %.*s", name,
				NORO_VARG(noro_json_str(v, "route")), NORO_VARG(hop));
		if (number(v, "metric") >= 0)
			assert_int_equal(r->metric, number(v, "metric"));
		if (number(v, "route_preference") >= 0)
			assert_int_equal(r->distance, number(v, "route_preference"));
	}
	return n;
}

static size_t genie_routes(const struct table *t, const char *name, const struct noro_json *v)
{
	size_t n = 0;

	if (noro_json_get(v, "next_hop") && noro_json_get(v, "route"))
		return genie_route(t, name, v);
	for (const struct noro_json *c = v->child; c; c = c->next)
		if (c->kind == NORO_JSON_OBJECT)
			n += genie_routes(t, name, c);
	return n;
}

static void genie_expects_the_same_routes(void **state)
{
	static const char folder[] = "show/CiscoTestAutomation+genieparser/src/genie/libs/parser/"
				     "iosxe/tests/ShowIpRoute/cli/equal";

	(void)state;
	for (unsigned i = 1; test_data() && i <= 13; i++) {
		struct noro_json_limits limits = { .allow_duplicates = true };
		const struct noro_json *expected;
		struct noro_error err = { 0 };
		struct table t;
		char name[64], path[8192];
		char *text;
		size_t n;

		(void)snprintf(path, sizeof(path), "%s/%s/golden_output%u_expected.json",
			test_data(), folder, i);
		(void)snprintf(name, sizeof(name), "golden_output%u_output.txt", i);
		text = slurp(path, &n);
		if (!text)
			continue;
		assert_true(load(&t, folder, name));
		assert_int_equal(noro_json_parse(t.a, noro_view(text, n), &limits, &expected, &err),
			NORO_OK);
		assert_int_equal(t.read.unknown, 0);
		assert_int_equal(genie_routes(&t, name, expected), t.read.routes);
		unload(&t);
		free(text);
	}
}

/* --- tables of BGP as ntc-templates expects them --- */

/* One row: its network, next hop and path stand in the table. */
static void bgp_row(const struct table *t, const char *name, const struct noro_json *v, size_t i)
{
	const struct noro_route *r = noro_rib_route(t->r, i);
	struct noro_view hop = noro_json_str(v, "next_hop"), net = noro_json_str(v, "network");
	char path[512] = "";
	const uint32_t *as;
	size_t n, at = 0;
	struct noro_prefix p;
	struct noro_ip ip = { 0 };
	bool bits;

	as = noro_rib_path(t->r, r->path, &n);
	for (size_t k = 0; k < n; k++)
		at += (size_t)snprintf(path + at, sizeof(path) - at, "%s%u", k ? " " : "", as[k]);
	if (net.n && noro_view_chr(net, '/') != SIZE_MAX) {
		assert_true(noro_prefix_parse(net, &p, &bits));
		if (r->prefix.len != p.len || noro_ip_cmp(&r->prefix.ip, &p.ip) != 0)
			fail_msg("%s: route %zu is not of %.*s", name, i, NORO_VARG(net));
	}
	if (noro_ip_parse_loose(hop, &ip) && noro_ip_cmp(&ip, &r->nexthop) != 0)
		fail_msg("%s: route %zu goes not via %.*s", name, i, NORO_VARG(hop));
	if (!noro_view_is(noro_json_str(v, "as_path"), path))
		fail_msg("%s: route %zu has the path '%s'", name, i, path);
}

static void ntc_expects_the_same_paths(void **state)
{
	static const char folder[] = "show/networktocode+ntc-templates/tests/cisco_ios/show_ip_bgp";
	static const char *const names[] = { "", "1", "2", "3", "4", "5", "6", "_vpn" };
	size_t rows = 0;

	(void)state;
	for (size_t i = 0; test_data() && i < sizeof(names) / sizeof(names[0]); i++) {
		const struct noro_json *expected, *list;
		struct noro_error err = { 0 };
		struct table t;
		char name[64], path[8192];
		char *text;
		size_t n, k = 0;

		(void)snprintf(path, sizeof(path), "%s/%s/cisco_ios_show_ip_bgp%s.yml", test_data(),
			folder, names[i]);
		(void)snprintf(name, sizeof(name), "cisco_ios_show_ip_bgp%s.raw", names[i]);
		text = slurp(path, &n);
		if (!text)
			return;
		assert_true(load(&t, folder, name));
		assert_int_equal(
			noro_yaml_parse(t.a, noro_view(text, n), NULL, &expected, &err), NORO_OK);
		list = noro_json_get(expected, "parsed_sample");
		assert_non_null(list);
		assert_int_equal(t.read.routes, list->count);
		for (const struct noro_json *v = list->child; v; v = v->next)
			bgp_row(&t, name, v, k++);
		rows += k;
		unload(&t);
		free(text);
	}
	if (test_data())
		assert_true(rows > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_and_json_of_eos_agree),
		cmocka_unit_test(genie_expects_the_same_routes),
		cmocka_unit_test(ntc_expects_the_same_paths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
