/* src/exercise/shapes_priv.h - the shapes of planted lines, as macros over template texts. */
#pragma once

#include "exercise/exercise_priv.h"

#define IOS(host, body)              "$B " host ".net.example.org $n: $M: " body
#define LOGGED(user, cmd)            "%PARSER-5-CFGLOG_LOGGEDCMD: User:" user "  logged command:" cmd
#define XRLINE(host, body)           "$B " host " $n: RP/0/RSP0/CPU0:$M UTC: " body
#define WEB(src, req, status, agent) src " - - [$H] \"" req "\" " status " $z \"-\" \"" agent "\""
#define CONN(src, sport, dst, port, proto, service, sent, got, state)                              \
	"$E\t$u\t" src "\t" sport "\t" dst "\t" port "\t" proto "\t" service "\t$y\t" sent         \
	"\t" got "\t" state "\tF\tF\t0\tShADadFf\t$r\t" sent "\t$r\t" got "\t-"
#define DNSQ(src, name, answer)                                                                    \
	"$E\t$u\t" src "\t$p\t10.30.0.53\t53\tudp\t$r\t0.0$r\t" name                               \
	"\t1\tC_INTERNET\t1\tA\t0\tNOERROR\tF\tF\tT\tT\t0\t" answer "\t300.000000\tF"
#define EVELINE(type, src, dst, port, rest)                                                        \
	"{\"timestamp\":\"$S\",\"flow_id\":$f,\"in_iface\":\"mon0\",\"event_type\":\"" type        \
	"\",\"src_ip\":\"" src "\",\"src_port\":$p,\"dest_ip\":\"" dst "\",\"dest_port\":" port    \
	",\"proto\":\"TCP\"," rest "}"
#define ACCOUNT(device, user, from, cmd)                                                           \
	"$B " device "\t" user "\ttty3\t" from "\tstop\ttask_id=$n\ttimezone=UTC\tservice=shell\t" \
	"priv-lvl=15\tcmd=" cmd " <cr>"
#define FORTILINE(rest)                                                                            \
	"$Y devname=\"fw2-osa\" devid=\"FGT-EXAMPLE-02\" logid=\"0000000013\" type=\"traffic\" "   \
	"subtype=\"forward\" level=\"notice\" vd=\"root\" " rest
#define GATEWAY(src, user, rest) "$B gw1 PulseSecure: 2 - - $Z - ive - [" src "] " user " - " rest
#define BROWSER                                                                                    \
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "        \
	"Chrome/124.0.0.0 Safari/537.36"

/* How decoys of any scenario look: listed but stale, alike but another, approved. */
#define STALE_TEXT                                                                                                            \
	{                                                                                                                     \
		"A listed address, seen before the activity window: another tenant then",                                     \
			"一覧に載ったアドレスだが、活動期間より前の通信（当時は別の利用者）" \
	}
#define AFTER_TEXT                                                                                 \
	{                                                                                          \
		"A listed address, seen after the activity window",                                \
			"一覧に載ったアドレスだが、活動期間より後の通信"    \
	}
#define LIKE_TEXT                                                                                        \
	{                                                                                                \
		"Looks like a listed value but is another", "一覧の値に似ているが別のもの" \
	}
#define SCANNER_TEXT                                                                               \
	{                                                                                          \
		"The approved vulnerability scanner at work",                                      \
			"承認済みの脆弱性スキャナーによる検査"                   \
	}
#define RESOLVER_TEXT                                                                              \
	{                                                                                          \
		"Our own resolver, on the list by mistake",                                        \
			"誤って一覧に載った自社のDNSリゾルバー"                   \
	}
#define APPROVED_TEXT                                                                                          \
	{                                                                                                      \
		"A change by an administrator, approved and from the management network",                      \
			"管理ネットワークから行われた、承認済みの管理者による変更" \
	}

/* Decoys that every scenario has: names and addresses that only look like listed ones, and what the
 * site's own resolver does. */
#define LOOKALIKES                                                                                 \
	{ EV_ASA, 12, 515, 3, 4000, true, "ipv4", "$l2", NULL, LIKE_TEXT,                          \
		"$B fw1-tyo : %ASA-4-106023: Deny tcp src outside:$l2/$p dst "                     \
		"dmz:203.0.113.30/3389 "                                                           \
		"by access-group "                                                                 \
		"\"outside_in\" [0x0, 0x0]" },                                                     \
		{ EV_PORTAL, 13, 622, 2, 4000, true, NULL, NULL, NULL, LIKE_TEXT,                  \
			WEB("198.18.40.11", "GET /download/release-$l3.txt HTTP/1.1", "200",       \
				BROWSER) },                                                        \
		{ EV_PORTAL, 14, 633, 2, 4000, true, NULL, NULL, NULL, LIKE_TEXT,                  \
			WEB("198.18.40.12", "GET /download/mib-$l4.txt HTTP/1.1", "200",           \
				BROWSER) },                                                        \
	{                                                                                          \
		EV_DNS, 17, 118, 4, 9000, true, "domain", "$e1", NULL, LIKE_TEXT,                  \
			DNSQ("10.20.3.44", "$e1", "198.18.9.9")                                    \
	}
#define RESOLVER                                                                                   \
	{                                                                                          \
		EV_FORTI, 16, 114, 6, 7000, true, "ipv4", "$k2", NULL, RESOLVER_TEXT,              \
			FORTILINE("srcip=$k2 srcport=$p srcintf=\"servers\" dstip=198.18.0.53 "    \
				  "dstport=53 "                                                    \
				  "dstintf=\"wan1\" proto=17 "                                     \
				  "action=\"accept\" policyid=5 service=\"DNS\" duration=$r "      \
				  "sentbyte=$r "                                                   \
				  "rcvdbyte=$r")                                                   \
	}

/* The first and the last inject of every drill. */
#define HAND_OUT                                                                                   \
	{                                                                                          \
		0,                                                                                 \
		{                                                                                  \
			"Hand out the situation and the folders `evidence/`, `intel/` and "        \
			"`site.yaml`. Keep "                                                       \
			"`truth.jsonl`.",                                                          \
				"状況説明と `evidence/`、`intel/`、`site.yaml` "            \
				"を配布する。`truth.jsonl` "                                 \
				"は配布しない。"                                            \
		}                                                                                  \
	}
#define BOARD(minute)                                                                                                            \
	{                                                                                                                        \
		minute,                                                                                                          \
		{                                                                                                                \
			"The board wants one page: what happened, effect, decision needed, by "                                  \
			"when.",                                                                                                 \
				"経営層から、1枚での報告を求められる。何が起きたか、影響、必要な" \
				"判断、期限を"                                                                             \
				"まとめること。"                                                                          \
		}                                                                                                                \
	}
