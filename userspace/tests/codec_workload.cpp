// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Compresses and decompresses the pages of a file with every codec but the
// references, under callgrind, which writes one profile for each codec and
// direction. userspace/tests/instruction-counts runs it.
#include <valgrind/callgrind.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <string>
#include <string_view>
#include <trueno/trueno.hpp>

namespace {

using Page = std::array<std::byte, TRUENO_PAGE_SIZE>;

std::vector<Page> read_pages(const char* path) {
    std::vector<Page> pages;
    std::ifstream file(path, std::ios::binary);
    Page page;
    while (file.read(reinterpret_cast<char*>(page.data()), page.size())) {
        pages.push_back(page);
    }
    return pages;
}

void write_profile(trueno::Codec codec, std::string_view direction) {
    const std::string title = std::string(codec.name()) + " " + std::string(direction);
    CALLGRIND_DUMP_STATS_AT(title.c_str());
}

bool round_trip(trueno::Codec codec, const std::vector<Page>& pages) {
    trueno::PageCompressor compressor(codec);
    std::vector<std::vector<std::byte>> streams;
    CALLGRIND_ZERO_STATS;
    for (const Page& page : pages) {
        std::vector<std::byte>& stream = streams.emplace_back(codec.bound(page.size()));
        stream.resize(compressor.compress(page, stream).value_or(0));
    }
    write_profile(codec, "compress");
    Page restored;
    bool same = true;
    for (std::size_t i = 0; i < pages.size(); ++i) {
        same = compressor.decompress(streams[i], restored).value_or(0) == restored.size() &&
               restored == pages[i] && same;
    }
    write_profile(codec, "decompress");
    return same;
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<Page> pages = argc == 2 ? read_pages(argv[1]) : std::vector<Page>();
    if (pages.empty()) {
        std::fprintf(stderr, "usage: codec_workload FILE, a file of one page or more\n");
        return 2;
    }
    for (const trueno::Codec codec : trueno::Codec::all()) {
        if (codec.isa() != std::string_view("reference") && !round_trip(codec, pages)) {
            std::fprintf(stderr, "%s: a page came back changed\n", codec.name());
            return 1;
        }
    }
    std::printf("%zu pages\n", pages.size());
    return 0;
}
