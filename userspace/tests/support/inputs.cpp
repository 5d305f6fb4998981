// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "inputs.hpp"

#include <trueno/page.h>

#include <cstring>
#include <fstream>
#include <random>

namespace trueno::test {
namespace {

using Engine = std::mt19937;

// std::uniform_int_distribution differs between standard libraries.
std::uint32_t below(Engine& engine, std::uint32_t limit) {
    return static_cast<std::uint32_t>(engine() % limit);
}

void fill_words(Bytes& bytes, auto next_word) {
    for (std::size_t at = 0; at < bytes.size(); at += sizeof(std::uint64_t)) {
        const std::uint64_t word = next_word();
        std::memcpy(bytes.data() + at, &word, std::min(sizeof(word), bytes.size() - at));
    }
}

void fill_zero_rich(Bytes& bytes, Engine& engine) {
    fill_words(bytes, [&]() -> std::uint64_t {
        switch (below(engine, 8)) {
            case 0:
                return engine();
            case 1:
                return below(engine, 256);
            default:
                return 0;
        }
    });
}

void fill_pointers(Bytes& bytes, Engine& engine) {
    constexpr std::uint64_t heap = 0x00007f3a5c000000;
    fill_words(bytes, [&]() -> std::uint64_t {
        switch (below(engine, 4)) {
            case 0:
                return below(engine, 64);
            case 1:
                return heap + 16 * below(engine, 64);
            default:
                return heap + 8 * below(engine, 1 << 18);
        }
    });
}

void fill_text(Bytes& bytes, Engine& engine) {
    static constexpr std::array<std::string_view, 24> words = {
        "page", "swap",  "the",      "of",     "memory", "zram", "return", "int",
        "a",    "const", "kernel",   "struct", "if",     "in",   "size_t", "=",
        "0",    "for",   "compress", "match",  "{\n",    "}\n",  ";\n\t",  "length"};
    std::size_t at = 0;
    while (at < bytes.size()) {
        const std::string_view word = words[below(engine, words.size())];
        for (std::size_t i = 0; i < word.size() && at < bytes.size(); ++i) {
            bytes[at++] = static_cast<std::byte>(word[i]);
        }
        if (at < bytes.size()) {
            bytes[at++] = static_cast<std::byte>(below(engine, 16) ? ' ' : engine() & 0x7f);
        }
    }
}

void fill_periodic(Bytes& bytes, Engine& engine, std::size_t period) {
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        bytes[at] = at < period ? static_cast<std::byte>(engine()) : bytes[at - period];
    }
}

}  // namespace

std::string_view kind_name(InputKind kind) {
    static constexpr std::array<std::string_view, all_input_kinds.size()> names = {
        "zeros", "zero_rich", "pointers", "text", "periodic", "random"};
    return names[static_cast<std::size_t>(kind)];
}

Bytes generate(InputKind kind, std::size_t length, std::uint32_t seed) {
    Bytes bytes(length);
    Engine engine(seed);
    switch (kind) {
        case InputKind::zeros:
            break;
        case InputKind::zero_rich:
            fill_zero_rich(bytes, engine);
            break;
        case InputKind::pointers:
            fill_pointers(bytes, engine);
            break;
        case InputKind::text:
            fill_text(bytes, engine);
            break;
        case InputKind::periodic:
            fill_periodic(bytes, engine, seed % 64 + 1);
            break;
        case InputKind::random:
            for (std::byte& byte : bytes) {
                byte = static_cast<std::byte>(engine());
            }
            break;
    }
    return bytes;
}

const std::vector<Bytes>& sample_pages() {
    static const std::vector<Bytes> pages = [] {
        std::vector<Bytes> read;
        std::ifstream file(TRUENO_SAMPLE_PAGES, std::ios::binary);
        Bytes page(TRUENO_PAGE_SIZE);
        while (file.read(reinterpret_cast<char*>(page.data()), TRUENO_PAGE_SIZE)) {
            read.push_back(page);
        }
        return read;
    }();
    return pages;
}

std::vector<Bytes> mixed_pages(std::size_t stride) {
    std::vector<Bytes> pages;
    for (const InputKind kind : all_input_kinds) {
        for (std::uint32_t seed = 0; seed < 4; ++seed) {
            pages.push_back(generate(kind, TRUENO_PAGE_SIZE, seed * 7 + 2));
        }
    }
    for (std::size_t i = 0; i < sample_pages().size(); i += stride) {
        pages.push_back(sample_pages()[i]);
    }
    return pages;
}

}  // namespace trueno::test
