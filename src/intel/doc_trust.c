/*
 * src/intel/doc_trust.c - signs that a value is named without being blamed.
 *
 * Authors say it in few ways: the row calls it harmless, the label in front
 * calls it a registrar or a serial number, or the name is one that half of the
 * world uses (address look-ups, file names of the operating system). Matching
 * those would drown the findings that count.
 */
#include "intel/doc_priv.h"

#include "base/addr.h"

/* --- the row ------------------------------------------------------------- */

enum { MAX_ROW = 600 };

/* Whatever stands on such a row is no indicator. */
static const char *const harmless[] = { "not malicious", "inherently malicious", "non-malicious",
	"non malicious", "benign", "connectivity check", "ip address check",
	"\xe7\x84\xa1\xe5\xae\xb3",                                       /* 無害 */
	"\xe6\x82\xaa\xe6\x84\x8f\xe3\x81\xae\xe3\x81\xaa\xe3\x81\x84" }; /* 悪意のない */

/* A good site that was taken over is a place to look for all the same. */
static const char *const taken_over[] = { "compromised", "hacked", "hijacked", "redirect",
	"infected site", "infected web", "\xe6\x94\xb9\xe3\x81\x96\xe3\x82\x93", /* 改ざん */
	"\xe4\xbe\xb5\xe5\xae\xb3\xe3\x81\x95\xe3\x82\x8c" };                    /* 侵害され */

static const char *const places[] = { "site", "website", "web site", "domain", "host", "server",
	"service", "url", "ip address" };

/* 正規サイト, 正規のサイト, 正規のドメイン, 正規のサービス */
static const char *const places_ja[] = {
	"\xe6\xad\xa3\xe8\xa6\x8f\xe3\x82\xb5\xe3\x82\xa4\xe3\x83\x88",
	"\xe6\xad\xa3\xe8\xa6\x8f\xe3\x81\xae\xe3\x82\xb5\xe3\x82\xa4\xe3\x83\x88",
	"\xe6\xad\xa3\xe8\xa6\x8f\xe3\x81\xae\xe3\x83\x89\xe3\x83\xa1\xe3\x82\xa4\xe3\x83\xb3",
	"\xe6\xad\xa3\xe8\xa6\x8f\xe3\x81\xae\xe3\x82\xb5\xe3\x83\xbc\xe3\x83\x93\xe3\x82\xb9"
};

static bool holds_one(struct noro_view v, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (noro_view_find_i(v, noro_view_str(list[i])) != SIZE_MAX)
			return true;
	return false;
}
#define HOLDS_ONE(v, list) holds_one(v, list, sizeof(list) / sizeof((list)[0]))

/* "legitimate domain", "正規の...": of a place, not of a program that loads something bad. */
static bool calls_a_place_good(struct noro_view row)
{
	size_t at = noro_view_find_i(row, NORO_V("legitimate "));

	if (at == SIZE_MAX)
		return HOLDS_ONE(row, places_ja);
	row = noro_view_sub(row, at + 11, row.n);
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (noro_view_starts_i(row, places[i]))
			return true;
	return false;
}

/* "| _clean_ |" where others have what scanners call the malware. */
static bool has_clean_cell(struct noro_view row)
{
	struct noro_view cell;

	while (noro_view_cut(&row, '|', &cell)) {
		while (cell.n && cell.p[0] && strchr(" _*`", cell.p[0]))
			cell = noro_view_sub(cell, 1, cell.n);
		while (cell.n && cell.p[cell.n - 1] && strchr(" _*`", cell.p[cell.n - 1]))
			cell.n--;
		if (noro_view_is_i(cell, "clean"))
			return true;
	}
	return false;
}

enum noro_doc_row noro_doc_row(struct noro_view row)
{
	struct noro_view v = noro_view_trim(row);

	if (v.n > MAX_ROW)
		return NORO_DOC_ROW_PLAIN; /* a page in one line: the word may be far from the value
					    */
	while (v.n && v.p[0] && strchr("->*|` ", v.p[0]))
		v = noro_view_sub(v, 1, v.n);
	if (HOLDS_ONE(v, harmless) || noro_view_starts_i(v, "legitimate "))
		return NORO_DOC_ROW_HARMLESS;
	if (has_clean_cell(v))
		return NORO_DOC_ROW_CLEAN;
	return calls_a_place_good(v) && !HOLDS_ONE(v, taken_over) ? NORO_DOC_ROW_GOOD_PLACE
								  : NORO_DOC_ROW_PLAIN;
}

/* --- the label in front --------------------------------------------------- */

enum { MAX_LABEL = 40 };

/* "- Name server 2: " gives "Name server 2"; "id-at-commonName=" gives itself. */
static struct noro_view label_of(struct noro_view before)
{
	struct noro_view v = before;
	size_t at;

	while (v.n && v.p[v.n - 1] && strchr(" `\"'*+([", v.p[v.n - 1]))
		v.n--;
	if (v.n == 0 || (v.p[v.n - 1] != ':' && v.p[v.n - 1] != '='))
		return noro_view(v.p, 0);
	v.n--;
	if (v.n > MAX_LABEL)
		v = noro_view_sub(v, v.n - MAX_LABEL, MAX_LABEL);
	for (at = v.n; at && !strchr(";,|:=&?/", v.p[at - 1]); at--)
		;
	return noro_view_trim(noro_view_sub(v, at, v.n));
}

/* Who sells, serves or signs a name is not the one who uses it. */
static const char *const not_theirs[] = { "registrar", "name server", "nameserver", "commonname",
	"common name", "issuer", "subject cn", "serial", "mx record", "organizationname" };

static const char finger[] =
	"\xe3\x83\x95\xe3\x82\xa3\xe3\x83\xb3\xe3\x82\xac\xe3\x83\xbc"; /* フィンガー */
static const char *const print_of_certificate[] = { "thumbprint", "fingerprint", finger,
	"\xe6\x8b\x87\xe5\x8d\xb0" /* 拇印 */ };

/* Sixteen bytes in hex may be anything with a name like these. */
static bool names_no_digest(struct noro_view label)
{
	static const char *const words[] = { "id", "hwid", "key", "keys", "token", "password",
		"cookie", "guid", "uuid", "nonce", "salt", "iv", "number", "session" };
	size_t blank = noro_view_rchr(label, ' ');

	if (blank != SIZE_MAX)
		label = noro_view_sub(label, blank + 1, label.n);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (noro_view_is_i(label, words[i]))
			return true;
	return false;
}

/* --- the value itself ----------------------------------------------------- */

/*
 * Where software of all kinds asks for its own address, checks that it is
 * online, or asks about certificates; and the names kept for examples (RFC 2606).
 */
static const char *const everyones[] = { "api.db-ip.com", "api.my-ip.io", "api.myip.com",
	"checkip.amazonaws.com", "checkip.dyndns.com", "checkip.dyndns.org", "digicert.com",
	"example.com", "example.net", "example.org", "freegeoip.app", "freegeoip.net", "geojs.io",
	"geoplugin.net", "globalsign.com", "icanhazip.com", "ident.me", "ifconfig.co",
	"ifconfig.me", "ip-api.com", "ip.sb", "ipapi.co", "ipecho.net", "ipify.org", "ipinfo.io",
	"ipwho.is", "ipwhois.app", "lencr.org", "letsencrypt.org", "microsoftonline.com",
	"msftconnecttest.com", "msftncsi.com", "myexternalip.com", "myip.opendns.com",
	"openssl.org", "openweathermap.org", "reallyfreegeoip.org", "sectigo.com", "seeip.org",
	"whatismyip.com", "whatismyipaddress.com", "windowsupdate.com", "worldtimeapi.org",
	"wtfismyip.com" };

/* Everyone stores and sends there: an address below may be bad, the host alone says nothing. */
static const char *const shared[] = { "1drv.ms", "amazonaws.com", "anonfiles.com",
	"api.telegram.org", "apple.com", "archive.org", "baidu.com", "bing.com", "bit.ly",
	"bitbucket.org", "blogspot.com", "box.com", "cdn.discordapp.com", "cdn.jsdelivr.net",
	"cf-ipfs.com", "cloudflare-ipfs.com", "cdnjs.cloudflare.com", "cutt.ly", "discord.com",
	"discord.gg", "discordapp.com", "dropbox.com", "duckdns.org", "file.io", "filetransfer.io",
	"firebasestorage.googleapis.com", "gitee.com", "gitlab.com", "gofile.io", "huggingface.co",
	"icloud.com", "ipfs.io", "is.gd", "live.com", "livejournal.com", "mail.ru",
	"mail.yahoo.com", "media.discordapp.net", "mediafire.com", "mega.co.nz", "mega.nz",
	"naver.com", "ngrok.io", "notion.so", "od.lk", "office.com", "onedrive.live.com",
	"opendrive.com", "outlook.com", "outlook.live.com", "paste.ee", "pastebin.com", "qq.com",
	"raw.githubusercontent.com", "rebrand.ly", "s3.amazonaws.com", "slack.com",
	"steamcommunity.com", "storage.googleapis.com", "t.co", "t.me", "telegra.ph",
	"telegram.org", "tinyurl.com", "transfer.sh", "trello.com", "unpkg.com", "vk.com",
	"wetransfer.com", "wordpress.com", "yahoo.com", "yandex.ru" };

/* Every Windows host, or many a one, has them; the name alone tells nothing. */
static const char *const system_files[] = { "advapi32.dll", "bitsadmin.exe", "certutil.exe",
	"cmd.exe", "conhost.exe", "crypt32.dll", "cscript.exe", "csrss.exe", "ctfmon.exe",
	"dllhost.exe", "dnsapi.dll", "dwm.exe", "explorer.exe", "firefox.exe", "gdi32.dll",
	"gdiplus.dll", "iexplore.exe", "kernel32.dll", "kernelbase.dll", "lsass.exe", "lsm.exe",
	"mmc.exe", "mshta.exe", "mspaint.exe", "mpcmdrun.exe", "msbuild.exe", "msconfig.exe",
	"msiexec.exe", "net.exe", "notepad.exe", "ntdll.dll", "ole32.dll", "outlook.exe",
	"powershell.exe", "regedit.exe", "regsvr32.exe", "rundll32.exe", "schtasks.exe",
	"services.exe", "shell32.dll", "slmgr.vbs", "smss.exe", "spoolsv.exe", "svchost.exe",
	"taskhost.exe", "taskhostw.exe", "taskmgr.exe", "user32.dll", "userinit.exe", "wininet.dll",
	"wininit.exe", "winhttp.dll", "winlogon.exe", "winscard.dll", "winword.exe", "wmiprvse.exe",
	"ws2_32.dll", "wscript.exe", "chrome.exe", "excel.exe", "installutil.exe", "msedge.exe",
	"regasm.exe", "regsvcs.exe",
	/* and what people install */
	"7z.exe", "7za.exe", "7zfm.exe", "curl.exe", "java.exe", "javaw.exe", "node.exe",
	"notepad++.exe", "pscp.exe", "putty.exe", "python.exe", "pythonw.exe", "rar.exe",
	"teamviewer.exe", "unrar.exe", "vlc.exe", "wget.exe", "winrar.exe", "winscp.exe",
	"winzip.exe" };

static bool host_below(struct noro_view host, const char *name)
{
	size_t n = strlen(name);

	return noro_view_ends_i(host, name) && (host.n == n || host.p[host.n - n - 1] == '.');
}

static bool host_is(struct noro_view host, const char *name)
{
	return noro_view_is_i(host, name) ||
	       (noro_view_starts_i(host, "www.") &&
		       noro_view_is_i(noro_view_sub(host, 4, host.n), name));
}

static bool is_everyones(struct noro_view host)
{
	for (size_t i = 0; i < sizeof(everyones) / sizeof(everyones[0]); i++) {
		/* below example.com authors put hosts of their own */
		bool reserved = noro_view_starts_i(noro_view_str(everyones[i]), "example.");

		if (reserved ? host_is(host, everyones[i]) : host_below(host, everyones[i]))
			return true;
	}
	return false;
}

static bool is_shared(struct noro_view host)
{
	for (size_t i = 0; i < sizeof(shared) / sizeof(shared[0]); i++)
		if (host_is(host, shared[i]))
			return true;
	return false;
}

/* Of a state, whatever the country: taken over perhaps, but no one's to block. */
static bool is_government(struct noro_view host)
{
	static const char *const labels[] = { "gov", "gob", "gouv", "go", "mil", "govt" };
	size_t last = noro_view_rchr(host, '.'), second;
	struct noro_view label;

	if (last == SIZE_MAX || host.n - last != 3)
		return false;
	label = noro_view_sub(host, 0, last);
	second = noro_view_rchr(label, '.');
	if (second == SIZE_MAX)
		return false;
	label = noro_view_sub(label, second + 1, label.n);
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
		if (noro_view_is_i(label, labels[i]))
			return true;
	return false;
}

/* Of a host itself or of a network that is nobody's in particular; examples stay (RFC 5737). */
static bool is_nobodys(struct noro_view v)
{
	struct noro_ip ip;
	enum noro_ip_class c;

	if (!noro_ip_parse(v, &ip))
		return false;
	c = noro_ip_classify(&ip);
	return c != NORO_IP_GLOBAL && c != NORO_IP_DOCUMENTATION;
}

static bool is_system_file(struct noro_view name)
{
	if (noro_view_chr(name, '.') == 1)
		return true; /* "a.exe": anyone's */
	for (size_t i = 0; i < sizeof(system_files) / sizeof(system_files[0]); i++)
		if (noro_view_is_i(name, system_files[i]))
			return true;
	return false;
}

/* C:\Windows\System32\cmd.exe is at home; C:\PerfLogs\svchost.exe is not. */
static bool is_system_path(struct noro_view path)
{
	static const char *const unix_files[] = { "/bin/bash", "/bin/busybox", "/bin/sh",
		"/dev/null", "/etc/crontab", "/etc/hosts", "/etc/passwd", "/etc/shadow",
		"/usr/bin/python", "/usr/sbin/sshd" };
	size_t at = noro_view_rchr(path, '\\');

	for (size_t i = 0; i < sizeof(unix_files) / sizeof(unix_files[0]); i++)
		if (noro_view_is(path, unix_files[i]))
			return true;
	return at != SIZE_MAX && is_system_file(noro_view_sub(path, at + 1, path.n)) &&
	       (noro_view_ends_i(noro_view_sub(path, 0, at), "\\system32") ||
		       noro_view_ends_i(noro_view_sub(path, 0, at), "\\syswow64") ||
		       noro_view_ends_i(noro_view_sub(path, 0, at), "\\windows"));
}

/* --- together ------------------------------------------------------------ */

static enum noro_doc_doubt doubt_of_digest(const struct noro_doc_around *a, struct noro_view label)
{
	if (a->keys || names_no_digest(label) || HOLDS_ONE(label, not_theirs))
		return NORO_DOC_NAMED;
	/* a certificate's or an honest program's digest is worth a search; nothing blocks by it */
	return a->honest || a->row == NORO_DOC_ROW_CLEAN || HOLDS_ONE(label, print_of_certificate)
		       ? NORO_DOC_HUNT_ONLY
		       : NORO_DOC_SURE;
}

enum noro_doc_doubt noro_doc_doubt(enum noro_ioc_kind kind, struct noro_view value,
	struct noro_view host, const struct noro_doc_around *a)
{
	struct noro_view label = label_of(a->before);
	bool place = kind <= NORO_IOC_EMAIL;

	if (a->row == NORO_DOC_ROW_HARMLESS || (a->row == NORO_DOC_ROW_GOOD_PLACE && place))
		return NORO_DOC_NAMED;
	if (kind >= NORO_IOC_MD5 && kind <= NORO_IOC_SHA512)
		return doubt_of_digest(a, label);
	if (kind == NORO_IOC_FILE_NAME)
		return a->honest || a->rest || is_system_file(value) ? NORO_DOC_NAMED
								     : NORO_DOC_SURE;
	if (kind == NORO_IOC_FILE_PATH)
		return is_system_path(value) ? NORO_DOC_NAMED : NORO_DOC_SURE;
	if (!place)
		return NORO_DOC_SURE;
	if (HOLDS_ONE(label, not_theirs) || is_everyones(host) ||
		(kind <= NORO_IOC_IPV6 && is_nobodys(value)))
		return NORO_DOC_NAMED;
	/* a good site that was taken over is searched for; its visitors are not cut off */
	if (is_government(host) || a->honest)
		return NORO_DOC_HUNT_ONLY;
	if (!is_shared(host))
		return NORO_DOC_SURE;
	return kind == NORO_IOC_DOMAIN ? NORO_DOC_NAMED : NORO_DOC_HUNT_ONLY;
}
