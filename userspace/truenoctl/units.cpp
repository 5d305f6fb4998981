// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "units.hpp"

#include <fmt/format.h>

#include <cctype>
#include <limits>
#include <optional>

namespace truenoctl {

namespace {

constexpr std::string_view kUnitLetters = "KMGTPE";
constexpr const char* kSizeRemedy =
    "write a number of bytes or use a unit: 512M, 1.5GiB, 4G, or 500MB for powers of 1000";

struct Decimal {
    unsigned __int128 digits = 0;  // the number without its decimal point
    std::uint64_t scale = 1;       // 10 to the power of the decimals
    std::size_t length = 0;        // characters read
};

std::optional<Decimal> parse_decimal(std::string_view text) {
    constexpr std::size_t kMaxDigits = 20;
    constexpr std::uint64_t kMaxScale = 1'000'000'000;
    Decimal decimal;
    std::size_t digits = 0;
    bool after_point = false;
    for (char c : text) {
        if (c == '.' && !after_point && digits > 0) {
            after_point = true;
        } else if (std::isdigit(static_cast<unsigned char>(c)) != 0) {
            if (++digits > kMaxDigits || (after_point && decimal.scale == kMaxScale)) {
                return std::nullopt;
            }
            decimal.digits = decimal.digits * 10 + static_cast<unsigned>(c - '0');
            decimal.scale *= after_point ? 10 : 1;
        } else {
            break;
        }
        ++decimal.length;
    }
    const bool ends_in_point = after_point && decimal.scale == 1;
    if (digits == 0 || ends_in_point) {
        return std::nullopt;
    }
    return decimal;
}

std::optional<std::uint64_t> parse_unit(std::string_view unit) {
    std::string upper;
    for (char c : unit) {
        upper += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    if (upper.empty() || upper == "B") {
        return 1;
    }
    const std::size_t power = kUnitLetters.find(upper[0]);
    if (power == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string suffix = upper.substr(1);
    if (!suffix.empty() && suffix != "IB" && suffix != "B") {
        return std::nullopt;
    }
    std::uint64_t bytes = 1;
    for (std::size_t i = 0; i <= power; ++i) {
        bytes *= suffix == "B" ? 1000 : 1024;
    }
    return bytes;
}

Result<std::uint64_t> scale_decimal(const Decimal& decimal, std::uint64_t factor,
                                    std::uint64_t divisor, std::string_view text) {
    // 20 digits times a factor below 2^61 stay below 2^128; no RAM is larger.
    const unsigned __int128 bytes = decimal.digits * factor / decimal.scale / divisor;
    if (bytes > std::numeric_limits<std::uint64_t>::max()) {
        return usage_failure(fmt::format("size '{}' is too large", text),
                             "the largest size is 16EiB less one byte");
    }
    return static_cast<std::uint64_t>(bytes);
}

}  // namespace

Result<std::uint64_t> parse_size(std::string_view text) {
    const std::optional<Decimal> decimal = parse_decimal(text);
    if (!decimal) {
        return usage_failure(fmt::format("'{}' is not a size", text), kSizeRemedy);
    }
    const std::optional<std::uint64_t> unit = parse_unit(text.substr(decimal->length));
    if (!unit) {
        return usage_failure(
            fmt::format("'{}' is not a unit of size in '{}'", text.substr(decimal->length), text),
            kSizeRemedy);
    }
    return scale_decimal(*decimal, *unit, 1, text);
}

Result<std::uint64_t> parse_size_of_ram(std::string_view text, std::uint64_t ram_bytes) {
    if (text.empty() || text.back() != '%') {
        return parse_size(text);
    }
    const std::optional<Decimal> percent = parse_decimal(text);
    if (!percent || percent->length + 1 != text.size()) {
        return usage_failure(fmt::format("'{}' is not a percentage", text),
                             "write a number and a percent sign, such as 50%");
    }
    return scale_decimal(*percent, ram_bytes, 100, text);
}

std::string format_size(std::uint64_t bytes, Carry carry) {
    if (bytes < 1024) {
        return fmt::format("{}B", bytes);
    }
    std::size_t power = 0;
    std::uint64_t unit = 1024;
    while (power + 1 < kUnitLetters.size() && bytes / unit >= 1024) {
        unit *= 1024;
        ++power;
    }
    std::uint64_t whole = bytes / unit;
    // Thousandths cut off, then rounded: as util-linux does, so that a size has
    // one form in the tools of a machine.
    const auto thousandths =
        static_cast<std::uint64_t>(static_cast<unsigned __int128>(bytes % unit) * 1000 / unit);
    std::uint64_t tenths = (thousandths + 50) / 100;
    if (tenths == 10) {
        ++whole;
        tenths = 0;
    }
    if (carry == Carry::into_next_unit && whole == 1024 && power + 1 < kUnitLetters.size()) {
        whole = 1;
        ++power;
    }
    if (tenths == 0) {
        return fmt::format("{}{}", whole, kUnitLetters[power]);
    }
    return fmt::format("{}.{}{}", whole, tenths, kUnitLetters[power]);
}

}  // namespace truenoctl
