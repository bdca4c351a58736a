/* src/report/report.c - the table of outputs. To add one: a writer, a row here, a test. */
#include "report/report.h"

#include "report/authority_priv.h"
#include "report/html_priv.h"
#include "report/report_priv.h"

const struct noro_report_format noro_report_formats[] = {
	{ "terminal", "report.txt", N_("the first screen, as text"), false, false,
		noro_report_terminal },
	{ "jsonl", "findings.jsonl", N_("findings, one JSON object a line"), true, true,
		noro_report_jsonl },
	{ "coverage", "coverage.jsonl", N_("what was read and what was not, one object a line"),
		true, false, noro_report_coverage },
	{ "run", "run.json", N_("version, arguments, intelligence and totals of the run"), true,
		false, noro_report_run },
	{ "html", "report.html", N_("the report for people: one file, both languages"), true, false,
		noro_report_html },
	{ "csv", "findings.csv", N_("findings as a table for spreadsheets"), false, false,
		noro_report_csv },
	{ "stix", "findings.stix.json", N_("sightings and observed data, STIX 2.1"), false, false,
		noro_report_stix },
	{ "sarif", "findings.sarif", N_("results for code and log viewers, SARIF 2.1.0"), false,
		false, noro_report_sarif },
	{ "timeline-jsonl", "timeline.jsonl", N_("events for Timesketch, JSON Lines"), false, false,
		noro_report_timeline_jsonl },
	{ "timeline-csv", "timeline.csv", N_("events for Timesketch, CSV"), false, false,
		noro_report_timeline_csv },
	{ "authority-report", "authority-report.html",
		N_("a Japanese report of an intrusion for the authorities, to print"), false, false,
		noro_report_authority_html },
	{ "authority-report-ransomware", "authority-report-ransomware.html",
		N_("the fields of the Japanese common form for ransomware"), false, false,
		noro_report_authority_ransomware },
	{ "authority-report-ddos", "authority-report-ddos.html",
		N_("the fields of the Japanese common form for DDoS attacks"), false, false,
		noro_report_authority_ddos },
	{ "authority-report-xlsx", "authority-report.xlsx",
		N_("all these forms, deadlines and findings as a workbook"), false, false,
		noro_report_authority_xlsx },
	{ 0 },
};

const struct noro_report_format *noro_report_by_name(const char *name)
{
	for (const struct noro_report_format *f = noro_report_formats; f->name; f++)
		if (!strcmp(f->name, name))
			return f;
	return NULL;
}

bool noro_report_selects(struct noro_view asked, const struct noro_report_format *f)
{
	struct noro_view name = noro_view_str(f->name);

	if (noro_view_eq(asked, name))
		return true;
	return asked.n && name.n > asked.n && name.p[asked.n] == '-' &&
	       noro_view_eq(noro_view_sub(name, 0, asked.n), asked);
}
