/* tests/unit/match/test_match.c - where a token begins and ends, and how else it may be written. */
#include "tests/test.h"

#include "match/match.h"

static const char *const kernels[] = { "avx512", "avx2", "sse42", "neon", "scalar" };

static const struct row {
	enum noro_ioc_kind kind;
	const char *value;
	const char *text;
	int hits;
	const char *shown; /* what the first hit covers; NULL: the value itself */
	enum noro_form form;
	bool sub;
} rows[] = {
	/* clang-format off */
	{ NORO_IOC_IPV4, "1.2.3.4", "1.2.3.4", 1, NULL, 0, false },
	{ NORO_IOC_IPV4, "1.2.3.4", "a 1.2.3.4:80 [1.2.3.4] /1.2.3.4/ \"1.2.3.4\" ::ffff:1.2.3.4", 5, NULL, 0, false },
	{ NORO_IOC_IPV4, "1.2.3.4", "src=1.2.3.4,dst=1.2.3.4;-1.2.3.4-", 3, NULL, 0, false },
	{ NORO_IOC_IPV4, "1.2.3.4", "ends 1.2.3.4. And 1.2.3.4", 2, NULL, 0, false },
	{ NORO_IOC_IPV4, "1.2.3.4", "11.2.3.4 1.2.3.45 11.2.3.45 1.2.3.4.5 0.1.2.3.4 x1.2.3.4 1.2.3.4x _1.2.3.4 1.2.3.4_", 0, NULL, 0, false },
	{ NORO_IOC_IPV4, "1.2.3.4", "01.2.3.4 1.02.3.4 1.2.3.004 1.2.3.1004", 0, NULL, 0, false },
	{ NORO_IOC_IPV4, "1.2.3.255", "1.2.3.999 1.2.3.511 1.2.3.256", 0, NULL, 0, false },
	{ NORO_IOC_IPV4, "1.2.3.4", "1.2.3.4.in-addr.arpa 1.2.3.4.IN-ADDR.ARPA.", 0, NULL, 0, false },
	{ NORO_IOC_IPV4, "192.168.100.200", "192.168.100.200", 1, NULL, 0, false },
	{ NORO_IOC_IPV4, "1.2.3.4", "::ffff:102:304 ::FFFF:0102:0304", 2, "::ffff:102:304", 0, false },
	{ NORO_IOC_NET, "1.2.0.0/16", "1.2.3.4 1.3.0.0 1.1.255.255 1.2.0.0 1.2.255.255", 3, "1.2.3.4", 0, true },
	{ NORO_IOC_NET, "1.2.3.5-1.2.3.9", "1.2.3.4 1.2.3.5 1.2.3.9 1.2.3.10", 2, "1.2.3.5", 0, true },
	{ NORO_IOC_NET, "0.0.0.0/0", "1.2.3.4 255.255.255.255 0.0.0.0", 3, "1.2.3.4", 0, true },
	{ NORO_IOC_NET, "2001:db8::/32", "2001:db8:1::5 2001:db9::1 [2001:DB8::]:443", 2, "2001:db8:1::5", 0, true },
	{ NORO_IOC_IPV6, "2001:db8::1", "2001:db8::1 2001:DB8:0:0:0:0:0:1 2001:0db8::0001 [2001:db8::1]:443 2001:db8::1%eth0", 5, NULL, 0, false },
	{ NORO_IOC_IPV6, "2001:db8::1", "src:2001:db8::1, 2001:db8::1: text =2001:db8::1/128", 3, NULL, 0, false },
	{ NORO_IOC_IPV6, "2001:db8::1", "2001:db8::1.443 > 2001:db8::2.80", 1, NULL, 0, false },
	{ NORO_IOC_IPV6, "2001:db8::1", "2001:db8::11 12001:db8::1 2001:db8::1:1 2001:db8::1g z2001:db8::1", 0, NULL, 0, false },
	{ NORO_IOC_IPV6, "64:ff9b::102:304", "64:ff9b::1.2.3.4", 1, "64:ff9b::1.2.3.4", 0, false },
	{ NORO_IOC_IPV6, "::1", "[::1]:22 std::abc x::1 ::1", 2, "::1", 0, false },
	{ NORO_IOC_IPV6, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2:3:4:5:6", 1, NULL, 0, false },
	{ NORO_IOC_IPV6, "1::", "1:: 1:0::0 1:0:0:0:0:0:0:0 1:0:0:0:0:0::0 0001:00::", 5, NULL, 0, false },
	{ NORO_IOC_IPV6, "::1:2", "::1:2 0:0:0:0:0:0:1:2 0::1:0002 ::0:0:1:2", 4, NULL, 0, false },
	{ NORO_IOC_IPV6, "1::2", "1::2::2 1:0:0:0:0:0:0::0:2 1:0:0:0:0:0:0:0:2 01:0:0:0:0:0:2 00001::2 1::00002 1::2::", 0, NULL, 0, false },
	{ NORO_IOC_DOMAIN, "evil.com", "evil.com EVIL.com. http://evil.com/ evil.com:80 <evil.com> evil.com, 'evil.com'", 7, NULL, 0, false },
	{ NORO_IOC_DOMAIN, "evil.com", "notevil.com evil.com.example -evil.com _evil.com evil.company evil.com-x evil.com_x xevil.com", 0, NULL, 0, false },
	{ NORO_IOC_DOMAIN, "evil.com", "a.evil.com b.a.evil.com. _x.evil.com", 3, "a.evil.com", 0, true },
	{ NORO_IOC_DOMAIN, "a.b.evil.co.uk", "x.a.b.evil.co.uk b.evil.co.uk xa.b.evil.co.uk", 1, "x.a.b.evil.co.uk", 0, true },
	{ NORO_IOC_DOMAIN, "x.co.uk", "a.co.uk b.co.uk co.uk CO.UK x.co.uk a.x.co.uk ax.co.uk", 2, NULL, 0, false },
	{ NORO_IOC_DOMAIN, "co.uk", "a.co.uk co.uk co.ukx b.a.co.uk", 3, "a.co.uk", 0, true },
	{ NORO_IOC_DOMAIN, "evil.com", "*.evil.com .evil.com user@evil.com", 3, "evil.com", 0, false },
	{ NORO_IOC_DOMAIN, "evil.com", "\xe3\x81\xaf""evil.com\xe3\x81\xa7\xe3\x81\x99", 1, NULL, 0, false },
	{ NORO_IOC_DOMAIN, "evil.vermoegensberatung", "evil.vermoegensberatung", 1, NULL, 0, false },
	{ NORO_IOC_DOMAIN, "evil.com", "evil.com...", 1, NULL, 0, false },
	{ NORO_IOC_DOMAIN, "a-label-that-is-quite-long-and-goes-on-for-fifty-one-ch.evil-long-name.example", "x.a-label-that-is-quite-long-and-goes-on-for-fifty-one-ch.evil-long-name.example", 1, "x.a-label-that-is-quite-long-and-goes-on-for-fifty-one-ch.evil-long-name.example", 0, true },
	{ NORO_IOC_DOMAIN, "a-label-that-is-quite-long-and-goes-on-for-sixty-characters-abc.example", "q.a-label-that-is-quite-long-and-goes-on-for-sixty-characters-abc.example", 1, "q.a-label-that-is-quite-long-and-goes-on-for-sixty-characters-abc.example", 0, true },
	{ NORO_IOC_URL, "http://evil.com/a/b.php", "http://evil.com/a/b.php HTTP://EVIL.com:80/a/b.php hxxp://evil.com/a/b.php?x=1 http:\\/\\/evil.com\\/a\\/b.php", 4, "http://evil.com/a/b.php", 0, false },
	{ NORO_IOC_URL, "http://evil.com/a/b.php", "http://evil.com/a/b.phpx https://evil.com/a/b.php http://xevil.com/a/b.php http://evil.com/a http://evil.com:81/a/b.php http://evil.com/A/b.php evil.com/a/b.php", 0, NULL, 0, false },
	{ NORO_IOC_URL, "http://evil.com/a/", "\"http://evil.com/a/\" http://evil.com/a, (http://evil.com/a) http://evil.com/a#x", 4, "http://evil.com/a/", 0, false },
	{ NORO_IOC_URL, "http://evil.com/a?b=c", "http://evil.com/a?b=c http://evil.com/a?b=cd http://evil.com/a?b=c#d http://evil.com/a", 2, "http://evil.com/a?b=c", 0, false },
	{ NORO_IOC_URL, "http://evil.com/", "http://evil.com/ http://evil.com http://evil.com/x http://u:p@evil.com/", 3, "http://evil.com/", 0, false },
	{ NORO_IOC_URL, "http://1.2.3.4:8080/x", "http://1.2.3.4:8080/x http://1.2.3.4/x", 1, "http://1.2.3.4:8080/x", 0, false },
	{ NORO_IOC_URL, "http://[2001:db8::1]/x", "http://[2001:db8::1]/x http://[2001:DB8:0::1]:80/x", 2, "http://[2001:db8::1]/x", 0, false },
	{ NORO_IOC_URL, "evil.com/a.php", "http://evil.com/a.php ftp://evil.com/a.php evil.com/a.php?x evil.com/a.phpx", 3, "evil.com/a.php", 0, false },
	{ NORO_IOC_EMAIL, "bad.man@evil.com", "bad.man@evil.com <Bad.Man@EVIL.com> mailto:bad.man@evil.com. from=bad.man@evil.com", 4, NULL, 0, false },
	{ NORO_IOC_EMAIL, "bad.man@evil.com", "xbad.man@evil.com bad.man@evil.com.example bad.man@x.evil.com man@evil.com", 0, NULL, 0, false },
	{ NORO_IOC_EMAIL, "o'man=x@evil.com", "<o'man=x@evil.com>", 1, NULL, 0, false },
	{ NORO_IOC_MD5, "d41d8cd98f00b204e9800998ecf8427e", "md5:d41d8cd98f00b204e9800998ecf8427e D41D8CD98F00B204E9800998ECF8427E", 2, "d41d8cd98f00b204e9800998ecf8427e", 0, false },
	{ NORO_IOC_MD5, "d41d8cd98f00b204e9800998ecf8427e", "d41d8cd98f00b204e9800998ecf8427e0 0d41d8cd98f00b204e9800998ecf8427e", 0, NULL, 0, false },
	{ NORO_IOC_SHA1, "da39a3ee5e6b4b0d3255bfef95601890afd80709", "da39a3ee5e6b4b0d3255bfef95601890afd80709", 1, NULL, 0, false },
	{ NORO_IOC_SHA256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "x e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 y", 1, NULL, 0, false },
	{ NORO_IOC_SHA512, "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e", "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e", 1, NULL, 0, false },
	{ NORO_IOC_JA3, "d41d8cd98f00b204e9800998ecf8427e", "ja3=d41d8cd98f00b204e9800998ecf8427e", 1, NULL, 0, false },
	{ NORO_IOC_HASSH, "d41d8cd98f00b204e9800998ecf8427e", "d41d8cd98f00b204e9800998ecf8427e", 1, NULL, 0, false },
	{ NORO_IOC_JA4, "t13d1516h2_8daaf6152771_b0da82dd1658", "\"t13d1516h2_8daaf6152771_b0da82dd1658\" t13d1516h2_8daaf6152771_b0da82dd16580 at13d1516h2_8daaf6152771_b0da82dd1658", 1, NULL, 0, false },
	{ NORO_IOC_MAC, "00:1a:2b:3c:4d:5e", "00:1a:2b:3c:4d:5e 00-1A-2B-3C-4D-5E 001a.2b3c.4d5e MAC:00:1A:2B:3C:4D:5E", 4, NULL, 0, false },
	{ NORO_IOC_MAC, "00:1a:2b:3c:4d:5e", "00:1a:2b:3c:4d:5e:00 x00-1A-2B-3C-4D-5E 001a.2b3c.4d5e0 00-1A-2B-3C-4D-5E-00", 0, NULL, 0, false },
	{ NORO_IOC_ASN, "AS64500", "AS64500 as64500, asn=64500 AS645001 BAS64500 AS064500", 2, NULL, 0, false },
	{ NORO_IOC_BTC, "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", "pay 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2. x1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", 1, NULL, 0, false },
	{ NORO_IOC_BTC, "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq BC1QAR0SRRR7XFKVY5L643LYDNW9RE59GTZZWF5MDQ", 2, NULL, 0, false },
	{ NORO_IOC_ETH, "0x00000000219ab540356cbb839cbe05303d7705fa", "0x00000000219ab540356cBB839Cbe05303d7705Fa 00000000219ab540356cbb839cbe05303d7705fa", 1, "0x00000000219ab540356cBB839Cbe05303d7705Fa", 0, false },
	{ NORO_IOC_TRON, "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "to TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", 1, NULL, 0, false },
	{ NORO_IOC_FILE_NAME, "evil.exe", "C:\\Users\\evil.exe /tmp/EVIL.EXE evil.exe. notevil.exe evil.exe.bak evil.exe_x x.evil.exe", 3, "evil.exe", 0, false },
	{ NORO_IOC_FILE_NAME, "cmd shell.7z", "xx cmd shell.7z, xcmd shell.7z cmd shell.7zz", 1, NULL, 0, false },
	{ NORO_IOC_FILE_PATH, "/tmp/.x/run", "/tmp/.x/run /tmp/.x/runner", 1, NULL, 0, false },
	{ NORO_IOC_USER_NAME, "svc_bad", "user svc_bad logged in; svc_bad2 xsvc_bad SVC_BAD", 2, "svc_bad", 0, false },
	{ NORO_IOC_USER_AGENT, "Evil/1.0 (x)", "\"Evil/1.0 (x)\"", 1, NULL, 0, false },
	{ NORO_IOC_STRING, "bad thing", "xbad thingx Bad thing", 1, NULL, 0, false },
	{ NORO_IOC_REGEX, "a[0-9]+b", "xa12b a1b\na9b ab", 3, "a12b", 0, false },
	{ NORO_IOC_REGEX, "^foo(?=bar)", "\nfoobar\nxfoobar\nfoobar", 2, "foo", 0, false },
	/* names as people see them */
	{ NORO_IOC_DOMAIN, "xn--r8jz45g.xn--zckzah", "xn--r8jz45g.xn--zckzah 例え.テスト 「例え.テスト」 http://例え.テスト/ 例え.テスト。 例え.xn--zckzah", 6, NULL, 0, false },
	{ NORO_IOC_DOMAIN, "xn--r8jz45g.xn--zckzah", "悪例え.テスト 例え.テストx 例え.テスト.jp -例え.テスト 例え テスト 例え。テスト", 0, NULL, 0, false },
	{ NORO_IOC_DOMAIN, "xn--r8jz45g.xn--zckzah", "www.例え.テスト. 社内.www.例え.テスト", 2, "www.例え.テスト", 0, true },
	{ NORO_IOC_DOMAIN, "mail.xn--r8jz45g.jp", "mail.例え.jp Mail.例え.JP x.mail.例え.jp mail[.]例え[.]jp mail.xn--r8jz45g.jp xmail.例え.jp 例え.jp", 5, "mail.例え.jp", 0, false },
	{ NORO_IOC_DOMAIN, "xn--mnchen-3ya.de", "münchen.de MÜNCHEN.de München.DE, x.münchen.de", 4, "münchen.de", 0, false },
	{ NORO_IOC_DOMAIN, "xn--mnchen-3ya.de", "munchen.de xmünchen.de münchen.dex münchen.de\xcc\x88", 0, NULL, 0, false },
	{ NORO_IOC_DOMAIN, "xn--h1alffa9f.xn--p1ai", "россия.рф РОССИЯ.РФ Россия.рф", 3, "россия.рф", 0, false },
	{ NORO_IOC_DOMAIN, "evil.com", "社内.evil.com", 1, "evil.com", 0, false },
	{ NORO_IOC_URL, "http://xn--mnchen-3ya.de/a", "http://münchen.de/a hxxp://MÜNCHEN.de:80/a?q http://x.münchen.de/a https://münchen.de/a", 2, "http://münchen.de/a", 0, false },
	{ NORO_IOC_EMAIL, "bad.man@xn--mnchen-3ya.de", "<Bad.Man@München.de> xbad.man@münchen.de bad.man@x.münchen.de", 1, "Bad.Man@München.de", 0, false },
	{ NORO_IOC_DOMAIN, "xn--r8jz45g.xn--zckzah", "例え[.]テスト", 1, "例え[.]テスト", NORO_FORM_DEFANGED, false },
	{ NORO_IOC_DOMAIN, "xn--mnchen-3ya.de", "u=http%3A%2F%2Fm%C3%BCnchen.de%2F m\\u00fcnchen.de", 2, "m%C3%BCnchen.de", NORO_FORM_PERCENT, false },
	/* written otherwise */
	{ NORO_IOC_IPV4, "1.2.3.4", "1[.]2[.]3[.]4", 1, "1[.]2[.]3[.]4", NORO_FORM_DEFANGED, false },
	{ NORO_IOC_IPV4, "1.2.3.4", "1%2e2%2E3.4", 1, "1%2e2%2E3.4", NORO_FORM_PERCENT, false },
	{ NORO_IOC_IPV4, "1.2.3.4", "a 1\\u002e2.3.4 b", 1, "1\\u002e2.3.4", NORO_FORM_JSON, false },
	{ NORO_IOC_IPV4, "1.2.3.4", "{\"a\":\"x\\n1.2.3.4\"}", 1, "1.2.3.4", NORO_FORM_JSON, false },
	{ NORO_IOC_URL, "http://host.example.com:8080/x", "hxxp[:]//host.example.com[:]8080/x hxxp[:]//host[.]example[.]com[:]8080/x", 2, "hxxp[:]//host.example.com[:]8080/x", NORO_FORM_DEFANGED, false },
	{ NORO_IOC_IPV6, "2001:db8::1", "2001[:]db8[:][:]1 2001[:]db8::1 2001:db8[:]:1 [2001[:]DB8[:][:]1] 2001(:)db8(:)(:)1 2001[:]db8[:][:]12", 5, "2001[:]db8[:][:]1", NORO_FORM_DEFANGED, false },
	{ NORO_IOC_DOMAIN, "evil.com", "evil[.]com evil(dot)com evil[dot]com evil{.}com evil\\.com", 5, "evil[.]com", NORO_FORM_DEFANGED, false },
	{ NORO_IOC_DOMAIN, "evil.com", "u=http%3A%2F%2Fevil.com%2Fa", 1, "evil.com", NORO_FORM_PERCENT, false },
	{ NORO_IOC_DOMAIN, "evil.com", "www[.]evil[.]com", 1, "www[.]evil[.]com", NORO_FORM_DEFANGED, true },
	{ NORO_IOC_EMAIL, "bad@evil.com", "bad[at]evil[.]com bad[@]evil.com bad%40evil.com", 3, "bad[at]evil[.]com", NORO_FORM_DEFANGED, false },
	{ NORO_IOC_URL, "http://evil.com/a", "hxxp://evil[.]com/a hxxp[:]//evil.com/a hxxp[://]evil.com/a http%3A%2F%2Fevil.com%2Fa", 4, "hxxp://evil[.]com/a", NORO_FORM_DEFANGED, false },
	{ NORO_IOC_STRING, "a/b c", "x a\\/b c", 1, "a\\/b c", NORO_FORM_JSON, false },
	{ NORO_IOC_DOMAIN, "evil.com", "www%252eevil%252ecom", 1, "www%252eevil%252ecom", NORO_FORM_PERCENT, true },
	{ NORO_IOC_DOMAIN, "evil.com", "{\"a\":\"{\\\"b\\\":\\\"evil\\\\u002ecom\\\"}\"}", 1, "evil\\\\u002ecom", NORO_FORM_JSON, false },
	{ NORO_IOC_DOMAIN, "evil.com", "evil%25252ecom", 1, "evil%25252ecom", NORO_FORM_PERCENT, false },
	{ NORO_IOC_DOMAIN, "evil.com", "evil%2525252ecom evil%2 5ecom", 0, NULL, 0, false },
	{ NORO_IOC_DOMAIN, "evil.com", "at evil [dot] com, evil [.] com and evil (dot) com", 3, "evil [dot] com", NORO_FORM_DEFANGED, false },
	{ NORO_IOC_DOMAIN, "evil.com", "www [dot] a [.] evil[.]com", 1, "www [dot] a [.] evil[.]com", NORO_FORM_DEFANGED, true },
	{ NORO_IOC_DOMAIN, "evil.com", "evil dot com evil  [dot] com evil [dot]com evil. [dot] com evil [dot] -com", 0, NULL, 0, false },
	{ NORO_IOC_EMAIL, "bad@evil.com", "bad [at] evil [dot] com", 1, "bad [at] evil [dot] com", NORO_FORM_DEFANGED, false },
	{ NORO_IOC_DOMAIN, "evil.com", "evil&#46;com evil&period;com evil&#x2e;com evil&#x2E;com evil&#046;com", 5, "evil&#46;com", NORO_FORM_ENTITY, false },
	{ NORO_IOC_DOMAIN, "evil.com", "evil&#46com evil&#x;com evil&#;com evil&;com evil&#x110000;com evil&#xd800;com evil&nbsp;com", 0, NULL, 0, false },
	{ NORO_IOC_DOMAIN, "evil.com", "evil&amp;#46;com", 1, "evil&amp;#46;com", NORO_FORM_ENTITY, false },
	{ NORO_IOC_URL, "http://evil.com/a?b=1&c=2", "href=&quot;http://evil.com/a?b=1&amp;c=2&quot;", 1, "http://evil.com/a?b=1&amp;c=2", NORO_FORM_ENTITY, false },
	{ NORO_IOC_URL, "http://evil.com/a", "http:\\\\\\/\\\\\\/evil.com\\\\\\/a http:\\\\/\\\\/evil.com\\\\/a http%253A%252F%252Fevil.com%252Fa", 3, "http:\\\\\\/\\\\\\/evil.com\\\\\\/a", 0, false },
	{ NORO_IOC_STRING, "a/b c", "x a\\\\\\/b c", 1, "a\\\\\\/b c", NORO_FORM_JSON, false },
	{ NORO_IOC_DOMAIN, "evil.com", "[pid] (at home) sshd[123]: f(dot) 100% C:\\temp\\evil.com", 1, "evil.com", 0, false },
	/* clang-format on */
};

static struct noro_set *set_of(const struct row *r)
{
	struct noro_ioc_meta m = { .source = "test" };
	struct noro_set_builder *b = NULL;
	struct noro_set *s = NULL;
	uint32_t meta;

	assert_int_equal(noro_set_builder_new(0, &b), NORO_OK);
	assert_int_equal(noro_set_meta(b, &m, &meta), NORO_OK);
	if (noro_set_add(b, r->kind, noro_view_str(r->value), meta, NORO_NO_PATTERN) != NORO_OK)
		fail_msg("'%s' is refused", r->value);
	assert_int_equal(noro_set_finish(b, &s, NULL), NORO_OK);
	noro_set_builder_free(b);
	return s;
}

/* The text, shifted so that it crosses every kind of border, between bytes that must not matter. */
static void scan_row(
	struct noro_scanner *sc, const struct row *r, size_t shift, char pad, const char *kernel)
{
	size_t n = strlen(r->text), len = shift + n;
	char *buf = malloc(len + 2 * NORO_SCAN_PAD);
	struct noro_scan res = { 0 };

	assert_non_null(buf);
	memset(buf, pad, len + 2 * NORO_SCAN_PAD);
	memset(buf + NORO_SCAN_PAD, ' ', shift);
	memcpy(buf + NORO_SCAN_PAD + shift, r->text, n);
	assert_int_equal(noro_scan(sc, buf + NORO_SCAN_PAD, len, &res), NORO_OK);
	if (res.hits != (size_t)r->hits)
		fail_msg("%s: '%s' in '%s' at %zu: %zu hits, not %d", kernel, r->value, r->text,
			shift, res.hits, r->hits);
	if (res.hits) {
		const char *shown = r->shown ? r->shown : r->value;
		const struct noro_hit *h = &res.hit[0];

		if (h->len != strlen(shown) ||
			memcmp(buf + NORO_SCAN_PAD + h->at, shown, h->len) != 0)
			fail_msg("%s: '%s' in '%s' at %zu: shows '%.*s'", kernel, r->value, r->text,
				shift, (int)h->len, buf + NORO_SCAN_PAD + h->at);
		if (h->form != r->form || h->sub != r->sub)
			fail_msg("%s: '%s' in '%s': form %d sub %d", kernel, r->value, r->text,
				h->form, h->sub);
	}
	free(buf);
}

static void every_row_holds_in_every_kernel(void **state)
{
	static const size_t shifts[] = { 0, 1, 30, 47, 61, 62, 63, 64, 100, 4030, 4080, 4094, 4095,
		4096, 8150 };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct noro_set *s = set_of(&rows[i]);

		for (size_t k = 0; k < sizeof(kernels) / sizeof(*kernels); k++) {
			struct noro_match_opts o = { .kernel = kernels[k] };
			struct noro_scanner *sc = NULL;
			struct noro_match *m = NULL;

			if (noro_match_new(s, &o, &m, NULL) == NORO_EUNSUPPORTED)
				continue;
			assert_non_null(m);
			assert_int_equal(noro_scanner_new(m, &sc), NORO_OK);
			for (size_t f = 0; f < sizeof(shifts) / sizeof(*shifts); f++) {
				scan_row(sc, &rows[i], shifts[f], '1', kernels[k]);
				scan_row(sc, &rows[i], shifts[f], 'a', kernels[k]);
				scan_row(sc, &rows[i], shifts[f], '.', kernels[k]);
			}
			noro_scanner_free(sc);
			noro_match_free(m);
		}
		noro_set_free(s);
	}
}

static void newlines_are_counted(void **state)
{
	struct noro_set *s = set_of(&rows[0]);
	char buf[2 * NORO_SCAN_PAD + 300];
	struct noro_scanner *sc = NULL;
	struct noro_match *m = NULL;
	struct noro_scan res;

	(void)state;
	memset(buf, '\n', sizeof(buf));
	assert_int_equal(noro_match_new(s, NULL, &m, NULL), NORO_OK);
	assert_int_equal(noro_scanner_new(m, &sc), NORO_OK);
	for (size_t n = 0; n < 300; n++) {
		assert_int_equal(noro_scan(sc, buf + NORO_SCAN_PAD, n, &res), NORO_OK);
		assert_int_equal(res.newlines, n);
	}
	noro_scanner_free(sc);
	noro_match_free(m);
	noro_set_free(s);
}

/* What one step found is not there any more in the next, which may hold nothing of the kind. */
static void nothing_is_left_of_the_text_before(void **state)
{
	static const char sha[] =
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
	static const struct row row = { NORO_IOC_SHA256, sha, NULL, 0, NULL, 0, false };
	static char text[NORO_SCAN_PAD + 8192 + NORO_SCAN_PAD];
	struct noro_set *set = set_of(&row);

	(void)state;
	memset(text, ' ', sizeof(text));
	memcpy(text + NORO_SCAN_PAD + 600, sha, 64);
	for (size_t k = 0; k < sizeof(kernels) / sizeof(*kernels); k++) {
		struct noro_match_opts o = { .kernel = kernels[k] };
		struct noro_scanner *sc;
		struct noro_match *m;
		struct noro_error err;
		struct noro_scan found;

		if (noro_match_new(set, &o, &m, &err) != NORO_OK)
			continue;
		assert_int_equal(noro_scanner_new(m, &sc), NORO_OK);
		assert_int_equal(noro_scan(sc, text + NORO_SCAN_PAD, 4000, &found), NORO_OK);
		assert_int_equal(found.hits, 1);
		assert_int_equal(noro_scan(sc, text + NORO_SCAN_PAD, 500, &found), NORO_OK);
		assert_int_equal(found.hits, 0);
		noro_scanner_free(sc);
		noro_match_free(m);
	}
	noro_set_free(set);
}

static void extra_literals_are_found_in_any_case(void **state)
{
	static const char *const extra[] = { "web.shell", "cmd=" };
	struct noro_match_opts o = { .extra = extra, .extras = 2 };
	struct noro_set *s = set_of(&rows[0]);
	char buf[2 * NORO_SCAN_PAD + 32];
	struct noro_scanner *sc = NULL;
	struct noro_match *m = NULL;
	struct noro_scan res;

	(void)state;
	memset(buf, ' ', sizeof(buf));
	memcpy(buf + NORO_SCAN_PAD, "xWEB.Shell?CMD=1.2.3.4", 22);
	assert_int_equal(noro_match_new(s, &o, &m, NULL), NORO_OK);
	assert_int_equal(noro_scanner_new(m, &sc), NORO_OK);
	assert_int_equal(noro_scan(sc, buf + NORO_SCAN_PAD, 22, &res), NORO_OK);
	assert_int_equal(res.hits, 3);
	assert_true(res.hit[0].key == NORO_EXTRA);
	assert_true(res.hit[1].key == NORO_EXTRA + 1);
	assert_int_equal(res.hit[2].key, 0);
	noro_scanner_free(sc);
	noro_match_free(m);
	noro_set_free(s);
}

static void a_whole_value_finds_its_keys(void **state)
{
	static const struct row net = { .kind = NORO_IOC_NET, .value = "10.0.0.0/8" };
	static const struct row dom = { .kind = NORO_IOC_DOMAIN, .value = "evil.com" };
	struct noro_set *s = set_of(&net);
	struct noro_match *m = NULL;
	uint32_t keys[4];

	(void)state;
	assert_int_equal(noro_match_new(s, NULL, &m, NULL), NORO_OK);
	assert_int_equal(noro_match_value(m, NORO_IOC_IPV4, NORO_V("10.9.8.7"), keys, 4), 1);
	assert_int_equal(noro_match_value(m, NORO_IOC_IPV4, NORO_V("11.9.8.7"), keys, 4), 0);
	noro_match_free(m);
	noro_set_free(s);
	s = set_of(&dom);
	assert_int_equal(noro_match_new(s, NULL, &m, NULL), NORO_OK);
	assert_int_equal(noro_match_value(m, NORO_IOC_DOMAIN, NORO_V("x.EVIL.com."), keys, 4), 1);
	assert_int_equal(noro_match_value(m, NORO_IOC_DOMAIN, NORO_V("xevil.com"), keys, 4), 0);
	noro_match_free(m);
	noro_set_free(s);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_holds_in_every_kernel),
		cmocka_unit_test(newlines_are_counted),
		cmocka_unit_test(nothing_is_left_of_the_text_before),
		cmocka_unit_test(extra_literals_are_found_in_any_case),
		cmocka_unit_test(a_whole_value_finds_its_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
