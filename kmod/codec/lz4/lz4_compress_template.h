/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The LZ4 encoder, instantiated once per instruction set. The ISA file defines
 * the primitives that the searches ask for before it includes this one,
 * and
 *   lz4_sample_page(page)  as lz4_scalar_sample_page()
 *   lz4_clear(to, size)    makes zeros of a table
 * With LZ4_HAS_BULK, those of lz4_search_bulk_template.h too, and
 *   lz4_put_word_slots(slots, bits, page)
 *                          as lz4_word_slots(), for all words
 */
#ifndef TRUENO_LZ4_COMPRESS_TEMPLATE_H
#define TRUENO_LZ4_COMPRESS_TEMPLATE_H

#include <trueno/page.h>

#include "lz4_page_kind.h"
#include "lz4_search_bytes_template.h"
#include "lz4_search_words_template.h"
#ifdef LZ4_HAS_BULK
#include "lz4_search_bulk_template.h"
#endif

static __always_inline bool
lz4_put_matches(struct lz4_encoder *e, void *workmem, bool has_bound)
{
	const size_t src_len = e->src_end - e->src;
	const uint8_t *const limit = e->src_end - TRUENO_LZ4_LAST_LITERALS;
	const uint8_t *at = e->src + 1;
	bool is_short = src_len <= LZ4_SHORT_INPUT;

	if (src_len == TRUENO_PAGE_SIZE) {
		enum lz4_page_kind kind =
			lz4_page_kind(lz4_sample_page(e->src));

		if (kind == LZ4_PAGE_WORDS)
			return lz4_search_words(e, workmem, has_bound);
#ifdef LZ4_HAS_BULK
		if (kind == LZ4_PAGE_OTHER)
			return lz4_search_bulk(e, workmem, has_bound);
#endif
	}

	lz4_clear(e->table, LZ4_TABLE_SIZE(is_short));
	if (src_len > LZ4_BLOCK_MARGIN) {
		if (!is_short)
			at = lz4_search_bytes_long_checked(e, limit);
		else if (has_bound)
			at = lz4_search_bytes_short(e, limit);
		else
			at = lz4_search_bytes_short_checked(e, limit);
	}
	return at && lz4_search_last_bytes(e, at, is_short);
}

static __always_inline int
lz4_compress(const void *src, size_t src_len, void *dst, size_t *dst_len,
	     void *workmem)
{
	struct lz4_encoder e = {
		.src = src,
		.src_end = (const uint8_t *)src + src_len,
		.literals = src,
		.out = dst,
		.out_end = (uint8_t *)dst + *dst_len,
		.table = workmem,
	};

	if (src_len > TRUENO_LZ4_MAX_INPUT)
		return -EINVAL;
	if (src_len > TRUENO_LZ4_MATCH_START_LIMIT &&
	    !lz4_put_matches(&e, workmem, *dst_len >= lz4_bound(src_len)))
		return -ENOSPC;
	if (!lz4_put_literals(&e, e.src_end, 0))
		return -ENOSPC;
	*dst_len = e.out - (uint8_t *)dst;
	return 0;
}

#endif /* TRUENO_LZ4_COMPRESS_TEMPLATE_H */
