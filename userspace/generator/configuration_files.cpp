// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "configuration_files.hpp"

#include <map>
#include <string>

namespace trueno_generator {

namespace fs = std::filesystem;

namespace {

bool is_masked(const fs::path& file) {
    std::error_code not_a_link;
    return fs::read_symlink(file, not_a_link) == "/dev/null";
}

}  // namespace

std::vector<fs::path> configuration_files(const truenoctl::SystemRoot& root) {
    const fs::path directories[] = {root.path / "run/systemd", root.path / "etc/systemd",
                                    root.path / "usr/local/lib/systemd",
                                    root.path / "usr/lib/systemd"};
    std::vector<fs::path> files;
    std::error_code absent;
    for (const fs::path& directory : directories) {
        const fs::path main_file = directory / "zram-generator.conf";
        if (is_masked(main_file)) {
            break;
        }
        if (fs::exists(main_file, absent)) {
            files.push_back(main_file);
            break;
        }
    }
    std::map<std::string, fs::path> drop_ins;
    for (const fs::path& directory : directories) {
        for (const fs::directory_entry& entry :
             fs::directory_iterator(directory / "zram-generator.conf.d", absent)) {
            if (entry.path().extension() == ".conf") {
                drop_ins.emplace(entry.path().filename(), entry.path());
            }
        }
    }
    for (const auto& [name, file] : drop_ins) {
        if (!is_masked(file)) {
            files.push_back(file);
        }
    }
    return files;
}

}  // namespace trueno_generator
