// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "page_source.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>

namespace truenoctl {
namespace {

class PageSource : public testing::Test {
  protected:
    PageSource()
        : directory_(std::filesystem::temp_directory_path() /
                     ("trueno-page-source-" + std::to_string(getpid()))) {
        std::filesystem::create_directory(directory_);
    }
    ~PageSource() override { std::filesystem::remove_all(directory_); }

    std::string write(const std::string& name, const std::string& content) {
        std::string path = directory_ / name;
        std::ofstream(path, std::ios::binary) << content;
        return path;
    }

    std::string path(const std::string& name) const { return directory_ / name; }

  private:
    std::filesystem::path directory_;
};

std::string same_filled_page(const std::string& word) {
    std::string page;
    while (page.size() < kPageSize) {
        page += word;
    }
    return page;
}

std::string random_page(unsigned int seed) {
    std::mt19937 random(seed);
    std::string page(kPageSize, '\0');
    std::generate(page.begin(), page.end(), [&] { return static_cast<char>(random()); });
    return page;
}

TEST_F(PageSource, AFileThatIsNotWholePagesIsRefusedByNameAndSize) {
    const std::string file = write("odd.pages", random_page(1) + "x");
    const auto group = read_pages_file(file);
    ASSERT_FALSE(group);
    EXPECT_NE(group.error().reason.find(file), std::string::npos);
    EXPECT_NE(group.error().reason.find("4097 bytes"), std::string::npos);
    EXPECT_FALSE(group.error().remedy.empty());
}

TEST_F(PageSource, EmptyMissingAndDirectoryAreRefused) {
    const auto empty = read_pages_file(write("empty.pages", ""));
    ASSERT_FALSE(empty);
    EXPECT_NE(empty.error().reason.find("0 bytes"), std::string::npos) << empty.error().reason;
    EXPECT_FALSE(read_pages_file(path("missing.pages")));
    const auto directory = read_pages_file(path("."));
    ASSERT_FALSE(directory);
    EXPECT_NE(directory.error().reason.find("is a directory"), std::string::npos);
}

TEST_F(PageSource, SameFilledPagesAreCountedAndLeftOut) {
    const std::string almost_zero = std::string(kPageSize - 1, '\0') + "x";
    const std::string file =
        write("mixed.pages", same_filled_page(std::string(1, '\0')) + same_filled_page("ABCDEFGH") +
                                 random_page(1) + almost_zero);
    const auto group = read_pages_file(file);
    ASSERT_TRUE(group);
    EXPECT_EQ(group->same_filled(), 2u);
    ASSERT_EQ(group->size(), 2u);
    EXPECT_EQ(std::memcmp(group->page(0), random_page(1).data(), kPageSize), 0);
    EXPECT_EQ(group->source_index(0), 2u);
    EXPECT_EQ(group->source_index(1), 3u);
}

TEST_F(PageSource, NothingButSameFilledPagesIsAnError) {
    const auto group = read_pages_file(write("zero.pages", std::string(kPageSize * 3, '\0')));
    ASSERT_FALSE(group);
    EXPECT_NE(group.error().reason.find("3 same-filled"), std::string::npos);
}

TEST_F(PageSource, EqualPagesAreCountedAndKept) {
    const auto group = read_pages_file(
        write("equal.pages", random_page(1) + random_page(2) + random_page(1) + random_page(1)));
    ASSERT_TRUE(group);
    EXPECT_EQ(group->size(), 4u);
    EXPECT_EQ(group->duplicates(), 2u);
}

TEST_F(PageSource, SavedPagesComeBackAndAreForTheOwnerOnly) {
    PageGroup group("test");
    for (unsigned int seed = 0; seed < 5; seed++) {
        group.add(reinterpret_cast<const std::byte*>(random_page(seed).data()));
    }
    std::vector<PageGroup> groups;
    groups.push_back(std::move(group));
    const std::string file = path("saved.pages");
    ASSERT_TRUE(save_pages(file, groups));
    struct stat status {};
    ASSERT_EQ(stat(file.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, static_cast<mode_t>(S_IRUSR | S_IWUSR));
    const auto read = read_pages_file(file);
    ASSERT_TRUE(read);
    ASSERT_EQ(read->size(), 5u);
    for (unsigned int seed = 0; seed < 5; seed++) {
        EXPECT_EQ(std::memcmp(read->page(seed), random_page(seed).data(), kPageSize), 0);
    }
}

TEST_F(PageSource, PagesAsOfferedComeBackInTheirOrderSameFilledOnesIncluded) {
    const std::string content = same_filled_page("ABCDEFGH") + random_page(1) +
                                same_filled_page(std::string(1, '\0')) + random_page(2) +
                                same_filled_page("ABCDEFGH");
    std::vector<PageGroup> groups;
    groups.push_back(*read_pages_file(write("mixed.pages", content)));
    const std::string file = path("saved.pages");
    ASSERT_TRUE(save_pages(file, groups, Saved::offered));
    std::ifstream stream(file, std::ios::binary);
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(stream), {}), content);
}

TEST_F(PageSource, ReplacingLeavesAFileForTheOwnerOnlyAndNothingBeside) {
    const std::string file = write("replaced.pages", "content");
    std::filesystem::permissions(file, std::filesystem::perms::all);
    std::vector<PageGroup> groups;
    groups.push_back(*read_pages_file(write("new", random_page(1))));
    ASSERT_TRUE(save_pages(file, groups, Saved::used, Existing::replace));
    EXPECT_EQ(read_pages_file(file)->size(), 1u);
    EXPECT_EQ(std::filesystem::status(file).permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    EXPECT_FALSE(save_pages(file, groups));
    const auto directory = std::filesystem::path(file).parent_path();
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory), {}), 2);
}

TEST_F(PageSource, SavingNeverOverwrites) {
    const std::string file = write("precious", "content");
    EXPECT_FALSE(save_pages(file, {}));
    std::string content;
    std::getline(std::ifstream(file), content);
    EXPECT_EQ(content, "content");
}

TEST_F(PageSource, AProcessShowsItsAnonymousPages) {
    const auto memory = std::make_unique<std::byte[]>(2 * kPageSize);
    const auto address = reinterpret_cast<std::uintptr_t>(memory.get());
    std::byte* page = memory.get() + (kPageSize - address % kPageSize) % kPageSize;
    const std::string marker = random_page(99);
    std::memcpy(page, marker.data(), kPageSize);
    const auto group = sample_process(getpid(), 1'000'000, 1);
    ASSERT_TRUE(group) << group.error().reason;
    bool found = false;
    for (std::size_t i = 0; i < group->size(); i++) {
        found = found || std::memcmp(group->page(i), marker.data(), kPageSize) == 0;
    }
    EXPECT_TRUE(found);
}

TEST_F(PageSource, ASampleIsNoLargerThanAsked) {
    const auto group = sample_process(getpid(), 10, 1);
    ASSERT_TRUE(group);
    EXPECT_LE(group->size() + group->same_filled(), 10u);
    EXPECT_GT(group->size() + group->same_filled(), 0u);
}

TEST_F(PageSource, AProcessThatDoesNotExistIsNamed) {
    const auto group = sample_process(2147483646, 10, 1);
    ASSERT_FALSE(group);
    EXPECT_NE(group.error().reason.find("2147483646"), std::string::npos);
}

}  // namespace
}  // namespace truenoctl
