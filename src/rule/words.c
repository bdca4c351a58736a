/*
 * src/rule/words.c - globs, and commands as people type them.
 *
 * A router takes any abbreviation that is not ambiguous, so a rule that looks for
 * "show running-config" misses "sh run". Patterns therefore say how short a word
 * may be: "sh(ow) run(ning-config)" accepts sh, sho, show, and run to
 * running-config. A word with * or ? is a glob. What follows the last word of
 * the pattern is left open.
 */
#include "rule/rule_priv.h"

static bool among(const char *set, char c)
{
	return c && strchr(set, c);
}

static bool same(char a, char b, bool cased)
{
	return cased ? a == b : noro_lower(a) == noro_lower(b);
}

/* One place to go back to is enough for * and ?: a later * never needs an earlier one again. */
bool noro_glob(struct noro_view p, struct noro_view t, bool cased)
{
	size_t i = 0, j = 0, star = SIZE_MAX, mark = 0;

	while (j < t.n) {
		if (i < p.n && p.p[i] == '*') {
			star = i++;
			mark = j;
		} else if (i < p.n && (p.p[i] == '?' || same(p.p[i], t.p[j], cased))) {
			i++;
			j++;
		} else if (star != SIZE_MAX) {
			i = star + 1;
			j = ++mark;
		} else {
			return false;
		}
	}
	while (i < p.n && p.p[i] == '*')
		i++;
	return i == p.n;
}

/* "run(ning-config)" becomes text "running-config", least 3. */
static bool compile_word(struct noro_arena *a, struct noro_view from, struct noro_ios_word *ret)
{
	size_t open = noro_view_chr(from, '('), n = 0;
	char *text = noro_arena_alloc(a, from.n + 1);

	if (!text)
		return false;
	for (size_t i = 0; i < from.n; i++) {
		if (from.p[i] != '(' && from.p[i] != ')')
			text[n++] = noro_lower(from.p[i]);
		if (from.p[i] == '*' || from.p[i] == '?')
			ret->glob = true;
	}
	ret->text = noro_view(text, n);
	ret->least = (uint32_t)(open == SIZE_MAX ? n : open);
	return true;
}

enum noro_status noro_ios_compile(
	struct noro_arena *a, struct noro_view pattern, struct noro_value *ret)
{
	struct noro_view rest = pattern, word;
	struct noro_ios_word *words;
	uint32_t n = 0;

	while (noro_view_word(&rest, &word))
		n++;
	if (n == 0 || n > 32)
		return NORO_EFORMAT;
	words = noro_arena_array(a, n, sizeof(*words));
	if (!words)
		return NORO_ENOMEM;
	rest = pattern;
	for (uint32_t i = 0; i < n && noro_view_word(&rest, &word); i++) {
		if (!compile_word(a, word, &words[i]))
			return NORO_ENOMEM;
		if (words[i].text.n == 0 || words[i].least == 0)
			return NORO_EFORMAT;
	}
	ret->text = pattern;
	ret->word = words;
	ret->words = n;
	return NORO_OK;
}

/* Records quote and bracket what was typed; none of these ends a command word. */
static bool word_matches(const struct noro_ios_word *w, struct noro_view typed)
{
	while (typed.n && among("\"',;)]}", typed.p[typed.n - 1]))
		typed.n--;
	if (w->glob)
		return noro_glob(w->text, typed, false);
	return typed.n >= w->least && typed.n <= w->text.n &&
	       noro_view_eq_i(typed, noro_view(w->text.p, typed.n));
}

static bool matches_here(const struct noro_value *v, struct noro_view text)
{
	struct noro_view typed;

	for (uint32_t i = 0; i < v->words; i++)
		if (!noro_view_word(&text, &typed) || !word_matches(&v->word[i], typed))
			return false;
	return true;
}

/* Behind "router(config)# " and "do ", if they are there. */
static struct noro_view skip_prompt(struct noro_view text)
{
	size_t i = 0;

	text = noro_view_trim(text);
	while (i < text.n && i < 80 && (noro_is_alnum(text.p[i]) || among("_.-()/:@", text.p[i])))
		i++;
	if (i > 0 && i < text.n && (text.p[i] == '#' || text.p[i] == '>'))
		text = noro_view_trim(noro_view_sub(text, i + 1, text.n));
	if (noro_view_starts_i(text, "do "))
		text = noro_view_trim(noro_view_sub(text, 3, text.n));
	return text;
}

static bool starts_word(struct noro_view text, size_t i)
{
	return !noro_is_space(text.p[i]) &&
	       (i == 0 || noro_is_space(text.p[i - 1]) || among(":\"'=,[(#>|;", text.p[i - 1]));
}

bool noro_ios_matches(const struct noro_value *v, struct noro_view text, bool anywhere)
{
	if (!anywhere)
		return matches_here(v, skip_prompt(text));
	for (size_t i = 0; i < text.n; i++)
		if (starts_word(text, i) && matches_here(v, noro_view_sub(text, i, text.n)))
			return true;
	return false;
}
