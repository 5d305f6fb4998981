/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What the LZ4 encoder's searches of all places and of words ask of an
 * instruction set, with 32-byte registers, and what chooses between them.
 */
#ifndef TRUENO_LZ4_AVX2_BULK_H
#define TRUENO_LZ4_AVX2_BULK_H

#include <immintrin.h>

#include "../lz4/lz4_page_kind.h"

/* Memory that is 64 bytes long or several times that. */
static __always_inline void lz4_clear(uint8_t *to, size_t size)
{
	uint8_t *const end = to + size;

	for (; to < end; to += 64) {
		_mm256_storeu_si256((__m256i *)to, _mm256_setzero_si256());
		_mm256_storeu_si256((__m256i *)(to + 32),
				    _mm256_setzero_si256());
		/* Else GCC makes "rep stos" of it, which takes twice as long. */
		asm volatile("");
	}
}

/* The sum of four 64-bit numbers. */
static __always_inline unsigned int lz4_sum(__m256i numbers)
{
	__m128i sum = _mm_add_epi64(_mm256_castsi256_si128(numbers),
				    _mm256_extracti128_si256(numbers, 1));

	return _mm_cvtsi128_si64(sum) + _mm_extract_epi64(sum, 1);
}

/* As lz4_scalar_sample_page(), four words at a time. */
static __always_inline struct lz4_page_sample
lz4_sample_page(const uint8_t *page)
{
	const __m256i zeros = _mm256_setzero_si256();
	const __m256i ones = _mm256_cmpeq_epi8(zeros, zeros);
	const __m256i before_text = _mm256_set1_epi8(0x1F);
	/* Counted downwards, because what is true is -1. */
	__m256i small = zeros, repeated = zeros, text = zeros;
	size_t place;

	for (place = LZ4_SAMPLE_START; place < TRUENO_PAGE_SIZE;
	     place += LZ4_SAMPLE_STEP) {
		__m256i words =
			_mm256_loadu_si256((const __m256i *)(page + place));
		__m256i before =
			_mm256_loadu_si256((const __m256i *)(page + place - 32));
		__m256i is_text = _mm256_cmpgt_epi8(words, before_text);
		__m256i upper = _mm256_srli_epi64(words, 48);

		small = _mm256_add_epi64(small,
					 _mm256_cmpeq_epi64(upper, zeros));
		repeated = _mm256_add_epi64(repeated,
					    _mm256_cmpeq_epi64(words, before));
		text = _mm256_add_epi64(text, _mm256_cmpeq_epi64(is_text, ones));
	}
	return (struct lz4_page_sample){ -lz4_sum(small), -lz4_sum(repeated),
					 -lz4_sum(text) };
}

/*
 * For each of 8 places the upper 20 bits of its hash, and the place. The fifth
 * byte is in the hash's upper byte only.
 */
static __always_inline __m256i lz4_hash_8_places(const uint8_t *at,
						 __m256i places)
{
	const __m256i window =
		_mm256_setr_epi8(0, 1, 2, 3, 1, 2, 3, 4, 2, 3, 4, 5, 3, 4, 5, 6,
				 4, 5, 6, 7, 5, 6, 7, 8, 6, 7, 8, 9, 7, 8, 9, 10);
	const __m256i next_window = _mm256_add_epi8(window, _mm256_set1_epi8(1));
	const __m256i factor = _mm256_set1_epi32(0x9E3779B1);
	__m128i from_there = _mm_loadu_si128((const __m128i *)at);
	__m256i bytes = _mm256_broadcastsi128_si256(from_there);
	__m256i hash =
		_mm256_mullo_epi32(_mm256_shuffle_epi8(bytes, window), factor);

	hash = _mm256_xor_si256(hash, _mm256_shuffle_epi8(bytes, next_window));
	hash = _mm256_andnot_si256(_mm256_set1_epi32(0xFFF), hash);
	return _mm256_or_si256(hash, places);
}

/*
 * Puts four entries into their slots and returns what was there. That is put
 * together in a register: stored, it would have to reach the cache before it
 * could be loaded as a vector. The entries go from a register to their slots,
 * which is one instruction where a load and a store are two.
 */
static __always_inline __m128i
lz4_exchange_4(uint8_t *table, const uint8_t *slots, const uint8_t *entries)
{
	uint8_t *const slot0 = table + 4 * (size_t)trueno_load16(slots);
	uint8_t *const slot1 = table + 4 * (size_t)trueno_load16(slots + 2);
	uint8_t *const slot2 = table + 4 * (size_t)trueno_load16(slots + 4);
	uint8_t *const slot3 = table + 4 * (size_t)trueno_load16(slots + 6);
	__m128i entry = _mm_loadu_si128((const __m128i *)entries);
	__m128i seen = _mm_cvtsi32_si128(trueno_load32(slot0));

	trueno_store32(slot0, _mm_cvtsi128_si32(entry));
	seen = _mm_insert_epi32(seen, trueno_load32(slot1), 1);
	trueno_store32(slot1, _mm_extract_epi32(entry, 1));
	seen = _mm_insert_epi32(seen, trueno_load32(slot2), 2);
	trueno_store32(slot2, _mm_extract_epi32(entry, 2));
	seen = _mm_insert_epi32(seen, trueno_load32(slot3), 3);
	trueno_store32(slot3, _mm_extract_epi32(entry, 3));
	return seen;
}

/* A bit for each of 8 places whose hash is another. */
static __always_inline uint8_t lz4_other_hashes(__m256i entries, __m256i seen)
{
	__m256i difference = _mm256_xor_si256(entries, seen);
	__m256i other = _mm256_cmpgt_epi32(_mm256_srli_epi32(difference, 12),
					   _mm256_setzero_si256());

	return _mm256_movemask_ps(_mm256_castsi256_ps(other));
}

/* What 16 places are to be exchanged for, and in which slots. */
static __always_inline void
lz4_put_hashes(uint8_t *entries, uint8_t *slots, unsigned int slot_bits,
	       const uint8_t *at, size_t place)
{
	const __m256i places =
		_mm256_add_epi32(_mm256_set1_epi32(place),
				 _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
	const __m256i next_places =
		_mm256_add_epi32(places, _mm256_set1_epi32(8));
	__m256i first = lz4_hash_8_places(at, places);
	__m256i second = lz4_hash_8_places(at + 8, next_places);

	_mm256_storeu_si256((__m256i *)entries, first);
	_mm256_storeu_si256((__m256i *)(entries + 32), second);
	first = _mm256_srli_epi32(first, 32 - slot_bits);
	second = _mm256_srli_epi32(second, 32 - slot_bits);
	/* Packs each half on its own: places 0 to 3, 8 to 11, 4 to 7, 12 to 15. */
	_mm256_storeu_si256((__m256i *)slots, _mm256_packus_epi32(first, second));
}

/* Exchanges 16 entries; puts the places seen, and a bit for each other hash. */
static __always_inline void lz4_exchange_16(uint8_t *table,
					    const uint8_t *entries,
					    const uint8_t *slots,
					    uint8_t *places, uint8_t *is_new)
{
	const __m256i place = _mm256_set1_epi32(0xFFF);
	const __m256i *entry = (const __m256i *)entries;
	__m128i seen0 = lz4_exchange_4(table, slots, entries);
	__m128i seen4 = lz4_exchange_4(table, slots + 16, entries + 16);
	__m128i seen8 = lz4_exchange_4(table, slots + 8, entries + 32);
	__m128i seen12 = lz4_exchange_4(table, slots + 24, entries + 48);
	__m256i first = _mm256_set_m128i(seen4, seen0);
	__m256i second = _mm256_set_m128i(seen12, seen8);
	__m256i packed = _mm256_packus_epi32(_mm256_and_si256(first, place),
					     _mm256_and_si256(second, place));

	_mm256_storeu_si256((__m256i *)places,
			    _mm256_permute4x64_epi64(packed, 0xD8));
	is_new[0] = lz4_other_hashes(_mm256_loadu_si256(entry), first);
	is_new[1] = lz4_other_hashes(_mm256_loadu_si256(entry + 1), second);
}

/* A hash of each 64-bit number, in the low half of it. */
static __always_inline __m256i lz4_hash_words(__m256i words,
					      unsigned int hash_bits)
{
	const __m256i factors = _mm256_set1_epi64x(0x9E3779B185EBCA87);
	__m256i products = _mm256_mullo_epi32(words, factors);

	products = _mm256_add_epi32(products, _mm256_srli_epi64(products, 32));
	return _mm256_srli_epi32(products, 32 - hash_bits);
}

/* For four words: a hash of it and the next byte, a hash of its upper 48 bits. */
static __always_inline void lz4_put_4_word_slots(uint8_t *to,
						 unsigned int hash_bits,
						 __m256i words, __m256i next)
{
	const __m256i low_halves = _mm256_setr_epi32(0, 2, 4, 6, 0, 2, 4, 6);
	__m256i all = _mm256_add_epi64(words, _mm256_slli_epi64(next, 56));
	__m256i upper = _mm256_srli_epi64(words, 16);

	all = lz4_hash_words(all, hash_bits);
	upper = _mm256_slli_epi32(lz4_hash_words(upper, hash_bits), 16);
	all = _mm256_blend_epi16(all, upper, 0xAA);
	all = _mm256_permutevar8x32_epi32(all, low_halves);
	_mm_storeu_si128((__m128i *)to, _mm256_castsi256_si128(all));
}

/* As lz4_word_slots() does without vectors, with other hashes. */
static __always_inline void lz4_put_word_slots(uint8_t *slots,
					       unsigned int hash_bits,
					       const uint8_t *page)
{
	__m256i words, next;
	size_t place;

	for (place = 0; place < TRUENO_PAGE_SIZE - 32; place += 32) {
		words = _mm256_loadu_si256((const __m256i *)(page + place));
		next = _mm256_loadu_si256((const __m256i *)(page + place + 8));
		lz4_put_4_word_slots(slots + place / 2, hash_bits, words, next);
	}
	/* The last word has no next; it is not looked up. */
	words = _mm256_loadu_si256((const __m256i *)(page + place));
	next = _mm256_permute4x64_epi64(words, 0xF9);
	lz4_put_4_word_slots(slots + place / 2, hash_bits, words, next);
}

static __always_inline uint64_t lz4_same_bytes(const uint8_t *a,
					       const uint8_t *b)
{
	__m256i same = _mm256_cmpeq_epi8(_mm256_loadu_si256((const __m256i *)a),
					 _mm256_loadu_si256((const __m256i *)b));

	return (uint32_t)_mm256_movemask_epi8(same);
}

/* The ones at the low end. */
static __always_inline uint64_t lz4_count_ones(uint64_t bits)
{
	return _tzcnt_u64(~bits);
}

#endif /* TRUENO_LZ4_AVX2_BULK_H */
