// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "page_codec.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fnmatch.h>
#include <trueno/codec.h>

#include <algorithm>
#include <string_view>

namespace truenoctl {

namespace {

constexpr std::size_t kCacheLine = 64;

// LZ4 and Zstandard are the peers' formats too, whose names have no prefix.
std::string stream_format_of(const trueno_codec* codec) {
    const std::string_view name = trueno_codec_stream_format(codec);
    constexpr std::string_view prefix = "trueno-";
    return std::string(name.starts_with(prefix) ? name.substr(prefix.size()) : name);
}

class TruenoCodec : public PageCodec {
  public:
    explicit TruenoCodec(const trueno_codec* codec)
        : PageCodec(trueno_codec_name(codec), stream_format_of(codec)),
          codec_(codec),
          storage_(std::make_unique<std::byte[]>(trueno_codec_workmem_size(codec) + kCacheLine)) {
        const auto address = reinterpret_cast<std::uintptr_t>(storage_.get());
        workmem_ = storage_.get() + (kCacheLine - address % kCacheLine) % kCacheLine;
    }

    bool keeps_trueno_contract() const override { return true; }

    int compress(const std::byte* from, std::size_t from_size, std::byte* to,
                 std::size_t* to_size) override {
        return trueno_codec_compress(codec_, from, from_size, to, to_size, workmem_);
    }

    int decompress(const std::byte* from, std::size_t from_size, std::byte* to,
                   std::size_t* to_size) override {
        return trueno_codec_decompress(codec_, from, from_size, to, to_size, workmem_);
    }

  private:
    const trueno_codec* codec_;
    std::unique_ptr<std::byte[]> storage_;
    std::byte* workmem_;
};

bool is_reference(const PageCodec& codec) {
    return codec.name().ends_with("@reference");
}

bool matches(const std::string& name, const std::string& pattern) {
    return fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
}

}  // namespace

PageCodec* CodecSet::find(const std::string& name) const {
    const auto found = std::find_if(codecs.begin(), codecs.end(),
                                    [&](const auto& codec) { return codec->name() == name; });
    return found == codecs.end() ? nullptr : found->get();
}

void add_trueno_codecs(CodecSet& set) {
    for (unsigned int i = 0; const trueno_codec* codec = trueno_codec_at(i); i++) {
        set.codecs.push_back(std::make_unique<TruenoCodec>(codec));
    }
}

Result<std::vector<PageCodec*>> select_codecs(const CodecSet& all,
                                              const std::vector<std::string>& patterns) {
    std::vector<std::string> full_patterns;
    for (const std::string& pattern : patterns) {
        const trueno_codec* best = trueno_codec_find(pattern.c_str());
        full_patterns.push_back(best != nullptr ? trueno_codec_name(best) : pattern);
        const std::string& full_pattern = full_patterns.back();
        if (std::any_of(all.codecs.begin(), all.codecs.end(),
                        [&](const auto& codec) { return matches(codec->name(), full_pattern); })) {
            continue;
        }
        for (const MissingCodec& missing : all.missing) {
            if (matches(missing.name, full_pattern)) {
                return usage_failure(
                    fmt::format("codec '{}' is not available: {}", pattern, missing.reason));
            }
        }
        std::vector<std::string> names;
        for (const auto& codec : all.codecs) {
            names.push_back(codec->name());
        }
        return usage_failure(fmt::format("'{}' is not a codec of this machine", pattern),
                             fmt::format("there are: {}", fmt::join(names, ", ")));
    }
    std::vector<PageCodec*> selected;
    for (const auto& codec : all.codecs) {
        const bool is_chosen = std::any_of(
            full_patterns.begin(), full_patterns.end(),
            [&](const std::string& pattern) { return matches(codec->name(), pattern); });
        if (is_chosen || (patterns.empty() && !is_reference(*codec))) {
            selected.push_back(codec.get());
        }
    }
    return selected;
}

}  // namespace truenoctl
