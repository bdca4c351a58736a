/*
 * tests/unit/base/test_json_conformance.c - the cases of the public JSONTestSuite, by their
 * names there, and what a strict I-JSON reader has to say to each.
 *
 * y_ must be read and n_ refused (RFC 8259). The i_ cases are left open there;
 * RFC 7493 decides them here: encodings other than UTF-8, byte order marks, bad
 * UTF-8 and lone surrogates are refused, and so is a name that stands twice,
 * which is y_ there. Numbers of any size are read: their text is kept whole.
 */
#include "tests/test.h"

#include "base/json.h"

struct row {
	const char *name;
	struct noro_view text;
};

/* clang-format off */
/* a table of facts reads best one case a line */
static const struct row accepted[] = {
	{ "y_array_arraysWithSpaces", NORO_V("[[]   ]") },
	{ "y_array_empty-string", NORO_V("[\"\"]") },
	{ "y_array_empty", NORO_V("[]") },
	{ "y_array_ending_with_newline", NORO_V("[\"a\"]\n") },
	{ "y_array_false", NORO_V("[false]") },
	{ "y_array_heterogeneous", NORO_V("[null, 1, \"1\", {}]") },
	{ "y_array_null", NORO_V("[null]") },
	{ "y_array_with_1_and_newline", NORO_V("[1\n]") },
	{ "y_array_with_leading_space", NORO_V(" [1]") },
	{ "y_array_with_several_null", NORO_V("[1,null,null,null,2]") },
	{ "y_array_with_trailing_space", NORO_V("[2] ") },
	{ "y_number", NORO_V("[123e65]") },
	{ "y_number_0e+1", NORO_V("[0e+1]") },
	{ "y_number_0e1", NORO_V("[0e1]") },
	{ "y_number_after_space", NORO_V("[ 4]") },
	{ "y_number_double_close_to_zero", NORO_V("[-0.000000000000000000000000000000000000000000000000000000000000000000000000000001]\n") },
	{ "y_number_int_with_exp", NORO_V("[20e1]") },
	{ "y_number_minus_zero", NORO_V("[-0]") },
	{ "y_number_negative_int", NORO_V("[-123]") },
	{ "y_number_negative_one", NORO_V("[-1]") },
	{ "y_number_negative_zero", NORO_V("[-0]") },
	{ "y_number_real_capital_e", NORO_V("[1E22]") },
	{ "y_number_real_capital_e_neg_exp", NORO_V("[1E-2]") },
	{ "y_number_real_capital_e_pos_exp", NORO_V("[1E+2]") },
	{ "y_number_real_exponent", NORO_V("[123e45]") },
	{ "y_number_real_fraction_exponent", NORO_V("[123.456e78]") },
	{ "y_number_real_neg_exp", NORO_V("[1e-2]") },
	{ "y_number_real_pos_exponent", NORO_V("[1e+2]") },
	{ "y_number_simple_int", NORO_V("[123]") },
	{ "y_number_simple_real", NORO_V("[123.456789]") },
	{ "y_object", NORO_V("{\"asd\":\"sdf\", \"dfg\":\"fgh\"}") },
	{ "y_object_basic", NORO_V("{\"asd\":\"sdf\"}") },
	{ "y_object_empty", NORO_V("{}") },
	{ "y_object_empty_key", NORO_V("{\"\":0}") },
	{ "y_object_escaped_null_in_key", NORO_V("{\"foo\\u0000bar\": 42}") },
	{ "y_object_extreme_numbers", NORO_V("{ \"min\": -1.0e+28, \"max\": 1.0e+28 }") },
	{ "y_object_long_strings", NORO_V("{\"x\":[{\"id\": \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"}], \"id\": \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"}") },
	{ "y_object_simple", NORO_V("{\"a\":[]}") },
	{ "y_object_string_unicode", NORO_V("{\"title\":\"\\u041f\\u043e\\u043b\\u0442\\u043e\\u0440\\u0430 \\u0417\\u0435\\u043c\\u043b\\u0435\\u043a\\u043e\\u043f\\u0430\" }") },
	{ "y_object_with_newlines", NORO_V("{\n\"a\": \"b\"\n}") },
	{ "y_string_1_2_3_bytes_UTF-8_sequences", NORO_V("[\"\\u0060\\u012a\\u12AB\"]") },
	{ "y_string_accepted_surrogate_pair", NORO_V("[\"\\uD801\\udc37\"]") },
	{ "y_string_accepted_surrogate_pairs", NORO_V("[\"\\ud83d\\ude39\\ud83d\\udc8d\"]") },
	{ "y_string_allowed_escapes", NORO_V("[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]") },
	{ "y_string_backslash_and_u_escaped_zero", NORO_V("[\"\\\\u0000\"]") },
	{ "y_string_backslash_doublequotes", NORO_V("[\"\\\"\"]") },
	{ "y_string_comments", NORO_V("[\"a/*b*/c/*d//e\"]") },
	{ "y_string_double_escape_a", NORO_V("[\"\\\\a\"]") },
	{ "y_string_double_escape_n", NORO_V("[\"\\\\n\"]") },
	{ "y_string_escaped_control_character", NORO_V("[\"\\u0012\"]") },
	{ "y_string_escaped_noncharacter", NORO_V("[\"\\uFFFF\"]") },
	{ "y_string_in_array", NORO_V("[\"asd\"]") },
	{ "y_string_in_array_with_leading_space", NORO_V("[ \"asd\"]") },
	{ "y_string_last_surrogates_1_and_2", NORO_V("[\"\\uDBFF\\uDFFF\"]") },
	{ "y_string_nbsp_uescaped", NORO_V("[\"new\\u00A0line\"]") },
	{ "y_string_nonCharacterInUTF-8_U+10FFFF", NORO_V("[\"\364\217\277\277\"]") },
	{ "y_string_nonCharacterInUTF-8_U+FFFF", NORO_V("[\"\357\277\277\"]") },
	{ "y_string_null_escape", NORO_V("[\"\\u0000\"]") },
	{ "y_string_one-byte-utf-8", NORO_V("[\"\\u002c\"]") },
	{ "y_string_pi", NORO_V("[\"\317\200\"]") },
	{ "y_string_reservedCharacterInUTF-8_U+1BFFF", NORO_V("[\"\360\233\277\277\"]") },
	{ "y_string_simple_ascii", NORO_V("[\"asd \"]") },
	{ "y_string_space", NORO_V("\" \"") },
	{ "y_string_surrogates_U+1D11E_MUSICAL_SYMBOL_G_CLEF", NORO_V("[\"\\uD834\\uDd1e\"]") },
	{ "y_string_three-byte-utf-8", NORO_V("[\"\\u0821\"]") },
	{ "y_string_two-byte-utf-8", NORO_V("[\"\\u0123\"]") },
	{ "y_string_u+2028_line_sep", NORO_V("[\"\342\200\250\"]") },
	{ "y_string_u+2029_par_sep", NORO_V("[\"\342\200\251\"]") },
	{ "y_string_uEscape", NORO_V("[\"\\u0061\\u30af\\u30EA\\u30b9\"]") },
	{ "y_string_uescaped_newline", NORO_V("[\"new\\u000Aline\"]") },
	{ "y_string_unescaped_char_delete", NORO_V("[\"\177\"]") },
	{ "y_string_unicode", NORO_V("[\"\\uA66D\"]") },
	{ "y_string_unicodeEscapedBackslash", NORO_V("[\"\\u005C\"]") },
	{ "y_string_unicode_2", NORO_V("[\"\342\215\202\343\211\210\342\215\202\"]") },
	{ "y_string_unicode_U+10FFFE_nonchar", NORO_V("[\"\\uDBFF\\uDFFE\"]") },
	{ "y_string_unicode_U+1FFFE_nonchar", NORO_V("[\"\\uD83F\\uDFFE\"]") },
	{ "y_string_unicode_U+200B_ZERO_WIDTH_SPACE", NORO_V("[\"\\u200B\"]") },
	{ "y_string_unicode_U+2064_invisible_plus", NORO_V("[\"\\u2064\"]") },
	{ "y_string_unicode_U+FDD0_nonchar", NORO_V("[\"\\uFDD0\"]") },
	{ "y_string_unicode_U+FFFE_nonchar", NORO_V("[\"\\uFFFE\"]") },
	{ "y_string_unicode_escaped_double_quote", NORO_V("[\"\\u0022\"]") },
	{ "y_string_utf8", NORO_V("[\"\342\202\254\360\235\204\236\"]") },
	{ "y_string_with_del_character", NORO_V("[\"a\177a\"]") },
	{ "y_structure_lonely_false", NORO_V("false") },
	{ "y_structure_lonely_int", NORO_V("42") },
	{ "y_structure_lonely_negative_real", NORO_V("-0.1") },
	{ "y_structure_lonely_null", NORO_V("null") },
	{ "y_structure_lonely_string", NORO_V("\"asd\"") },
	{ "y_structure_lonely_true", NORO_V("true") },
	{ "y_structure_string_empty", NORO_V("\"\"") },
	{ "y_structure_trailing_newline", NORO_V("[\"a\"]\n") },
	{ "y_structure_true_in_array", NORO_V("[true]") },
	{ "y_structure_whitespace_array", NORO_V(" [] ") },
	{ "i_number_double_huge_neg_exp", NORO_V("[123.456e-789]") },
	{ "i_number_huge_exp", NORO_V("[0.4e00669999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999969999999006]") },
	{ "i_number_neg_int_huge_exp", NORO_V("[-1e+9999]") },
	{ "i_number_pos_double_huge_exp", NORO_V("[1.5e+9999]") },
	{ "i_number_real_neg_overflow", NORO_V("[-123123e100000]") },
	{ "i_number_real_pos_overflow", NORO_V("[123123e100000]") },
	{ "i_number_real_underflow", NORO_V("[123e-10000000]") },
	{ "i_number_too_big_neg_int", NORO_V("[-123123123123123123123123123123]") },
	{ "i_number_too_big_pos_int", NORO_V("[100000000000000000000]") },
	{ "i_number_very_big_negative_int", NORO_V("[-237462374673276894279832749832423479823246327846]") },
};

static const struct row refused[] = {
	{ "n_array_1_true_without_comma", NORO_V("[1 true]") },
	{ "n_array_a_invalid_utf8", NORO_V("[a\345]") },
	{ "n_array_colon_instead_of_comma", NORO_V("[\"\": 1]") },
	{ "n_array_comma_after_close", NORO_V("[\"\"],") },
	{ "n_array_comma_and_number", NORO_V("[,1]") },
	{ "n_array_double_comma", NORO_V("[1,,2]") },
	{ "n_array_double_extra_comma", NORO_V("[\"x\",,]") },
	{ "n_array_extra_close", NORO_V("[\"x\"]]") },
	{ "n_array_extra_comma", NORO_V("[\"\",]") },
	{ "n_array_incomplete", NORO_V("[\"x\"") },
	{ "n_array_incomplete_invalid_value", NORO_V("[x") },
	{ "n_array_inner_array_no_comma", NORO_V("[3[4]]") },
	{ "n_array_invalid_utf8", NORO_V("[\377]") },
	{ "n_array_items_separated_by_semicolon", NORO_V("[1:2]") },
	{ "n_array_just_comma", NORO_V("[,]") },
	{ "n_array_just_minus", NORO_V("[-]") },
	{ "n_array_missing_value", NORO_V("[   , \"\"]") },
	{ "n_array_newlines_unclosed", NORO_V("[\"a\",\n4\n,1,") },
	{ "n_array_number_and_comma", NORO_V("[1,]") },
	{ "n_array_number_and_several_commas", NORO_V("[1,,]") },
	{ "n_array_spaces_vertical_tab_formfeed", NORO_V("[\"\013a\"\\f]") },
	{ "n_array_star_inside", NORO_V("[*]") },
	{ "n_array_unclosed", NORO_V("[\"\"") },
	{ "n_array_unclosed_trailing_comma", NORO_V("[1,") },
	{ "n_array_unclosed_with_new_lines", NORO_V("[1,\n1\n,1") },
	{ "n_array_unclosed_with_object_inside", NORO_V("[{}") },
	{ "n_incomplete_false", NORO_V("[fals]") },
	{ "n_incomplete_null", NORO_V("[nul]") },
	{ "n_incomplete_true", NORO_V("[tru]") },
	{ "n_multidigit_number_then_00", NORO_V("123\000") },
	{ "n_number_++", NORO_V("[++1234]") },
	{ "n_number_+1", NORO_V("[+1]") },
	{ "n_number_+Inf", NORO_V("[+Inf]") },
	{ "n_number_-01", NORO_V("[-01]") },
	{ "n_number_-1.0.", NORO_V("[-1.0.]") },
	{ "n_number_-2.", NORO_V("[-2.]") },
	{ "n_number_-NaN", NORO_V("[-NaN]") },
	{ "n_number_.-1", NORO_V("[.-1]") },
	{ "n_number_.2e-3", NORO_V("[.2e-3]") },
	{ "n_number_0.1.2", NORO_V("[0.1.2]") },
	{ "n_number_0.3e+", NORO_V("[0.3e+]") },
	{ "n_number_0.3e", NORO_V("[0.3e]") },
	{ "n_number_0.e1", NORO_V("[0.e1]") },
	{ "n_number_0_capital_E+", NORO_V("[0E+]") },
	{ "n_number_0_capital_E", NORO_V("[0E]") },
	{ "n_number_0e+", NORO_V("[0e+]") },
	{ "n_number_0e", NORO_V("[0e]") },
	{ "n_number_1.0e+", NORO_V("[1.0e+]") },
	{ "n_number_1.0e-", NORO_V("[1.0e-]") },
	{ "n_number_1.0e", NORO_V("[1.0e]") },
	{ "n_number_1_000", NORO_V("[1 000.0]") },
	{ "n_number_1eE2", NORO_V("[1eE2]") },
	{ "n_number_2.e+3", NORO_V("[2.e+3]") },
	{ "n_number_2.e-3", NORO_V("[2.e-3]") },
	{ "n_number_2.e3", NORO_V("[2.e3]") },
	{ "n_number_9.e+", NORO_V("[9.e+]") },
	{ "n_number_Inf", NORO_V("[Inf]") },
	{ "n_number_NaN", NORO_V("[NaN]") },
	{ "n_number_U+FF11_fullwidth_digit_one", NORO_V("[\357\274\221]") },
	{ "n_number_expression", NORO_V("[1+2]") },
	{ "n_number_hex_1_digit", NORO_V("[0x1]") },
	{ "n_number_hex_2_digits", NORO_V("[0x42]") },
	{ "n_number_infinity", NORO_V("[Infinity]") },
	{ "n_number_invalid+-", NORO_V("[0e+-1]") },
	{ "n_number_invalid-negative-real", NORO_V("[-123.123foo]") },
	{ "n_number_invalid-utf-8-in-bigger-int", NORO_V("[123\345]") },
	{ "n_number_invalid-utf-8-in-exponent", NORO_V("[1e1\345]") },
	{ "n_number_invalid-utf-8-in-int", NORO_V("[0\345]\n") },
	{ "n_number_minus_infinity", NORO_V("[-Infinity]") },
	{ "n_number_minus_sign_with_trailing_garbage", NORO_V("[-foo]") },
	{ "n_number_minus_space_1", NORO_V("[- 1]") },
	{ "n_number_neg_int_starting_with_zero", NORO_V("[-012]") },
	{ "n_number_neg_real_without_int_part", NORO_V("[-.123]") },
	{ "n_number_neg_with_garbage_at_end", NORO_V("[-1x]") },
	{ "n_number_real_garbage_after_e", NORO_V("[1ea]") },
	{ "n_number_real_with_invalid_utf8_after_e", NORO_V("[1e\345]") },
	{ "n_number_real_without_fractional_part", NORO_V("[1.]") },
	{ "n_number_starting_with_dot", NORO_V("[.123]") },
	{ "n_number_with_alpha", NORO_V("[1.2a-3]") },
	{ "n_number_with_alpha_char", NORO_V("[1.8011670033376514H-308]") },
	{ "n_number_with_leading_zero", NORO_V("[012]") },
	{ "n_object_bad_value", NORO_V("[\"x\", truth]") },
	{ "n_object_bracket_key", NORO_V("{[: \"x\"}\n") },
	{ "n_object_comma_instead_of_colon", NORO_V("{\"x\", null}") },
	{ "n_object_double_colon", NORO_V("{\"x\"::\"b\"}") },
	{ "n_object_emoji", NORO_V("{\360\237\207\250\360\237\207\255}") },
	{ "n_object_garbage_at_end", NORO_V("{\"a\":\"a\" 123}") },
	{ "n_object_key_with_single_quotes", NORO_V("{key: 'value'}") },
	{ "n_object_lone_continuation_byte_in_key_and_trailing_comma", NORO_V("{\"\271\":\"0\",}") },
	{ "n_object_missing_colon", NORO_V("{\"a\" b}") },
	{ "n_object_missing_key", NORO_V("{:\"b\"}") },
	{ "n_object_missing_semicolon", NORO_V("{\"a\" \"b\"}") },
	{ "n_object_missing_value", NORO_V("{\"a\":") },
	{ "n_object_no-colon", NORO_V("{\"a\"") },
	{ "n_object_non_string_key", NORO_V("{1:1}") },
	{ "n_object_non_string_key_but_huge_number_instead", NORO_V("{9999E9999:1}") },
	{ "n_object_repeated_null_null", NORO_V("{null:null,null:null}") },
	{ "n_object_several_trailing_commas", NORO_V("{\"id\":0,,,,,}") },
	{ "n_object_single_quote", NORO_V("{'a':0}") },
	{ "n_object_trailing_comma", NORO_V("{\"id\":0,}") },
	{ "n_object_trailing_comment", NORO_V("{\"a\":\"b\"}/**/") },
	{ "n_object_trailing_comment_open", NORO_V("{\"a\":\"b\"}/**//") },
	{ "n_object_trailing_comment_slash_open", NORO_V("{\"a\":\"b\"}//") },
	{ "n_object_trailing_comment_slash_open_incomplete", NORO_V("{\"a\":\"b\"}/") },
	{ "n_object_two_commas_in_a_row", NORO_V("{\"a\":\"b\",,\"c\":\"d\"}") },
	{ "n_object_unquoted_key", NORO_V("{a: \"b\"}") },
	{ "n_object_unterminated-value", NORO_V("{\"a\":\"a") },
	{ "n_object_with_single_string", NORO_V("{ \"foo\" : \"bar\", \"a\" }") },
	{ "n_object_with_trailing_garbage", NORO_V("{\"a\":\"b\"}#") },
	{ "n_single_space", NORO_V(" ") },
	{ "n_string_1_surrogate_then_escape", NORO_V("[\"\\uD800\\\"]") },
	{ "n_string_1_surrogate_then_escape_u", NORO_V("[\"\\uD800\\u\"]") },
	{ "n_string_1_surrogate_then_escape_u1", NORO_V("[\"\\uD800\\u1\"]") },
	{ "n_string_1_surrogate_then_escape_u1x", NORO_V("[\"\\uD800\\u1x\"]") },
	{ "n_string_accentuated_char_no_quotes", NORO_V("[\303\251]") },
	{ "n_string_backslash_00", NORO_V("[\"\\\000\"]") },
	{ "n_string_escape_x", NORO_V("[\"\\x00\"]") },
	{ "n_string_escaped_backslash_bad", NORO_V("[\"\\\\\\\"]") },
	{ "n_string_escaped_ctrl_char_tab", NORO_V("[\"\\\t\"]") },
	{ "n_string_escaped_emoji", NORO_V("[\"\\\360\237\214\200\"]") },
	{ "n_string_incomplete_escape", NORO_V("[\"\\\"]") },
	{ "n_string_incomplete_escaped_character", NORO_V("[\"\\u00A\"]") },
	{ "n_string_incomplete_surrogate", NORO_V("[\"\\uD834\\uDd\"]") },
	{ "n_string_incomplete_surrogate_escape_invalid", NORO_V("[\"\\uD800\\uD800\\x\"]") },
	{ "n_string_invalid-utf-8-in-escape", NORO_V("[\"\\u\345\"]") },
	{ "n_string_invalid_backslash_esc", NORO_V("[\"\\a\"]") },
	{ "n_string_invalid_unicode_escape", NORO_V("[\"\\uqqqq\"]") },
	{ "n_string_invalid_utf8_after_escape", NORO_V("[\"\\\345\"]") },
	{ "n_string_leading_uescaped_thinspace", NORO_V("[\\u0020\"asd\"]") },
	{ "n_string_no_quotes_with_bad_escape", NORO_V("[\\n]") },
	{ "n_string_single_doublequote", NORO_V("\"") },
	{ "n_string_single_quote", NORO_V("['single quote']") },
	{ "n_string_single_string_no_double_quotes", NORO_V("abc") },
	{ "n_string_start_escape_unclosed", NORO_V("[\"\\") },
	{ "n_string_unescaped_ctrl_char", NORO_V("[\"a\000a\"]") },
	{ "n_string_unescaped_newline", NORO_V("[\"new\nline\"]") },
	{ "n_string_unescaped_tab", NORO_V("[\"\t\"]") },
	{ "n_string_unicode_CapitalU", NORO_V("\"\\UA66D\"") },
	{ "n_string_with_trailing_garbage", NORO_V("\"\"x") },
	{ "n_structure_U+2060_word_joined", NORO_V("[\342\201\240]") },
	{ "n_structure_UTF8_BOM_no_data", NORO_V("\357\273\277") },
	{ "n_structure_angle_bracket_.", NORO_V("<.>") },
	{ "n_structure_angle_bracket_null", NORO_V("[<null>]") },
	{ "n_structure_array_trailing_garbage", NORO_V("[1]x") },
	{ "n_structure_array_with_extra_array_close", NORO_V("[1]]") },
	{ "n_structure_array_with_unclosed_string", NORO_V("[\"asd]") },
	{ "n_structure_ascii-unicode-identifier", NORO_V("a\303\245") },
	{ "n_structure_capitalized_True", NORO_V("[True]") },
	{ "n_structure_close_unopened_array", NORO_V("1]") },
	{ "n_structure_comma_instead_of_closing_brace", NORO_V("{\"x\": true,") },
	{ "n_structure_double_array", NORO_V("[][]") },
	{ "n_structure_end_array", NORO_V("]") },
	{ "n_structure_incomplete_UTF8_BOM", NORO_V("\357\273{}") },
	{ "n_structure_lone-invalid-utf-8", NORO_V("\345") },
	{ "n_structure_lone-open-bracket", NORO_V("[") },
	{ "n_structure_no_data", NORO_V("") },
	{ "n_structure_null-byte-outside-string", NORO_V("[\000]") },
	{ "n_structure_number_with_trailing_garbage", NORO_V("2@") },
	{ "n_structure_object_followed_by_closing_object", NORO_V("{}}") },
	{ "n_structure_object_unclosed_no_value", NORO_V("{\"\":") },
	{ "n_structure_object_with_comment", NORO_V("{\"a\":/*comment*/\"b\"}") },
	{ "n_structure_object_with_trailing_garbage", NORO_V("{\"a\": true} \"x\"") },
	{ "n_structure_open_array_apostrophe", NORO_V("['") },
	{ "n_structure_open_array_comma", NORO_V("[,") },
	{ "n_structure_open_array_open_object", NORO_V("[{") },
	{ "n_structure_open_array_open_string", NORO_V("[\"a") },
	{ "n_structure_open_array_string", NORO_V("[\"a\"") },
	{ "n_structure_open_object", NORO_V("{") },
	{ "n_structure_open_object_close_array", NORO_V("{]") },
	{ "n_structure_open_object_comma", NORO_V("{,") },
	{ "n_structure_open_object_open_array", NORO_V("{[") },
	{ "n_structure_open_object_open_string", NORO_V("{\"a") },
	{ "n_structure_open_object_string_with_apostrophes", NORO_V("{'a'") },
	{ "n_structure_open_open", NORO_V("[\"\\{[\"\\{[\"\\{[\"\\{") },
	{ "n_structure_single_eacute", NORO_V("\351") },
	{ "n_structure_single_star", NORO_V("*") },
	{ "n_structure_trailing_#", NORO_V("{\"a\":\"b\"}#{}") },
	{ "n_structure_uescaped_LF_before_string", NORO_V("[\\u000A\"\"]") },
	{ "n_structure_unclosed_array", NORO_V("[1") },
	{ "n_structure_unclosed_array_partial_null", NORO_V("[ false, nul") },
	{ "n_structure_unclosed_array_unfinished_false", NORO_V("[ true, fals") },
	{ "n_structure_unclosed_array_unfinished_true", NORO_V("[ false, tru") },
	{ "n_structure_unclosed_object", NORO_V("{\"asd\":\"asd\"") },
	{ "n_structure_unicode-identifier", NORO_V("\303\245") },
	{ "n_structure_whitespace_U+2060_word_joiner", NORO_V("\342\201\240") },
	{ "n_structure_whitespace_formfeed", NORO_V("[\014]") },
	{ "i_object_key_lone_2nd_surrogate", NORO_V("{\"\\uDFAA\":0}") },
	{ "i_string_1st_surrogate_but_2nd_missing", NORO_V("[\"\\uDADA\"]") },
	{ "i_string_1st_valid_surrogate_2nd_invalid", NORO_V("[\"\\uD888\\u1234\"]") },
	{ "i_string_UTF-16LE_with_BOM", NORO_V("\377\376[\000\"\000\351\000\"\000]\000") },
	{ "i_string_UTF-8_invalid_sequence", NORO_V("[\"\346\227\245\321\210\372\"]") },
	{ "i_string_UTF8_surrogate_U+D800", NORO_V("[\"\355\240\200\"]") },
	{ "i_string_incomplete_surrogate_and_escape_valid", NORO_V("[\"\\uD800\\n\"]") },
	{ "i_string_incomplete_surrogate_pair", NORO_V("[\"\\uDd1ea\"]") },
	{ "i_string_incomplete_surrogates_escape_valid", NORO_V("[\"\\uD800\\uD800\\n\"]") },
	{ "i_string_invalid_lonely_surrogate", NORO_V("[\"\\ud800\"]") },
	{ "i_string_invalid_surrogate", NORO_V("[\"\\ud800abc\"]") },
	{ "i_string_invalid_utf-8", NORO_V("[\"\377\"]") },
	{ "i_string_inverted_surrogates_U+1D11E", NORO_V("[\"\\uDd1e\\uD834\"]") },
	{ "i_string_iso_latin_1", NORO_V("[\"\351\"]") },
	{ "i_string_lone_second_surrogate", NORO_V("[\"\\uDFAA\"]") },
	{ "i_string_lone_utf8_continuation_byte", NORO_V("[\"\201\"]") },
	{ "i_string_not_in_unicode_range", NORO_V("[\"\364\277\277\277\"]") },
	{ "i_string_overlong_sequence_2_bytes", NORO_V("[\"\300\257\"]") },
	{ "i_string_overlong_sequence_6_bytes", NORO_V("[\"\374\203\277\277\277\277\"]") },
	{ "i_string_overlong_sequence_6_bytes_null", NORO_V("[\"\374\200\200\200\200\200\"]") },
	{ "i_string_truncated-utf-8", NORO_V("[\"\340\377\"]") },
	{ "i_string_utf16BE_no_BOM", NORO_V("\000[\000\"\000\351\000\"\000]") },
	{ "i_string_utf16LE_no_BOM", NORO_V("[\000\"\000\351\000\"\000]\000") },
	{ "i_structure_UTF-8_BOM_empty_object", NORO_V("\357\273\277{}") },
	{ "y_object_duplicated_key", NORO_V("{\"a\":\"b\",\"a\":\"c\"}") },
	{ "y_object_duplicated_key_and_value", NORO_V("{\"a\":\"b\",\"a\":\"b\"}") },
};
/* clang-format on */

static bool is_read(struct noro_view text, unsigned depth)
{
	uint8_t *exact = test_exact_copy(text.p, text.n);
	struct noro_json_limits limits = { .max_depth = depth };
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_json *v = NULL;
	enum noro_status st = noro_json_parse(a, noro_view(exact, text.n), &limits, &v, NULL);

	noro_arena_free(a);
	free(exact);
	return st == NORO_OK;
}

static void what_must_be_read_is_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(accepted) / sizeof(accepted[0]); i++)
		if (!is_read(accepted[i].text, 0))
			fail_msg("%s is refused", accepted[i].name);
}

static void what_must_be_refused_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (is_read(refused[i].text, 0))
			fail_msg("%s is read", refused[i].name);
}

static bool repeated_is_read(const char *piece, size_t times, const char *tail)
{
	size_t n = strlen(piece), t = strlen(tail);
	char *text = malloc(n * times + t * times + 1);
	bool good;

	assert_non_null(text);
	for (size_t i = 0; i < times; i++)
		memcpy(text + i * n, piece, n);
	for (size_t i = 0; i < times; i++)
		memcpy(text + times * n + i * t, tail, t);
	good = is_read((struct noro_view){ text, n * times + t * times }, 1000);
	free(text);
	return good;
}

/* n_structure_100000_opening_arrays, n_structure_open_array_object, i_structure_500_nested_arrays
 */
static void nesting_is_read_to_its_limit_and_never_crashes(void **state)
{
	(void)state;
	assert_false(repeated_is_read("[", 100000, ""));
	assert_false(repeated_is_read("[{\"\":", 50000, ""));
	assert_true(repeated_is_read("[", 500, "]"));
	assert_true(repeated_is_read("[", 1000, "]"));
	assert_false(repeated_is_read("[", 1001, "]"));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_must_be_read_is_read),
		cmocka_unit_test(what_must_be_refused_is_refused),
		cmocka_unit_test(nesting_is_read_to_its_limit_and_never_crashes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
