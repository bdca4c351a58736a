/* src/report/embed_priv.h - files that tools/embed builds into the program, with their CSP digests.
 */
#pragma once

extern const char noro_embed_html_css[], noro_embed_html_css_hash[];
extern const char noro_embed_html_js[], noro_embed_html_js_hash[];
extern const char noro_embed_authority_css[], noro_embed_authority_css_hash[];
