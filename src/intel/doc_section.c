/*
 * src/intel/doc_section.c - headings, dates and whom documents point to.
 *
 * The words under which people put indicators, references and countermeasures
 * are few in either language; what a heading says decides the role of what
 * stands below it.
 */
#include "intel/doc_priv.h"

#include "base/clock.h"

enum { MAX_HEADING = 160 };

/* In order: the first that occurs in the heading decides. English in lower case. */
static const struct {
	const char *word;
	enum noro_doc_section place;
} words[] = {
	{ "legitimate", NORO_DOC_REFERENCES },
	{ "benign", NORO_DOC_REFERENCES },
	{ "not malicious", NORO_DOC_REFERENCES },
	{ "non-malicious", NORO_DOC_REFERENCES },
	{ "\xe6\xad\xa3\xe8\xa6\x8f", NORO_DOC_REFERENCES }, /* 正規 */
	{ "location check", NORO_DOC_REFERENCES },
	{ "connectivity check", NORO_DOC_REFERENCES },
	{ "address check", NORO_DOC_REFERENCES },
	{ "reference", NORO_DOC_REFERENCES },
	{ "further reading", NORO_DOC_REFERENCES },
	{ "footnote", NORO_DOC_REFERENCES },
	{ "see also", NORO_DOC_REFERENCES },
	{ "related articles", NORO_DOC_REFERENCES },
	{ "more info", NORO_DOC_REFERENCES },
	{ "sources", NORO_DOC_REFERENCES },
	{ "resources", NORO_DOC_REFERENCES },
	{ "\xe5\x8f\x82\xe8\x80\x83", NORO_DOC_REFERENCES },                         /* 参考 */
	{ "\xe5\x87\xba\xe5\x85\xb8", NORO_DOC_REFERENCES },                         /* 出典 */
	{ "\xe9\x96\xa2\xe9\x80\xa3\xe6\x83\x85\xe5\xa0\xb1", NORO_DOC_REFERENCES }, /* 関連情報 */
	{ "\xe8\x84\x9a\xe6\xb3\xa8", NORO_DOC_REFERENCES },                         /* 脚注 */
	{ "mitigation", NORO_DOC_MITIGATION },
	{ "recommendation", NORO_DOC_MITIGATION },
	{ "remediation", NORO_DOC_MITIGATION },
	{ "hardening", NORO_DOC_MITIGATION },
	{ "best practices", NORO_DOC_MITIGATION },
	{ "\xe7\xb7\xa9\xe5\x92\x8c\xe7\xad\x96", NORO_DOC_MITIGATION }, /* 緩和策 */
	{ "\xe5\xaf\xbe\xe7\xad\x96", NORO_DOC_MITIGATION },             /* 対策 */
	{ "\xe6\x8e\xa8\xe5\xa5\xa8", NORO_DOC_MITIGATION },             /* 推奨 */
	{ "\xe5\xaf\xbe\xe5\x87\xa6", NORO_DOC_MITIGATION },             /* 対処 */
	{ "contact", NORO_DOC_CONTACT },
	{ "disclaimer", NORO_DOC_CONTACT },
	{ "acknowledg", NORO_DOC_CONTACT },
	{ "author", NORO_DOC_CONTACT },
	{ "about us", NORO_DOC_CONTACT },
	{ "reporting", NORO_DOC_CONTACT },
	{ "copyright", NORO_DOC_CONTACT },
	{ "\xe5\x95\x8f\xe5\x90\x88\xe3\x81\x9b", NORO_DOC_CONTACT }, /* 問合せ */
	{ "\xe5\x95\x8f\xe3\x81\x84\xe5\x90\x88\xe3\x82\x8f\xe3\x81\x9b", NORO_DOC_CONTACT },
	{ "\xe9\x80\xa3\xe7\xb5\xa1\xe5\x85\x88", NORO_DOC_CONTACT },             /* 連絡先 */
	{ "\xe7\x9b\xb8\xe8\xab\x87\xe7\xaa\x93\xe5\x8f\xa3", NORO_DOC_CONTACT }, /* 相談窓口 */
	{ "yara", NORO_DOC_RULES },
	{ "snort", NORO_DOC_RULES },
	{ "suricata", NORO_DOC_RULES },
	{ "sigma rule", NORO_DOC_RULES },
	{ "\xe6\xa4\x9c\xe7\x9f\xa5\xe3\x83\xab\xe3\x83\xbc\xe3\x83\xab", NORO_DOC_RULES },
	{ "services targeted", NORO_DOC_REFERENCES },
	{ "banks targeted", NORO_DOC_REFERENCES },
	{ "sites targeted", NORO_DOC_REFERENCES },
	{ "targeted services", NORO_DOC_REFERENCES },
	{ "targeted banks", NORO_DOC_REFERENCES },
	{ "targeted sites", NORO_DOC_REFERENCES },
	{ "targeted domains", NORO_DOC_REFERENCES },
	{ "targeted organi", NORO_DOC_REFERENCES },
	{ "certificate", NORO_DOC_RULES },
	{ "\xe8\xa8\xbc\xe6\x98\x8e\xe6\x9b\xb8", NORO_DOC_RULES }, /* 証明書 */
	{ "indicator", NORO_DOC_INDICATORS },
	{ "ioc", NORO_DOC_INDICATORS },
	{ "observables", NORO_DOC_INDICATORS },
	{ "c&c", NORO_DOC_INDICATORS },
	{ "c2", NORO_DOC_INDICATORS },
	{ "command and control", NORO_DOC_INDICATORS },
	{ "hashes", NORO_DOC_INDICATORS },
	{ "sha-1", NORO_DOC_INDICATORS },
	{ "sha1", NORO_DOC_INDICATORS },
	{ "sha256", NORO_DOC_INDICATORS },
	{ "sha-256", NORO_DOC_INDICATORS },
	{ "md5", NORO_DOC_INDICATORS },
	{ "samples", NORO_DOC_INDICATORS },
	{ "domains", NORO_DOC_INDICATORS },
	{ "ip addresses", NORO_DOC_INDICATORS },
	{ "malicious", NORO_DOC_INDICATORS },
	{ "mutex", NORO_DOC_INDICATORS },
	{ "\xe4\xbe\xb5\xe5\xae\xb3\xe6\x8c\x87\xe6\xa8\x99", NORO_DOC_INDICATORS }, /* 侵害指標 */
	{ "\xe9\x80\x9a\xe4\xbf\xa1\xe5\x85\x88", NORO_DOC_INDICATORS },             /* 通信先 */
	{ "\xe6\x8e\xa5\xe7\xb6\x9a\xe5\x85\x88", NORO_DOC_INDICATORS },             /* 接続先 */
	{ "\xe9\x80\x81\xe4\xbf\xa1\xe5\x85\x83", NORO_DOC_INDICATORS },             /* 送信元 */
	{ "\xe6\x8e\xa5\xe7\xb6\x9a\xe5\x85\x83", NORO_DOC_INDICATORS },             /* 接続元 */
	{ "\xe3\x83\x8f\xe3\x83\x83\xe3\x82\xb7\xe3\x83\xa5", NORO_DOC_INDICATORS }, /* ハッシュ */
	{ "\xe3\x82\xa4\xe3\x83\xb3\xe3\x83\x87\xe3\x82\xa3\xe3\x82\xb1\xe3\x83\xbc\xe3\x82\xbf",
		NORO_DOC_INDICATORS },                       /* インディケータ */
	{ "\xe6\xa4\x9c\xe4\xbd\x93", NORO_DOC_INDICATORS }, /* 検体 */
	/* what a program holds: names of its system and its victims among the rest */
	{ "strings", NORO_DOC_RULES },
	{ "\xe6\x96\x87\xe5\xad\x97\xe5\x88\x97", NORO_DOC_RULES },
};

static bool holds(struct noro_view v, const char *word)
{
	size_t n = strlen(word), at = noro_view_find_i(v, noro_view_str(word));

	if (at == SIZE_MAX)
		return false;
	/* "ioc" and "c2" as words of their own, not inside "biochemistry" */
	if (n <= 4 && noro_is_alnum(word[0]))
		return (at == 0 || !noro_is_alnum(v.p[at - 1])) &&
		       (at + n >= v.n || !noro_is_alnum(v.p[at + n]) ||
			       noro_lower(v.p[at + n]) == 's');
	return true;
}

static int place_of(struct noro_view heading)
{
	/* a good site that was taken over is a place to look for all the same */
	bool taken = holds(heading, "compromised") || holds(heading, "abused") ||
		     holds(heading, "\xe6\x94\xb9\xe3\x81\x96\xe3\x82\x93");

	for (size_t i = taken ? 6 : 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (holds(heading, words[i].word))
			return (int)words[i].place;
	return taken ? (int)NORO_DOC_INDICATORS : -1;
}

static bool all_of(struct noro_view v, const char *chars)
{
	for (size_t i = 0; i < v.n; i++)
		if (v.p[i] == '\0' || !strchr(chars, v.p[i]))
			return false;
	return v.n >= 3;
}

/* "3.", "(2)", "第3章", "3.1" in front of a heading. */
static struct noro_view without_number(struct noro_view v)
{
	size_t i = 0;

	while (i < v.n && i < 8 && (noro_is_digit(v.p[i]) || strchr(".()-", v.p[i])))
		i++;
	return i && i < v.n && (noro_is_space(v.p[i]) || (v.p[i] & 0x80))
		       ? noro_view_trim(noro_view_sub(v, i, v.n))
		       : v;
}

static bool shouted(struct noro_view v)
{
	size_t upper = 0;

	for (size_t i = 0; i < v.n; i++) {
		if (v.p[i] >= 'a' && v.p[i] <= 'z')
			return false;
		upper += v.p[i] >= 'A' && v.p[i] <= 'Z';
	}
	return upper >= 3;
}

/* Values have dots, slashes or long runs of digits in them; the words of a heading do not. */
static bool holds_a_value(struct noro_view v)
{
	size_t run = 0;

	for (size_t i = 0; i + 1 < v.n; i++) {
		run = noro_is_hex(v.p[i]) ? run + 1 : 0;
		if (v.p[i] == '\\')
			return true;
		if (run >= 16 || (v.p[i] == '[' && strchr(".:@d", v.p[i + 1])))
			return true;
		if ((v.p[i] == '.' || v.p[i] == '/' || v.p[i] == '@' || v.p[i] == ']') && i > 1 &&
			noro_is_alnum(v.p[i + 1]) && noro_is_alnum(v.p[i - 1]) && v.p[i] != '/')
			return true;
	}
	return false;
}

static bool announces_keys(struct noro_view heading)
{
	static const char *const of[] = { "cipher", "rc4", "xor", "aes", "encryption", "private",
		"public", "session", "serial number", "\xe6\x9a\x97\xe5\x8f\xb7\xe9\x8d\xb5",
		"\xe3\x82\xb7\xe3\x83\xaa\xe3\x82\xa2\xe3\x83\xab" };
	bool key = holds(heading, "key") || holds(heading, "keys") || holds(heading, "serial") ||
		   noro_view_find(heading, NORO_V("\xe9\x8d\xb5")) != SIZE_MAX ||
		   noro_view_find(heading, NORO_V("\xe3\x82\xb7\xe3\x83\xaa")) != SIZE_MAX;

	for (size_t i = 0; key && i < sizeof(of) / sizeof(of[0]); i++)
		if (holds(heading, of[i]))
			return true;
	return false;
}

static void enter(struct noro_doc_where *w, size_t level, struct noro_view heading)
{
	int place = place_of(heading);

	w->any = true;
	w->heading = noro_view_sub(heading, 0, MAX_HEADING);
	/* a heading that says nothing belongs to the one above it */
	if (place < 0)
		place = level > 1 ? (int)w->outer[level - 1] : NORO_DOC_PROSE;
	w->place = (enum noro_doc_section)place;
	for (size_t i = level; i < sizeof(w->outer) / sizeof(w->outer[0]); i++)
		w->outer[i] = w->place;
	w->wants_files = holds(heading, "file") ||
			 holds(heading, "\xe3\x83\x95\xe3\x82\xa1\xe3\x82\xa4\xe3\x83\xab");
	w->wants_mutex = holds(heading, "mutex");
	w->wants_keys = announces_keys(heading);
	w->honest = holds(heading, "legitimate") || holds(heading, "\xe6\xad\xa3\xe8\xa6\x8f");
	w->wants_sha256 = holds(heading, "sha256") || holds(heading, "sha-256");
}

/* AsciiDoc: dashes alone open and close a listing. True for a line that is or stands in one. */
static bool in_listing(struct noro_doc_where *w, struct noro_view v)
{
	if (!w->asciidoc)
		return false;
	if (!all_of(v, "-") || v.n < 4)
		return w->fence > 0;
	if (w->fence == 0)
		w->fence = v.n;
	else if (w->fence == v.n)
		w->fence = 0;
	return true;
}

/* "File description: malicious document" tells of something; it heads nothing. */
static bool is_field(struct noro_view v)
{
	size_t colon = noro_view_chr(v, ':');

	return colon != SIZE_MAX && colon + 2 < v.n && v.p[colon + 1] == ' ';
}

/* A short line of a few words, no sentence and no item of a list. */
static bool like_a_heading(struct noro_view v)
{
	size_t blanks = 0;

	if (v.n == 0 || v.n > 60 || noro_view_starts_i(v, "note") || v.p[v.n - 1] == '.' ||
		noro_view_find(v, NORO_V("\xe3\x80\x82")) != SIZE_MAX ||
		(!(v.p[0] & 0x80) && !(v.p[0] >= 'A' && v.p[0] <= 'Z')))
		return false;
	for (size_t i = 0; i < v.n; i++)
		blanks += v.p[i] == ' ';
	return blanks < 6;
}

/* "Mitigations", "References:" alone on a line end whatever list was above. */
static bool closes(struct noro_view v)
{
	static const char *const words_alone[] = { "mitigation", "mitigations", "recommendations",
		"remediation", "reference", "references", "contact", "acknowledgements",
		"acknowledgments", "disclaimer", "resources", "sources" };

	while (v.n && v.p[v.n - 1] == ':')
		v.n--;
	for (size_t i = 0; i < sizeof(words_alone) / sizeof(words_alone[0]); i++)
		if (noro_view_is_i(v, words_alone[i]))
			return true;
	return false;
}

bool noro_doc_heading(struct noro_doc_where *w, struct noro_view line, struct noro_view next)
{
	struct noro_view v = noro_view_trim(line), under = noro_view_trim(next);
	size_t level = 0;
	bool bold;

	if (v.n == 0 || v.n > MAX_HEADING)
		return false;
	while (level < v.n && level < 6 && (v.p[level] == '#' || v.p[level] == '='))
		level++;
	if (level && level < v.n && noro_is_space(v.p[level])) {
		w->asciidoc |= v.p[0] == '=';
		w->fence = 0;
		enter(w, level, noro_view_trim(noro_view_sub(v, level, v.n)));
		return true;
	}
	if (in_listing(w, v) || holds_a_value(v))
		return false;
	if (w->asciidoc && (v.p[0] == '.' || v.p[0] == '|'))
		return false; /* titles and rows */
	if (!w->asciidoc && (all_of(under, "=") || all_of(under, "-"))) {
		enter(w, under.p[0] == '=' ? 1 : 2, v);
		return true;
	}
	bold = v.n > 4 && v.p[0] == '*' && v.p[1] != ' ' && v.p[v.n - 1] == '*';
	if (bold || (v.p[v.n - 1] == ':' && shouted(v)) || noro_view_starts(v, "\xe2\x96\xa0") ||
		noro_view_starts(v, "\xe3\x80\x90")) {
		enter(w, bold ? 4 : 2, v);
		return true;
	}
	v = without_number(v);
	if (w->wants_mutex && noro_view_chr(v, ' ') == SIZE_MAX && !closes(v))
		return false; /* "ThreadMutex12" is one of them */
	if (is_field(v) || !like_a_heading(v) || place_of(v) < 0)
		return false;
	enter(w, 2, v);
	return true;
}

/* --- dates --------------------------------------------------------------- */

static const char month_names[12][10] = { "january", "february", "march", "april", "may", "june",
	"july", "august", "september", "october", "november", "december" };

static size_t digits(struct noro_view v, size_t at, unsigned *ret)
{
	size_t n = 0;

	*ret = 0;
	while (at + n < v.n && n < 4 && noro_is_digit(v.p[at + n]))
		*ret = *ret * 10 + (unsigned)(v.p[at + n++] - '0');
	return at + n < v.n && noro_is_digit(v.p[at + n]) ? 0 : n;
}

static bool month_span(unsigned year, unsigned month, unsigned day, int64_t *from, int64_t *until)
{
	struct noro_civil a = { .year = (int)year, .month = month, .day = day ? day : 1 };
	struct noro_civil b = a;

	if (year < 1990 || year > 2100 || month < 1 || month > 12 || day > 31 ||
		!noro_civil_to_ns(&a, 0, from))
		return false;
	if (day) {
		*until = *from + 86400 * NORO_NS_PER_S - 1;
		return true;
	}
	b.year += month == 12;
	b.month = month == 12 ? 1 : month + 1;
	if (!noro_civil_to_ns(&b, 0, until))
		return false;
	(*until)--;
	return true;
}

/* "2021-08", "2021/08/03", "2021年8月3日" at `at`; its length or 0. */
static size_t numeric_month(struct noro_view v, size_t at, int64_t *from, int64_t *until)
{
	unsigned year, month, day = 0;
	size_t n = digits(v, at, &year), m, d, i;

	if (n != 4 || at + 6 >= v.n + 1)
		return 0;
	i = at + 4;
	if (i < v.n && strchr("-/.", v.p[i]) && v.p[i])
		i++;
	else if (noro_view_starts(noro_view_sub(v, i, 3), "\xe5\xb9\xb4"))
		i += 3;
	else
		return 0;
	m = digits(v, i, &month);
	if (m < 1 || m > 2)
		return 0;
	i += m;
	if (noro_view_starts(noro_view_sub(v, i, 3), "\xe6\x9c\x88"))
		i += 3;
	else if (i < v.n && (v.p[i] == '-' || v.p[i] == '/'))
		i++;
	d = digits(v, i, &day);
	if (d > 2)
		return 0;
	if (d == 0)
		day = 0;
	return month_span(year, month, day, from, until) ? i + d - at : 0;
}

/* "Aug 2021", "August 2021", "3 August 2021" (the day is left out). */
static size_t named_month(struct noro_view v, size_t at, int64_t *from, int64_t *until)
{
	for (unsigned m = 0; m < 12; m++) {
		size_t n = 0, y;
		unsigned year;

		while (month_names[m][n] && at + n < v.n &&
			noro_lower(v.p[at + n]) == month_names[m][n])
			n++;
		if (n < 3 || (at + n < v.n && noro_is_alpha(v.p[at + n])))
			continue;
		while (at + n < v.n &&
			(v.p[at + n] == ' ' || v.p[at + n] == '.' || v.p[at + n] == ','))
			n++;
		y = digits(v, at + n, &year);
		if (y == 4 && month_span(year, m + 1, 0, from, until))
			return n + y;
	}
	return 0;
}

static size_t month_at(struct noro_view v, size_t at, int64_t *from, int64_t *until)
{
	if (at && noro_is_alnum(v.p[at - 1]))
		return 0;
	if (noro_is_digit(v.p[at]))
		return numeric_month(v, at, from, until);
	return noro_is_alpha(v.p[at]) ? named_month(v, at, from, until) : 0;
}

size_t noro_doc_dates(struct noro_view line, int64_t *ret_from, int64_t *ret_until)
{
	size_t found = 0;

	*ret_from = *ret_until = NORO_TIME_NONE;
	for (size_t i = 0; i < line.n; i++) {
		int64_t from, until;
		size_t n = month_at(line, i, &from, &until);

		if (!n)
			continue;
		if (*ret_from == NORO_TIME_NONE || from < *ret_from)
			*ret_from = from;
		if (*ret_until == NORO_TIME_NONE || until > *ret_until)
			*ret_until = until;
		found++;
		i += n - 1;
	}
	return found;
}

/* Characters, so that columns agree whatever the bytes are. */
static bool starts_char(char c)
{
	return ((unsigned char)c & 0xc0) != 0x80;
}

bool noro_doc_month_header(struct noro_view line, struct noro_doc_months *ret)
{
	size_t column = 0, bars = 0;

	ret->n = 0;
	for (size_t i = 0; i < line.n && ret->n < NORO_DOC_MONTHS; i++) {
		int64_t from, until;
		size_t n = month_at(line, i, &from, &until);

		if (n) {
			ret->month[ret->n].column = column;
			ret->month[ret->n].bars = bars;
			ret->month[ret->n].from_ns = from;
			ret->month[ret->n++].until_ns = until;
		}
		column += starts_char(line.p[i]);
		bars += line.p[i] == '|';
		for (; n > 1; n--)
			column += starts_char(line.p[++i]);
	}
	return ret->n >= 2;
}

/* "x", "●", "○", "✓", "■" standing alone. */
static size_t mark_at(struct noro_view v, size_t at)
{
	static const char *const marks[] = { "x", "X", "\xe2\x97\x8f", "\xe2\x97\x8b",
		"\xe2\x97\xaf", "\xe2\x9c\x93", "\xe2\x9c\x94", "\xe2\x96\xa0", "\xe2\x80\xa2",
		"*" };

	if (at && !noro_is_space(v.p[at - 1]) && v.p[at - 1] != '|')
		return 0;
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		size_t n = strlen(marks[i]);

		if (noro_view_starts(noro_view_sub(v, at, n), marks[i]) &&
			(at + n == v.n || noro_is_space(v.p[at + n]) || v.p[at + n] == '|'))
			return n;
	}
	return 0;
}

size_t noro_doc_month_marks(const struct noro_doc_months *m, struct noro_view line,
	int64_t *ret_from, int64_t *ret_until)
{
	size_t column = 0, bars = 0, found = 0;

	*ret_from = *ret_until = NORO_TIME_NONE;
	for (size_t i = 0; i < line.n && m->n; i++) {
		if (mark_at(line, i)) {
			size_t best = 0;

			/* bars count cells; without them the columns of the page must do */
			for (size_t k = 1; k < m->n; k++)
				if (bars ? m->month[k].bars <= bars
					 : m->month[k].column <= column + 2)
					best = k;
			if (*ret_from == NORO_TIME_NONE || m->month[best].from_ns < *ret_from)
				*ret_from = m->month[best].from_ns;
			if (*ret_until == NORO_TIME_NONE || m->month[best].until_ns > *ret_until)
				*ret_until = m->month[best].until_ns;
			found++;
		}
		column += starts_char(line.p[i]);
		bars += line.p[i] == '|';
	}
	return found;
}

/* --- whom documents point to --------------------------------------------- */

static const char *const reference_hosts[] = { "abuse.ch", "any.run", "apache.org", "asd.gov.au",
	"attack.mitre.org", "bleepingcomputer.com", "broadcom.com", "cert.pl", "checkpoint.com",
	"cisa.gov", "cisco.com", "crowdstrike.com", "cve.org", "cyber.gc.ca", "cyber.gov.au",
	"elastic.co", "eset.com", "eset-la.com", "europa.eu", "facebook.com", "fbi.gov",
	"first.org", "fireeye.com", "fortinet.com", "github.com", "google.com",
	"hybrid-analysis.com", "ibm.com", "ic3.gov", "ipa.go.jp", "jpcert.or.jp", "juniper.net",
	"kaspersky.com", "linkedin.com", "malpedia.caad.fkie.fraunhofer.de", "malwarebytes.com",
	"mandiant.com", "medium.com", "microsoft.com", "misp-project.org", "mitre.org",
	"mozilla.org", "ncsc.gov.uk", "nist.gov", "npa.go.jp", "oasis-open.org",
	"paloaltonetworks.com", "proofpoint.com", "python.org", "recordedfuture.com", "reddit.com",
	"reuters.com", "securelist.com", "secureworks.com", "sentinelone.com", "shodan.io",
	"sophos.com", "symantec.com", "talosintelligence.com", "techrepublic.com",
	"thehackernews.com", "trendmicro.com", "twitter.com", "urlscan.io", "us-cert.gov",
	"virusbulletin.com", "virustotal.com", "volexity.com", "w3.org", "welivesecurity.com",
	"wikipedia.org", "withgoogle.com", "x.com", "youtube.com", "zerodayinitiative.com",
	"zscaler.com" };

static const char *const reference_roots[] = { ".gov", ".mil", ".int", ".go.jp", ".lg.jp",
	".gov.uk", ".gov.au", ".govt.nz", ".gc.ca", ".edu", ".ac.jp" };

bool noro_doc_is_reference_host(struct noro_view host)
{
	for (size_t i = 0; i < sizeof(reference_roots) / sizeof(reference_roots[0]); i++)
		if (noro_view_ends_i(host, reference_roots[i]))
			return true;
	for (size_t i = 0; i < sizeof(reference_hosts) / sizeof(reference_hosts[0]); i++) {
		size_t n = strlen(reference_hosts[i]);

		if (noro_view_ends_i(host, reference_hosts[i]) &&
			(host.n == n || host.p[host.n - n - 1] == '.'))
			return true;
	}
	return false;
}
