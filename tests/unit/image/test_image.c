/* tests/unit/image/test_image.c - hash lists and what IOS XE attests: the good ones, and every bad
 * one. */
#include "tests/test.h"

#include "base/file.h"
#include "image/image.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <unistd.h>

static const char sha_a[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

static size_t read_list(struct noro_known *k, const char *text, enum noro_status want)
{
	size_t n = 0;

	assert_int_equal(noro_known_read(k, "list", noro_view_str(text), false, &n, NULL), want);
	return n;
}

static void lists_of_every_make_are_read(void **state)
{
	static const char table[] =
		"Publish Date,Image Name,File Size,MD5 Checksum,\"SHA512 Checksum\"\r\n"
		"2020-01-01,a.bin,12,00112233445566778899AABBCCDDEEFF,x\r\n"
		"2020-01-02,dir/b.bin,12,11112233445566778899aabbccddeeff,y\r\n";
	static const char kgv[] =
		"{\"products\":[{\"product\":\"X\",\"boot0Versions\":[{\"version\":\"F1\","
		"\"entries\":[{\"biv_hash\":"
		"\"82597CE130610B8016A6A0FF2851919279857C86966540170E1132C6872A6274\"}]}]}]}";
	static const char sums[] =
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa  ./c.bin\n"
		"MD5 (d.bin) = 22112233445566778899aabbccddeeff\nno line of a list\n";
	struct noro_arena *a = noro_arena_new(0);
	struct noro_known *k = noro_known_new(a);
	const struct noro_known_value *v;

	(void)state;
	assert_int_equal(read_list(k, table, NORO_OK), 2);
	assert_int_equal(read_list(k, kgv, NORO_OK), 1);
	assert_int_equal(read_list(k, sums, NORO_OK), 2);
	assert_int_equal(read_list(k, "nothing\n", NORO_EFORMAT), 0);
	assert_int_equal(read_list(k, "{\"a\":1}", NORO_EFORMAT), 0);
	noro_known_seal(k);
	v = noro_known_find(k, NORO_V("00112233445566778899aabbccddeeff"));
	assert_true(v && strcmp(v->name, "a.bin") == 0 && v->line == 2);
	v = noro_known_find(
		k, NORO_V("82597ce130610b8016a6a0ff2851919279857c86966540170e1132c6872a6274"));
	assert_true(v && v->what == NORO_KNOWN_BOOT0);
	v = noro_known_named(k, NORO_V("/x/C.BIN"), 0);
	assert_true(v && strcmp(v->hash, sha_a) == 0);
	assert_null(noro_known_find(k, NORO_V("00112233445566778899aabbccddeef0")));
	assert_null(noro_known_find(k, NORO_V("short")));
	noro_arena_free(a);
}

static struct noro_image_file file_of(const char *path, char digit)
{
	struct noro_image_file f = { .path = path, .outcome = NORO_IMAGE_UNKNOWN };

	memset(f.sha512, digit, 128);
	memset(f.sha256, digit, 64);
	memset(f.md5, digit, 32);
	return f;
}

static void the_odd_one_of_a_fleet_stands_out(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_known *k = noro_known_new(a);
	struct noro_image_file f[] = { file_of("r1/x.bin", '1'), file_of("r2/x.bin", '1'),
		file_of("r3/X.bin", '2'), file_of("r4/x.bin", '1'), file_of("r1/y.bin", '3'),
		file_of("c.bin", 'b'), file_of("q/z.bin", 'a') };

	(void)state;
	assert_int_equal(
		read_list(k,
			"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa  c.bin\n",
			NORO_OK),
		1);
	noro_known_seal(k);
	assert_int_equal(noro_image_judge(k, f, sizeof(f) / sizeof(*f)), NORO_OK);
	assert_int_equal(f[0].outcome, NORO_IMAGE_MAJORITY);
	assert_int_equal(f[2].outcome, NORO_IMAGE_ODD);
	assert_int_equal(f[4].outcome, NORO_IMAGE_UNKNOWN); /* one alone is no vote */
	assert_int_equal(f[5].outcome, NORO_IMAGE_OTHER);
	assert_int_equal(f[6].outcome, NORO_IMAGE_LISTED); /* by its hash, whatever its name */
	noro_arena_free(a);
}

/* --- records --- */

/* Registers of this record were made by another program. */
static const char record[] =
	"r1#show platform integrity sign nonce 7\n"
	"Platform: C9300\n"
	"Boot 0 Version: MA0081R06\n"
	"Boot 0 Hash: 0101010101010101010101010101010101010101010101010101010101010101\n"
	"Boot Loader Version: 17.1\n"
	"Boot Loader Hash: "
	"02020202020202020202020202020202020202020202020202020202020202020202020202020202\n"
	"020202020202020202020202020202020202020202020202\n"
	"OS Version: 17.3.4\n"
	"OS Hashes:\n"
	"a.pkg: 03030303\n"
	"b.pkg: 0404\n"
	"PCR0: @PCR0@\n"
	"PCR8: @PCR8@\n"
	"Signature version: 1\n"
	"Signature:\n"
	"ABCD\n"
	"EF01\n"
	"r1#\n";
static const char pcr0[] = "617B90BBDE41D33B78AD10A0AFDFBB4A0D917A1045079D19E5A4190687796E7F",
		  pcr8[] = "1C68D3A9910845E7CCD2E6BF8CFD2C4195134DDB4DAB326D09293E341D684060";

static const char *filled(char *out, size_t cap, char first)
{
	struct noro_view rest = noro_view_str(record), line;
	size_t n = 0;

	while (noro_view_line(&rest, &line)) {
		if (noro_view_starts(line, "PCR0"))
			n += (size_t)snprintf(out + n, cap - n, "PCR0: %s\n", pcr0);
		else if (noro_view_starts(line, "PCR8"))
			n += (size_t)snprintf(out + n, cap - n, "PCR8: %c%s\n",
				first ? first : pcr8[0], pcr8 + 1);
		else
			n += (size_t)snprintf(out + n, cap - n, "%.*s\n", NORO_VARG(line));
	}
	return out;
}

static void registers_are_made_again(void **state)
{
	char text[4096];
	struct noro_arena *a = noro_arena_new(0);
	struct noro_biv b;

	(void)state;
	assert_true(noro_biv_is(noro_view_str(filled(text, sizeof(text), 0))));
	assert_int_equal(noro_biv_parse(noro_view_str(text), a, &b, NULL), NORO_OK);
	assert_string_equal(b.platform, "C9300");
	assert_int_equal(b.packages, 2);
	assert_string_equal(b.package[1].name, "b.pkg");
	assert_int_equal(strlen(b.loader_hash), 128); /* wrapped onto a second line */
	assert_string_equal(b.signature, "ABCDEF01");
	assert_true(b.has_nonce && b.nonce == 7);
	assert_int_equal(noro_biv_pcr0(&b), NORO_BIV_GOOD);
	assert_int_equal(noro_biv_pcr8(&b), NORO_BIV_GOOD);
	(void)filled(text, sizeof(text), pcr8[0] == '0' ? '1' : '0');
	assert_int_equal(noro_biv_parse(noro_view_str(text), a, &b, NULL), NORO_OK);
	assert_int_equal(noro_biv_pcr8(&b), NORO_BIV_BAD);
	assert_int_equal(noro_biv_pcr0(&b), NORO_BIV_GOOD);
	noro_arena_free(a);
}

static void every_truncation_is_refused_or_bad(void **state)
{
	char text[4096];
	size_t whole, n = strlen(filled(text, sizeof(text), 0));

	(void)state;
	whole = (size_t)(strstr(text, "Signature version") - text);
	for (size_t i = 0; i <= n; i++) {
		uint8_t *exact = test_exact_copy(text, i);
		struct noro_arena *a = noro_arena_new(0);
		struct noro_biv b = { .line = 77 };
		enum noro_status st = noro_biv_parse(noro_view(exact, i), a, &b, NULL);

		if (st != NORO_OK)
			assert_int_equal(b.line, 77);
		else if (i + 1 < whole) /* a register that was cut */
			assert_int_equal(noro_biv_pcr8(&b), NORO_BIV_BAD);
		noro_arena_free(a);
		free(exact);
	}
}

static bool parse_all(void *arg)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_known *k = a ? noro_known_new(a) : NULL;
	struct noro_biv b;
	size_t n;
	bool done =
		k && noro_biv_parse(noro_view_str(arg), a, &b, NULL) == NORO_OK &&
		noro_known_read(k, "l", NORO_V("file,md5\nx,22112233445566778899aabbccddeeff\n"),
			false, &n, NULL) == NORO_OK;

	noro_arena_free(a);
	return done;
}

static void missing_memory_is_told(void **state)
{
	char text[4096];

	(void)state;
	test_allocation_sweep(parse_all, (void *)(uintptr_t)filled(text, sizeof(text), 0), 1000);
}

/* --- a key of our own --- */

/* A certificate that vouches for itself, as PEM in `a`. */
static struct noro_view own_certificate(EVP_PKEY *key, struct noro_arena *a)
{
	X509 *x = X509_new();
	X509_NAME *name = X509_get_subject_name(x);
	BIO *b = BIO_new(BIO_s_mem());
	struct noro_view pem;
	char *p;

	assert_int_equal(ASN1_INTEGER_set(X509_get_serialNumber(x), 1), 1);
	assert_non_null(X509_gmtime_adj(X509_getm_notBefore(x), 0));
	assert_non_null(X509_gmtime_adj(X509_getm_notAfter(x), 3600));
	assert_int_equal(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
				 (const unsigned char *)"test maker", -1, -1, 0),
		1);
	assert_int_equal(X509_set_issuer_name(x, name), 1);
	assert_int_equal(X509_set_pubkey(x, key), 1);
	assert_true(X509_sign(x, key, EVP_sha256()) > 0);
	assert_int_equal(PEM_write_bio_X509(b, x), 1);
	pem.n = (size_t)BIO_get_mem_data(b, &p);
	pem = noro_arena_view(a, noro_view(p, pem.n));
	BIO_free(b);
	X509_free(x);
	return pem;
}

static size_t sign_with(
	EVP_PKEY *key, const EVP_MD *md, const void *bytes, size_t n, uint8_t *out, size_t cap)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	assert_int_equal(EVP_DigestSignInit(ctx, NULL, md, NULL, key), 1);
	assert_int_equal(EVP_DigestSign(ctx, out, &cap, bytes, n), 1);
	EVP_MD_CTX_free(ctx);
	return cap;
}

static void a_list_that_its_maker_signed_and_one_byte_more(void **state)
{
	static const char list[] = "file,md5\nx,22112233445566778899aabbccddeeff\n";
	EVP_PKEY *key = EVP_RSA_gen(2048);
	struct noro_arena *a = noro_arena_new(0);
	struct noro_certs *c = noro_certs_new();
	struct noro_signed s;
	uint8_t raw[512];
	size_t n = sign_with(key, EVP_sha512(), list, strlen(list), raw, sizeof(raw)), got;

	(void)state;
	assert_int_equal(noro_certs_add(c, own_certificate(key, a), true, &got), NORO_OK);
	assert_int_equal(got, 1);
	assert_int_equal(
		noro_certs_verify(c, noro_view_str(list), noro_view(raw, n), true, 0, &s), NORO_OK);
	assert_int_equal(s.signature, NORO_BIV_GOOD);
	assert_int_equal(s.chain, NORO_BIV_GOOD);
	assert_non_null(strstr(s.signer, "test maker"));
	assert_int_equal(
		noro_certs_verify(c, noro_view(list, sizeof(list)), noro_view(raw, n), true, 0, &s),
		NORO_OK);
	assert_int_equal(s.signature, NORO_BIV_BAD);
	noro_certs_free(c);
	EVP_PKEY_free(key);
	noro_arena_free(a);
}

static const char *hex_of(const uint8_t *p, size_t n, struct noro_arena *a)
{
	char *out = noro_arena_alloc(a, 2 * n + 1);

	for (size_t i = 0; i < n; i++)
		(void)snprintf(out + 2 * i, 3, "%02X", p[i]);
	return out;
}

static void a_record_signed_for_our_number_is_of_the_highest_grade(void **state)
{
	char text[4096];
	EVP_PKEY *key = EVP_RSA_gen(2048);
	struct noro_arena *a = noro_arena_new(0);
	struct noro_certs *c = noro_certs_new();
	struct noro_biv_question q = {
		.known = noro_known_new(a), .certs = c, .has_nonce = true, .nonce = 7
	};
	uint8_t bytes[NORO_BIV_SIGNED], raw[512];
	struct noro_biv_verdict v;
	struct noro_biv b;
	size_t n;

	(void)state;
	assert_int_equal(
		noro_biv_parse(noro_view_str(filled(text, sizeof(text), 0)), a, &b, NULL), NORO_OK);
	n = noro_biv_signed(&b, true, 7, bytes);
	n = sign_with(key, EVP_sha256(), bytes, n, raw, sizeof(raw));
	b.signature = hex_of(raw, n, a);
	assert_int_equal(noro_certs_add(c, own_certificate(key, a), true, &n), NORO_OK);
	assert_int_equal(noro_biv_judge(&b, &q, &v), NORO_OK);
	assert_false(v.bad);
	assert_int_equal(v.grade, 4);
	q.nonce = 8; /* the record is an old one */
	assert_int_equal(noro_biv_judge(&b, &q, &v), NORO_OK);
	assert_true(v.bad);
	assert_int_equal(v.nonce, NORO_BIV_BAD);
	assert_int_equal(v.sign.signature, NORO_BIV_BAD);
	noro_certs_free(c);
	EVP_PKEY_free(key);
	noro_arena_free(a);
}

static void other_devices_vote_and_clear_nothing(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_known *k = noro_known_new(a), *fleet = noro_known_new(a);
	struct noro_image_file f[] = { file_of("r1/c.bin", 'a'), file_of("r2/c.bin", 'b') };

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(
			read_list(fleet,
				"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
				"aaaaaa  flash/C.bin\n",
				NORO_OK),
			1);
	noro_known_seal(k);
	noro_known_seal(fleet);
	assert_int_equal(noro_image_judge_fleet(k, fleet, f, 2), NORO_OK);
	assert_int_equal(f[0].outcome, NORO_IMAGE_MAJORITY);
	assert_int_equal(f[0].same, 4);
	assert_int_equal(f[0].others, 1);
	assert_int_equal(f[1].outcome, NORO_IMAGE_ODD);
	noro_arena_free(a);
}

/* --- newer records --- */

static void claims_are_read_in_all_three_forms(void **state)
{
	static const char *const forms[] = {
		"r1#show system integrity all compliance nonce 77\n  Compliance:\n  secure_boot: "
		"true\n  tam_service: hardware\n  register.pcr0.disabled: false\n  "
		"register.pcr8.disabled: true\n",
		"{\"nonce\": \"77\", \"capability\": [{\"attribute\": \"secure_boot\", \"value\": "
		"\"true\"}, {\"attribute\": \"tam_service\",\n \"value\": \"hardware\"}, "
		"{\"attribute\": \"register.pcr0.disabled\", \"value\": \"false\"}, "
		"{\"attribute\":\"register.pcr8.disabled\",\"value\":\"true\"}]}",
		"<nonce>77</nonce><capability><attribute>secure_boot</attribute>\n"
		"<value>true</value></capability><capability><attribute>tam_service</attribute>\n"
		"<value>hardware</value></capability><capability><attribute>register.pcr0.disabled"
		"</attribute><value>false</value></capability><capability>"
		"<attribute>register.pcr8.disabled</attribute><value>true</value></capability>",
	};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct noro_claims c;

		assert_true(noro_claims_is(noro_view_str(forms[i])));
		noro_claims_parse(noro_view_str(forms[i]), &c);
		assert_true(c.has_nonce && c.nonce == 77);
		assert_string_equal(c.claim[1].value, "hardware");
		assert_int_equal(c.claim[0].answer, NORO_BIV_GOOD);
		assert_int_equal(c.claim[2].answer, NORO_BIV_GOOD);
		assert_int_equal(c.claim[3].answer, NORO_BIV_BAD);
		assert_true(c.bad);
		for (size_t n = 0; n < strlen(forms[i]); n++) { /* never past what there is */
			uint8_t *exact = test_exact_copy(forms[i], n);

			noro_claims_parse(noro_view(exact, n), &c);
			free(exact);
		}
	}
	assert_false(noro_claims_is(NORO_V("hostname r1\nno secure_boot here\n")));
}

/* --- real records, if there are any --- */

static bool slurp(struct noro_arena *a, const char *name, struct noro_view *ret)
{
	char path[8192];
	const char *root = test_data();
	struct noro_buf b = { 0 };

	if (!root)
		return false;
	(void)snprintf(path, sizeof(path),
		"%s/image/CiscoDevNet+BootIntegrityValidator/examples/%s", root, name);
	if (noro_file_read(path, 1 << 20, &b, NULL) == NORO_OK)
		*ret = noro_arena_view(a, noro_buf_as_view(&b));
	noro_buf_done(&b);
	return ret->p != NULL;
}

static enum noro_biv_answer signed_by(
	struct noro_view pem, const struct noro_biv *b, uint64_t nonce)
{
	struct noro_certs *c = noro_certs_new();
	struct noro_arena *a = noro_arena_new(0);
	struct noro_biv_verdict v;
	size_t n;
	struct noro_biv_question q = { .certs = c, .has_nonce = true, .nonce = nonce };

	q.known = noro_known_new(a);
	assert_int_equal(noro_certs_add(c, pem, false, &n), NORO_OK);
	assert_int_equal(n, 3);
	assert_int_equal(noro_biv_judge(b, &q, &v), NORO_OK);
	assert_true(v.grade <= 1); /* nobody vouches for that certificate */
	noro_certs_free(c);
	noro_arena_free(a);
	return v.sign.signature;
}

static void a_real_record_is_good_and_a_changed_one_is_not(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_view text = { 0 }, pem = { 0 };
	struct noro_biv b;
	char flipped[2] = { 0 };
	char *pcr;

	(void)state;
	if (!slurp(a, "example_show_plat_int.txt", &text) ||
		!slurp(a, "example_show_plat_sudi.txt", &pem)) {
		noro_arena_free(a);
		return;
	}
	assert_int_equal(noro_biv_parse(text, a, &b, NULL), NORO_OK);
	assert_int_equal(noro_biv_pcr0(&b), NORO_BIV_GOOD);
	assert_int_equal(noro_biv_pcr8(&b), NORO_BIV_GOOD);
	assert_int_equal(signed_by(pem, &b, 1), NORO_BIV_GOOD);
	assert_int_equal(
		signed_by(pem, &b, 2), NORO_BIV_BAD); /* not the number that we asked for */
	pcr = noro_arena_str(a, b.pcr0);
	flipped[0] = pcr[5] == 'A' ? 'B' : 'A';
	pcr[5] = flipped[0];
	b.pcr0 = pcr;
	assert_int_equal(noro_biv_pcr0(&b), NORO_BIV_BAD);
	assert_int_equal(signed_by(pem, &b, 1), NORO_BIV_BAD);
	noro_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_of_every_make_are_read),
		cmocka_unit_test(the_odd_one_of_a_fleet_stands_out),
		cmocka_unit_test(a_list_that_its_maker_signed_and_one_byte_more),
		cmocka_unit_test(a_record_signed_for_our_number_is_of_the_highest_grade),
		cmocka_unit_test(other_devices_vote_and_clear_nothing),
		cmocka_unit_test(claims_are_read_in_all_three_forms),
		cmocka_unit_test(registers_are_made_again),
		cmocka_unit_test(every_truncation_is_refused_or_bad),
		cmocka_unit_test(missing_memory_is_told),
		cmocka_unit_test(a_real_record_is_good_and_a_changed_one_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
