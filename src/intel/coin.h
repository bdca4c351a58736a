/* src/intel/coin.h - checksums of crypto-currency addresses: what makes a word an address. */
#pragma once

#include "base/status.h"
#include "base/view.h"

enum { NORO_COIN_TEXT = 112 };

/*
 * Bitcoin: base58check (versions 0 and 5), bech32 (BIP 173) and bech32m
 * (BIP 350) of the main network. `out` gets the form to compare: base58 as it
 * is, bech32 in lower case. NORO_EFORMAT when the checksum does not hold.
 */
enum noro_status noro_coin_btc(struct noro_view v, char out[NORO_COIN_TEXT]) NORO_MUSTUSE;
/* Tron: base58check with version 0x41. */
enum noro_status noro_coin_tron(struct noro_view v, char out[NORO_COIN_TEXT]) NORO_MUSTUSE;
/* Ethereum: 0x and 40 hex digits; mixed case must be the checksum of EIP-55. Lower case comes out.
 */
enum noro_status noro_coin_eth(struct noro_view v, char out[NORO_COIN_TEXT]) NORO_MUSTUSE;
/* Monero, main network: an address, a subaddress, or one with a payment id; base58 by blocks, and
 * four bytes of Keccak-256. */
enum noro_status noro_coin_xmr(struct noro_view v, char out[NORO_COIN_TEXT]) NORO_MUSTUSE;
