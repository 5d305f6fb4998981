// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "corpus.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace trueno::test {
namespace {

Bytes read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    EXPECT_TRUE(file) << path;
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const ByteView bytes = std::as_bytes(std::span(text));
    return {bytes.begin(), bytes.end()};
}

std::vector<std::filesystem::path> files_of(const std::string& name, const char* folder) {
    std::vector<std::filesystem::path> files;
    const std::filesystem::path root(TRUENO_CORPUS);
    for (const auto& entry : std::filesystem::directory_iterator(root / name / folder)) {
        if (entry.path().extension() == "." + name) {
            files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace

void Corpus::expect_decodes(Codec codec, std::size_t fewest) const {
    const auto files = files_of(name, "must-decode");
    ASSERT_GE(files.size(), fewest);
    for (const auto& file : files) {
        const Bytes stream = read_file(file);
        const Bytes content = read_file(std::filesystem::path(file).replace_extension(".content"));
        GuardedCall memory(codec, std::max(stream.size(), content.size() + 100));
        for (const GuardedCall::Guard guard : both_guards) {
            for (const std::size_t spare : {0, 1, 100}) {
                const std::span<std::byte> restored =
                    memory.destination(content.size() + spare, guard);
                ASSERT_EQ(decompress(codec, memory.source(stream, guard), restored,
                                     memory.workmem(guard)),
                          (Outcome{0, content.size()}))
                    << file.filename();
                ASSERT_TRUE(std::equal(content.begin(), content.end(), restored.begin()))
                    << file.filename();
            }
            if (!content.empty()) {
                ASSERT_EQ(decompress(codec, memory.source(stream, guard),
                                     memory.destination(content.size() - 1, guard),
                                     memory.workmem(guard)),
                          no_space)
                    << file.filename();
            }
        }
    }
}

void Corpus::expect_refuses(Codec codec, std::size_t fewest) const {
    constexpr std::size_t room = 300000;
    const auto files = files_of(name, "must-fail");
    ASSERT_GE(files.size(), fewest);
    for (const auto& file : files) {
        const Bytes stream = read_file(file);
        GuardedCall memory(codec, std::max(stream.size(), room));
        for (const GuardedCall::Guard guard : both_guards) {
            EXPECT_EQ(decompress(codec, memory.source(stream, guard),
                                 memory.destination(room, guard), memory.workmem(guard)),
                      invalid)
                << file.filename();
        }
    }
}

}  // namespace trueno::test
