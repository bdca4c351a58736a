/* tests/unit/report/test_mask.c - the leak test: no secret of any of these forms gets out. */
#include "tests/test.h"

#include "base/buf.h"
#include "report/report.h"

#define S "S3cr3tValue99"

/* Each holds the secret once or more, in a form that evidence really has. */
static const char *const leaks[] = {
	"password=" S,
	"PASSWORD: " S,
	"db_password = '" S "'",
	"pass=" S "&user=x",
	"{\"user\":\"a\",\"password\":\"" S "\",\"x\":1}",
	"{\"msg\":\"{\\\"password\\\":\\\"" S "\\\"}\"}",
	"{\"client_secret\" : \"" S "\"}",
	"'token' => '" S "'",
	"GET /login?user=a&passwd=" S "&x=1 HTTP/1.1",
	"GET /cb?access_token=" S " HTTP/1.1",
	"POST /x?q=password%3D" S "%26a=b",
	"https://user:" S "@example.com/path",
	"ftp://user:p:" S "@example.com",
	"Authorization: Basic " S,
	"\"authorization\":\"Bearer " S "\"",
	"Proxy-Authorization: Digest username=\"a\", response=\"" S "\"",
	"Cookie: a=b; JSESSIONID=" S "; c=d",
	"Set-Cookie: sid=" S "; Path=/; HttpOnly",
	"\"GET / HTTP/1.1\" 200 \"Cookie: x=" S "\"",
	"curl -u admin:" S " https://x",
	"sshpass -p " S " ssh x",
	"mysql -p" S " -u root",
	"wget --password=" S " https://x",
	"tool --password " S " --user x",
	"export PGPASSWORD=" S,
	"<password>" S "</password>",
	"username bob privilege 15 password 0 " S,
	"username bob secret 9 $9$abc$" S,
	"enable secret 5 $1$mERr$" S,
	"enable secret " S,
	"enable password level 15 7 " S,
	"line vty 0 4\n password 7 " S,
	"snmp-server community " S " RO 10",
	"snmp-server host 192.0.2.1 version 2c " S,
	"snmp-server host 192.0.2.1 traps " S " udp-port 162",
	"snmp-server host 192.0.2.1 vrf mgmt version 3 auth " S,
	"snmp-server user u g v3 auth sha " S " priv aes 128 " S,
	"set snmp community " S " authorization read-only",
	"snmp-agent community read cipher " S,
	"tacacs-server key 7 " S,
	"tacacs-server host 192.0.2.1 key " S,
	"tacacs server A\n key 6 " S,
	"radius-server host 192.0.2.1 auth-port 1812 acct-port 1813 key 7 " S,
	"radius server B\n address ipv4 192.0.2.1\n key " S,
	"aaa-server X host 192.0.2.1\n key " S,
	"crypto isakmp key " S " address 192.0.2.1",
	"crypto isakmp key 6 " S " address 192.0.2.1",
	" pre-shared-key local " S,
	" pre-shared-key ascii-text \"" S "\";",
	"key chain K\n key 1\n  key-string 7 " S,
	"ip ospf message-digest-key 1 md5 7 " S,
	"ip ospf authentication-key " S,
	"ntp authentication-key 1 md5 " S " 7",
	"neighbor 192.0.2.1 password 7 " S,
	"standby 1 authentication md5 key-string " S,
	"vrrp 1 authentication text " S,
	"ppp pap sent-username x password 7 " S,
	"encrypted-password \"$6$aaaa$" S "\"; ## SECRET-DATA",
	"authentication-key \"$9$" S "\"; ## SECRET-DATA",
	"secret \"$9$" S "\";",
	"set password ENC " S,
	"set psksecret ENC " S,
	"phash " S ";",
	"local-user admin password irreversible-cipher $1a$" S "$",
	"password simple " S,
	"/ppp secret add name=vpn password=" S " service=l2tp",
	"-----BEGIN RSA PRIVATE KEY-----\n" S "\n-----END RSA PRIVATE KEY-----",
	"-----BEGIN OPENSSH PRIVATE KEY-----\n" S,
	"-----BEGIN PRIVATE KEY-----\\n" S "\\n-----END PRIVATE KEY-----",
	"jwt eyJhbGciOiJIUzI1NiJ9." S ".abc",
	"ghp_" S "aaaaaaaaaaaaaaa",
	"root:$6$salt$" S ":19000:0:99999:7:::",
	"root:$y$j9T$salt$" S ":19000:0",
	"ldap_bind userPassword: " S,
	"AccountKey=" S "==;EndpointSuffix=core",
	"X-Api-Key: " S,
	"wpa-psk ascii 0 " S,
	"password=ab," S,
	"password=ab;" S,
	"password=\"two words " S "\"",
	"password='it\\'s " S "'",
	"Bearer " S "aaaa",
};

static void no_secret_gets_out(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(leaks) / sizeof(leaks[0]); i++) {
		struct noro_buf out = { 0 };

		noro_mask(noro_view_str(leaks[i]), &out);
		assert_int_equal(out.status, NORO_OK);
		if (strstr(out.p, S))
			fail_msg("leaked: %s", out.p);
		assert_non_null(strstr(out.p, "[masked]"));
		noro_buf_done(&out);
	}
}

/* Lines a hunter needs as they are. */
static const char *const harmless[] = {
	("Mar  1 22:00:00 bastion sshd[991]: Failed password for invalid user admin from "
	 "192.0.2.200 "
	 "port 41022 ssh2"),
	"Accepted password for root from 192.0.2.1 port 22 ssh2",
	"pam_unix(sshd:auth): authentication failure; logname= uid=0 rhost=192.0.2.1",
	("%SEC_LOGIN-5-LOGIN_SUCCESS: Login Success [user: bob] [Source: 203.0.113.77] "
	 "[localport: 22]"),
	"203.0.113.77 - - [04/Mar/2025:11:05:31 +0900] \"GET /index.html HTTP/1.1\" 200 612",
	"https://example.com:8443/a@b?c=d",
	"key chain OSPF\n key 1\n",
	"ip community-list 1 permit 65000:100",
	"set community 65000:100 additive",
	"Basic settings were changed by bob",
	"password policy changed",
	"1741054784.101\tCk2\t10.20.0.5\t51123\t198.51.100.23\t57722\ttcp\tssh",
	"password\n",
	"",
};

static void what_is_no_secret_stays(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++) {
		struct noro_buf out = { 0 };

		noro_mask(noro_view_str(harmless[i]), &out);
		assert_string_equal(out.p ? out.p : "", harmless[i]);
		noro_buf_done(&out);
	}
}

static void what_surrounds_a_secret_stays(void **state)
{
	struct noro_buf out = { 0 };

	(void)state;
	noro_mask(NORO_V("GET /x?user=a&password=p&z=1 HTTP/1.1 from 192.0.2.1"), &out);
	assert_string_equal(out.p, "GET /x?user=a&password=[masked]&z=1 HTTP/1.1 from 192.0.2.1");
	noro_buf_clear(&out);
	noro_mask(NORO_V("username bob privilege 15 secret 9 $9$aa$bb\nend"), &out);
	assert_string_equal(out.p, "username bob privilege 15 secret 9 [masked]\nend");
	noro_buf_clear(&out);
	noro_mask(NORO_V("{\"password\":\"p\",\"ip\":\"192.0.2.1\"}"), &out);
	assert_string_equal(out.p, "{\"password\":\"[masked]\",\"ip\":\"192.0.2.1\"}");
	noro_buf_done(&out);
}

static void it_reads_no_byte_too_many(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(leaks) / sizeof(leaks[0]); i++)
		for (size_t n = 0; n <= strlen(leaks[i]); n++) {
			uint8_t *exact = test_exact_copy(leaks[i], n);
			struct noro_buf out = { 0 };

			noro_mask(noro_view(exact, n), &out);
			assert_int_equal(out.status, NORO_OK);
			noro_buf_done(&out);
			free(exact);
		}
}

/* 1 MB of what makes a careless scanner look ahead again and again; quadratic would take hours. */
static void hostile_records_cost_linear_time(void **state)
{
	static const char *const piece[] = { "password ", "password.", "key ", "\\", "://", "$a$",
		"-----BEGIN PRIVATE KEY", "password=\"\\", "a:b@://", "passwd,", "token=,",
		"curl -u ", "eyJ", "snmp host a ", "bearer ", "<password>" };
	enum { SIZE = 1 << 20 };
	char *text = malloc(SIZE);

	(void)state;
	assert_non_null(text);
	for (size_t k = 0; k < sizeof(piece) / sizeof(piece[0]); k++) {
		struct noro_buf out = { 0 };
		size_t len = strlen(piece[k]);

		for (size_t i = 0; i < SIZE; i++)
			text[i] = piece[k][i % len];
		noro_mask(noro_view(text, SIZE), &out);
		assert_int_equal(out.status, NORO_OK);
		noro_buf_done(&out);
	}
	free(text);
}

static bool mask_one(void *arg)
{
	struct noro_buf out = { 0 };
	bool good;

	noro_mask(noro_view_str(arg), &out);
	good = out.status == NORO_OK;
	noro_buf_done(&out);
	return good;
}

static void failed_allocations_are_told(void **state)
{
	char text[] = "a long enough line with password=secret in it, and then some more of it, "
		      "so that the buffer has to grow: https://u:p@example.com/";

	(void)state;
	test_allocation_sweep(mask_one, text, 20);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_secret_gets_out),
		cmocka_unit_test(what_is_no_secret_stays),
		cmocka_unit_test(what_surrounds_a_secret_stays),
		cmocka_unit_test(it_reads_no_byte_too_many),
		cmocka_unit_test(hostile_records_cost_linear_time),
		cmocka_unit_test(failed_allocations_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
