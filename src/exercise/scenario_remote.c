/*
 * src/exercise/scenario_remote.c - a remote-access gateway that gives away
 * sessions, after the second case of AA24-190A: the login appliance is weak, so
 * passwords, one-time codes and session tokens are taken there and used to open
 * virtual desktops as somebody else.
 */
#include "exercise/shapes_priv.h"

#define STAFF(name) name "(Staff)[Remote-Staff]"

static const struct plant plants[] = {
	/* the appliance */
	{ EV_VPN, 8, 1803, 4, 40, false, "ipv4", "$a1", NULL,
		{ "The login page of the gateway is probed", "装置のログイン画面が探索された" },
		GATEWAY("$a1", "System()[]",
			"Host checker page requested from $a1 by user agent 'curl/7.81.0'.") },
	{ EV_VPN, 8, 1812, 3, 45, false, "ipv4", "$a1", "exploit-attempt",
		{ "A request climbs out of its path on the gateway",
			"装置に対するパストラバーサル要求" },
		GATEWAY("$a1", "System()[]",
			"Unauthenticated request url "
			"/api/v1/totp/user-backup-code/../../" NORO_EXERCISE_MARK
			" came from IP $a1.") },
	{ EV_MGMT, 8, 1820, 2, 60, false, "ipv4", "$a1", NULL,
		{ "The same host looks for other management pages",
			"同じホストがほかの管理画面を探した" },
		WEB("$a1", "GET /nms/login HTTP/1.1", "401", "-") },
	{ EV_VPN, 9, 1702, 1, 0, false, NULL, NULL, "BHV-07",
		{ "A file of the login page is changed", "ログイン画面のファイルが改変された" },
		GATEWAY("127.0.0.1", "System()[]",
			"Integrity: file /home/webserver/htdocs/dana-na/auth/" NORO_EXERCISE_MARK
			".cgi is new or mismatched.") },
	{ EV_CONN, 9, 1730, 12, 86400, false, "ipv4", "$a2", "BHV-07",
		{ "The gateway itself sends small posts to an outside host after logins",
			"ログインの後に、装置自体が外部ホストへ少量のデータを送信している" },
		CONN("203.0.113.30", "$p", "$a2", "443", "tcp", "ssl", "2210", "412", "SF") },
	{ EV_DNS, 9, 1731, 10, 86400, false, "domain", "$d1", "BHV-07",
		{ "It resolves a name below a listed domain for that",
			"その際に一覧のドメイン配下の名前が解決された" },
		DNSQ("10.30.0.30", "t$r.$d1", "$a2") },
	/* as somebody else */
	{ EV_VPN, 10, 1844, 1, 0, false, "ipv4", "$a3", "BHV-06",
		{ "Login of tanaka from a new place, one-time code accepted",
			"tanakaのログイン。新しい接続元、ワンタイムコードは正しい" },
		GATEWAY("$a3", STAFF("tanaka"), "Login succeeded for tanaka/Staff from $a3.") },
	{ EV_VPN, 10, 1846, 1, 0, false, "ipv4", "$a4", "BHV-06",
		{ "Two minutes later the same session from another host",
			"その2分後、同じセッションが別のホストから使われた" },
		GATEWAY("$a4", STAFF("tanaka"),
			"Remote address for user tanaka/Staff changed from $a3 to $a4. Access "
			"allowed.") },
	{ EV_VPN, 11, 1810, 1, 0, false, "ipv4", "$a4", "BHV-06",
		{ "Login of sato from the same host", "同じホストからsatoがログインした" },
		GATEWAY("$a4", STAFF("sato"), "Login succeeded for sato/Staff from $a4.") },
	{ EV_VPN, 11, 1822, 1, 0, false, "ipv4", "$a4", "BHV-06",
		{ "Login of suzuki from the same host", "同じホストからsuzukiがログインした" },
		GATEWAY("$a4", STAFF("suzuki"), "Login succeeded for suzuki/Staff from $a4.") },
	{ EV_VPN, 11, 1824, 5, 86000, false, "ipv4", "$a5", "BHV-06",
		{ "suzuki again, from yet another host, at night",
			"再びsuzuki。さらに別のホストから、夜間のログイン" },
		GATEWAY("$a5", STAFF("suzuki"), "Login succeeded for suzuki/Staff from $a5.") },
	{ EV_VPN, 11, 1826, 1, 0, false, "ipv4", "$a5", NULL,
		{ "The tunnel of the stolen session gets an inside address",
			"盗まれたセッションに内部アドレスが割り当てられた" },
		GATEWAY("$a5", STAFF("suzuki"),
			"VPN Tunneling: Session started for user with IPv4 address 10.99.0.250, "
			"hostname WIN-" NORO_EXERCISE_MARK) },
	{ EV_CONN, 11, 1830, 8, 50000, false, NULL, NULL, "BHV-06",
		{ "Virtual desktops opened from that address at night",
			"そのアドレスから夜間に仮想デスクトップが開かれた" },
		CONN("10.99.0.250", "$p", "10.30.0.35", "3389", "tcp", "rdp", "$z", "$z", "SF") },
	/* inside */
	{ EV_AUTH, 13, 1735, 18, 8, false, NULL, NULL, "spraying",
		{ "Passwords are tried from the tunnel's address",
			"トンネルのアドレスからパスワードが試行された" },
		"$I jump1 sshd[$r]: Failed password for $m from 10.99.0.250 port $p ssh2" },
	{ EV_AUTH, 13, 1741, 1, 0, false, NULL, NULL, "spraying",
		{ "One of them is right", "そのうち一つが成功した" },
		"$I jump1 sshd[$r]: Accepted password for suzuki from 10.99.0.250 port $p ssh2" },
	{ EV_AAA, 14, 1703, 4, 60, false, NULL, NULL, "collection",
		{ "Configurations are read from the tunnel's address",
			"トンネルのアドレスから設定が読み出された" },
		ACCOUNT("10.10.1.1", "suzuki", "10.99.0.250", "show running-config") },
	{ EV_EVE, 15, 1722, 1, 0, false, "sha256", "$x1", NULL,
		{ "A listed file arrives on the virtual desktop",
			"一覧のファイルが仮想デスクトップに届いた" },
		EVELINE("fileinfo", "$a6", "10.30.0.35", "80",
			"\"fileinfo\":{\"filename\":\"/t/" NORO_EXERCISE_MARK
			".zip\",\"state\":\"CLOSED\",\"stored\":false,"
			"\"sha256\":\"$x1\",\"size\":712904,\"tx_id\":0}") },
	{ EV_EVE, 15, 1730, 8, 80000, false, "domain", "$d2", NULL,
		{ "TLS from the desktop to a listed domain",
			"仮想デスクトップから一覧のドメインへのTLS接続" },
		EVELINE("tls", "10.30.0.35", "198.18.7.7", "443",
			"\"tls\":{\"subject\":\"CN=$d2\",\"issuerdn\":\"CN=Example "
			"CA\",\"sni\":\"$d2\",\"version\":\"TLS 1.2\"}") },
	{ EV_FORTI, 18, 1755, 4, 30000, false, "ipv4", "$a6", "exfiltration",
		{ "Documents leave the virtual desktop", "仮想デスクトップから文書が持ち出された" },
		FORTILINE("srcip=10.30.0.35 srcport=$p srcintf=\"servers\" dstip=$a6 dstport=443 "
			  "dstintf=\"wan1\" proto=6 "
			  "action=\"close\" policyid=12 service=\"HTTPS\" duration=1650 "
			  "sentbyte=734003200 rcvdbyte=71234") },
	{ EV_CONN, 20, 1811, 3, 70000, false, "ipv6", "$v1", NULL,
		{ "The desktop over IPv6", "仮想デスクトップからのIPv6通信" },
		CONN("2001:db8:c0de:30::35", "$p", "$v1", "443", "tcp", "ssl", "$z", "$z", "SF") },
	{ EV_ASA, 22, 1802, 5, 6000, false, "ipv4", "$a7", NULL,
		{ "A new host comes back to the gateway", "新しいホストが装置に再び接続した" },
		"$B fw1-tyo : %ASA-6-302013: Built inbound TCP connection $n for outside:$a7/$p "
		"($a7/$p) to "
		"dmz:10.30.0.30/443 (203.0.113.30/443)" },
	/* decoys */
	{ EV_VPN, 2, 702, 2, 5000, true, "ipv4", "$s1", NULL, STALE_TEXT,
		GATEWAY("$s1", "guest(Staff)[]",
			"Login failed using auth server AD1 (Active Directory).  Reason: Failed") },
	{ EV_CONN, 3, 802, 2, 900, true, "ipv4", "$s2", NULL, STALE_TEXT,
		CONN("$s2", "$p", "203.0.113.30", "443", "tcp", "ssl", "$z", "$z", "SF") },
	{ EV_ASA, 27, 302, 2, 3600, true, "ipv4", "$s3", NULL, AFTER_TEXT,
		"$B fw1-tyo : %ASA-4-106023: Deny tcp src outside:$s3/$p dst dmz:203.0.113.30/3389 "
		"by access-group "
		"\"outside_in\" [0x0, 0x0]" },
	{ EV_VPN, 10, 402, 2, 4000, true, "ipv4", "$l1", NULL, LIKE_TEXT,
		GATEWAY("$l1", STAFF("netops"), "Login succeeded for netops/Staff from $l1.") },
	LOOKALIKES,
	{ EV_VPN, 12, 230, 3, 30, true, "ipv4", "$k1", "exploit-attempt", SCANNER_TEXT,
		GATEWAY("$k1", "System()[]",
			"Unauthenticated request url /api/v1/totp/user-backup-code/../../scan-test "
			"came from IP $k1.") },
	RESOLVER,
	{ EV_VPN, 16, 201, 1, 0, true, NULL, NULL, "BHV-07", APPROVED_TEXT,
		GATEWAY("10.10.9.22", "tanaka(Admin)[Administrators]",
			"Package upgraded by administrator tanaka from 10.10.9.22.") },
	{ 0 },
};

static const struct inject injects[] = {
	HAND_OUT,
	{ 20, { "suzuki calls: \"I was asleep. Why does the system say that I logged in last "
		"night?\"",
		      "suzukiから電話。「昨夜は寝ていたのに、なぜログインしたと記録されているのか。"
		      "」" } },
	{ 45, { "The service desk has reset suzuki's password. Is that enough? Answer.",
		      "ヘルプデスクがsuzukiのパスワードを再設定した。これで十分か。回答すること"
		      "。" } },
	{ 70, { "The maker of the gateway asks for a snapshot of the appliance. Decide who takes "
		"it, and how it stays evidence.",
		      "装置のメーカーからスナップショットを求められる。誰が取得し、どのように証拠能"
		      "力を保つかを決めること。" } },
	BOARD(100),
	{ 0, { NULL, NULL } },
};

const struct scenario noro_exercise_remote = {
	.name = "apt40-remote-access",
	.advisory = "AA24-190A",
	.plant = plants,
	.brief = {
		.situation = {
			"You run the network of a small carrier. Staff work from home through one remote-access gateway with "
			"one-time codes. A joint advisory describes a group that takes passwords, codes and session tokens from "
			"such gateways. You have its indicators and four weeks of logs.",
			"あなたは小規模な通信事業者のネットワークを運用している。社員はワンタイムコードを用いるリモートアクセス装置1台を経由して在宅勤務を行って"
			"いる。このような装置からパスワード、ワンタイムコード、セッショントークンを盗むグループについて、国際共同文書が公表された。"
			"その侵害指標と4週間分のログが手元にある。" },
		.question = {
			"1. Is the gateway itself hit? Since when?\n2. Which accounts were used by somebody else?\n3. What was reached "
			"and taken?\n4. Which hits are false, stale or allowed, and why?\n5. What could the logs not have shown?\n6. "
			"What do you do first, and whom do you tell?",
			"1. 装置自体が侵害されているか。いつからか。\n2. 本人以外に使われたアカウントはどれか。\n3. どこに到達され、何が持ち出されたか。\n"
			"4. 誤検知、期間外、許可済みの一致はどれか。その理由は何か。\n5. これらのログでは分からないことは何か。\n"
			"6. 最初に何をし、誰に知らせるか。" },
		.answer = {
			"The gateway gave way on day 9; from day 10 a changed login page sent what people typed, one-time codes "
			"included, to an outside host. The sessions of tanaka, sato and suzuki were used by others from day 11; "
			"suzuki's led over virtual desktops to the jump host (day 14), to router configurations (day 15) and to "
			"documents that left from day 19.",
			"9日目に装置が侵害された。10日目以降、改変されたログイン画面が、利用者の入力内容をワンタイムコードも含めて外部へ送信して"
			"いた。11日目以降、tanaka、sato、suzukiのセッションが本人以外に使われた。suzukiのセッションからは仮想デスクトップを経て、"
			"14日目に踏み台サーバー、15日目にルーターの設定へ到達され、19日目以降に文書が持ち出された。" },
		.lesson = {
			"First: image the appliance, end all sessions, rebuild it from known-good media. Passwords alone are not "
			"enough: session tokens, one-time-code seeds, certificates and service accounts that the appliance held are "
			"known to the actor too.",
			"最初に装置のイメージを取得し、全セッションを切断し、信頼できる媒体から再構築する。パスワードの変更だけでは不十分である。装置が"
			"保持していたセッショントークン、ワンタイムコードのシード、証明書、サービスアカウントも相手に知られている。" },
		.inject = injects,
	},
};
