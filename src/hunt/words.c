/* src/hunt/words.c - titles and advice of indicator findings, in both languages, as rows. */
#include "hunt/hunt_priv.h"

static const struct {
	enum noro_ioc_kind kind;
	const char *en, *ja;
} names[] = {
	{ NORO_IOC_IPV4, "IPv4 address", "IPv4アドレス" },
	{ NORO_IOC_IPV6, "IPv6 address", "IPv6アドレス" },
	{ NORO_IOC_NET, "network", "ネットワーク" },
	{ NORO_IOC_DOMAIN, "domain", "ドメイン" },
	{ NORO_IOC_URL, "URL", "URL" },
	{ NORO_IOC_EMAIL, "e-mail address", "メールアドレス" },
	{ NORO_IOC_MD5, "MD5 of a file", "ファイルのMD5" },
	{ NORO_IOC_SHA1, "SHA-1 of a file", "ファイルのSHA-1" },
	{ NORO_IOC_SHA256, "SHA-256 of a file", "ファイルのSHA-256" },
	{ NORO_IOC_SHA512, "SHA-512 of a file", "ファイルのSHA-512" },
	{ NORO_IOC_JA3, "JA3 fingerprint", "JA3フィンガープリント" },
	{ NORO_IOC_JA4, "JA4 fingerprint", "JA4フィンガープリント" },
	{ NORO_IOC_HASSH, "HASSH fingerprint", "HASSHフィンガープリント" },
	{ NORO_IOC_ASN, "AS number", "AS番号" },
	{ NORO_IOC_MAC, "MAC address", "MACアドレス" },
	{ NORO_IOC_BTC, "Bitcoin address", "ビットコインアドレス" },
	{ NORO_IOC_ETH, "Ethereum address", "イーサリアムアドレス" },
	{ NORO_IOC_TRON, "Tron address", "Tronアドレス" },
	{ NORO_IOC_FILE_NAME, "file name", "ファイル名" },
	{ NORO_IOC_FILE_PATH, "file path", "ファイルパス" },
	{ NORO_IOC_USER_AGENT, "user agent", "User-Agent" },
	{ NORO_IOC_USER_NAME, "user name", "ユーザー名" },
	{ NORO_IOC_REGISTRY, "registry key", "レジストリキー" },
	{ NORO_IOC_MUTEX, "mutex", "ミューテックス" },
	{ NORO_IOC_SERVICE, "service", "サービス名" },
	{ NORO_IOC_STRING, "text", "文字列" },
	{ NORO_IOC_REGEX, "pattern", "正規表現" },
};

struct noro_text hunt_title(
	struct noro_arena *a, enum noro_ioc_kind kind, struct noro_view value, const char *of)
{
	const char *en = "indicator", *ja = "指標";
	struct noro_text t;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (names[i].kind == kind) {
			en = names[i].en;
			ja = names[i].ja;
		}
	}
	if (value.n > 200)
		value.n = 200;
	t.en = noro_arena_printf(a, "%s %.*s of %s", en, NORO_VARG(value), of);
	t.ja = noro_arena_printf(a, "%sの%s %.*s", of, ja, NORO_VARG(value));
	return t;
}

static bool is_address(enum noro_ioc_kind k)
{
	return k == NORO_IOC_IPV4 || k == NORO_IOC_IPV6 || k == NORO_IOC_NET;
}

static bool is_file(enum noro_ioc_kind k)
{
	return k == NORO_IOC_MD5 || k == NORO_IOC_SHA1 || k == NORO_IOC_SHA256 ||
	       k == NORO_IOC_SHA512;
}

struct noro_text hunt_next(
	enum noro_ioc_kind kind, enum noro_window window, bool lowered, bool denied)
{
	if (lowered)
		return (struct noro_text){
			"Look at it only if something else points here: an allow-list or the role "
			"of the indicator says it is ordinary.",
			"他の兆候がない限り、後回しでよい。許可リストまたは指標の役割から、通常の通"
			"信とみられる。"
		};
	if (denied)
		return (struct noro_text){
			"The attempt was refused. Check whether the same source got through "
			"elsewhere, and that the rule which refused it covers every interface.",
			"試行は拒否されている。同じ送信元が他の経路で成功していないか、拒否したルー"
			"ルが全インターフェースに適用されているかを確認する。"
		};
	if (window == NORO_WIN_BEFORE || window == NORO_WIN_AFTER)
		return (struct noro_text){ "Outside the time in which the source saw it used: the "
					   "address may have had another owner. Find out who held "
					   "it then, and what the record was about, before acting.",
			"情報源が利用を確認した期間の外である。当時は別の利用者だった可能性があるた"
			"め、対処の前に当時の保有者と記録の内容を確認する。" };
	if (is_address(kind))
		return (struct noro_text){
			"Keep the records. Look for logins, configuration changes and tunnels on "
			"the machines named, from an hour before the first contact; then block the "
			"address and watch for what replaces it.",
			"記録を保全する。最初の接触の1時間前から、該当機器のログイン、設定変更、ト"
			"ンネルを調べる。その後に遮断し、代わりの通信先が現れないか監視する。"
		};
	if (is_file(kind))
		return (struct noro_text){
			"Do not run or delete it. Isolate the machine, keep a copy and its memory, "
			"and find out how the file came there and what it started.",
			"実行も削除もしない。機器を隔離し、ファイルとメモリを保全したうえで、侵入経"
			"路と起動された処理を調べる。"
		};
	if (kind == NORO_IOC_DOMAIN || kind == NORO_IOC_URL)
		return (struct noro_text){
			"Find the machine that asked for it, not only the resolver or proxy. Look "
			"at what it connected to next, then block the name.",
			"リゾルバーやプロキシではなく、実際に問い合わせた端末を特定する。続く通信先"
			"を確認してから、名前を遮断する。"
		};
	if (kind == NORO_IOC_FILE_NAME)
		return (struct noro_text){ "A name proves little. Hash the file and compare it "
					   "with the digests of the same source.",
			"名前だけでは根拠として弱い。ファイルのハッシュを取り、同じ情報源のハッシュ"
			"値と照合する。" };
	return (struct noro_text){
		"Read the record in its context and ask the owner of the machine before acting.",
		"前後の記録とあわせて内容を確認し、対処の前に機器の管理者に照会する。"
	};
}
