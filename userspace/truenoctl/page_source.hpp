// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Where the pages come from that codecs are judged on: files of raw pages, one
// process, or every process of the machine. Memory of processes stays in this
// process unless the user asks for it to be saved.
#ifndef TRUENOCTL_PAGE_SOURCE_HPP
#define TRUENOCTL_PAGE_SOURCE_HPP

#include <sys/types.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "error.hpp"
#include "output_file.hpp"

namespace truenoctl {

inline constexpr std::size_t kPageSize = 4096;

/// Whether zram would store @p page as a single repeated word without calling
/// a codec. @p page: kPageSize bytes.
bool is_same_filled(const std::byte* page);

/// The pages of one file, process or machine.
class PageGroup {
  public:
    explicit PageGroup(std::string name) : name_(std::move(name)) {}

    /// Copies one page in, or refuses and counts it if it is same-filled.
    void add(const std::byte* page);
    /// Takes over all pages that @p other was offered, without a copy.
    void add(PageGroup other);

    const std::string& name() const { return name_; }
    std::size_t size() const { return pages_.size(); }
    /// kPageSize bytes, aligned to kPageSize.
    const std::byte* page(std::size_t index) const { return pages_[index]->bytes; }
    /// Where the page stood among all pages offered, refused ones included: its
    /// index in the file.
    std::size_t source_index(std::size_t index) const { return source_indexes_[index]; }
    /// Pages refused because they are same-filled.
    std::size_t same_filled() const { return same_filled_.size(); }
    /// Pages equal to an earlier page of the group; they are kept.
    std::size_t duplicates() const { return duplicates_; }

    /// Calls @p use with kPageSize bytes for each page offered, same-filled ones
    /// included, in the order in which they were added.
    void for_each_offered(const std::function<void(const std::byte*)>& use) const;

  private:
    struct alignas(kPageSize) Page {
        std::byte bytes[kPageSize];
    };
    struct SameFilled {
        unsigned long word;
        std::size_t source_index;
    };

    void insert(std::unique_ptr<Page> page, std::size_t source_index);

    std::string name_;
    std::vector<std::unique_ptr<Page>> pages_;
    // Not in Page, which its alignment would make twice as large.
    std::vector<std::size_t> source_indexes_;
    std::unordered_multimap<std::size_t, std::size_t> index_of_hash_;
    std::vector<SameFilled> same_filled_;
    std::size_t duplicates_ = 0;
};

/// Reads a file of raw pages; the group is named for the file.
Result<PageGroup> read_pages_file(const std::string& path);

/// Copies up to @p limit present anonymous pages of a process, chosen at random
/// by @p seed.
Result<PageGroup> sample_process(pid_t pid, std::size_t limit, std::uint64_t seed);

/// The same over all processes but this one; needs root.
Result<PageGroup> sample_system(std::size_t limit, std::uint64_t seed);

/// Which pages of a group are saved.
enum class Saved {
    used,     ///< those it holds
    offered,  ///< the same-filled ones too, each in its place
};

/// Writes the pages of all @p groups to a file that only its owner can read.
Result<void> save_pages(const std::string& path, const std::vector<PageGroup>& groups,
                        Saved which = Saved::used, Existing existing = Existing::refuse);

struct PageSourceOptions {
    std::vector<std::string> files;
    std::vector<pid_t> pids;
    bool system = false;
    std::size_t limit = 4096;
    std::uint64_t seed = 1;
};

/// Declares --pid, --system, --pages and --seed on @p app.
void add_memory_options(CLI::App& app, PageSourceOptions& options);

/// Declares FILE..., --pid, --system, --pages and --seed on @p app.
void add_page_source_options(CLI::App& app, PageSourceOptions& options);

/// The groups that @p options name; without any, the machine itself for root
/// and else the sample that is installed with the tool. Throws Fatal.
std::vector<PageGroup> collect_pages(const PageSourceOptions& options);

}  // namespace truenoctl

#endif  // TRUENOCTL_PAGE_SOURCE_HPP
