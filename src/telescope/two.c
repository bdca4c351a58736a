/*
 * src/telescope/two.c - scanners of two phases, and who heard us. Fast scanners make their packets
 * by hand and let another machine, or the system's own stack, come back to what answered: an
 * ordinary SYN from the same /24 to the same port soon after is that second phase. Where the
 * capture holds our own SYN-ACKs, an ACK or RST that fits one proves the source real, whatever else
 * it looks like. Both memories are small and forget what is overwritten; nothing is concluded from
 * silence.
 */
#include "telescope/scope_priv.h"

static const int64_t PHASE_NS = 600 * NORO_NS_PER_S;
static const int64_t ANSWER_NS = 60 * NORO_NS_PER_S;

static uint64_t phase_key(const struct noro_work *w)
{
	return noro_mix((uint64_t)w->net << 17 ^ (uint64_t)w->port << 1 ^ (w->kind >> 5 & 1)) | 1;
}

void noro_two_ask(const struct noro_shard *d, const struct noro_work *w)
{
	noro_ask(&d->phase[phase_key(w) >> 8 & (NORO_PHASES - 1)]);
}

void noro_two_phase(struct noro_lane *l, const struct noro_work *w, struct noro_entry *e,
	unsigned tools, bool first)
{
	struct noro_shard *d = &l->s->shard[w->shard];
	bool odd = noro_two_irregular(&w->p, tools);
	struct noro_phase *p;
	uint64_t key;

	if (odd ? !first
		: e->mark & NORO_MARK_TWO_PHASE || !(first || e->mark & NORO_MARK_IRREGULAR))
		return;
	if (!d->phase) {
		if (!odd)
			return;
		d->phase = noro_slab_get(l->s->slab, NORO_PHASES * sizeof(*d->phase));
		if (!d->phase) {
			l->status = NORO_ENOMEM;
			return;
		}
		d->bytes += NORO_PHASES * sizeof(*d->phase);
	}
	key = phase_key(w);
	p = &d->phase[key >> 8 & (NORO_PHASES - 1)];
	if (odd) {
		*p = (struct noro_phase){ key, w->t };
		e->mark |= NORO_MARK_IRREGULAR;
	} else if (p->key == key && w->t - p->t <= PHASE_NS) {
		e->mark |= NORO_MARK_TWO_PHASE;
	}
}

static uint64_t pair_key(const struct noro_work *w, uint16_t their_port, uint16_t our_port)
{
	return noro_mix(w->actor ^ (uint64_t)w->ours << 32 ^
			noro_mix((uint64_t)their_port << 16 | our_port)) |
	       1;
}

/* Our own SYN-ACK goes out: `actor` is who asked, `ours` we. */
void noro_two_sent(struct noro_lane *l, const struct noro_work *w)
{
	struct noro_shard *d = &l->s->shard[w->shard];
	uint64_t key = pair_key(w, w->p.dport, w->p.sport);

	if (!d->sent) {
		d->sent = noro_slab_get(l->s->slab, NORO_SENTS * sizeof(*d->sent));
		if (!d->sent) {
			l->status = NORO_ENOMEM;
			return;
		}
		d->bytes += NORO_SENTS * sizeof(*d->sent);
	}
	d->sent[key >> 8 & (NORO_SENTS - 1)] =
		(struct noro_sent){ .key = key, .t = w->t, .seq = w->p.seq, .ack = w->p.ack };
}

/*
 * Does this packet show that its sender saw our SYN-ACK? An ACK must name our number, a RST without
 * ACK carries the one we acknowledged: neither can be known to who sent under another's name.
 */
bool noro_two_heard(struct noro_lane *l, const struct noro_work *w)
{
	struct noro_shard *d = &l->s->shard[w->shard];
	struct noro_entry *e;
	uint64_t key, slot, actor = w->actor;
	const struct noro_sent *sent;
	unsigned f = w->p.tcp_flags & 0x3f;
	uint8_t kind = noro_kind(NORO_P_TCP, NORO_KLASS_SCAN, w->p.family == 6);
	bool rst = f & NORO_TCP_RST;

	if (w->p.proto != 6 || w->p.frag == NORO_FRAG_LATER || f & NORO_TCP_SYN)
		return false;
	key = pair_key(w, w->p.sport, w->p.dport);
	sent = &d->sent[key >> 8 & (NORO_SENTS - 1)];
	if (sent->key != key || w->t - sent->t > ANSWER_NS)
		return false;
	if (rst ? w->p.seq != sent->ack && !(f & NORO_TCP_ACK && w->p.ack == sent->seq + 1)
		: !(f & NORO_TCP_ACK) || w->p.ack != sent->seq + 1)
		return false;
	slot = noro_slot(l->s, actor, w->p.dport, kind);
	e = noro_event_find(d, slot, actor, w->p.dport, kind);
	if (e)
		e->mark |= rst ? NORO_MARK_REAL_RST : NORO_MARK_REAL_ACK;
	return rst;
}
