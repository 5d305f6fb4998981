// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// trueno-word against docs/word-format.md: hand-made streams from
// tests/corpus/word, the size of what is written, and that every fast variant
// writes the same bytes.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "support/codec_calls.hpp"

namespace trueno::test {
namespace {

std::vector<Codec> word_codecs() {
    std::vector<Codec> codecs = Codec::all();
    std::erase_if(codecs, [](Codec codec) {
        return std::string_view(codec.format()) != "trueno-word";
    });
    return codecs;
}

std::vector<Bytes> contents() {
    std::vector<Bytes> contents = mixed_pages(1);
    for (std::size_t length = 0; length < 300; ++length) {
        const InputKind kind = all_input_kinds[length % all_input_kinds.size()];
        contents.push_back(generate(kind, length, static_cast<std::uint32_t>(length)));
    }
    for (const std::size_t length : {4095, 4097, 8191, 8192, 8193, 16384, 65536, 70001}) {
        for (const InputKind kind : all_input_kinds) {
            contents.push_back(generate(kind, length, 8));
        }
    }
    return contents;
}

Bytes read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    EXPECT_TRUE(file) << path;
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const ByteView bytes = std::as_bytes(std::span(text));
    return {bytes.begin(), bytes.end()};
}

std::vector<std::filesystem::path> corpus_files(const char* folder) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry :
         std::filesystem::directory_iterator(std::filesystem::path(TRUENO_CORPUS) / "word" / folder)) {
        if (entry.path().extension() == ".word") {
            files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

class WordFormat : public testing::TestWithParam<Codec> {};

// NAME.word with what it must decode to beside it as NAME.content.
TEST_P(WordFormat, MustDecode) {
    const auto files = corpus_files("must-decode");
    ASSERT_GE(files.size(), 50u);
    for (const auto& file : files) {
        const Bytes stream = read_file(file);
        const Bytes content = read_file(std::filesystem::path(file).replace_extension(".content"));
        GuardedCall memory(GetParam(), std::max(stream.size(), content.size() + 100));
        for (const GuardedCall::Guard guard : both_guards) {
            for (const std::size_t spare : {0, 1, 100}) {
                const std::span<std::byte> restored =
                    memory.destination(content.size() + spare, guard);
                ASSERT_EQ(decompress(GetParam(), memory.source(stream, guard), restored,
                                     memory.workmem(guard)),
                          (Outcome{0, content.size()}))
                    << file.filename();
                ASSERT_TRUE(std::equal(content.begin(), content.end(), restored.begin()))
                    << file.filename();
            }
            if (!content.empty()) {
                ASSERT_EQ(decompress(GetParam(), memory.source(stream, guard),
                                     memory.destination(content.size() - 1, guard),
                                     memory.workmem(guard)),
                          no_space)
                    << file.filename();
            }
        }
    }
}

TEST_P(WordFormat, MustFail) {
    const auto files = corpus_files("must-fail");
    ASSERT_GE(files.size(), 15u);
    for (const auto& file : files) {
        const Bytes stream = read_file(file);
        GuardedCall memory(GetParam(), std::max<std::size_t>(stream.size(), 100000));
        for (const GuardedCall::Guard guard : both_guards) {
            EXPECT_EQ(decompress(GetParam(), memory.source(stream, guard),
                                 memory.destination(100000, guard), memory.workmem(guard)),
                      invalid)
                << file.filename();
        }
    }
}

TEST_P(WordFormat, NoStreamIsLongerThanItsContentByMoreThanAByteAPage) {
    for (const Bytes& content : contents()) {
        const std::size_t pages = std::max<std::size_t>((content.size() + 4095) / 4096, 1);
        EXPECT_LE(compressed(GetParam(), content).size(), content.size() + pages);
    }
}

TEST_P(WordFormat, PagesOfWordsShrink) {
    for (const InputKind kind : {InputKind::zeros, InputKind::zero_rich, InputKind::pointers}) {
        const Bytes page = generate(kind, TRUENO_PAGE_SIZE, 3);
        EXPECT_LT(compressed(GetParam(), page).size(), page.size() * 3 / 4) << kind_name(kind);
    }
}

INSTANTIATE_TEST_SUITE_P(Variants, WordFormat, testing::ValuesIn(word_codecs()),
                         [](const auto& info) { return test_name(info.param.name()); });

// The choice of a variant must not show in what is stored.
TEST(WordFormatVariants, WriteTheSameBytes) {
    std::vector<Codec> codecs = word_codecs();
    std::erase_if(codecs,
                  [](Codec codec) { return std::string_view(codec.isa()) == "reference"; });
    ASSERT_FALSE(codecs.empty());
    for (const Bytes& content : contents()) {
        const Bytes expected = compressed(codecs.back(), content);
        for (const Codec codec : codecs) {
            ASSERT_EQ(compressed(codec, content), expected)
                << codec.name() << ", " << content.size() << " bytes";
        }
    }
}

}  // namespace
}  // namespace trueno::test
