/* src/intel/tld.h - which last labels exist, and which of them are also file extensions. */
#pragma once

#include "base/view.h"

/* Is this label (no dot, any case, A-label form) a top-level domain, past or present, or a root
 * that malware uses beside the DNS (onion, i2p, bit, bazar ...)? */
bool noro_tld_known(struct noro_view label);

/*
 * Is it a top-level domain that files carry as an extension too (py, sh, zip, md
 * ...)? A bare `x.py` then needs more evidence before it is a domain.
 */
bool noro_tld_is_extension(struct noro_view label);

/* Is it an extension that makes `name.ext` a file name beyond doubt (exe, dll, docx ...), being no
 * top-level domain? */
bool noro_ext_known(struct noro_view ext);
