// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// A directory with the kernel's files as a test wants them, for as long as the
// test runs.
#ifndef TRUENOCTL_TESTS_FAKE_ROOT_HPP
#define TRUENOCTL_TESTS_FAKE_ROOT_HPP

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "sysfs.hpp"

namespace truenoctl {

class FakeRoot {
  public:
    FakeRoot() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "truenoctl_test.XXXXXX").string();
        if (mkdtemp(pattern.data()) == nullptr) {
            throw std::runtime_error("no directory for the test");
        }
        root_.path = pattern;
    }
    ~FakeRoot() {
        std::error_code ignored;
        std::filesystem::remove_all(root_.path, ignored);
    }
    FakeRoot(const FakeRoot&) = delete;
    FakeRoot& operator=(const FakeRoot&) = delete;

    void write(const std::string& file, const std::string& content) const {
        std::filesystem::create_directories((root_.path / file).parent_path());
        std::ofstream(root_.path / file) << content;
    }

    const SystemRoot& root() const { return root_; }

  private:
    SystemRoot root_;
};

}  // namespace truenoctl

#endif  // TRUENOCTL_TESTS_FAKE_ROOT_HPP
