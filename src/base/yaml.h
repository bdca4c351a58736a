/* src/base/yaml.h - YAML 1.1 through libyaml, into the JSON tree. */
#pragma once

#include "base/json.h"

/*
 * One document. Plain scalars: null, true/false, and decimal numbers take their
 * JSON kind, everything else is a string; quoted scalars are strings. Anchors,
 * aliases and merge keys are refused (they can grow without bound), duplicate
 * keys too. Spans are byte offsets; `noro_yaml_line` turns one into a line.
 */
enum noro_status noro_yaml_parse(struct noro_arena *a, struct noro_view text,
	const struct noro_json_limits *limits, const struct noro_json **ret,
	struct noro_error *err) NORO_MUSTUSE;
/* Line (from 1) of a byte offset. */
uint64_t noro_line_of(struct noro_view text, size_t at);
