/*
 * src/net/clickhouse.h - ClickHouse over its HTTP interface: the link of a history
 * (store/history.h) to its server.
 */
#pragma once

#include "net/http.h"
#include "store/history.h"

struct noro_clickhouse_opts {
	const char *password; /* NULL: none */
	const char *ca_file;  /* as in noro_http_opts */
};

/* Is it an address of ClickHouse, and no file? */
bool noro_clickhouse_is(const char *url);
/*
 * clickhouse://[USER@]HOST:PORT/DATABASE without TLS, to this machine only; clickhouses:// with
 * TLS, anywhere. NORO_EARG for what is no such address. Nothing is sent yet.
 */
enum noro_status noro_clickhouse_open(const char *url, const struct noro_clickhouse_opts *o,
	struct noro_history_link *ret, struct noro_error *err) NORO_MUSTUSE;
