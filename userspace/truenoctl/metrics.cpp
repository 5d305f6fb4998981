// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "counters.hpp"
#include "zram.hpp"

namespace truenoctl {

namespace fs = std::filesystem;

namespace {

constexpr double kBlockBytes = 4096;  // what bd_stat counts in
constexpr double kSectorBytes = 512;
constexpr double kMillisecond = 1e-3;

/// One number of an attribute of a zram device.
struct AttributeField {
    const char* attribute;
    std::size_t index;
    Metric metric;
    double scale = 1;  ///< from the kernel's unit to the metric's
};

// Documentation/admin-guide/blockdev/zram.rst and Documentation/block/stat.rst.
constexpr AttributeField kZramFields[] = {
    {"disksize", 0, {"zram_disksize_bytes", "gauge", "Size of the device, uncompressed."}},
    {"mm_stat", 0, {"zram_stored_bytes", "gauge", "Uncompressed size of what is stored."}},
    {"mm_stat", 1, {"zram_compressed_bytes", "gauge", "Compressed size of what is stored."}},
    {"mm_stat",
     2,
     {"zram_memory_bytes", "gauge", "Memory taken, the allocator's overhead included."}},
    {"mm_stat", 3, {"zram_memory_limit_bytes", "gauge", "Most memory to take; 0 is no limit."}},
    {"mm_stat", 4, {"zram_memory_peak_bytes", "gauge", "Most memory that was ever taken."}},
    {"mm_stat",
     5,
     {"zram_same_filled_pages", "gauge", "Pages of one value, which take no memory."}},
    {"mm_stat",
     6,
     {"zram_compacted_pages_total", "counter", "Pages that compaction gave back to the system."}},
    {"mm_stat", 7, {"zram_huge_pages", "gauge", "Pages stored uncompressed."}},
    {"mm_stat",
     8,
     {"zram_huge_pages_stored_total", "counter", "Pages that were ever stored uncompressed."}},
    {"io_stat", 0, {"zram_failed_reads_total", "counter", "Reads that failed."}},
    {"io_stat", 1, {"zram_failed_writes_total", "counter", "Writes that failed."}},
    {"io_stat", 2, {"zram_invalid_io_total", "counter", "Requests that were not of whole pages."}},
    {"io_stat", 3, {"zram_freed_pages_total", "counter", "Pages freed by swap or by discards."}},
    {"bd_stat",
     0,
     {"zram_backing_stored_bytes", "gauge", "What the backing device holds."},
     kBlockBytes},
    {"bd_stat",
     1,
     {"zram_backing_read_bytes_total", "counter", "Read from the backing device."},
     kBlockBytes},
    {"bd_stat",
     2,
     {"zram_backing_written_bytes_total", "counter", "Written to the backing device."},
     kBlockBytes},
    {"stat", 0, {"zram_reads_total", "counter", "Reads that were completed."}},
    {"stat",
     2,
     {"zram_read_bytes_total", "counter", "Uncompressed size of what was read."},
     kSectorBytes},
    {"stat",
     3,
     {"zram_read_seconds_total", "counter", "Time spent in reads, by the kernel's timer tick."},
     kMillisecond},
    {"stat", 4, {"zram_writes_total", "counter", "Writes that were completed."}},
    {"stat",
     6,
     {"zram_written_bytes_total", "counter", "Uncompressed size of what was written."},
     kSectorBytes},
    {"stat",
     7,
     {"zram_write_seconds_total", "counter", "Time spent in writes, by the kernel's timer tick."},
     kMillisecond},
};

constexpr Metric kZramInfo = {"zram_device_info", "gauge", "1 for each device; its algorithm."};
constexpr Metric kCollectorSuccess = {
    "truenoctl_collector_success", "gauge",
    "Whether the collector's source was there and could be read."};

struct CodecColumn {
    Metric metric;
    std::uint64_t CodecCounters::*member;
};

constexpr CodecColumn kCodecColumns[] = {
    {{"trueno_codec_calls_total", "counter", "Calls of a codec's variant."}, &CodecCounters::calls},
    {{"trueno_codec_input_bytes_total", "counter", "Input of the calls that succeeded."},
     &CodecCounters::bytes_in},
    {{"trueno_codec_output_bytes_total", "counter", "Output of the calls that succeeded."},
     &CodecCounters::bytes_out},
    {{"trueno_codec_no_space_total", "counter", "Calls whose result did not fit."},
     &CodecCounters::no_space},
    {{"trueno_codec_failures_total", "counter", "Calls that failed for any other reason."},
     &CodecCounters::failures},
    {{"trueno_codec_fallbacks_total", "counter",
      "Calls that came to this variant because SIMD registers could not be used."},
     &CodecCounters::fallbacks},
};

constexpr Metric kChoices = {"trueno_codec_choices_total", "counter",
                             "Pages for which a choosing codec chose, or met, a format."};
constexpr Metric kChoiceBytes = {"trueno_codec_choice_bytes_total", "counter",
                                 "Size of the streams in a format that was chosen, or met."};
constexpr Metric kModuleInfo = {"trueno_module_info", "gauge",
                                "1 if trueno is loaded; its version."};

/// A line "NAME NUMBER" of a file below /proc.
struct ProcLine {
    const char* file;
    const char* name;
    Metric metric;
    double scale = 1;
};

constexpr ProcLine kZswapLines[] = {
    {"meminfo", "Zswap:", {"zswap_memory_bytes", "gauge", "Memory that zswap takes."}, 1024},
    {"meminfo",
     "Zswapped:",
     {"zswap_stored_bytes", "gauge", "Uncompressed size of what zswap holds."},
     1024},
    {"vmstat", "zswpin", {"zswap_loaded_pages_total", "counter", "Pages read from zswap."}},
    {"vmstat", "zswpout", {"zswap_stored_pages_total", "counter", "Pages that zswap took."}},
    {"vmstat",
     "zswpwb",
     {"zswap_written_back_pages_total", "counter", "Pages that zswap wrote to the swap device."}},
};

constexpr Metric kZswapEnabled = {"zswap_enabled", "gauge", "Whether zswap takes pages."};
constexpr Metric kZswapInfo = {"zswap_info", "gauge", "1; the compressor and the allocator."};
constexpr Metric kZswapLimit = {"zswap_memory_limit_ratio", "gauge",
                                "The part of the machine's memory that zswap may take."};
constexpr Metric kZswapLimitHits = {"zswap_limit_hits_total", "counter",
                                    "How often zswap's memory was at its limit."};
constexpr Metric kZswapRejected = {"zswap_rejected_pages_total", "counter",
                                   "Pages that zswap did not take, by reason."};

std::vector<double> read_numbers(const fs::path& file) {
    std::istringstream text(read_attribute(file).value_or(""));
    std::vector<double> numbers;
    for (double number = 0; text >> number;) {
        numbers.push_back(number);
    }
    return numbers;
}

void add_first_number(MetricSet& metrics, const Metric& metric, const Labels& labels,
                      const fs::path& file, double scale = 1) {
    const std::vector<double> numbers = read_numbers(file);
    if (!numbers.empty()) {
        metrics.add(metric, labels, numbers.front() * scale);
    }
}

void add_device(MetricSet& metrics, const ZramDevice& device) {
    if (const Result<Algorithms> algorithms = device.algorithms()) {
        metrics.add(kZramInfo, {{"device", device.name()}, {"algorithm", algorithms->selected}}, 1);
    }
    std::string attribute;
    std::vector<double> numbers;
    for (const AttributeField& field : kZramFields) {
        // The fields of one sample of an attribute belong together.
        if (attribute != field.attribute) {
            attribute = field.attribute;
            numbers = read_numbers(device.attribute(attribute));
        }
        if (field.index < numbers.size()) {
            metrics.add(field.metric, {{"device", device.name()}},
                        numbers[field.index] * field.scale);
        }
    }
}

bool collect_zram(MetricSet& metrics, const SystemRoot& root) {
    const ZramDriver driver(root);
    for (const ZramDevice& device : driver.devices()) {
        add_device(metrics, device);
    }
    return driver.loaded();
}

// "trueno-lz4@avx2" is the codec and its variant.
Labels codec_labels(const std::string& codec, const std::string& direction) {
    const std::size_t at = codec.find('@');
    return {{"codec", codec.substr(0, at)},
            {"variant", at == std::string::npos ? "" : codec.substr(at + 1)},
            {"direction", direction}};
}

bool collect_codecs(MetricSet& metrics, const SystemRoot& root) {
    if (const auto version = read_attribute(root.sys() / "module/trueno/version")) {
        metrics.add(kModuleInfo, {{"version", *version}}, 1);
    }
    const Result<Counters> counters = read_counters(root);
    if (!counters) {
        return false;
    }
    for (const CodecCounters& codec : counters->codecs) {
        for (const CodecColumn& column : kCodecColumns) {
            metrics.add(column.metric, codec_labels(codec.codec, codec.direction),
                        static_cast<double>(codec.*column.member));
        }
    }
    for (const ChoiceCounters& choice : counters->choices) {
        Labels labels = codec_labels(choice.codec, choice.direction);
        labels.emplace_back("choice", choice.choice);
        metrics.add(kChoices, labels, static_cast<double>(choice.calls));
        metrics.add(kChoiceBytes, labels, static_cast<double>(choice.bytes));
    }
    return true;
}

void add_zswap_lines(MetricSet& metrics, const SystemRoot& root) {
    for (const ProcLine& wanted : kZswapLines) {
        std::istringstream lines(read_attribute(root.proc() / wanted.file).value_or(""));
        for (std::string line; std::getline(lines, line);) {
            std::istringstream words(line);
            std::string name;
            double number = 0;
            if (words >> name >> number && name == wanted.name) {
                metrics.add(wanted.metric, {}, number * wanted.scale);
            }
        }
    }
}

void add_zswap_rejections(MetricSet& metrics, const fs::path& directory) {
    constexpr std::string_view kPrefix = "reject_";
    std::vector<std::string> names;
    std::error_code not_readable;
    for (const fs::directory_entry& entry : fs::directory_iterator(directory, not_readable)) {
        if (const std::string name = entry.path().filename(); name.starts_with(kPrefix)) {
            names.push_back(name);
        }
    }
    std::sort(names.begin(), names.end());
    for (const std::string& name : names) {
        add_first_number(metrics, kZswapRejected, {{"reason", name.substr(kPrefix.size())}},
                         directory / name);
    }
}

bool collect_zswap(MetricSet& metrics, const SystemRoot& root) {
    const fs::path parameters = root.sys() / "module/zswap/parameters";
    const SystemResult<std::string> enabled = read_attribute(parameters / "enabled");
    if (!enabled) {
        return false;
    }
    const fs::path statistics = root.sys() / "kernel/debug/zswap";
    metrics.add(kZswapEnabled, {}, *enabled == "Y" ? 1 : 0);
    metrics.add(kZswapInfo,
                {{"compressor", read_attribute(parameters / "compressor").value_or("")},
                 {"allocator", read_attribute(parameters / "zpool").value_or("")}},
                1);
    add_first_number(metrics, kZswapLimit, {}, parameters / "max_pool_percent", 0.01);
    add_zswap_lines(metrics, root);
    add_first_number(metrics, kZswapLimitHits, {}, statistics / "pool_limit_hit");
    add_zswap_rejections(metrics, statistics);
    return true;
}

std::string escape(std::string_view value) {
    std::string escaped;
    for (const char character : value) {
        if (character == '\n') {
            escaped += "\\n";
            continue;
        }
        if (character == '\\' || character == '"') {
            escaped += '\\';
        }
        escaped += character;
    }
    return escaped;
}

}  // namespace

void MetricSet::add(const Metric& metric, const Labels& labels, double value) {
    auto family = std::find_if(families_.begin(), families_.end(), [&](const Family& other) {
        return std::string_view(other.metric.name) == metric.name;
    });
    if (family == families_.end()) {
        family = families_.insert(families_.end(), {metric, {}});
    }
    std::string pairs;
    for (const auto& [name, content] : labels) {
        pairs += fmt::format("{}{}=\"{}\"", pairs.empty() ? "" : ",", name, escape(content));
    }
    family->samples.push_back(
        fmt::format("{}{} {}", metric.name, pairs.empty() ? "" : "{" + pairs + "}", value));
}

std::string MetricSet::to_text() const {
    std::string text;
    for (const Family& family : families_) {
        text += fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n", family.metric.name,
                            family.metric.help, family.metric.type);
        for (const std::string& sample : family.samples) {
            text += sample + "\n";
        }
    }
    return text;
}

std::vector<std::string> MetricSet::names() const {
    std::vector<std::string> names;
    for (const Family& family : families_) {
        names.emplace_back(family.metric.name);
    }
    return names;
}

MetricSet collect_metrics(const SystemRoot& root) {
    MetricSet metrics;
    const std::pair<const char*, bool> successes[] = {
        {"zram", collect_zram(metrics, root)},
        {"codecs", collect_codecs(metrics, root)},
        {"zswap", collect_zswap(metrics, root)},
    };
    for (const auto& [collector, success] : successes) {
        metrics.add(kCollectorSuccess, {{"collector", collector}}, success ? 1 : 0);
    }
    return metrics;
}

}  // namespace truenoctl
