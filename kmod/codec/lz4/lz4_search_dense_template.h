/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The search of trueno-lz4-dense, of accelerations and of dictionaries, which
 * differ in what they look at; instantiated once per instruction set. The ISA
 * file defines lz4_match_end() and lz4_copy_16() before it includes this one.
 *
 * A match costs three bytes whatever its offset, so only its length counts, and
 * the longest of a few candidates is taken: the last place where eight bytes
 * were the same, the place where the match before would go on, the last place
 * where four were. Then one and two bytes further on are looked at too, and the
 * match there is taken instead if it is longer: the bytes passed over cost one
 * each and are likely to be cheaper than another match.
 *
 * Size against the kernel's lz4, on pages of six programs: one candidate, no look
 * ahead 0.995; with eight bytes and four, and one byte ahead 0.932; with the
 * match before 0.921; with two bytes ahead 0.914. A second candidate of the same
 * four bytes saves 0.003 and costs a seventh of the speed. The best parse by
 * dynamic programming over the candidates of every byte takes twice as long and
 * comes out larger, 0.925, for its candidates are fewer.
 */
#ifndef TRUENO_LZ4_SEARCH_DENSE_TEMPLATE_H
#define TRUENO_LZ4_SEARCH_DENSE_TEMPLATE_H

#include "lz4_dict.h"
#include "lz4_encoder.h"

/* Each of the two tables has 2^this positions of 16 bits. */
#define LZ4_DENSE_TABLE_BITS 12
#define LZ4_DENSE_TABLE_SIZE (2u << LZ4_DENSE_TABLE_BITS)

/* A match of so many bytes is taken without a look ahead. */
#define LZ4_DENSE_ENOUGH 16

/* Without a match: a step of one more for 2^this literals. */
#define LZ4_DENSE_SKIP_SHIFT 6

/* Which candidates are looked at; constants at each call. */
struct lz4_effort {
	/* Eight equal bytes, the match before, and further on. */
	bool is_dense;
	const struct lz4_dict *dict;
};

struct lz4_candidate {
	size_t length;
	size_t offset;
};

struct lz4_dense {
	const uint8_t *src;
	/* Matches end here at most. */
	const uint8_t *limit;
	uint8_t *short_table;
	uint8_t *long_table;
	/* Of the match before. */
	size_t offset;
};

static __always_inline size_t lz4_hash_low(uint64_t bytes, unsigned int count)
{
	return (bytes * (0x9E3779B185EBCA87ull << (64 - 8 * count))) >>
	       (64 - LZ4_DENSE_TABLE_BITS);
}

/* Places are kept modulo 2^16, in inputs of any length. */
static __always_inline size_t
lz4_dense_exchange(uint8_t *table, size_t hash, size_t at)
{
	uint8_t *slot = table + 2 * hash;
	uint16_t offset = at - trueno_load16(slot);

	trueno_store16(slot, at);
	/* 65536 bytes on, the same number stands for @at itself. */
	return offset + (offset == 0);
}

/* Takes @seen instead of @best if the match there is longer. */
static __always_inline void
lz4_take_longer(struct lz4_candidate *best, const uint8_t *at,
		const uint8_t *seen, const uint8_t *limit, uint64_t bytes,
		size_t offset)
{
	uint64_t difference = bytes ^ trueno_load64(seen);
	size_t length;

	if (difference)
		length = __builtin_ctzll(difference) / 8;
	else
		length = lz4_match_end(at + 8, seen + 8, limit) - at;
	if (length > best->length) {
		best->length = length;
		best->offset = offset;
	}
}

/* The same with what the dictionary has; the match may run on into the input. */
static __always_inline void
lz4_take_longer_of_dict(struct lz4_candidate *best, const struct lz4_dense *d,
			const struct lz4_dict *dict, size_t place,
			uint64_t bytes)
{
	size_t back = lz4_dict_find(dict, bytes);
	const uint8_t *const at = d->src + place;
	const uint8_t *limit = d->limit;
	struct lz4_candidate found = *best;

	if (!back || back + place > TRUENO_LZ4_MAX_OFFSET)
		return;
	if (back < (size_t)(limit - at))
		limit = at + back;
	lz4_take_longer(&found, at, dict->end - back, limit, bytes,
			place + back);
	if (found.offset != place + back)
		return;
	if (found.length == back && at + back < d->limit)
		found.length = lz4_match_end(at + back, d->src, d->limit) - at;
	*best = found;
}

/* Finds a match longer than @longer_than that starts @place bytes into src. */
static __always_inline struct lz4_candidate
lz4_dense_probe(struct lz4_dense *d, size_t place, size_t longer_than,
		struct lz4_effort effort)
{
	const uint8_t *const at = d->src + place;
	const uint64_t bytes = trueno_load64(at);
	const unsigned int hashed = effort.is_dense ? 4 : 5;
	struct lz4_candidate best = { longer_than, 0 };
	size_t offset;

	/* In front of the first byte there is the dictionary alone. */
	if (effort.dict && !place) {
		lz4_take_longer_of_dict(&best, d, effort.dict, place, bytes);
		return best;
	}
	if (effort.is_dense) {
		offset = lz4_dense_exchange(d->long_table,
					    lz4_hash_low(bytes, 8), place);
		lz4_take_longer(&best, at, at - offset, d->limit, bytes,
				offset);
		if (d->offset <= place)
			lz4_take_longer(&best, at, at - d->offset, d->limit,
					bytes, d->offset);
	}
	offset = lz4_dense_exchange(d->short_table,
				    lz4_hash_low(bytes, hashed), place);
	/* What eight bytes did not find, four may; what they did, four did not. */
	if (best.length < 8)
		lz4_take_longer(&best, at, at - offset, d->limit, bytes,
				offset);
	if (effort.dict && best.length < LZ4_DENSE_ENOUGH)
		lz4_take_longer_of_dict(&best, d, effort.dict, place, bytes);
	return best;
}

static __always_inline void
lz4_dense_enter(struct lz4_dense *d, size_t place, struct lz4_effort effort)
{
	uint64_t bytes = trueno_load64(d->src + place);
	const unsigned int hashed = effort.is_dense ? 4 : 5;

	trueno_store16(d->short_table + 2 * lz4_hash_low(bytes, hashed), place);
	if (effort.is_dense)
		trueno_store16(d->long_table + 2 * lz4_hash_low(bytes, 8),
			       place);
}

/* Looks one and two bytes further on as long as that helps. */
static __always_inline struct lz4_candidate
lz4_dense_look_ahead(struct lz4_dense *d, size_t *place, size_t last,
		     struct lz4_candidate best, struct lz4_effort effort)
{
	struct lz4_candidate next;

	while (best.length < LZ4_DENSE_ENOUGH && *place + 2 <= last) {
		next = lz4_dense_probe(d, *place + 1, best.length, effort);
		if (next.offset) {
			*place += 1;
			best = next;
			continue;
		}
		next = lz4_dense_probe(d, *place + 2, best.length + 1, effort);
		if (!next.offset)
			break;
		*place += 2;
		best = next;
	}
	return best;
}

/* How many bytes before @place are the same before the match's source. */
static __always_inline size_t
lz4_dense_count_back(const struct lz4_dense *d, size_t literals, size_t place,
		     size_t offset, struct lz4_effort effort)
{
	const uint8_t *at = d->src + place;
	const uint8_t *start = d->src;
	const uint8_t *seen;
	size_t count = 0;

	if (effort.dict && offset > place) {
		start = effort.dict->end - effort.dict->size;
		seen = effort.dict->end - (offset - place);
	} else {
		seen = at - offset;
	}
	while (count < place - literals && seen > start && *--at == *--seen)
		count++;
	return count;
}

/* As lz4_put_sequence(), in copies of 16 bytes where there is room for them. */
static __always_inline bool
lz4_dense_put(struct lz4_encoder *e, const uint8_t *at, const uint8_t *end,
	      size_t offset)
{
	size_t count = at - e->literals;
	size_t match = end - at - TRUENO_LZ4_MIN_MATCH;
	uint8_t *out = e->out;
	uint8_t *token = out++;
	size_t copied = 16;

	if (e->src_end - at < 16 ||
	    (size_t)(e->out_end - token) <
		    count + count / TRUENO_LZ4_LENGTH_BYTE_MAX +
			    match / TRUENO_LZ4_LENGTH_BYTE_MAX +
			    LZ4_SEQUENCE_SLACK)
		return lz4_put_sequence(e, at, end, offset);
	if (count < TRUENO_LZ4_NIBBLE_MAX) {
		*token = count << 4;
	} else {
		*token = TRUENO_LZ4_NIBBLE_MAX << 4;
		out = lz4_put_count_bytes(out, count);
	}
	lz4_copy_16(out, e->literals);
	for (; copied < count; copied += 16)
		lz4_copy_16(out + copied, e->literals + copied);
	out += count;
	trueno_store16(out, offset);
	out += 2;
	if (match < TRUENO_LZ4_NIBBLE_MAX) {
		*token |= match;
	} else {
		*token |= TRUENO_LZ4_NIBBLE_MAX;
		out = lz4_put_count_bytes(out, match);
	}
	e->out = out;
	e->literals = end;
	return true;
}

/*
 * Puts all matches of the input; false if the output is full. @acceleration:
 * the least step where there is no match.
 */
static __always_inline bool
lz4_search_dense(struct lz4_encoder *e, uint8_t *tables, size_t acceleration,
		 struct lz4_effort effort)
{
	struct lz4_dense d = {
		.src = e->src,
		.limit = e->src_end - TRUENO_LZ4_LAST_LITERALS,
		.short_table = tables,
		.long_table = tables + LZ4_DENSE_TABLE_SIZE,
		.offset = 1,
	};
	const size_t last = e->src_end - e->src - TRUENO_LZ4_MATCH_START_LIMIT;
	/* A dictionary has what the first byte may match. */
	size_t place = effort.dict ? 0 : 1;

	__builtin_memset(tables, 0,
			 (effort.is_dense ? 2 : 1) * LZ4_DENSE_TABLE_SIZE);
	while (place <= last) {
		const size_t literals = e->literals - e->src;
		struct lz4_candidate match;
		size_t end, back;

		match = lz4_dense_probe(&d, place, TRUENO_LZ4_MIN_MATCH - 1,
					effort);
		if (!match.offset) {
			place += acceleration;
			place += (place - literals) >> LZ4_DENSE_SKIP_SHIFT;
			continue;
		}
		if (effort.is_dense)
			match = lz4_dense_look_ahead(&d, &place, last, match,
						     effort);
		end = place + match.length;
		if (end > (size_t)(d.limit - d.src))
			end = d.limit - d.src;
		back = lz4_dense_count_back(&d, literals, place, match.offset,
					    effort);
		d.offset = match.offset;
		if (!lz4_dense_put(e, e->src + place - back, e->src + end,
				   match.offset))
			return false;
		if (end > last)
			break;
		if (effort.is_dense) {
			lz4_dense_enter(&d, place + 2, effort);
			lz4_dense_enter(&d, end - 1, effort);
		}
		lz4_dense_enter(&d, end - 2, effort);
		place = end;
	}
	return true;
}

/* Compresses as trueno_codec_compress() says, for every effort. */
static __always_inline int
lz4_compress_dense(const void *src, size_t src_len, void *dst, size_t *dst_len,
		   void *workmem, size_t acceleration, struct lz4_effort effort)
{
	struct lz4_encoder e = {
		.src = src,
		.src_end = (const uint8_t *)src + src_len,
		.literals = src,
		.out = dst,
		.out_end = (uint8_t *)dst + *dst_len,
	};

	if (src_len > TRUENO_LZ4_MAX_INPUT)
		return -EINVAL;
	if (src_len > TRUENO_LZ4_MATCH_START_LIMIT &&
	    !lz4_search_dense(&e, workmem, acceleration, effort))
		return -ENOSPC;
	if (!lz4_put_literals(&e, e.src_end, 0))
		return -ENOSPC;
	*dst_len = e.out - (uint8_t *)dst;
	return 0;
}

#endif /* TRUENO_LZ4_SEARCH_DENSE_TEMPLATE_H */
