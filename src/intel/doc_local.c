/*
 * src/intel/doc_local.c - where names on a host begin and end.
 *
 * Addresses have no blanks; paths, registry keys and file names do, and half a
 * path is a false indicator. Quotes and brackets say where a name ends. Without
 * them a blank ends it, unless a separator or an extension further on shows that
 * it went on; where that stays open, the name is left out rather than cut.
 */
#include "intel/doc_priv.h"

#include "intel/tld.h"

enum {
	MAX_LOCAL = 512,
	MAX_NAME = 200,
	MAX_NAME_BLANKS = 20,
	MAX_BARE_BLANKS = 6, /* alone in its cell, where a sentence may stand as well */
	WORDS_ON = 4, /* plain words between a blank and the separator that proves it inside */
};

static bool is_separator(char c)
{
	return c == '\\' || c == '/';
}

bool noro_doc_file_root(struct noro_view label)
{
	static const char *const roots[] = { "cab", "java", "lib", "md", "mov", "one", "pl", "ps",
		"py", "sh", "so", "zip" };

	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++)
		if (noro_view_is_i(label, roots[i]))
			return true;
	return false;
}

static bool known_extension(struct noro_view v)
{
	size_t dot = noro_view_rchr(v, '.');

	if (dot == SIZE_MAX || dot == 0)
		return false;
	v = noro_view_sub(v, dot + 1, v.n);
	return noro_ext_known(v) || noro_doc_file_root(v);
}

static struct noro_view last_part(struct noro_view v)
{
	size_t at = v.n;

	while (at && !is_separator(v.p[at - 1]))
		at--;
	return noro_view_sub(v, at, v.n);
}

/* --- where it begins ------------------------------------------------------ */

static bool is_registry(struct noro_view v)
{
	static const char *const roots[] = { "HKEY_", "HKLM\\", "HKCU\\", "HKCR\\", "HKU\\" };

	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++)
		if (noro_view_starts_i(v, roots[i]))
			return true;
	return false;
}

/* "%APPDATA%": its length, 0 if `v` begins with none. */
static size_t variable(struct noro_view v)
{
	size_t n = 1;

	if (v.n < 4 || v.p[0] != '%')
		return 0;
	while (n < v.n && n < 40 && (noro_is_alnum(v.p[n]) || strchr("_()", v.p[n])) && v.p[n])
		n++;
	return n > 2 && n < v.n && v.p[n] == '%' ? n + 1 : 0;
}

/* "/api/new" is asked of a server; "/tmp/x" lies on a host. */
static bool is_root(struct noro_view v)
{
	static const char *const roots[] = { "Applications", "Library", "System", "Users",
		"Volumes", "bin", "boot", "bootflash", "data", "dev", "etc", "flash", "home",
		"jffs", "lib", "lib64", "media", "mnt", "nsconfig", "opt", "private", "root", "run",
		"sbin", "sdcard", "srv", "storage", "tmp", "usr", "var", "www" };
	size_t end = noro_view_chr(noro_view_sub(v, 1, 16), '/');

	for (size_t i = 0; end != SIZE_MAX && i < sizeof(roots) / sizeof(roots[0]); i++)
		if (noro_view_is(noro_view_sub(v, 1, end), roots[i]))
			return true;
	return false;
}

static bool begins_path(struct noro_view v)
{
	if (v.n > 3 && noro_is_alpha(v.p[0]) && v.p[1] == ':' && v.p[2] == '\\')
		return true;
	if (variable(v))
		return true;
	if (v.n > 3 && v.p[0] == '~' && v.p[1] == '/')
		return noro_is_alnum(v.p[2]) || v.p[2] == '.';
	return v.n > 3 && v.p[0] == '/' && is_root(v);
}

/* --- where it ends -------------------------------------------------------- */

/* The first byte that no unquoted name holds, blanks aside. */
static bool ends_name(char c)
{
	return c == '\0' || c == '\t' || strchr("\"'`<>|;,", c);
}

static size_t word_end(struct noro_view v, size_t at)
{
	while (at < v.n && v.p[at] != ' ' && !ends_name(v.p[at]))
		at++;
	return at;
}

static bool plain_word(struct noro_view w)
{
	for (size_t i = 0; i < w.n; i++)
		if (!noro_is_alnum(w.p[i]) && !(w.p[i] & 0x80) && !strchr("()_.-+&", w.p[i]))
			return false;
	return w.n > 0;
}

static bool separator_inside(struct noro_view w)
{
	size_t at = noro_view_chr(w, '\\');

	return at != SIZE_MAX && at > 0 && w.p[at - 1] != ':' && w.p[0] != '%';
}

/* From the blank at `at`: the end of the word with the next separator, 0 if there is none near. */
static size_t goes_on(struct noro_view v, size_t at)
{
	for (size_t words = 0; words < WORDS_ON && at + 1 < v.n && v.p[at] == ' '; words++) {
		size_t begin = at + 1;
		struct noro_view w;

		at = word_end(v, begin);
		w = noro_view_sub(v, begin, at - begin);
		if (separator_inside(w))
			return at;
		if (!plain_word(w) || known_extension(w))
			return 0;
	}
	return 0;
}

/* "Control Panel.lnk" up to the end of the cell. */
static size_t ends_as_file(struct noro_view v, size_t at)
{
	size_t words = 0;

	for (size_t i = at; i < v.n; i++)
		words += v.p[i] == ' ';
	for (size_t i = at + 1; i < v.n; i++)
		if (v.p[i] != ' ' && !plain_word(noro_view_sub(v, i, 1)))
			return 0;
	return words <= WORDS_ON && known_extension(v) ? v.n : 0;
}

/* `*ret_open` is set when more may belong to it and nothing tells. */
static size_t unquoted_end(struct noro_view v, bool *ret_open)
{
	size_t end = word_end(v, 0);

	*ret_open = false;
	while (end < v.n && v.p[end] == ' ' && v.p[0] != '/' && v.p[0] != '~' &&
		!known_extension(noro_view_sub(v, 0, end))) {
		size_t more = goes_on(v, end);

		if (!more)
			more = ends_as_file(v, end);
		if (!more) {
			*ret_open = end + 1 < v.n && v.p[end + 1] >= 'A' && v.p[end + 1] <= 'Z';
			break;
		}
		end = more;
	}
	return end;
}

static bool looks_like_a_command(struct noro_view v)
{
	return noro_view_find(v, NORO_V(" /")) != SIZE_MAX ||
	       noro_view_find(v, NORO_V(" -")) != SIZE_MAX || noro_view_chr(v, '"') != SIZE_MAX ||
	       noro_view_find(v, NORO_V(" > ")) != SIZE_MAX ||
	       noro_view_find(noro_view_sub(v, 3, v.n), NORO_V(":\\")) != SIZE_MAX;
}

/* What closes a name that this byte opened; 0 if it opens none. */
static char closing(char c)
{
	return c == '[' ? ']' : c == '(' ? ')' : c && strchr("\"'`", c) ? c : '\0';
}

/* --- placeholders --------------------------------------------------------- */

/* <USER>, [username], *.exe, %random% behind the first part: not what a host would show. */
static bool is_masked(struct noro_view v)
{
	size_t from = variable(v);

	for (size_t i = from; i < v.n; i++) {
		if (v.p[i] == '<' || v.p[i] == '>' || v.p[i] == '*')
			return true;
		if (v.p[i] == '[' && i + 1 < v.n && noro_is_alpha(v.p[i + 1]))
			return true;
		if (variable(noro_view_sub(v, i, 48)))
			return true;
	}
	return false;
}

/* Behind "<...>" a path goes on: C:\Users\<USER NAME>\x.exe. */
static size_t behind_placeholders(struct noro_view v, size_t end)
{
	while (end < v.n && v.p[end] == '<') {
		size_t close = noro_view_chr(noro_view_sub(v, end, 40), '>');

		if (close == SIZE_MAX)
			break;
		end = word_end(v, end + close + 1);
	}
	return end;
}

static struct noro_view trimmed(struct noro_view v)
{
	while (v.n && strchr(" .,;:!?)]*+", v.p[v.n - 1])) {
		if (v.p[v.n - 1] == ')' && noro_view_chr(v, '(') != SIZE_MAX)
			break;
		if (v.p[v.n - 1] == ']' && noro_view_chr(v, '[') != SIZE_MAX)
			break;
		v.n--;
	}
	return v;
}

/* rundll32's "x.dll,Open". */
static struct noro_view without_export(struct noro_view v)
{
	size_t comma = noro_view_rchr(v, ',');

	return comma != SIZE_MAX && known_extension(noro_view_sub(v, 0, comma))
		       ? noro_view_sub(v, 0, comma)
		       : v;
}

static bool worth_taking(struct noro_view v)
{
	size_t separators = 0, from = variable(v);

	for (size_t i = from; i < v.n; i++)
		separators += is_separator(v.p[i]);
	if (v.p[0] == '/' || v.p[0] == '~')
		return separators >= 2 && (v.p[0] == '~' || !is_separator(v.p[1]));
	return from ? separators >= 1 : v.n > 6;
}

/* Of a masked path the file's name remains, if that is whole. */
static struct noro_view what_remains(struct noro_view v, enum noro_ioc_kind *kind)
{
	struct noro_view name = last_part(v);

	*kind = NORO_IOC_FILE_NAME;
	return name.n > 5 && !is_masked(name) && known_extension(name) ? name : noro_view(v.p, 0);
}

size_t noro_doc_local(
	struct noro_view cell, size_t begin, enum noro_ioc_kind *ret_kind, struct noro_view *ret)
{
	size_t at = begin, end;
	struct noro_view v;
	bool open = false;
	char close;

	while (at < cell.n && at < begin + 2 && (cell.p[at] == '[' || cell.p[at] == '('))
		at++;
	v = noro_view_sub(cell, at, MAX_LOCAL);
	*ret = noro_view_sub(v, 0, 0);
	*ret_kind = is_registry(v) ? NORO_IOC_REGISTRY : NORO_IOC_FILE_PATH;
	if (*ret_kind != NORO_IOC_REGISTRY && !begins_path(v))
		return 0;
	close = at ? closing(cell.p[at - 1]) : '\0';
	end = close ? noro_view_chr(v, close) : SIZE_MAX;
	if (end != SIZE_MAX)
		v = noro_view_sub(v, 0, end);
	if (end == SIZE_MAX || looks_like_a_command(v))
		end = behind_placeholders(v, unquoted_end(v, &open));
	v = trimmed(without_export(noro_view_sub(v, 0, end)));
	/* behind "<placeholder>" without a blank: the rest of something masked */
	if (open || !v.n || (at && cell.p[at - 1] == '>'))
		return at + end - begin;
	if (*ret_kind == NORO_IOC_FILE_PATH && !worth_taking(v))
		return 0;
	if (is_masked(v))
		v = *ret_kind == NORO_IOC_FILE_PATH ? what_remains(v, ret_kind)
						    : noro_view_sub(v, 0, 0);
	*ret = v;
	return at + end - begin;
}

/* --- file names with blanks ----------------------------------------------- */

static bool is_tool(struct noro_view word)
{
	static const char *const tools[] = { "bash", "cacls", "chmod", "cmd", "copy", "cscript",
		"curl", "del", "java", "move", "msiexec", "mshta", "net", "open", "perl", "php",
		"powershell", "python", "reg", "regsvr32", "rundll32", "run", "sc", "schtasks",
		"sh", "start", "sudo", "tar", "wget", "wscript" };

	for (size_t i = 0; i < sizeof(tools) / sizeof(tools[0]); i++)
		if (noro_view_is_i(word, tools[i]))
			return true;
	return noro_view_ends_i(word, ".exe");
}

/* Could all of `v` be one name? `forbidden` holds what it may not. */
static bool one_name(struct noro_view v, size_t max_blanks, const char *forbidden)
{
	size_t blanks = 0, run = 0, word = 0;
	bool digest = false;

	if (v.n < 6 || v.n > MAX_NAME || noro_view_find(v, NORO_V(" aka ")) != SIZE_MAX ||
		!known_extension(v) || !(noro_is_alnum(v.p[0]) || (v.p[0] & 0x80)))
		return false;
	for (size_t i = 0; i < v.n; i++) {
		if (v.p[i] == '\0' || v.p[i] == '\t' || strchr(forbidden, v.p[i]))
			return false;
		if (v.p[i] == ' ') {
			/* a name of its own, and then a sentence about it */
			if (known_extension(noro_view_sub(v, word, i - word)))
				return false;
			word = i + 1;
			blanks++;
		}
		run = noro_is_hex(v.p[i]) ? run + 1 : 0;
		digest |= run == 32;
	}
	return blanks > 0 && blanks <= max_blanks && !digest &&
	       !is_tool(noro_view_sub(v, 0, noro_view_chr(v, ' ')));
}

size_t noro_doc_quoted_name(struct noro_view cell, size_t begin, struct noro_view *ret)
{
	char quote = begin && begin < cell.n ? cell.p[begin - 1] : '\0';
	size_t end;

	if (quote != '`' && quote != '"')
		return 0;
	end = noro_view_chr(noro_view_sub(cell, begin, MAX_NAME + 2), quote);
	if (end == SIZE_MAX ||
		!one_name(noro_view_sub(cell, begin, end), MAX_NAME_BLANKS, "/\\:*?\"<>|`"))
		return 0;
	*ret = noro_view_sub(cell, begin, end);
	return end;
}

static bool all_hex(struct noro_view v)
{
	for (size_t i = 0; i < v.n; i++)
		if (!noro_is_hex(v.p[i]))
			return false;
	return v.n >= 32;
}

static bool is_size(struct noro_view v)
{
	for (size_t i = 0; i < v.n; i++)
		if (!noro_is_digit(v.p[i]) && v.p[i] != ',')
			return false;
	return v.n > 0 && noro_is_digit(v.p[0]);
}

/* A digest, "570,330 bytes" or a dash in front: its length with the blank, 0 if there is none. */
static size_t front_field(struct noro_view v)
{
	size_t n = noro_view_chr(v, ' ');
	struct noro_view word;

	if (n == SIZE_MAX)
		return 0;
	word = noro_view_sub(v, 0, n);
	if (is_size(word) && noro_view_starts_i(noro_view_sub(v, n, 7), " bytes "))
		return n + 7;
	return all_hex(word) || noro_view_is(word, "-") || noro_view_is(word, "--") ? n + 1 : 0;
}

static size_t name_label(struct noro_view v)
{
	static const char ja[] = "\xe3\x83\x95\xe3\x82\xa1\xe3\x82\xa4\xe3\x83\xab\xe5\x90\x8d:";
	static const char *const labels[] = { "file name:", "filename:", "file names:", "name:",
		"attachment:", "attachment name:", ja /* ファイル名: */ };

	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
		if (noro_view_starts_i(v, labels[i]))
			return strlen(labels[i]);
	return 0;
}

struct noro_view noro_doc_listed_name(struct noro_view cell)
{
	struct noro_view v = noro_view_trim(cell);
	size_t n, fields = 0;

	while (fields < 6 && (n = front_field(v)) > 0) {
		v = noro_view_trim(noro_view_sub(v, n, v.n));
		fields++;
	}
	n = name_label(v);
	v = noro_view_trim(noro_view_sub(v, n, v.n));
	if (fields || n)
		return one_name(v, MAX_NAME_BLANKS, "/\\:*?\"<>|;`") ? v : noro_view_sub(v, 0, 0);
	/* what stands alone may be a sentence; behind a digest or a label it is not */
	return one_name(v, MAX_BARE_BLANKS, "/\\:*?\"<>|,;()[]`") ? v : noro_view_sub(v, 0, 0);
}

bool noro_doc_name_begins(struct noro_view before)
{
	static const char *const words[] = { "a", "aka", "an", "and", "by", "bytes", "called",
		"dropped", "drops", "file", "filename", "is", "name", "named", "or", "script",
		"the" };
	struct noro_view v = noro_view_trim(before), word;
	size_t blank;

	if (v.n == 0 || v.n == before.n || !(noro_is_alnum(v.p[v.n - 1]) || (v.p[v.n - 1] & 0x80)))
		return true;
	blank = noro_view_rchr(v, ' ');
	word = blank == SIZE_MAX ? v : noro_view_sub(v, blank + 1, v.n);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (noro_view_is(word, words[i])) /* "The" may begin a title */
			return true;
	/* a date, a size, a digest or a whole file name in front is a field of its own */
	return noro_is_digit(word.p[0]) || all_hex(word) || known_extension(word);
}
