// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "page_source.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <climits>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <span>
#include <string_view>
#include <system_error>

#include "file_descriptor.hpp"
#include "sysfs.hpp"

namespace truenoctl {

namespace {

// proc(5), pagemap: bit 63 is set if the page is in RAM, bit 61 if it is file
// mapped or shared anonymous memory.
constexpr std::uint64_t kPagemapPresent = std::uint64_t{1} << 63;
constexpr std::uint64_t kPagemapFileOrShared = std::uint64_t{1} << 61;

std::string errno_text() {
    return std::generic_category().message(errno);
}

FileDescriptor open_file(const std::string& path, int flags) {
    return FileDescriptor(open(path.c_str(), flags | O_CLOEXEC));
}

bool is_open(const FileDescriptor& file) {
    return file.number() >= 0;
}

/// Bytes read before the end or an error.
std::size_t read_at(const FileDescriptor& file, std::uint64_t offset, void* to, std::size_t size) {
    std::size_t done = 0;
    while (done < size) {
        const ssize_t got = pread(file.number(), static_cast<char*>(to) + done, size - done,
                                  static_cast<off_t>(offset + done));
        if (got <= 0) {
            break;
        }
        done += static_cast<std::size_t>(got);
    }
    return done;
}

struct PageAddress {
    pid_t pid;
    std::uint64_t address;
};

// Keeps a uniform random choice of the addresses offered to it: each new one
// replaces an older one with the probability that makes all equally likely.
class AddressSample {
  public:
    AddressSample(std::size_t limit, std::uint64_t seed) : limit_(limit), random_(seed) {}

    void offer(PageAddress candidate) {
        offered_++;
        if (chosen_.size() < limit_) {
            chosen_.push_back(candidate);
            return;
        }
        const std::uint64_t slot =
            std::uniform_int_distribution<std::uint64_t>(0, offered_ - 1)(random_);
        if (slot < limit_) {
            chosen_[slot] = candidate;
        }
    }

    std::vector<PageAddress> take() {
        std::sort(chosen_.begin(), chosen_.end(), [](const PageAddress& a, const PageAddress& b) {
            return std::tie(a.pid, a.address) < std::tie(b.pid, b.address);
        });
        return std::move(chosen_);
    }

  private:
    std::size_t limit_;
    std::mt19937_64 random_;
    std::uint64_t offered_ = 0;
    std::vector<PageAddress> chosen_;
};

Error process_error(pid_t pid, const std::string& path) {
    if (errno == EACCES || errno == EPERM) {
        return {fmt::format("process {}: cannot read {}: {}", pid, path, errno_text()),
                geteuid() == 0 ? "a container or a security module forbids it even to root"
                               : "run as root, or as the owner of the process",
                ExitStatus::not_permitted};
    }
    if (errno == ENOENT || errno == ESRCH) {
        return {fmt::format("process {}: there is no such process", pid),
                "'ps -e' lists the processes"};
    }
    return {fmt::format("process {}: cannot read {}: {}", pid, path, errno_text()), ""};
}

void offer_range(const FileDescriptor& pagemap, pid_t pid, std::uint64_t start, std::uint64_t end,
                 AddressSample& sample) {
    std::array<std::uint64_t, 4096> entries;
    for (std::uint64_t address = start; address < end; address += entries.size() * kPageSize) {
        const std::size_t wanted =
            std::min<std::uint64_t>(entries.size(), (end - address) / kPageSize);
        const std::size_t got = read_at(pagemap, address / kPageSize * sizeof(entries[0]),
                                        entries.data(), wanted * sizeof(entries[0])) /
                                sizeof(entries[0]);
        for (std::size_t i = 0; i < got; i++) {
            if ((entries[i] & (kPagemapPresent | kPagemapFileOrShared)) == kPagemapPresent) {
                sample.offer({pid, address + i * kPageSize});
            }
        }
        if (got < wanted) {
            return;
        }
    }
}

// Offers every anonymous page of the process that is in RAM. Pages of a private
// file mapping count once the process has written to them: they are anonymous
// then and go to swap like the heap.
Result<void> offer_process(pid_t pid, AddressSample& sample) {
    const std::string maps_path = fmt::format("/proc/{}/maps", pid);
    const std::string pagemap_path = fmt::format("/proc/{}/pagemap", pid);
    errno = 0;
    std::ifstream maps(maps_path);
    if (!maps) {
        return tl::unexpected(process_error(pid, maps_path));
    }
    const FileDescriptor pagemap = open_file(pagemap_path, O_RDONLY);
    if (!is_open(pagemap)) {
        return tl::unexpected(process_error(pid, pagemap_path));
    }
    std::string line;
    while (std::getline(maps, line)) {
        std::uint64_t start = 0;
        std::uint64_t end = 0;
        char permissions[5] = "";
        if (std::sscanf(line.c_str(), "%lx-%lx %4s", &start, &end, permissions) != 3) {
            continue;
        }
        // [vdso], [vvar] and the like; a file's name begins with a slash.
        const bool is_kernel_provided =
            line.find(" [v") != std::string::npos && line.find('/') == std::string::npos;
        if (permissions[0] == 'r' && permissions[3] == 'p' && !is_kernel_provided) {
            offer_range(pagemap, pid, start, end, sample);
        }
    }
    return {};
}

// A process may end or unmap memory meanwhile: such pages are left out.
void copy_pages(const std::vector<PageAddress>& addresses, PageGroup& group) {
    alignas(kPageSize) std::byte page[kPageSize];
    std::unique_ptr<FileDescriptor> memory;
    pid_t memory_pid = 0;
    for (const PageAddress& from : addresses) {
        if (!memory || memory_pid != from.pid) {
            memory = std::make_unique<FileDescriptor>(
                open(fmt::format("/proc/{}/mem", from.pid).c_str(), O_RDONLY | O_CLOEXEC));
            memory_pid = from.pid;
        }
        if (is_open(*memory) && read_at(*memory, from.address, page, kPageSize) == kPageSize) {
            group.add(page);
        }
    }
}

Result<PageGroup> non_empty(PageGroup group) {
    if (group.size() == 0) {
        return failure(fmt::format("{}: no page to use: {} same-filled, 0 others", group.name(),
                                   group.same_filled()),
                       "give a file, a process or a machine with other pages");
    }
    return group;
}

std::string executable_directory() {
    std::error_code error;
    return std::filesystem::read_symlink("/proc/self/exe", error).parent_path().string();
}

std::string sample_path() {
    const std::string directory = executable_directory();
    for (const char* place : {"../share/trueno/sample.pages", "../../../data/sample.pages"}) {
        const auto path = std::filesystem::path(directory) / place;
        if (std::filesystem::exists(path)) {
            return path.lexically_normal().string();
        }
    }
    throw Fatal({"the sample pages that belong to the tool are not installed",
                 "give a file of pages, --pid, or run as root"});
}

}  // namespace

bool is_same_filled(const std::byte* page) {
    return std::memcmp(page, page + sizeof(unsigned long), kPageSize - sizeof(unsigned long)) == 0;
}

void PageGroup::add(const std::byte* page) {
    const std::size_t source_index = pages_.size() + same_filled_.size();
    if (is_same_filled(page)) {
        unsigned long word = 0;
        std::memcpy(&word, page, sizeof(word));
        same_filled_.push_back({word, source_index});
        return;
    }
    auto copy = std::make_unique<Page>();
    std::memcpy(copy->bytes, page, kPageSize);
    insert(std::move(copy), source_index);
}

void PageGroup::add(PageGroup other) {
    const std::size_t offered = size() + same_filled();
    for (const SameFilled& same_filled : other.same_filled_) {
        same_filled_.push_back({same_filled.word, offered + same_filled.source_index});
    }
    for (std::size_t i = 0; i < other.size(); i++) {
        insert(std::move(other.pages_[i]), offered + other.source_index(i));
    }
}

void PageGroup::insert(std::unique_ptr<Page> page, std::size_t source_index) {
    const std::size_t hash = std::hash<std::string_view>()(
        std::string_view(reinterpret_cast<const char*>(page->bytes), kPageSize));
    const auto [begin, end] = index_of_hash_.equal_range(hash);
    const bool is_duplicate = std::any_of(begin, end, [&](const auto& entry) {
        return std::memcmp(this->page(entry.second), page->bytes, kPageSize) == 0;
    });
    if (is_duplicate) {
        duplicates_++;
    } else {
        index_of_hash_.emplace(hash, pages_.size());
    }
    pages_.push_back(std::move(page));
    source_indexes_.push_back(source_index);
}

void PageGroup::for_each_offered(const std::function<void(const std::byte*)>& use) const {
    std::array<unsigned long, kPageSize / sizeof(unsigned long)> words;
    auto next_same_filled = same_filled_.begin();
    const auto use_same_filled_before = [&](std::size_t source_index) {
        for (; next_same_filled != same_filled_.end() &&
               next_same_filled->source_index < source_index;
             ++next_same_filled) {
            words.fill(next_same_filled->word);
            use(reinterpret_cast<const std::byte*>(words.data()));
        }
    };
    for (std::size_t i = 0; i < size(); i++) {
        use_same_filled_before(source_index(i));
        use(page(i));
    }
    use_same_filled_before(SIZE_MAX);
}

Result<PageGroup> read_pages_file(const std::string& path) {
    errno = 0;
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) {
        return failure(fmt::format("{}: is a directory", path), "give a file of 4096-byte pages");
    }
    const FileDescriptor file = open_file(path, O_RDONLY);
    struct stat status {};
    if (!is_open(file) || fstat(file.number(), &status) != 0) {
        return tl::unexpected(describe_system_error(fmt::format("read {}", path), {errno}));
    }
    const auto size = static_cast<std::uint64_t>(status.st_size);
    if (size == 0 || size % kPageSize != 0) {
        return failure(fmt::format("{}: {} bytes are not a whole number of {}-byte pages", path,
                                   size, kPageSize),
                       "a file of pages is raw memory, page after page, without a header");
    }
    PageGroup group(std::filesystem::path(path).filename().string());
    alignas(kPageSize) std::byte page[kPageSize];
    for (std::uint64_t offset = 0; offset < size; offset += kPageSize) {
        if (read_at(file, offset, page, kPageSize) != kPageSize) {
            return tl::unexpected(
                describe_system_error(fmt::format("read {} at byte {}", path, offset), {errno}));
        }
        group.add(page);
    }
    return non_empty(std::move(group));
}

Result<PageGroup> sample_process(pid_t pid, std::size_t limit, std::uint64_t seed) {
    AddressSample sample(limit, seed);
    if (Result<void> offered = offer_process(pid, sample); !offered) {
        return tl::unexpected(offered.error());
    }
    const std::string memory_path = fmt::format("/proc/{}/mem", pid);
    if (const FileDescriptor memory = open_file(memory_path, O_RDONLY); !is_open(memory)) {
        return tl::unexpected(process_error(pid, memory_path));
    }
    std::string command = "?";
    std::getline(std::ifstream(fmt::format("/proc/{}/comm", pid)), command);
    PageGroup group(fmt::format("process {} ({})", pid, command));
    copy_pages(sample.take(), group);
    return non_empty(std::move(group));
}

Result<PageGroup> sample_system(std::size_t limit, std::uint64_t seed) {
    if (geteuid() != 0) {
        return failure("reading the memory of all processes is not permitted",
                       "run as root, or give files or --pid", ExitStatus::not_permitted);
    }
    AddressSample sample(limit, seed);
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
        const std::string name = entry.path().filename().string();
        pid_t pid = 0;
        const auto [end, result] = std::from_chars(name.data(), name.data() + name.size(), pid);
        const bool is_process = result == std::errc() && end == name.data() + name.size();
        if (is_process && pid != getpid()) {
            // A process that has ended since has nothing to offer.
            (void)offer_process(pid, sample);
        }
    }
    PageGroup group("system");
    copy_pages(sample.take(), group);
    return non_empty(std::move(group));
}

Result<void> save_pages(const std::string& path, const std::vector<PageGroup>& groups, Saved which,
                        Existing existing) {
    Result<OutputFile> file = OutputFile::create(path, existing, S_IRUSR | S_IWUSR);
    if (!file) {
        return tl::unexpected(file.error());
    }
    Result<void> written;
    const auto write = [&](const std::byte* page) {
        if (written) {
            written = file->write(std::span(page, kPageSize));
        }
    };
    for (const PageGroup& group : groups) {
        if (which == Saved::offered) {
            group.for_each_offered(write);
            continue;
        }
        for (std::size_t i = 0; i < group.size(); i++) {
            write(group.page(i));
        }
    }
    return written ? file->commit() : written;
}

void add_page_source_options(CLI::App& app, PageSourceOptions& options) {
    app.add_option("FILE", options.files, "Files of raw 4096-byte pages");
    add_memory_options(app, options);
}

void add_memory_options(CLI::App& app, PageSourceOptions& options) {
    app.add_option("--pid", options.pids, "Take anonymous pages of this process; repeatable")
        ->type_name("PID")
        ->allow_extra_args(false)
        ->check(CLI::Range(1, INT_MAX));
    app.add_flag("--system", options.system,
                 "Take anonymous pages of all running processes (root)");
    app.add_option("--pages", options.limit,
                   "Take at most this many pages of a process or of the machine")
        ->type_name("COUNT")
        ->check(CLI::Range(1, INT_MAX))
        ->capture_default_str();
    app.add_option("--seed", options.seed, "Seed of every random choice")
        ->type_name("NUMBER")
        ->capture_default_str();
}

std::vector<PageGroup> collect_pages(const PageSourceOptions& options) {
    std::vector<PageGroup> groups;
    for (const std::string& file : options.files) {
        groups.push_back(value_or_throw(read_pages_file(file)));
    }
    for (const pid_t pid : options.pids) {
        groups.push_back(value_or_throw(sample_process(pid, options.limit, options.seed)));
    }
    const bool nothing_named = groups.empty() && !options.system;
    if (options.system || (nothing_named && geteuid() == 0)) {
        groups.push_back(value_or_throw(sample_system(options.limit, options.seed)));
    } else if (nothing_named) {
        groups.push_back(value_or_throw(read_pages_file(sample_path())));
    }
    return groups;
}

}  // namespace truenoctl
