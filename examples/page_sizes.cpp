// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
//
// Prints how small each codec makes the pages of a file, in C++.
//
//   c++ -std=c++20 page_sizes.cpp $(pkg-config --cflags --libs trueno) -o page_sizes
//   ./page_sizes FILE
#include <array>
#include <fstream>
#include <iostream>
#include <trueno/trueno.hpp>

namespace {

using Page = std::array<std::byte, TRUENO_PAGE_SIZE>;

trueno::Result<std::size_t> compressed_size(const std::vector<Page>& pages,
                                            trueno::PageCompressor& compressor) {
    std::vector<std::byte> stream(compressor.codec().bound(TRUENO_PAGE_SIZE));
    Page restored;
    std::size_t total = 0;
    for (const Page& page : pages) {
        const auto length = compressor.compress(page, stream);
        if (!length) {
            return length.error();
        }
        const auto read = compressor.decompress(std::span(stream).first(*length), restored);
        if (!read) {
            return read.error();
        }
        if (restored != page) {
            return trueno::Error::corrupt_input;
        }
        total += *length;
    }
    return total;
}

std::vector<Page> read_pages(std::istream& file) {
    std::vector<Page> pages;
    Page page;
    while (file.read(reinterpret_cast<char*>(page.data()), page.size())) {
        pages.push_back(page);
    }
    return pages;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: page_sizes FILE\n";
        return EXIT_FAILURE;
    }
    std::ifstream file(argv[1], std::ios::binary);
    if (!file) {
        std::cerr << argv[1] << ": cannot be opened\n";
        return EXIT_FAILURE;
    }
    const std::vector<Page> pages = read_pages(file);
    for (const trueno::Codec codec : trueno::Codec::all()) {
        auto compressor =
            trueno::CompressorBuilder().format(codec.format()).isa(codec.isa()).build();
        if (!compressor) {
            std::cerr << codec.name() << ": " << describe(compressor.error()) << '\n';
            return EXIT_FAILURE;
        }
        const auto size = compressed_size(pages, *compressor);
        if (!size) {
            std::cerr << codec.name() << ": " << describe(size.error()) << '\n';
            return EXIT_FAILURE;
        }
        std::cout << codec.name() << ' ' << *size << '\n';
    }
    return EXIT_SUCCESS;
}
