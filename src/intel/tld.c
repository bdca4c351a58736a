/*
 * src/intel/tld.c - the names of the root zone as a table.
 *
 * A word with a dot is a domain only if its last label exists; that one test
 * removes most of what text extraction gets wrong (`DC3.Information` stays out
 * only through its section, `Address.IPAddressToString` already here). Some
 * labels are extensions as well: the table of those is what makes the callers
 * ask for more.
 */
#include "intel/tld.h"

#include <endian.h>

/* The longest delegated name has 24 characters (xn--vermgensberatung-pwb). */
enum { MAX_TLD = 24 };

static const char tlds[][MAX_TLD + 1] = {
#include "intel/tld_table.inc"
};

static const char extensions[][8] = { "ai", "app", "as", "bz", "cab", "cc", "cl", "cpa", "cx", "dm",
	"do", "dot", "dz", "ec", "gdn", "gs", "id", "in", "inc", "info", "java", "ki", "la", "lib",
	"link", "map", "mc", "md", "ml", "mm", "mov", "ms", "mu", "one", "ph", "pics", "pl", "pm",
	"ps", "pub", "py", "rs", "sc", "sh", "so", "st", "tf", "vi", "wf", "win", "ws", "zip" };

static const char certain[][12] = { "7z", "accdb", "aes", "apk", "asp", "aspx", "avi", "bak",
	"bash", "bat", "bin", "bmp", "bz2", "cfg", "cgi", "chm", "class", "cmd", "conf", "config",
	"cpl", "crt", "crx", "csproj", "css", "csv", "dat", "db", "deb", "dex", "dll", "dmg", "dmp",
	"doc", "docm", "docx", "dylib", "elf", "eml", "eps", "evtx", "exe", "gif", "gz", "gzip",
	"hta", "htm", "html", "htpasswd", "ico", "img", "inf", "ini", "iso", "jar", "jpeg", "jpg",
	"js", "jse", "json", "jsp", "jspx", "kext", "key", "ko", "lnk", "log", "lua", "lzh", "mdb",
	"mp3", "mp4", "msc", "msi", "msp", "nls", "ocx", "odt", "ost", "pcap", "pcapng", "pdb",
	"pdf", "pem", "pfx", "php", "php5", "phtml", "plist", "png", "pps", "ppt", "pptm", "pptx",
	"ps1", "psd1", "psm1", "pst", "pyc", "pyd", "rar", "rdp", "reg", "rpm", "rtf", "scf", "scr",
	"service", "sln", "sqlite", "svg", "sys", "tar", "tbz", "tcl", "tgz", "tif", "tiff", "tmp",
	"ttf", "txt", "url", "vbe", "vbs", "vhd", "vhdx", "vmdk", "war", "wav", "wim", "wsf", "wsh",
	"xhtml", "xls", "xlsb", "xlsm", "xlsx", "xml", "xsl", "xz", "yaml", "yar", "yara", "yml",
	"zst" };

/*
 * Top-level names for tests in other scripts (IANA, "Reserved Domains"): no word of prose or code
 * looks like one, so that exercises and texts of ours can use 例え.テスト. `.example` and `.test`
 * stay out: too much code has members of that name.
 */
static const char reserved[][19] = { "xn--0zwm56d", "xn--11b5bs3a9aj6g", "xn--80akhbyknj4f",
	"xn--9t4b11yi5a", "xn--deba0ad", "xn--g6w251d", "xn--hgbk6aj7f53bba", "xn--hlcj6aya9esc7a",
	"xn--jxalpdlp", "xn--kgbechtv", "xn--zckzah" };

/* Eight bytes as one number that sorts as they do. */
static uint64_t leading(const char *p)
{
	uint64_t v;

	memcpy(&v, p, 8);
	return be64toh(v);
}

/* Binary search in a sorted table of fixed-width NUL-padded rows. */
static bool in_table(const char *table, size_t rows, size_t width, struct noro_view label)
{
	char low[MAX_TLD + 1] = { 0 };
	size_t lo = 0, hi = rows;
	uint64_t first;

	if (label.n == 0 || label.n >= sizeof(low) || label.n >= width)
		return false;
	for (size_t i = 0; i < label.n; i++)
		low[i] = noro_lower(label.p[i]);
	first = leading(low);
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		uint64_t row = leading(table + mid * width);
		int c = first < row ? -1 : first > row;

		if (c == 0)
			c = strncmp(low, table + mid * width, width);
		if (c == 0)
			return true;
		if (c < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return false;
}

bool noro_tld_known(struct noro_view label)
{
	return in_table(tlds[0], sizeof(tlds) / sizeof(tlds[0]), sizeof(tlds[0]), label) ||
	       (noro_view_starts_i(label, "xn--") &&
		       in_table(reserved[0], sizeof(reserved) / sizeof(reserved[0]),
			       sizeof(reserved[0]), label));
}

bool noro_tld_is_extension(struct noro_view label)
{
	return in_table(extensions[0], sizeof(extensions) / sizeof(extensions[0]),
		       sizeof(extensions[0]), label) &&
	       noro_tld_known(label);
}

bool noro_ext_known(struct noro_view ext)
{
	return in_table(certain[0], sizeof(certain) / sizeof(certain[0]), sizeof(certain[0]), ext);
}
