/*
 * src/device/tells.c - lines that tell a dialect: how they begin, who writes them so,
 * and how much that says. A line counts by its first row that fits, so longer
 * beginnings stand before shorter ones of the same letter.
 */
#include "device/guess_priv.h"

#define D(name) (1u << NORO_DIALECT_##name)

enum {
	IOSES = D(IOS) | D(IOS_XE),
	NX = D(NXOS),
	XR = D(IOS_XR),
	ASA = D(ASA),
	EOS = D(EOS),
	CISCO = IOSES | NX | XR | ASA | EOS | D(NEC_IX) | D(ALAXALA),
	LINES = NORO_FORM_LINES,
	BRACES = NORO_FORM_BRACES,
	SET = NORO_FORM_SET,
	BLOCKS = NORO_FORM_BLOCKS,
	MENUS = NORO_FORM_MENUS,
	XML = NORO_FORM_XML,
};

static const struct row {
	const char *begins;
	uint32_t dialects;
	uint8_t points, form;
} rows[] = {
	{ "!! IOS XR", XR, 20, LINES },
	{ "! device: ", EOS, 15, LINES },
	{ "! Command: show running-config", EOS, 10, LINES },
	{ "!Command: show running-config", NX, 15, LINES },
	{ "ASA Version ", ASA, 20, LINES },
	{ "feature ", NX, 4, LINES },
	{ "vrf context ", NX, 6, LINES },
	{ "vdc ", NX, 6, LINES },
	{ "management api ", EOS, 8, LINES },
	{ "transceiver qsfp default-mode", EOS, 10, LINES },
	{ "spanning-tree mode mstp", EOS, 4, LINES },
	{ "route-policy ", XR, 8, LINES },
	{ "ipv4 address ", XR, 6, LINES },
	{ "prefix-set ", XR, 8, LINES },
	{ "nameif ", ASA, 10, LINES },
	{ "security-level ", ASA, 8, LINES },
	{ "object-group ", ASA | IOSES, 2, LINES },
	{ "platform punt-keepalive", D(IOS_XE), 12, LINES },
	{ "boot-start-marker", IOSES, 6, LINES },
	{ "service timestamps ", IOSES, 6, LINES },
	{ "line vty ", IOSES | NX, 3, LINES },
	{ "line con 0", IOSES, 4, LINES },
	{ "ip address ", CISCO & ~XR, 2, LINES },
	{ "interface ", CISCO, 2, LINES },
	{ "hostname ", CISCO, 2, LINES },
	{ "router ", CISCO, 2, LINES },
	{ "neighbor ", CISCO, 1, LINES },
	{ "set system ", D(JUNOS) | D(VYOS), 4, SET },
	{ "set interfaces ethernet ", D(VYOS), 8, SET },
	{ "set interfaces ", D(JUNOS) | D(VYOS), 4, SET },
	{ "set version ", D(JUNOS), 5, SET },
	{ "set protocols ", D(JUNOS) | D(VYOS), 3, SET },
	{ "set policy-options ", D(JUNOS), 5, SET },
	{ "set routing-options ", D(JUNOS), 5, SET },
	{ "set routing-instances ", D(JUNOS), 5, SET },
	{ "set deviceconfig ", D(PANOS), 10, SET },
	{ "set rulebase ", D(PANOS), 10, SET },
	{ "set network ", D(PANOS), 6, SET },
	{ "set vsys ", D(PANOS), 6, SET },
	{ "set shared ", D(PANOS), 6, SET },
	{ "system {", D(JUNOS) | D(VYOS), 4, BRACES },
	{ "interfaces {", D(JUNOS) | D(VYOS), 4, BRACES },
	{ "ethernet eth", D(VYOS), 8, BRACES },
	{ "host-name ", D(JUNOS) | D(VYOS), 3, BRACES },
	{ "policy-options {", D(JUNOS), 6, BRACES },
	{ "routing-options {", D(JUNOS), 6, BRACES },
	{ "protocols {", D(JUNOS) | D(VYOS), 3, BRACES },
	{ "unit ", D(JUNOS), 4, BRACES },
	{ "configure {", D(SROS), 10, BRACES },
	{ "/configure ", D(SROS), 8, SET },
	{ "sysname ", D(VRP), 8, LINES },
	{ "undo ", D(VRP), 4, LINES },
	{ "config system ", D(FORTIOS), 6, BLOCKS },
	{ "config firewall ", D(FORTIOS), 6, BLOCKS },
	{ "config router ", D(FORTIOS), 6, BLOCKS },
	{ "#config-version=", D(FORTIOS), 20, BLOCKS },
	{ "/ip ", D(ROUTEROS), 6, MENUS },
	{ "/interface ", D(ROUTEROS), 6, MENUS },
	{ "/system ", D(ROUTEROS), 6, MENUS },
};

bool noro_tell(struct noro_view line, struct noro_tell *ret)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (line.p[0] == rows[i].begins[0] && noro_view_starts(line, rows[i].begins)) {
			*ret = (struct noro_tell){ rows[i].dialects, rows[i].points,
				(enum noro_tree_form)rows[i].form };
			return true;
		}
	return false;
}
