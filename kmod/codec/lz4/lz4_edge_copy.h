/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The ends of an LZ4 block and of its content, in copies behind which fixed-size
 * loads and stores may run on. Positions count from the start of the content.
 */
#ifndef TRUENO_LZ4_EDGE_COPY_H
#define TRUENO_LZ4_EDGE_COPY_H

struct lz4_edge {
	uint8_t *out;
	size_t room;
	/* Where position 0 is: in out, or as far before out_copy as needed. */
	uint8_t *base;
	/* What is in out_copy: all from here on; only there: all from end_at on. */
	size_t from;
	size_t end_at;
	uint8_t in_copy[LZ4_EDGE_INPUT + 16];
	uint8_t out_copy[LZ4_EDGE_HISTORY + LZ4_SEQUENCE_WRITE + 32];
};

static __always_inline void lz4_copy_48(uint8_t *to, const uint8_t *from)
{
	lz4_copy_16(to, from);
	lz4_copy_16(to + 16, from + 16);
	lz4_copy_16(to + 32, from + 32);
}

static __always_inline void
lz4_edge_begin(struct lz4_edge *edge, const uint8_t **in,
	       const uint8_t **in_end, uint8_t *out, size_t room)
{
	uint8_t *const copy_end = edge->in_copy + LZ4_EDGE_INPUT;

	lz4_copy_48(copy_end - 48, *in_end - 48);
	lz4_copy_16(copy_end - 64, *in_end - 64);
	*in = copy_end - (*in_end - *in);
	*in_end = copy_end;
	edge->out = out;
	edge->room = room;
	edge->base = out;
	edge->from = ~(size_t)0;
}

/* Goes over to the copy of the output's end if @size bytes do not fit out. */
static __always_inline void
lz4_edge_need(struct lz4_edge *edge, size_t at, size_t size)
{
	if (edge->base != edge->out || edge->room - at >= size)
		return;
	edge->end_at = at;
	edge->from = at - LZ4_EDGE_HISTORY;
	edge->base = edge->out_copy;
	edge->base -= edge->from;
	lz4_copy_48(edge->out_copy, edge->out + edge->from);
}

static __always_inline const uint8_t *
lz4_edge_at(const struct lz4_edge *edge, size_t position)
{
	return (position >= edge->from ? edge->base : edge->out) + position;
}

static __always_inline void
lz4_edge_put_literals(struct lz4_edge *edge, size_t at, const uint8_t *from,
		      size_t count)
{
	lz4_edge_need(edge, at, LZ4_SEQUENCE_WRITE);
	lz4_copy_16(edge->base + at, from);
}

static __always_inline void
lz4_edge_put_match(struct lz4_edge *edge, size_t at, size_t offset,
		   size_t length)
{
	const size_t back = lz4_match_step_back(LZ4_MATCH_STEP, offset);
	const size_t end = at + length;

	lz4_edge_need(edge, at, 32);
	lz4_copy_match(edge->base + at, lz4_edge_at(edge, at - offset), offset);
	for (at += LZ4_MATCH_STEP; at < end; at += LZ4_MATCH_STEP) {
		lz4_edge_need(edge, at, 32);
		lz4_copy_step(edge->base + at, lz4_edge_at(edge, at - back));
	}
}

/* Brings what is only in the copy, up to @at, to the output. */
static __always_inline void lz4_edge_end(struct lz4_edge *edge, size_t at)
{
	const size_t tail = edge->room - LZ4_EDGE_HISTORY;

	if (edge->base == edge->out)
		return;
	/* A full output is the rule, and its last bytes are in the copy. */
	if (at == edge->room) {
		lz4_copy_48(edge->out + tail, edge->base + tail);
		return;
	}
	lz4_copy_exact(edge->out + edge->end_at, edge->base + edge->end_at,
		       at - edge->end_at);
}

#endif /* TRUENO_LZ4_EDGE_COPY_H */
