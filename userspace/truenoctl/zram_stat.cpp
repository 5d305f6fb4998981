// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "zram_stat.hpp"

#include <fmt/format.h>

#include <initializer_list>
#include <sstream>
#include <string>

namespace truenoctl {

namespace {

// Whether @p text begins with a number for each field.
bool read_fields(std::istringstream& text, std::initializer_list<std::uint64_t*> fields) {
    for (std::uint64_t* field : fields) {
        if (!(text >> *field)) {
            return false;
        }
    }
    return true;
}

tl::unexpected<Error> unknown_form(std::string_view attribute, std::string_view text) {
    return failure(fmt::format("{} has an unknown form: '{}'", attribute, text),
                   "this kernel's zram may be newer than this truenoctl");
}

}  // namespace

Result<MemoryStat> parse_memory_stat(std::string_view text) {
    MemoryStat stat;
    std::istringstream fields{std::string(text)};
    if (!read_fields(fields, {&stat.original_bytes, &stat.compressed_bytes, &stat.used_bytes,
                              &stat.limit_bytes, &stat.peak_bytes, &stat.same_pages,
                              &stat.compacted_pages})) {
        return unknown_form("mm_stat", text);
    }
    if (!(fields >> stat.huge_pages)) {
        stat.huge_pages = 0;
    }
    std::uint64_t since = 0;
    if (fields >> since) {
        stat.huge_pages_since = since;
    }
    return stat;
}

Result<IoStat> parse_io_stat(std::string_view text) {
    IoStat stat;
    std::istringstream fields{std::string(text)};
    if (!read_fields(fields, {&stat.failed_reads, &stat.failed_writes, &stat.invalid_io,
                              &stat.notified_free})) {
        return unknown_form("io_stat", text);
    }
    return stat;
}

Result<WritebackStat> parse_writeback_stat(std::string_view text) {
    WritebackStat stat;
    std::istringstream fields{std::string(text)};
    if (!read_fields(fields, {&stat.stored_bytes, &stat.read_bytes, &stat.written_bytes})) {
        return unknown_form("bd_stat", text);
    }
    for (std::uint64_t* size : {&stat.stored_bytes, &stat.read_bytes, &stat.written_bytes}) {
        *size *= kWritebackUnitBytes;
    }
    return stat;
}

}  // namespace truenoctl
