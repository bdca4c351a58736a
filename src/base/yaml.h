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

/*
 * Every *.yaml of a folder in the order of names, each parsed; a folder that is not there is empty.
 * Text and tree live in `a`. The first failure ends it, with file and line in `err`.
 */
enum { NORO_YAML_MAX_FILE = 8 << 20 };
typedef enum noro_status noro_yaml_each(void *ctx, const char *path, struct noro_view text,
	const struct noro_json *root, struct noro_error *err);
enum noro_status noro_yaml_folder(struct noro_arena *a, const char *folder, noro_yaml_each *each,
	void *ctx, struct noro_error *err) NORO_MUSTUSE;
/* A fault in such a file, at the value `at`: NORO_EFORMAT with file and line. */
enum noro_status noro_yaml_bad(struct noro_error *err, const char *path, struct noro_view text,
	const struct noro_json *at, const char *msg, struct noro_view arg);
/*
 * Rules in lists: every file of FOLDER/`sub` for each of the folders is a mapping with a list
 * called `list`; `row` gets one entry of it at a time, with the file it stands in.
 */
struct noro_yaml_file {
	const char *path;
	struct noro_view text;
	struct noro_error *err;
};
struct noro_yaml_rows {
	const char *sub, *list;
	enum noro_status (*row)(
		void *ctx, const struct noro_yaml_file *file, const struct noro_json *v);
	void *ctx;
};
enum noro_status noro_yaml_lists(struct noro_arena *a, const char *const *folder, size_t n,
	const struct noro_yaml_rows *rows, struct noro_error *err) NORO_MUSTUSE;
