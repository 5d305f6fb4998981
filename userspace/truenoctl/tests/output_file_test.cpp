// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Files that appear whole or not at all, however the writing ends.
#include "output_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "fake_root.hpp"

namespace truenoctl {
namespace {

namespace fs = std::filesystem;

class Output : public testing::Test {
  protected:
    std::string path() const { return directory_.root().path / "file"; }

    std::ptrdiff_t files() const {
        return std::distance(fs::directory_iterator(directory_.root().path), {});
    }

    std::string content() const {
        std::ifstream file(path());
        return {std::istreambuf_iterator<char>(file), {}};
    }

    Result<void> write(Existing existing, const std::string& text) const {
        auto file = OutputFile::create(path(), existing, 0600);
        if (!file) {
            return tl::unexpected(file.error());
        }
        const Result<void> written = file->write(text);
        return written ? file->commit() : written;
    }

    FakeRoot directory_;
};

TEST_F(Output, ReplacesAndRefusesAsItIsTold) {
    ASSERT_TRUE(write(Existing::refuse, "one"));
    EXPECT_FALSE(write(Existing::refuse, "two"));
    EXPECT_EQ(content(), "one");
    ASSERT_TRUE(write(Existing::replace, "three"));
    EXPECT_EQ(content(), "three");
    EXPECT_EQ(files(), 1);
}

TEST_F(Output, AFileThatAppearsMeanwhileIsKept) {
    auto file = OutputFile::create(path(), Existing::refuse, 0600);
    ASSERT_TRUE(file && file->write("new"));
    std::ofstream(path()) << "another's";
    EXPECT_FALSE(file->commit());
    EXPECT_EQ(content(), "another's");
}

TEST_F(Output, NothingIsLeftOfAProcessThatIsKilled) {
    const int probe = open(directory_.root().path.c_str(), O_TMPFILE | O_WRONLY, 0600);
    if (probe < 0) {
        GTEST_SKIP() << "this file system has no files without a name";
    }
    close(probe);
    const pid_t child = fork();
    if (child == 0) {
        auto file = OutputFile::create(path(), Existing::refuse, 0600);
        if (file && file->write("secret")) {
            raise(SIGKILL);
        }
        _exit(1);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
    EXPECT_EQ(files(), 0);
}

TEST_F(Output, WhatIsNoRegularFileStays) {
    fs::create_symlink("/dev/null", path());
    const Result<void> refused = write(Existing::replace, "text");
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().reason.find("not a regular file"), std::string::npos);
    EXPECT_TRUE(fs::is_symlink(path()));
}

TEST_F(Output, ADirectoryThatIsMissingIsNamed) {
    const auto file = OutputFile::create(path() + "/none", Existing::refuse, 0600);
    ASSERT_FALSE(file);
    EXPECT_NE(file.error().reason.find("No such file"), std::string::npos) << file.error().reason;
    EXPECT_FALSE(file.error().remedy.empty());
}

}  // namespace
}  // namespace truenoctl
