// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "bench_measure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <numeric>
#include <random>
#include <span>

#include "statistics.hpp"

namespace truenoctl {

namespace {

// Codecs take turns after this many pages: long enough for each to run warm,
// short enough for a change of the clock to hit all of them.
constexpr std::size_t kPagesPerTurn = 64;
constexpr std::size_t kCacheLine = 64;
// Bounds the memory for samples.
constexpr unsigned int kMaximumRounds = 101;

// The streams of all pages of a group, one after the other.
class Streams {
  public:
    void add(const std::byte* stream, std::size_t size) {
        starts_.push_back(bytes_.size());
        bytes_.insert(bytes_.end(), stream, stream + size);
    }
    std::span<const std::byte> operator[](std::size_t page) const {
        const std::size_t end = page + 1 < starts_.size() ? starts_[page + 1] : bytes_.size();
        return {bytes_.data() + starts_[page], end - starts_[page]};
    }

  private:
    std::vector<std::byte> bytes_;
    std::vector<std::size_t> starts_;
};

struct alignas(kPageSize) Buffer {
    std::byte bytes[kStreamCapacity];
};

using Ticks = std::vector<std::uint32_t>;

// A codec on its way through the rounds.
struct Contender {
    PageCodec* codec = nullptr;
    Streams own;
    const Streams* foreign = nullptr;
    std::string foreign_encoder;
    // One value a page and round, rounds one after the other.
    Ticks compress, decompress, decompress_foreign;
};

Error wrong(const PageCodec& codec, const PageGroup& pages, std::size_t page,
            const std::string& what) {
    return {fmt::format("{}: {}, page {}: {}", codec.name(), pages.name(), pages.source_index(page),
                        what),
            "'truenoctl verify --save FILE' on the same pages keeps the page",
            ExitStatus::problem_found};
}

Result<Streams> compress_all(PageCodec& codec, const PageGroup& pages) {
    Streams streams;
    Buffer stream;
    for (std::size_t i = 0; i < pages.size(); i++) {
        std::size_t size = kStreamCapacity;
        if (const int error = codec.compress(pages.page(i), kPageSize, stream.bytes, &size);
            error != 0) {
            return tl::unexpected(
                wrong(codec, pages, i, fmt::format("compression failed with error {}", error)));
        }
        streams.add(stream.bytes, size);
    }
    return streams;
}

Result<void> check_restores(PageCodec& codec, const Streams& streams, const PageGroup& pages) {
    Buffer restored;
    for (std::size_t i = 0; i < pages.size(); i++) {
        std::size_t size = kPageSize;
        std::memset(restored.bytes, 0, kPageSize);
        const auto stream = streams[i];
        if (const int error = codec.decompress(stream.data(), stream.size(), restored.bytes, &size);
            error != 0) {
            return tl::unexpected(
                wrong(codec, pages, i, fmt::format("decompression failed with error {}", error)));
        }
        if (size != kPageSize || std::memcmp(restored.bytes, pages.page(i), kPageSize) != 0) {
            return tl::unexpected(wrong(codec, pages, i, "the page comes back different"));
        }
    }
    return {};
}

std::uint32_t clip(std::uint64_t ticks) {
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(ticks, UINT32_MAX));
}

// Brings the input of a turn into the second-level cache, so that no codec pays
// for what ran before it.
void touch(std::span<const std::byte> bytes) {
    for (std::size_t i = 0; i < bytes.size(); i += kCacheLine) {
        (void)*static_cast<const volatile std::byte*>(bytes.data() + i);
    }
}

void time_compress(PageCodec& codec, const PageGroup& pages, std::span<const std::size_t> turn,
                   std::uint32_t* ticks) {
    static Buffer stream;
    for (const std::size_t page : turn) {
        touch({pages.page(page), kPageSize});
    }
    for (const std::size_t page : turn) {
        std::size_t size = kStreamCapacity;
        const std::byte* from = pages.page(page);
        const std::uint64_t start = ticks_at_start();
        codec.compress(from, kPageSize, stream.bytes, &size);
        ticks[page] = clip(ticks_at_end() - start);
    }
}

void time_decompress(PageCodec& codec, const Streams& streams, std::span<const std::size_t> turn,
                     std::uint32_t* ticks) {
    static Buffer restored;
    for (const std::size_t page : turn) {
        touch(streams[page]);
    }
    for (const std::size_t page : turn) {
        std::size_t size = kPageSize;
        const auto stream = streams[page];
        const std::uint64_t start = ticks_at_start();
        codec.decompress(stream.data(), stream.size(), restored.bytes, &size);
        ticks[page] = clip(ticks_at_end() - start);
    }
}

void run_round(std::vector<Contender>& contenders, const PageGroup& pages,
               std::span<const std::size_t> order, unsigned int round) {
    const std::size_t base = round * pages.size();
    for (Contender& contender : contenders) {
        contender.compress.resize(base + pages.size());
        contender.decompress.resize(base + pages.size());
        contender.decompress_foreign.resize(contender.foreign != nullptr ? base + pages.size() : 0);
    }
    const std::size_t turns = (order.size() + kPagesPerTurn - 1) / kPagesPerTurn;
    const auto pages_of_turn = [&](std::size_t turn) {
        const std::size_t start = turn * kPagesPerTurn;
        return order.subspan(start, std::min(kPagesPerTurn, order.size() - start));
    };
    for (std::size_t turn = 0; turn < turns; turn++) {
        const auto own = pages_of_turn(turn);
        // Other pages: the foreign streams of those just decompressed would meet
        // a branch predictor that has learned them from nearly equal streams.
        const auto foreign = pages_of_turn((turn + turns / 2) % turns);
        // Whoever follows a slow codec finds less of itself in the caches: let
        // it be another each time.
        for (std::size_t i = 0; i < contenders.size(); i++) {
            Contender& contender = contenders[(turn + round + i) % contenders.size()];
            PageCodec& codec = *contender.codec;
            time_compress(codec, pages, own, contender.compress.data() + base);
            time_decompress(codec, contender.own, own, contender.decompress.data() + base);
            if (contender.foreign != nullptr) {
                time_decompress(codec, *contender.foreign, foreign,
                                contender.decompress_foreign.data() + base);
            }
        }
    }
}

PageTimes summarize(const Ticks& ticks, std::size_t pages, const TickScale& scale) {
    PageTimes times;
    for (std::size_t page = 0; page < pages && !ticks.empty(); page++) {
        std::vector<double> rounds;
        for (std::size_t at = page; at < ticks.size(); at += pages) {
            rounds.push_back(scale.nanoseconds(ticks[at]));
        }
        times.minimum_ns.push_back(*std::min_element(rounds.begin(), rounds.end()));
        times.median_ns.push_back(median(std::move(rounds)));
    }
    return times;
}

unsigned int run_rounds(std::vector<Contender>& contenders, const PageGroup& pages,
                        const MeasureOptions& options) {
    using Clock = std::chrono::steady_clock;
    std::vector<std::size_t> order(pages.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::shuffle(order.begin(), order.end(), std::mt19937_64(options.seed));

    const auto start = Clock::now();
    const std::chrono::duration<double> budget(options.seconds);
    for (unsigned int round = 0;;) {
        const auto round_start = Clock::now();
        run_round(contenders, pages, order, round);
        round++;
        if (options.on_round) {
            options.on_round(round);
        }
        const auto now = Clock::now();
        const bool is_time_up =
            round >= kMaximumRounds ||
            (round >= kMinimumRounds && now - start + (now - round_start) > budget);
        if (options.rounds ? round == *options.rounds : is_time_up) {
            return round;
        }
    }
}

void append(std::vector<double>& to, const std::vector<double>& from) {
    to.insert(to.end(), from.begin(), from.end());
}

void append(PageTimes& to, const PageTimes& from) {
    append(to.minimum_ns, from.minimum_ns);
    append(to.median_ns, from.median_ns);
}

}  // namespace

Result<GroupMeasurement> measure_group(const PageGroup& pages,
                                       const std::vector<PageCodec*>& codecs,
                                       const std::vector<PageCodec*>& foreign_encoders,
                                       const MeasureOptions& options) {
    std::vector<Contender> contenders(codecs.size());
    for (std::size_t i = 0; i < codecs.size(); i++) {
        contenders[i].codec = codecs[i];
        Result<Streams> streams = compress_all(*codecs[i], pages);
        if (!streams) {
            return tl::unexpected(streams.error());
        }
        contenders[i].own = std::move(*streams);
        if (const auto restores = check_restores(*codecs[i], contenders[i].own, pages); !restores) {
            return tl::unexpected(restores.error());
        }
    }
    std::vector<Streams> foreign(foreign_encoders.size());
    for (std::size_t e = 0; e < foreign_encoders.size(); e++) {
        Result<Streams> streams = compress_all(*foreign_encoders[e], pages);
        if (!streams) {
            return tl::unexpected(streams.error());
        }
        foreign[e] = std::move(*streams);
        for (Contender& contender : contenders) {
            if (contender.codec->stream_format() != foreign_encoders[e]->stream_format()) {
                continue;
            }
            if (const auto restores = check_restores(*contender.codec, foreign[e], pages);
                !restores) {
                return tl::unexpected(restores.error());
            }
            contender.foreign = &foreign[e];
            contender.foreign_encoder = foreign_encoders[e]->name();
        }
    }

    GroupMeasurement group{
        pages.name(), pages.size(), pages.same_filled(), pages.duplicates(), 0, {}};
    group.rounds = run_rounds(contenders, pages, options);
    for (Contender& contender : contenders) {
        CodecMeasurement measurement;
        measurement.name = contender.codec->name();
        for (std::size_t i = 0; i < pages.size(); i++) {
            measurement.sizes.push_back(
                static_cast<double>(std::min(contender.own[i].size(), kPageSize)));
        }
        measurement.compress = summarize(contender.compress, pages.size(), options.scale);
        measurement.decompress = summarize(contender.decompress, pages.size(), options.scale);
        measurement.decompress_foreign =
            summarize(contender.decompress_foreign, pages.size(), options.scale);
        measurement.foreign_encoder = contender.foreign_encoder;
        group.codecs.push_back(std::move(measurement));
    }
    return group;
}

GroupMeasurement total_of(const std::vector<GroupMeasurement>& groups) {
    GroupMeasurement total = groups.front();
    total.name = "total";
    for (std::size_t g = 1; g < groups.size(); g++) {
        const GroupMeasurement& group = groups[g];
        total.pages += group.pages;
        total.same_filled += group.same_filled;
        total.duplicates += group.duplicates;
        total.rounds = std::min(total.rounds, group.rounds);
        for (std::size_t c = 0; c < total.codecs.size(); c++) {
            append(total.codecs[c].sizes, group.codecs[c].sizes);
            append(total.codecs[c].compress, group.codecs[c].compress);
            append(total.codecs[c].decompress, group.codecs[c].decompress);
            append(total.codecs[c].decompress_foreign, group.codecs[c].decompress_foreign);
        }
    }
    return total;
}

}  // namespace truenoctl
