// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// What zram counts for a device: the attributes mm_stat, io_stat and bd_stat of
// Documentation/admin-guide/blockdev/zram.rst. Later kernels append fields to
// them, which are ignored; those that earlier kernels lack are nullopt.
#ifndef TRUENOCTL_ZRAM_STAT_HPP
#define TRUENOCTL_ZRAM_STAT_HPP

#include <cstdint>
#include <optional>
#include <string_view>

#include "error.hpp"

namespace truenoctl {

/// The unit of bd_stat and writeback_limit, whatever the page size is.
constexpr std::uint64_t kWritebackUnitBytes = 4096;

/// The attribute mm_stat: sizes in bytes, pages as counts.
struct MemoryStat {
    std::uint64_t original_bytes = 0;
    std::uint64_t compressed_bytes = 0;
    std::uint64_t used_bytes = 0;  ///< with the allocator's overhead
    std::uint64_t limit_bytes = 0;
    std::uint64_t peak_bytes = 0;
    std::uint64_t same_pages = 0;
    std::uint64_t compacted_pages = 0;              ///< freed by compaction
    std::uint64_t huge_pages = 0;                   ///< stored uncompressed
    std::optional<std::uint64_t> huge_pages_since;  ///< counted since the set-up
};

/// The attribute io_stat, all counts.
struct IoStat {
    std::uint64_t failed_reads = 0;
    std::uint64_t failed_writes = 0;
    std::uint64_t invalid_io = 0;     ///< requests that are not page-sized or page-aligned
    std::uint64_t notified_free = 0;  ///< pages that swap or a discard gave back
};

/// The attribute bd_stat, in bytes; the kernel counts units.
struct WritebackStat {
    std::uint64_t stored_bytes = 0;  ///< now on the backing device
    std::uint64_t read_bytes = 0;
    std::uint64_t written_bytes = 0;
};

/// Each reads its attribute's fields in the kernel's order; a failure names the
/// attribute and quotes @p text.
Result<MemoryStat> parse_memory_stat(std::string_view text);
Result<IoStat> parse_io_stat(std::string_view text);
Result<WritebackStat> parse_writeback_stat(std::string_view text);

}  // namespace truenoctl

#endif  // TRUENOCTL_ZRAM_STAT_HPP
