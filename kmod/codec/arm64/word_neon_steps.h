/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The steps of the word codec with Advanced SIMD: eight bytes at a time, moved
 * by the lookup whose index a table has for each byte of a mask. Loads and
 * stores that interleave split dwords into bytes and join them again.
 */
#ifndef TRUENO_WORD_NEON_STEPS_H
#define TRUENO_WORD_NEON_STEPS_H

#include <arm_neon.h>

#include "../word/word_scalar_encode.h"

static __always_inline unsigned int word_count_bits(uint64_t bits)
{
	return vaddv_u8(vcnt_u8(vcreate_u8(bits)));
}

/* The ones of each byte of @bits, in a byte each. */
static __always_inline uint64_t word_count_bytes(uint64_t bits)
{
	return vget_lane_u64(vreinterpret_u64_u8(vcnt_u8(vcreate_u8(bits))), 0);
}

/* A bit for each of eight bytes that is not zero where it must be all ones. */
static __always_inline unsigned int word_bits_of_bytes(uint8x8_t bytes)
{
	return vaddv_u8(vand_u8(bytes, vcreate_u8(0x8040201008040201ull)));
}

/* --- decoding ----------------------------------------------------------- */

/* A byte of what each class adds, and of what it keeps of its source. */
struct word_class_tables {
	uint8x16_t base[4];
	uint8x16_t kept[4];
};

static __always_inline struct word_class_tables
word_load_class_tables(struct word_header header)
{
	struct word_class_tables tables;
	uint8_t base[4][16], kept[4][16];
	unsigned int class, k;

	for (class = 0; class < 16; class++) {
		struct word_class_values values =
			word_class_values_of(header, class % 8, class / 8);

		for (k = 0; k < 4; k++) {
			base[k][class] = values.base >> 8 * k;
			kept[k][class] = values.kept >> 8 * k;
		}
	}
	for (k = 0; k < 4; k++) {
		tables.base[k] = vld1q_u8(base[k]);
		tables.kept[k] = vld1q_u8(kept[k]);
	}
	return tables;
}

/* The classes of eight dwords, those of high ones plus 8. */
static __always_inline uint8x8_t word_classes(const uint8_t *const *planes,
					      size_t group)
{
	return vcreate_u8(trueno_load64(word_spread_bits[planes[0][group]]) +
			  2 * trueno_load64(word_spread_bits[planes[1][group]]) +
			  4 * trueno_load64(word_spread_bits[planes[2][group]]) +
			  0x0800080008000800ull);
}

static __always_inline uint8x8_t word_expand_8(const uint8_t *from,
					       unsigned int mask)
{
	return vtbl1_u8(vld1_u8(from), vld1_u8(word_expand_index[mask]));
}

static __always_inline void word_expand_dwords(struct word_decoder *d,
					       struct word_header header,
					       struct word_byte_streams from)
{
	const struct word_class_tables tables = word_load_class_tables(header);
	size_t i, group;

	for (i = 0; i < d->dword_count; i += 64) {
		struct word_needs needs = d->needs[i / 64];
		uint64_t count0 = word_count_bytes(needs.byte0);
		uint64_t count1 = word_count_bytes(needs.byte1);
		uint64_t count_upper = word_count_bytes(needs.upper);

		for (group = i / 8; group < i / 8 + 8; group++) {
			uint8x8_t classes = word_classes(d->planes, group);
			uint8x8x4_t bytes, kept;

			bytes.val[0] = vorr_u8(word_expand_8(from.byte0, needs.byte0 & 0xff),
					       vqtbl1_u8(tables.base[0], classes));
			bytes.val[1] = vorr_u8(word_expand_8(from.byte1, needs.byte1 & 0xff),
					       vqtbl1_u8(tables.base[1], classes));
			bytes.val[2] = vorr_u8(word_expand_8(from.byte2, needs.upper & 0xff),
					       vqtbl1_u8(tables.base[2], classes));
			bytes.val[3] = vorr_u8(word_expand_8(from.byte3, needs.upper & 0xff),
					       vqtbl1_u8(tables.base[3], classes));
			vst4_u8((uint8_t *)(d->dwords + 8 * group), bytes);
			kept.val[0] = vqtbl1_u8(tables.kept[0], classes);
			kept.val[1] = vqtbl1_u8(tables.kept[1], classes);
			kept.val[2] = vqtbl1_u8(tables.kept[2], classes);
			kept.val[3] = vqtbl1_u8(tables.kept[3], classes);
			vst4_u8((uint8_t *)(d->kept + 8 * group), kept);
			from.byte0 += count0 & 0xff;
			from.byte1 += count1 & 0xff;
			from.byte2 += count_upper & 0xff;
			from.byte3 += count_upper & 0xff;
			count0 >>= 8;
			count1 >>= 8;
			count_upper >>= 8;
			needs.byte0 >>= 8;
			needs.byte1 >>= 8;
			needs.upper >>= 8;
		}
	}
}

/* --- encoding ----------------------------------------------------------- */

static __always_inline uint32x4_t word_test_qwords(const uint8_t *at)
{
	uint64x2_t low = vreinterpretq_u64_u8(vld1q_u8(at));
	uint64x2_t high = vreinterpretq_u64_u8(vld1q_u8(at + 16));

	return vcombine_u32(vmovn_u64(vtstq_u64(low, low)),
			    vmovn_u64(vtstq_u64(high, high)));
}

static __always_inline void word_find_nonzero(struct word_encoder *e,
					      const uint8_t *page)
{
	uint8_t *to = (uint8_t *)e->nonzero_qwords;
	unsigned int i;

	for (i = 0; i < TRUENO_PAGE_SIZE; i += 64) {
		uint16x8_t nonzero =
			vcombine_u16(vmovn_u32(word_test_qwords(page + i)),
				     vmovn_u32(word_test_qwords(page + i + 32)));

		*to++ = word_bits_of_bytes(vmovn_u16(nonzero));
	}
}

/*
 * Packs the bytes that have a one among @count mask bits. Returns their end, and
 * may write 7 bytes behind it.
 */
static __always_inline uint8_t *word_pack_bytes(uint8_t *to, const uint8_t *from,
						const uint64_t *masks,
						size_t stride, size_t count)
{
	size_t i;

	for (i = 0; i < count; i += 64) {
		uint64_t mask = *masks;
		uint64_t counts = word_count_bytes(mask);
		unsigned int group;

		masks = (const uint64_t *)((const uint8_t *)masks + stride);
		for (group = 0; group < 8; group++) {
			vst1_u8(to, vtbl1_u8(vld1_u8(from),
					     vld1_u8(word_pack_index[mask & 0xff])));
			from += 8;
			to += counts & 0xff;
			counts >>= 8;
			mask >>= 8;
		}
	}
	return to;
}

static __always_inline uint16x4_t word_hash_4(uint32x4_t values)
{
	return vmovn_u32(vshrq_n_u32(vmulq_n_u32(values, WORD_DWORD_MULTIPLIER),
				     32 - WORD_DWORD_HASH_BITS));
}

static __always_inline void word_hash_dwords(struct word_encoder *e)
{
	uint32x4_t places = vcombine_u32(vcreate_u32(0x0000000100000000ull),
					 vcreate_u32(0x0000000300000002ull));
	size_t i;

	/* Searched in steps of eight, of which the last is filled with zeros. */
	for (i = 0; i < e->dword_count + 4; i += 4) {
		uint32x4_t dwords = vld1q_u32(e->dwords + i);
		uint32x4x2_t placed = { { dwords, places } };

		vst2q_u32((uint32_t *)(e->placed_dwords + i), placed);
		vst1_u16(e->dword_hashes + i, word_hash_4(dwords));
		vst1_u16(e->upper_hashes + i, word_hash_4(vshrq_n_u32(dwords, 16)));
		places = vaddq_u32(places, vdupq_n_u32(4));
	}
}

/* Values that dwords are compared with; those of high dwords in odd lanes. */
struct word_bases {
	uint32x4_t first;
	uint32x4_t second;
};

static __always_inline uint32x4_t word_alternate(uint32_t low, uint32_t high)
{
	return vreinterpretq_u32_u64(vdupq_n_u64((uint64_t)high << 32 | low));
}

/* The classes of four dwords, and the distances that these use. */
static __always_inline uint16x4_t
word_classify_4(const struct word_encoder *e, size_t i, struct word_bases bases,
		uint32x4_t places, uint16x4_t *distances)
{
	const uint32x4_t is_high = word_alternate(0, ~0u);
	const uint32x4_t limit = vdupq_n_u32(WORD_MAX_DISTANCE);
	const uint32x4x4_t found = vld4q_u32((const uint32_t *)(e->found + i));
	uint32x4_t dword = vld1q_u32(e->dwords + i);
	uint32x4_t upper = vshrq_n_u32(dword, 16);
	uint32x4_t distance = vsubq_u32(places, found.val[1]);
	uint32x4_t upper_distance = vsubq_u32(places, found.val[3]);
	uint32x4_t difference = veorq_u32(dword, found.val[2]);
	uint32x4_t is_near = vcltq_u32(upper_distance, limit);
	uint32x4_t repeats = vandq_u32(vceqq_u32(dword, found.val[0]),
				       vcltq_u32(distance, limit));
	uint32x4_t shares_24 = vandq_u32(is_near, vcltq_u32(difference, vdupq_n_u32(0x100)));
	uint32x4_t shares_16 = vandq_u32(is_near, vcltq_u32(difference, vdupq_n_u32(0x10000)));
	uint32x4_t first = vceqq_u32(vbslq_u32(is_high, dword, upper), bases.first);
	uint32x4_t class = vdupq_n_u32(WORD_EXPLICIT);

	/* From the longest to the shortest; only a high base beats a repeat. */
	class = vbslq_u32(shares_16, vdupq_n_u32(WORD_UPPER_16), class);
	class = vbslq_u32(shares_24, vdupq_n_u32(WORD_UPPER_24), class);
	class = vbslq_u32(vceqq_u32(upper, bases.second),
			  vdupq_n_u32(WORD_SECOND_BASE), class);
	class = vbslq_u32(first, vdupq_n_u32(WORD_BASE), class);
	class = vbslq_u32(vceqzq_u32(upper), vdupq_n_u32(WORD_SHORT), class);
	class = vbslq_u32(repeats, vdupq_n_u32(WORD_REPEAT), class);
	class = vbslq_u32(vandq_u32(first, is_high), vdupq_n_u32(WORD_BASE), class);
	class = vandq_u32(class, vtstq_u32(dword, dword));
	*distances = vmovn_u32(vbslq_u32(repeats, distance, upper_distance));
	return vmovn_u32(class);
}

static __always_inline void word_classify(struct word_encoder *e,
					  struct word_header header)
{
	const struct word_bases bases = {
		.first = word_alternate(header.low_upper[0], header.high_dword),
		.second = word_alternate(header.low_upper[1], header.high_upper),
	};
	/* One less, and so are the distances. */
	uint32x4_t places = vcombine_u32(vcreate_u32(0x00000000ffffffffull),
					 vcreate_u32(0x0000000200000001ull));
	const uint32x4_t step = vdupq_n_u32(4);
	unsigned int k;
	size_t i;

	for (i = 0; i < e->dword_count; i += 8) {
		const uint8_t valid = word_low_bits(e->dword_count - i);
		uint16x4_t low_distances, high_distances, low, high;
		uint8x8_t classes;

		low = word_classify_4(e, i, bases, places, &low_distances);
		places = vaddq_u32(places, step);
		high = word_classify_4(e, i + 4, bases, places, &high_distances);
		places = vaddq_u32(places, step);
		vst1_u8(e->dword_distances + i,
			vmovn_u16(vcombine_u16(low_distances, high_distances)));
		classes = vmovn_u16(vcombine_u16(low, high));
		for (k = 0; k < 3; k++)
			((uint8_t *)e->planes[k])[i / 8] = valid &
				word_bits_of_bytes(vtst_u8(classes, vdup_n_u8(1 << k)));
	}
	for (; i % 64; i += 8)
		for (k = 0; k < 3; k++)
			((uint8_t *)e->planes[k])[i / 8] = 0;
}

static __always_inline void word_split_dwords(struct word_encoder *e)
{
	size_t i;

	for (i = 0; i < e->dword_count; i += 16) {
		uint8x16x4_t bytes = vld4q_u8((const uint8_t *)(e->dwords + i));

		vst1q_u8(e->bytes[0] + i, bytes.val[0]);
		vst1q_u8(e->bytes[1] + i, bytes.val[1]);
		vst1q_u8(e->bytes[2] + i, bytes.val[2]);
		vst1q_u8(e->bytes[3] + i, bytes.val[3]);
	}
}

#endif /* TRUENO_WORD_NEON_STEPS_H */
