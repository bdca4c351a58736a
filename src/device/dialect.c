/* src/device/dialect.c - the names of the dialects. */
#include "device/tree.h"

static const struct {
	const char *name, *title;
} names[NORO_DIALECTS] = {
	[NORO_DIALECT_NONE] = { "", "" },
	[NORO_DIALECT_IOS] = { "ios", "Cisco IOS" },
	[NORO_DIALECT_IOS_XE] = { "ios-xe", "Cisco IOS XE" },
	[NORO_DIALECT_IOS_XR] = { "ios-xr", "Cisco IOS XR" },
	[NORO_DIALECT_NXOS] = { "nx-os", "Cisco NX-OS" },
	[NORO_DIALECT_ASA] = { "asa", "Cisco ASA" },
	[NORO_DIALECT_JUNOS] = { "junos", "Juniper Junos" },
	[NORO_DIALECT_EOS] = { "eos", "Arista EOS" },
	[NORO_DIALECT_VRP] = { "vrp", "Huawei VRP" },
	[NORO_DIALECT_FORTIOS] = { "fortios", "Fortinet FortiOS" },
	[NORO_DIALECT_PANOS] = { "pan-os", "Palo Alto Networks PAN-OS" },
	[NORO_DIALECT_ROUTEROS] = { "routeros", "MikroTik RouterOS" },
	[NORO_DIALECT_VYOS] = { "vyos", "VyOS" },
	[NORO_DIALECT_SROS] = { "sros", "Nokia SR OS" },
	[NORO_DIALECT_YAMAHA] = { "yamaha", "Yamaha RTX" },
	[NORO_DIALECT_NEC_IX] = { "nec-ix", "NEC IX" },
	[NORO_DIALECT_ALAXALA] = { "alaxala", "ALAXALA" },
};

const char *noro_dialect_name(enum noro_dialect d)
{
	return d < NORO_DIALECTS ? names[d].name : "";
}

const char *noro_dialect_title(enum noro_dialect d)
{
	return d < NORO_DIALECTS ? names[d].title : "";
}

enum noro_dialect noro_dialect_by_name(struct noro_view name)
{
	for (unsigned d = 1; d < NORO_DIALECTS; d++)
		if (noro_view_is_i(name, names[d].name))
			return (enum noro_dialect)d;
	return NORO_DIALECT_NONE;
}
