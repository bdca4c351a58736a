/* src/report/stix_write.c - objects of STIX 2.1 with ids that are the same for the same thing. */
#include "report/stix_priv.h"

#include "base/clock.h"
#include "report/uuid_priv.h"

#include <stdio.h>

static const uint8_t space[][16] = {
	/* 00abedb4-aa42-466c-9c01-fed23315a9b7: of observables, in the standard. */
	[NORO_STIX_SCO] = { 0x00, 0xab, 0xed, 0xb4, 0xaa, 0x42, 0x46, 0x6c, 0x9c, 0x01, 0xfe, 0xd2,
		0x33, 0x15, 0xa9, 0xb7 },
	/* Ours: uuid5(DNS name space, "noroshi.invalid"). */
	[NORO_STIX_OWN] = { 0x1b, 0x35, 0xa0, 0x90, 0x5f, 0xf3, 0x5d, 0xb0, 0xa9, 0xdb, 0xae, 0x8c,
		0x34, 0x24, 0x2f, 0xe1 },
};

void noro_stix_id(struct noro_stix *s, enum noro_stix_space of, const char *type,
	struct noro_view name, char out[NORO_STIX_ID])
{
	char uuid[NORO_UUID_TEXT] = "";

	if (noro_uuid5(space[of], name, uuid) != NORO_OK)
		s->failed = true;
	(void)snprintf(out, NORO_STIX_ID, "%.31s--%s", type, uuid);
}

void noro_stix_own_id(struct noro_stix *s, const char *type, const char *kind, const char *name,
	char out[NORO_STIX_ID])
{
	struct noro_buf b = { 0 };

	noro_buf_printf(&b, "%s\n%s\n%s", type, kind ? kind : "", name ? name : "");
	if (b.status != NORO_OK)
		s->failed = true;
	noro_stix_id(s, NORO_STIX_OWN, type, noro_buf_as_view(&b), out);
	noro_buf_done(&b);
}

bool noro_stix_new(struct noro_stix *s, const char *id)
{
	int fresh = noro_stix_see(&s->seen, id);

	s->failed = s->failed || fresh < 0;
	return fresh > 0;
}

void noro_stix_time(struct noro_stix *s, const char *name, int64_t ns)
{
	noro_jsonw_kmillis(&s->w, name, ns);
}

void noro_stix_object(struct noro_stix *s, const char *type, const char *id)
{
	noro_jsonw_object(&s->w);
	noro_jsonw_kstr(&s->w, "type", type);
	noro_jsonw_kstr(&s->w, "spec_version", "2.1");
	noro_jsonw_kstr(&s->w, "id", id);
}

void noro_stix_sdo(struct noro_stix *s, const char *type, const char *id, int64_t now_ns)
{
	noro_stix_object(s, type, id);
	noro_jsonw_kstr(&s->w, "created_by_ref", s->identity);
	noro_stix_time(s, "created", now_ns);
	noro_stix_time(s, "modified", now_ns);
}

void noro_stix_ref(struct noro_stix *s, const char *name, const char *id)
{
	noro_jsonw_key(&s->w, name);
	noro_jsonw_array(&s->w);
	noro_jsonw_str(&s->w, id);
	noro_jsonw_array_end(&s->w);
}

void noro_stix_identity(struct noro_stix *s, int64_t now_ns)
{
	noro_stix_own_id(s, "identity", "system", "noroshi", s->identity);
	noro_stix_object(s, "identity", s->identity);
	noro_stix_time(s, "created", now_ns);
	noro_stix_time(s, "modified", now_ns);
	noro_jsonw_kstr(&s->w, "name", "noroshi");
	noro_jsonw_kstr(&s->w, "identity_class", "system");
	noro_jsonw_object_end(&s->w);
}
