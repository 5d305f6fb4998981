/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The literals section (RFC 8878 section 3.1.1.3.1): raw, one byte repeated, or
 * Huffman coded.
 *
 * Huffman's algorithm sorts and merges. For the few hundred literals of a page
 * that takes longer than to code them, so lengths come from another one: a
 * symbol of share p gets the length -log2(p) rounded up, which leaves part of
 * the code space empty; what is left shortens by one those symbols that gain
 * most for what they take, in order of the fraction that was rounded away. One
 * pass sums up the space by fraction, one more hands it out. The result is
 * within 1 % of Huffman's.
 */
#ifndef TRUENO_ZSTD_COMPRESS_LITERALS_H
#define TRUENO_ZSTD_COMPRESS_LITERALS_H

#include "zstd_fse_encode.h"

/* Fewer are one stream, which saves the sizes of four. */
#define ZSTD_HUFFMAN_MIN_STREAMS 256

#define ZSTD_DIRECT_WEIGHTS_MAX 128
/* So many weights at least are FSE coded. */
#define ZSTD_FSE_MIN_WEIGHTS 16
/* What a description takes at the very least. */
#define ZSTD_WEIGHTS_MIN_SIZE 12

/* The classes of fractions that are rounded away. */
#define ZSTD_FRACTION_BITS 5

static __always_inline uint8_t *
zstd_put_literals_header(uint8_t *out, unsigned int type, size_t count)
{
	if (count < 32) {
		*out++ = type | count << 3;
	} else if (count < 4096) {
		trueno_store16(out, type | 1 << 2 | count << 4);
		out += 2;
	} else {
		trueno_store16(out, type | 3 << 2 | count << 4);
		out[2] = count >> 12;
		out += 3;
	}
	return out;
}

static noinline uint8_t *zstd_put_raw_literals(uint8_t *out, uint8_t *out_end,
					       const uint8_t *literals,
					       size_t count)
{
	size_t header_size = count < 32 ? 1 : count < 4096 ? 2 : 3;

	if ((size_t)(out_end - out) < header_size + count)
		return NULL;
	out = zstd_put_literals_header(out, TRUENO_ZSTD_LITERALS_RAW, count);
	if (count)
		__builtin_memcpy(out, literals, count);
	return out + count;
}

static __always_inline uint8_t *
zstd_put_rle_literals(uint8_t *out, uint8_t *out_end, uint8_t literal,
		      size_t count)
{
	if (out_end - out < 4)
		return NULL;
	out = zstd_put_literals_header(out, TRUENO_ZSTD_LITERALS_RLE, count);
	*out++ = literal;
	return out;
}

/*
 * Short codes make small tables, which the decoder builds sooner; many literals
 * are worth longer ones.
 */
static __always_inline unsigned int zstd_huffman_max_bits(size_t count)
{
	return count < 1024 ? 9 : count < 2048 ? 10 : 11;
}

/* Counts bytes in four tables, so that equal neighbours do not wait. */
static noinline void zstd_count_literals(uint16_t (*counts)[256],
					 const uint8_t *literals, size_t count)
{
	size_t i;

	__builtin_memset(counts, 0, 4 * sizeof(counts[0]));
	for (i = 0; i + 8 <= count; i += 8) {
		uint64_t eight = trueno_load64(literals + i);

		counts[0][eight & 255]++;
		counts[1][eight >> 8 & 255]++;
		counts[2][eight >> 16 & 255]++;
		counts[3][eight >> 24 & 255]++;
		counts[0][eight >> 32 & 255]++;
		counts[1][eight >> 40 & 255]++;
		counts[2][eight >> 48 & 255]++;
		counts[3][eight >> 56]++;
	}
	for (; i < count; i++)
		counts[0][literals[i]]++;
	/* Four counts of 16 bits at once: none can overflow. */
	for (i = 0; i < 256; i += 4)
		trueno_store64(&counts[0][i],
			       trueno_load64(&counts[0][i]) +
				       trueno_load64(&counts[1][i]) +
				       trueno_load64(&counts[2][i]) +
				       trueno_load64(&counts[3][i]));
}

/*
 * The rarest symbols got codes shorter than they should have, and took too much
 * space: lengthens others, the next longest first, until @left is not negative.
 * Return: what is left.
 */
static noinline int32_t
zstd_huffman_lengthen(const uint8_t *present, unsigned int present_count,
		      unsigned int max_bits, int32_t left, uint8_t *lengths)
{
	unsigned int length = max_bits - 1;
	unsigned int i;

	for (; left < 0; length = length > 1 ? length - 1 : max_bits - 1) {
		for (i = 0; i < present_count && left < 0; i++) {
			unsigned int s = present[i];

			if (lengths[s] == length) {
				lengths[s]++;
				left += 1 << (max_bits - length - 1);
			}
		}
	}
	return left;
}

/*
 * Gives each of the @present symbols, which are at least two, a length of at
 * most @max_bits bits. Return: the greatest length given.
 */
static __always_inline unsigned int
zstd_huffman_lengths(const uint16_t *counts, const uint8_t *present,
		     unsigned int present_count, size_t total,
		     unsigned int max_bits, uint8_t *lengths,
		     uint16_t *length_counts)
{
	int32_t space[1 << ZSTD_FRACTION_BITS] = { 0 };
	uint8_t fractions[256] trueno_uninitialized;
	const uint32_t scale = (1u << 31) / total;
	int32_t left = 1 << max_bits;
	unsigned int fraction, i, longest;

	for (i = 0; i < present_count; i++) {
		unsigned int s = present[i];
		uint32_t share = counts[s] * scale;
		unsigned int length = __builtin_clz(share);

		length += length == 0;
		fraction = (share << length) >> (31 - ZSTD_FRACTION_BITS) &
			   ((1 << ZSTD_FRACTION_BITS) - 1);
		if (length > max_bits)
			length = max_bits;
		lengths[s] = length;
		fractions[i] = fraction;
		left -= 1 << (max_bits - length);
		space[fraction] += length > 1 ? 1 << (max_bits - length) : 0;
	}
	fraction = 1 << ZSTD_FRACTION_BITS;
	if (trueno_unlikely(left < 0))
		left = zstd_huffman_lengthen(present, present_count, max_bits,
					     left, lengths);
	else
		while (fraction > 0 && space[fraction - 1] <= left)
			left -= space[--fraction];
	for (i = 0; i < present_count; i++) {
		unsigned int s = present[i];

		lengths[s] -= fractions[i] >= fraction && lengths[s] > 1;
	}
	while (left > 0) {
		for (i = 0; i < present_count; i++) {
			unsigned int s = present[i];
			int32_t more = 1 << (max_bits - lengths[s]);

			if (more <= left && lengths[s] > 1) {
				left -= more;
				lengths[s]--;
			}
		}
	}
	for (i = 0; i < present_count; i++)
		length_counts[lengths[present[i]]]++;
	longest = max_bits;
	while (!length_counts[longest])
		longest--;
	return longest;
}

/*
 * Describes @weight_count weights by FSE. Return: the end of the description,
 * NULL if there is no room.
 */
static __always_inline uint8_t *
zstd_put_fse_weights(uint8_t *out, uint8_t *out_end, const uint8_t *weights,
		     unsigned int weight_count, const uint16_t *weight_counts,
		     unsigned int symbol_count, struct zstd_fse_memory *memory)
{
	const unsigned int log = weight_count > 64 ? TRUENO_ZSTD_WEIGHT_LOG_MAX :
						     TRUENO_ZSTD_FSE_LOG_MIN;
	const struct zstd_fse_table table = { memory->symbols, memory->states };
	struct zstd_bit_writer writer = { .out_end = out_end };
	uint16_t shares[16] = { 0 };
	uint32_t states[2], even, odd;
	unsigned int i = weight_count;

	zstd_fse_scale(weight_counts, symbol_count, weight_count, log, shares);
	writer.out = zstd_fse_put_shares(out, out_end, shares, symbol_count, log);
	if (!writer.out)
		return NULL;
	zstd_fse_make_table(memory, shares, symbol_count, log);

	/* Two states take turns: one has the even weights, one the odd ones. */
	i--;
	states[i & 1] = zstd_fse_first_state(&table, weights[i]);
	i--;
	states[i & 1] = zstd_fse_first_state(&table, weights[i]);
	even = states[0];
	odd = states[1];
	if (i & 1) {
		i--;
		even = zstd_fse_encode(&writer, &table, even, weights[i]);
	}
	while (i > 0) {
		i -= 2;
		odd = zstd_fse_encode(&writer, &table, odd, weights[i + 1]);
		even = zstd_fse_encode(&writer, &table, even, weights[i]);
		if (i & 4)
			zstd_flush_bits(&writer);
	}
	zstd_flush_bits(&writer);
	zstd_fse_put_state(&writer, odd, log);
	zstd_fse_put_state(&writer, even, log);
	return zstd_end_bits(&writer);
}

/*
 * Describes the lengths of the symbols before @last, whose own follows from
 * theirs, as weights (RFC 8878 section 4.2.1). Return: the end of the
 * description, NULL if there is no room or no way to describe them.
 */
static noinline uint8_t *
zstd_put_weights(uint8_t *out, uint8_t *out_end, const uint8_t *lengths,
		 const uint16_t *length_counts, unsigned int last,
		 unsigned int longest, struct zstd_fse_memory *memory)
{
	uint8_t weights[256] trueno_uninitialized;
	uint16_t counts[16] = { 0 };
	const size_t direct_size = 1 + (last + 1) / 2;
	unsigned int symbol_count, i, most;
	uint8_t *end;

	for (i = 0; i < last; i++) {
		unsigned int weight = longest + 1 - lengths[i];

		weights[i] = weight & -(uint32_t)(lengths[i] != 0);
	}
	weights[last] = 0;
	counts[0] = last;
	for (i = 1; i <= longest; i++) {
		unsigned int count = length_counts[i] - (lengths[last] == i);

		counts[longest + 1 - i] = count;
		counts[0] -= count;
	}
	symbol_count = longest + 1;
	while (!counts[symbol_count - 1])
		symbol_count--;
	most = 0;
	for (i = 0; i < symbol_count; i++)
		most = counts[i] > most ? counts[i] : most;

	/* One weight alone has no table, and few are not worth one. */
	if (last >= ZSTD_FSE_MIN_WEIGHTS && most < last && out < out_end) {
		end = zstd_put_fse_weights(out + 1, out_end, weights, last,
					   counts, symbol_count, memory);
		if (end && end - out <= TRUENO_ZSTD_DIRECT_WEIGHTS &&
		    (end - out < direct_size ||
		     last > ZSTD_DIRECT_WEIGHTS_MAX)) {
			*out = end - out - 1;
			return end;
		}
	}
	if (last > ZSTD_DIRECT_WEIGHTS_MAX || direct_size > out_end - out)
		return NULL;
	*out++ = TRUENO_ZSTD_DIRECT_WEIGHTS - 1 + last;
	for (i = 0; i < last; i += 2)
		*out++ = weights[i] << 4 | weights[i + 1];
	return out;
}

/* Makes the codes, each above its length, as the encoder wants them. */
static __always_inline void
zstd_huffman_codes(const uint8_t *lengths, const uint8_t *present,
		   unsigned int present_count, const uint16_t *length_counts,
		   unsigned int longest, uint32_t *codes)
{
	uint16_t next[TRUENO_ZSTD_HUFFMAN_BITS_MAX + 1] trueno_uninitialized;
	unsigned int code = 0, length, i;

	for (length = longest; length > 0; length--) {
		next[length] = code;
		code = (code + length_counts[length]) >> 1;
	}
	for (i = 0; i < present_count; i++) {
		unsigned int s = present[i];

		codes[s] = next[lengths[s]]++ << 8 | lengths[s];
	}
}

static __always_inline void zstd_put_code(struct zstd_bit_writer *writer,
					  uint32_t code)
{
	zstd_put_bits(writer, code >> 8, code & 15);
}

/* Encodes from the last literal to the first. */
static __always_inline uint8_t *
zstd_put_huffman_stream(uint8_t *out, uint8_t *out_end, const uint32_t *codes,
			const uint8_t *literals, size_t count)
{
	struct zstd_bit_writer writer = { .out = out, .out_end = out_end };

	for (; count & 3; count--)
		zstd_put_code(&writer, codes[literals[count - 1]]);
	zstd_flush_bits(&writer);
	for (; count > 0; count -= 4) {
		uint32_t four = trueno_load32(literals + count - 4);

		zstd_put_code(&writer, codes[four >> 24]);
		zstd_put_code(&writer, codes[four >> 16 & 255]);
		zstd_put_code(&writer, codes[four >> 8 & 255]);
		zstd_put_code(&writer, codes[four & 255]);
		zstd_flush_bits(&writer);
	}
	return zstd_end_bits(&writer);
}

/* Puts the sizes of three streams and all four (RFC 8878 section 3.1.1.3.1.6). */
static __always_inline uint8_t *
zstd_put_four_streams(uint8_t *out, uint8_t *out_end, const uint32_t *codes,
		      const uint8_t *literals, size_t count)
{
	const size_t part = (count + 3) / 4;
	uint8_t *sizes = out;
	unsigned int i;

	if (out_end - out < TRUENO_ZSTD_JUMP_TABLE_SIZE)
		return NULL;
	out += TRUENO_ZSTD_JUMP_TABLE_SIZE;
	for (i = 0; i < 4; i++) {
		size_t part_count = i < 3 ? part : count - 3 * part;
		uint8_t *end = zstd_put_huffman_stream(out, out_end, codes,
						       literals + i * part,
						       part_count);

		if (!end)
			return NULL;
		if (i < 3)
			trueno_store16(sizes + 2 * i, end - out);
		out = end;
	}
	return out;
}

/* The header of a section of @count literals in @size bytes. */
static __always_inline void zstd_put_huffman_header(uint8_t *out,
						    size_t count, size_t size,
						    bool is_one_stream)
{
	uint64_t header = TRUENO_ZSTD_LITERALS_COMPRESSED | count << 4;

	if (count < 1024) {
		header |= (is_one_stream ? 0 : 1) << 2 | size << 14;
	} else if (count < 16384) {
		header |= 2 << 2 | size << 18;
		out[3] = header >> 24;
	} else {
		header |= 3 << 2 | (uint64_t)size << 22;
		out[3] = header >> 24;
		out[4] = header >> 32;
	}
	trueno_store16(out, header);
	out[2] = header >> 16;
}

/*
 * Return: the end of the section; @out if Huffman coding does not save enough,
 * NULL if there is no room.
 */
static noinline uint8_t *
zstd_put_huffman_literals(uint8_t *out, uint8_t *out_end,
			  struct zstd_encoder_memory *memory, size_t count,
			  unsigned int gain_shift)
{
	struct zstd_huffman_memory *const huffman = &memory->huffman;
	const uint8_t *const literals = memory->literals;
	const uint16_t *const counts = huffman->counts[0];
	const bool is_one_stream = count < ZSTD_HUFFMAN_MIN_STREAMS;
	const size_t header_size = count < 1024 ? 3 : count < 16384 ? 4 : 5;
	const size_t most = count - (count >> gain_shift);
	uint16_t length_counts[TRUENO_ZSTD_HUFFMAN_BITS_MAX + 1] = { 0 };
	uint8_t *const start = out;
	unsigned int present_count = 0, longest, s, i;
	size_t size, bits = 0;

	zstd_count_literals(huffman->counts, literals, count);
	for (s = 0; s < 256; s++) {
		huffman->present[present_count] = s;
		present_count += counts[s] != 0;
		huffman->lengths[s] = 0;
	}
	if (present_count == 1)
		return zstd_put_rle_literals(out, out_end, *literals, count);

	longest = zstd_huffman_lengths(counts, huffman->present, present_count,
				       count, zstd_huffman_max_bits(count),
				       huffman->lengths, length_counts);
	for (i = 0; i < present_count; i++) {
		s = huffman->present[i];
		bits += counts[s] * huffman->lengths[s];
	}
	size = header_size + bits / 8;
	if (size + ZSTD_WEIGHTS_MIN_SIZE > most)
		return start;
	if (out_end - out < header_size)
		return NULL;
	out = zstd_put_weights(out + header_size, out_end, huffman->lengths,
			       length_counts,
			       huffman->present[present_count - 1], longest,
			       &huffman->weights);
	if (!out || out - start + bits / 8 > most)
		return start;

	zstd_huffman_codes(huffman->lengths, huffman->present, present_count,
			   length_counts, longest, huffman->codes);
	if (is_one_stream)
		out = zstd_put_huffman_stream(out, out_end, huffman->codes,
					      literals, count);
	else
		out = zstd_put_four_streams(out, out_end, huffman->codes,
					    literals, count);
	if (out)
		zstd_put_huffman_header(start, count,
					out - start - header_size,
					is_one_stream);
	return out;
}

/* Return: the end of the section, NULL if there is no room. */
static __always_inline uint8_t *
zstd_put_literals(const struct zstd_encoder *e, uint8_t *out, uint8_t *out_end)
{
	const struct zstd_profile *const profile = e->profile;
	uint8_t *end = out;

	if (e->literal_count >= profile->huffman_min_literals)
		end = zstd_put_huffman_literals(out, out_end, e->memory,
						e->literal_count,
						profile->huffman_gain_shift);
	if (end == out)
		end = zstd_put_raw_literals(out, out_end, e->memory->literals,
					    e->literal_count);
	return end;
}

#endif /* TRUENO_ZSTD_COMPRESS_LITERALS_H */
