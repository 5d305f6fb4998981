// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// What tools/train-auto learns from: for each page of the files its features
// and, for each choice a model has, the bytes and nanoseconds that the page then
// takes. Times are the least of some rounds over all pages in one random order,
// so that nothing learns a page by heart. Prints CSV.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <random>
#include <string>
#include <vector>

extern "C" {
#include <trueno/codec.h>

#include "auto/auto_format.h"
#include "auto/auto_scalar_features.h"

extern const struct trueno_codec trueno_auto_as_told;
extern enum auto_choice auto_told_choice;
}

namespace {

constexpr unsigned int kRounds = 7;

struct Page {
    std::string workload;
    std::vector<std::byte> content;
};

struct Cost {
    std::size_t bytes = 0;
    double compress_ns = 1e9;
    double decompress_ns = 1e9;
};

double elapsed_ns(auto work) {
    using Clock = std::chrono::steady_clock;
    const auto start = Clock::now();
    work();
    return std::chrono::duration<double, std::nano>(Clock::now() - start).count();
}

void read_pages(const char* path, std::vector<Page>& pages) {
    std::ifstream file(path, std::ios::binary);
    Page page{std::filesystem::path(path).stem().string(), std::vector<std::byte>(TRUENO_PAGE_SIZE)};
    while (file.read(reinterpret_cast<char*>(page.content.data()), TRUENO_PAGE_SIZE)) {
        pages.push_back(page);
    }
}

// No workload has many pages of noise, and all must know it when they see it.
void add_noise(std::vector<Page>& pages, std::size_t count) {
    std::mt19937 engine(1);
    for (std::size_t i = 0; i < count; ++i) {
        Page& page = pages.emplace_back("noise", std::vector<std::byte>(TRUENO_PAGE_SIZE));
        std::generate(page.content.begin(), page.content.end(),
                      [&] { return static_cast<std::byte>(engine()); });
    }
}

struct Choice {
    const char* name;
    auto_choice choice;
};

constexpr Choice kChoices[] = {
    {"RAW", AUTO_RAW},
    {"LZ4", AUTO_LZ4},
    {"LZ_STREAMS", AUTO_LZ_STREAMS},
    {"WORD", AUTO_WORD},
    {"CODED_WORD", AUTO_CODED_WORD},
};

std::vector<Cost> measure(const std::vector<Page>& pages, const std::vector<std::size_t>& order) {
    static std::byte workmem[TRUENO_WORKMEM_MAX];
    std::vector<Cost> costs(pages.size());
    std::vector<std::byte> stream(2 * TRUENO_PAGE_SIZE);
    std::vector<std::byte> restored(TRUENO_PAGE_SIZE);
    std::vector<std::vector<std::byte>> streams(pages.size());
    for (unsigned int round = 0; round < kRounds; ++round) {
        for (const std::size_t i : order) {
            std::size_t length = stream.size();
            const double ns = elapsed_ns([&] {
                trueno_codec_compress(&trueno_auto_as_told, pages[i].content.data(),
                                      TRUENO_PAGE_SIZE, stream.data(), &length, workmem);
            });
            costs[i].bytes = length;
            costs[i].compress_ns = std::min(costs[i].compress_ns, ns);
            streams[i].assign(stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(length));
        }
        for (const std::size_t i : order) {
            std::size_t length = restored.size();
            const double ns = elapsed_ns([&] {
                trueno_codec_decompress(&trueno_auto_as_told, streams[i].data(), streams[i].size(),
                                        restored.data(), &length, workmem);
            });
            if (restored != pages[i].content) {
                std::fprintf(stderr, "auto_costs: a page of %s comes back changed\n",
                             pages[i].workload.c_str());
                std::exit(1);
            }
            costs[i].decompress_ns = std::min(costs[i].decompress_ns, ns);
        }
    }
    return costs;
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<Page> pages;
    for (int i = 1; i < argc; ++i) {
        read_pages(argv[i], pages);
    }
    if (pages.empty()) {
        std::fprintf(stderr, "usage: auto_costs FILE.pages...\n");
        return 2;
    }
    add_noise(pages, pages.size() / 50);
    std::vector<std::size_t> order(pages.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::shuffle(order.begin(), order.end(), std::mt19937(1));

    std::printf("workload");
    for (unsigned int i = 0; i < AUTO_FEATURES; ++i) {
        std::printf(",f%u", i);
    }
    std::vector<std::vector<Cost>> costs;
    for (const Choice& choice : kChoices) {
        auto_told_choice = choice.choice;
        costs.push_back(measure(pages, order));
        std::printf(",%s bytes,%s compress_ns,%s decompress_ns", choice.name, choice.name,
                    choice.name);
    }
    std::printf("\n");
    for (std::size_t i = 0; i < pages.size(); ++i) {
        const auto* const content = reinterpret_cast<const uint8_t*>(pages[i].content.data());
        auto_features features;
        auto_scalar_features(content, TRUENO_PAGE_SIZE, &features);
        std::printf("%s", pages[i].workload.c_str());
        for (const uint32_t count : features.count) {
            std::printf(",%u", count);
        }
        for (const std::vector<Cost>& of_choice : costs) {
            std::printf(",%zu,%.0f,%.0f", of_choice[i].bytes, of_choice[i].compress_ns,
                        of_choice[i].decompress_ns);
        }
        std::printf("\n");
    }
    return 0;
}
