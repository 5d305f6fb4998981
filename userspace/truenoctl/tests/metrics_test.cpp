// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// The metrics as a Prometheus server reads them, and the dashboard that is made
// of them.
#include "metrics.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include "fake_root.hpp"
#include "metrics_server.hpp"

namespace truenoctl {
namespace {

std::string captured(const char* name) {
    return read_attribute(std::filesystem::path(TRUENO_CAPTURED) / name).value();
}

// A machine on which everything is there: figures that no two fields share.
void fill(const FakeRoot& files) {
    files.write("sys/class/zram-control/hot_add", "");
    files.write("sys/block/zram0/disksize", "1073741824\n");
    files.write("sys/block/zram0/comp_algorithm", "lzo [trueno-lz4] zstd\n");
    files.write("sys/block/zram0/mm_stat", "409600 102400 122880 4194304 131072 17 18 19 20\n");
    files.write("sys/block/zram0/io_stat", "21 22 23 24\n");
    files.write("sys/block/zram0/bd_stat", "2 3 4\n");
    files.write("sys/block/zram0/stat", "31 0 32 1500 33 0 34 2500 0 36 37\n");
    files.write("sys/block/zram1/disksize", "0\n");
    files.write("sys/block/zram1/comp_algorithm", "[lzo-rle] lz4\n");
    files.write("sys/module/trueno/version", "0.7\n");
    files.write("sys/kernel/debug/trueno/counters", captured("counters"));
    files.write("sys/kernel/debug/trueno/choices", captured("choices"));
    files.write("sys/module/zswap/parameters/enabled", "Y\n");
    files.write("sys/module/zswap/parameters/compressor", "lzo\n");
    files.write("sys/module/zswap/parameters/zpool", "zsmalloc\n");
    files.write("sys/module/zswap/parameters/max_pool_percent", "20\n");
    files.write("sys/kernel/debug/zswap/pool_limit_hit", "41\n");
    files.write("sys/kernel/debug/zswap/reject_alloc_fail", "42\n");
    files.write("proc/meminfo", "MemTotal: 1000 kB\nZswap:  4 kB\nZswapped:  16 kB\n");
    files.write("proc/vmstat", "zswpin 51\nzswpout 52\nzswpwb 53\n");
}

struct Exposition {
    std::map<std::string, std::string> types;
    std::map<std::string, double> samples;  // by name with labels, as written
    std::string fault;
};

// Takes what the format's definition allows and nothing else: HELP, TYPE and at
// least one sample of a metric, all together, each sample once.
Exposition parse_strictly(const std::string& text) {
    static const std::regex kHelp("# HELP ([a-z][a-z0-9_]*) [A-Z0-9].*\\.");
    static const std::regex kType("# TYPE ([a-z][a-z0-9_]*) (counter|gauge)");
    static const std::regex kSample(
        "([a-z][a-z0-9_]*)(\\{([a-z_]+=\"([^\"\\\\]|\\\\[\\\\n\"])*\",?)+\\})? "
        "([0-9.]+(e[+-]?[0-9]+)?)");
    Exposition exposition;
    std::string helped;
    std::string typed;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        std::smatch match;
        if (std::regex_match(line, match, kHelp) && exposition.types.count(match[1]) == 0) {
            helped = match[1];
        } else if (std::regex_match(line, match, kType) && match[1] == helped) {
            typed = match[1];
            exposition.types[typed] = match[2];
        } else if (std::regex_match(line, match, kSample) && match[1] == typed &&
                   exposition.samples.count(match[1].str() + match[2].str()) == 0) {
            exposition.samples[match[1].str() + match[2].str()] = std::stod(match[5]);
        } else {
            exposition.fault = line;
            return exposition;
        }
    }
    return exposition;
}

TEST(Metrics, AreWellFormedAndNamedByTheConventions) {
    const FakeRoot files;
    fill(files);
    const std::string text = collect_metrics(files.root()).to_text();
    ASSERT_TRUE(text.ends_with('\n'));
    const Exposition exposition = parse_strictly(text);
    ASSERT_EQ(exposition.fault, "");
    for (const auto& [name, type] : exposition.types) {
        EXPECT_EQ(type == "counter", name.ends_with("_total")) << name;
        for (const char* scaled :
             {"_kb", "_mb", "_ms", "_percent", "_kilobytes", "_milliseconds"}) {
            EXPECT_EQ(name.find(scaled), std::string::npos) << name;
        }
    }
}

TEST(Metrics, CarryEveryFieldInBaseUnits) {
    const FakeRoot files;
    fill(files);
    auto samples = parse_strictly(collect_metrics(files.root()).to_text()).samples;
    const std::map<std::string, double> expected = {
        {"zram_disksize_bytes{device=\"zram0\"}", 1073741824},
        {"zram_disksize_bytes{device=\"zram1\"}", 0},
        {"zram_device_info{device=\"zram0\",algorithm=\"trueno-lz4\"}", 1},
        {"zram_device_info{device=\"zram1\",algorithm=\"lzo-rle\"}", 1},
        {"zram_stored_bytes{device=\"zram0\"}", 409600},
        {"zram_compressed_bytes{device=\"zram0\"}", 102400},
        {"zram_memory_bytes{device=\"zram0\"}", 122880},
        {"zram_memory_limit_bytes{device=\"zram0\"}", 4194304},
        {"zram_memory_peak_bytes{device=\"zram0\"}", 131072},
        {"zram_same_filled_pages{device=\"zram0\"}", 17},
        {"zram_compacted_pages_total{device=\"zram0\"}", 18},
        {"zram_huge_pages{device=\"zram0\"}", 19},
        {"zram_huge_pages_stored_total{device=\"zram0\"}", 20},
        {"zram_failed_reads_total{device=\"zram0\"}", 21},
        {"zram_failed_writes_total{device=\"zram0\"}", 22},
        {"zram_invalid_io_total{device=\"zram0\"}", 23},
        {"zram_freed_pages_total{device=\"zram0\"}", 24},
        {"zram_backing_stored_bytes{device=\"zram0\"}", 2 * 4096},
        {"zram_backing_read_bytes_total{device=\"zram0\"}", 3 * 4096},
        {"zram_backing_written_bytes_total{device=\"zram0\"}", 4 * 4096},
        {"zram_reads_total{device=\"zram0\"}", 31},
        {"zram_read_bytes_total{device=\"zram0\"}", 32 * 512},
        {"zram_read_seconds_total{device=\"zram0\"}", 1.5},
        {"zram_writes_total{device=\"zram0\"}", 33},
        {"zram_written_bytes_total{device=\"zram0\"}", 34 * 512},
        {"zram_write_seconds_total{device=\"zram0\"}", 2.5},
        {"trueno_module_info{version=\"0.7\"}", 1},
        {"zswap_enabled", 1},
        {"zswap_info{compressor=\"lzo\",allocator=\"zsmalloc\"}", 1},
        {"zswap_memory_limit_ratio", 0.2},
        {"zswap_memory_bytes", 4096},
        {"zswap_stored_bytes", 16384},
        {"zswap_loaded_pages_total", 51},
        {"zswap_stored_pages_total", 52},
        {"zswap_written_back_pages_total", 53},
        {"zswap_limit_hits_total", 41},
        {"zswap_rejected_pages_total{reason=\"alloc_fail\"}", 42},
        {"truenoctl_collector_success{collector=\"zram\"}", 1},
        {"truenoctl_collector_success{collector=\"codecs\"}", 1},
        {"truenoctl_collector_success{collector=\"zswap\"}", 1},
    };
    for (const auto& [sample, value] : expected) {
        ASSERT_EQ(samples.count(sample), 1u) << sample;
        EXPECT_DOUBLE_EQ(samples[sample], value) << sample;
        samples.erase(sample);
    }
    // What is left is the codecs'.
    for (const auto& [sample, value] : samples) {
        EXPECT_TRUE(sample.starts_with("trueno_codec_")) << sample;
    }
}

TEST(Metrics, SplitACodecFromItsVariant) {
    const FakeRoot files;
    files.write("sys/kernel/debug/trueno/counters",
                "codec direction calls bytes_in bytes_out no_space failures fallbacks\n"
                "trueno-auto@avx2 compress 10 40960 8192 2 1 3\n");
    files.write("sys/kernel/debug/trueno/choices",
                "codec direction choice calls bytes\ntrueno-auto@avx2 compress word 4 2048\n");
    auto samples = parse_strictly(collect_metrics(files.root()).to_text()).samples;
    const std::string labels = "codec=\"trueno-auto\",variant=\"avx2\",direction=\"compress\"";
    EXPECT_EQ(samples["trueno_codec_calls_total{" + labels + "}"], 10);
    EXPECT_EQ(samples["trueno_codec_input_bytes_total{" + labels + "}"], 40960);
    EXPECT_EQ(samples["trueno_codec_output_bytes_total{" + labels + "}"], 8192);
    EXPECT_EQ(samples["trueno_codec_no_space_total{" + labels + "}"], 2);
    EXPECT_EQ(samples["trueno_codec_failures_total{" + labels + "}"], 1);
    EXPECT_EQ(samples["trueno_codec_fallbacks_total{" + labels + "}"], 3);
    EXPECT_EQ(samples["trueno_codec_choices_total{" + labels + ",choice=\"word\"}"], 4);
    EXPECT_EQ(samples["trueno_codec_choice_bytes_total{" + labels + ",choice=\"word\"}"], 2048);
}

TEST(Metrics, TellWhatCouldNotBeRead) {
    const FakeRoot nothing;
    const Exposition exposition = parse_strictly(collect_metrics(nothing.root()).to_text());
    EXPECT_EQ(exposition.fault, "");
    const std::map<std::string, double> expected = {
        {"truenoctl_collector_success{collector=\"zram\"}", 0},
        {"truenoctl_collector_success{collector=\"codecs\"}", 0},
        {"truenoctl_collector_success{collector=\"zswap\"}", 0},
    };
    EXPECT_EQ(exposition.samples, expected);
}

TEST(Metrics, EscapeLabels) {
    MetricSet metrics;
    metrics.add({"a_info", "gauge", "A."}, {{"label", "q\"b\\n\n"}}, 1);
    EXPECT_EQ(metrics.to_text(),
              "# HELP a_info A.\n# TYPE a_info gauge\na_info{label=\"q\\\"b\\\\n\\n\"} 1\n");
}

// Every name of ours in a text, such as a query.
std::set<std::string> names_in(const std::string& text) {
    static const std::regex kName("\\b(zram|zswap|trueno|truenoctl)_[a-z0-9_]+");
    std::set<std::string> names;
    for (std::sregex_iterator match(text.begin(), text.end(), kName), end; match != end; ++match) {
        names.insert(match->str());
    }
    return names;
}

void collect_queries(const nlohmann::json& node, std::string& queries) {
    if (node.is_object() && node.contains("expr")) {
        queries += node["expr"].get<std::string>() + "\n";
    }
    for (const auto& child : node) {
        if (child.is_structured()) {
            collect_queries(child, queries);
        }
    }
}

std::set<std::string> printed_names() {
    const FakeRoot files;
    fill(files);
    const std::vector<std::string> names = collect_metrics(files.root()).names();
    return {names.begin(), names.end()};
}

TEST(Dashboard, QueriesOnlyWhatIsPrinted) {
    std::ifstream file(TRUENO_DOCS "/grafana/trueno.json");
    const nlohmann::json dashboard = nlohmann::json::parse(file);
    std::string queries;
    collect_queries(dashboard, queries);
    const std::set<std::string> queried = names_in(queries);
    const std::set<std::string> printed = printed_names();
    EXPECT_GE(queried.size(), 15u);
    for (const std::string& name : queried) {
        EXPECT_EQ(printed.count(name), 1u) << name;
    }
}

TEST(FleetGuide, NamesOnlyWhatIsPrinted) {
    std::ifstream file(TRUENO_DOCS "/fleet.md");
    std::stringstream text;
    text << file.rdbuf();
    // The group of machines has a name that looks like a metric's.
    const std::set<std::string> others = {"zram_canary"};
    const std::set<std::string> printed = printed_names();
    const std::set<std::string> named = names_in(text.str());
    EXPECT_GE(named.size(), 10u);
    for (const std::string& name : named) {
        EXPECT_EQ(printed.count(name) + others.count(name), 1u) << name;
    }
}

TEST(AnswerRequest, OnlyReadsOfThePageAreAnsweredWithIt) {
    const auto status = [](const std::string& request) {
        const std::string response = answer_request(request, [] { return "page"; });
        EXPECT_NE(response.find("\r\nConnection: close\r\n"), std::string::npos);
        return response.substr(response.find(' ') + 1, 3) +
               (response.ends_with("\r\n\r\npage") ? " page" : "");
    };
    EXPECT_EQ(status("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"), "200 page");
    EXPECT_EQ(status("GET /metrics?name=x HTTP/1.0\r\n\r\n"), "200 page");
    EXPECT_EQ(status("HEAD /metrics HTTP/1.1\r\n\r\n"), "200");
    EXPECT_EQ(status("POST /metrics HTTP/1.1\r\n\r\n"), "405");
    EXPECT_EQ(status("GET /metricsx HTTP/1.1\r\n\r\n"), "404");
    for (const char* request : {"\r\n\r\n", " \r\n\r\n", "GET\r\n\r\n", "GET /metrics\r\n\r\n",
                                "GET /metrics HTTP/2\r\n\r\n", " /metrics HTTP/1.1\r\n\r\n"}) {
        EXPECT_EQ(status(request), "400") << request;
    }
}

TEST(ParseListenAddress, TakesNumericAddresses) {
    const ListenAddress four = parse_listen_address("127.0.0.1:9709").value();
    EXPECT_EQ(four.host, "127.0.0.1");
    EXPECT_EQ(four.port, 9709);
    EXPECT_TRUE(four.loopback);
    const ListenAddress six = parse_listen_address("[::1]:0").value();
    EXPECT_EQ(six.host, "::1");
    EXPECT_EQ(six.port, 0);
    EXPECT_TRUE(six.loopback);
    EXPECT_TRUE(parse_listen_address("127.9.9.9:1").value().loopback);
    for (const char* text : {"0.0.0.0:1", "[::]:65535", "192.0.2.1:80", "128.0.0.1:1"}) {
        EXPECT_FALSE(parse_listen_address(text).value().loopback) << text;
    }
}

TEST(ParseListenAddress, QuotesWhatItRefuses) {
    for (const char* text : {"", ":", "9709", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536",
                             "127.0.0.1:-1", "127.0.0.1:1x", "::1:80", "localhost:80", "[::1]"}) {
        const Result<ListenAddress> address = parse_listen_address(text);
        ASSERT_FALSE(address.has_value()) << text;
        EXPECT_EQ(address.error().status, ExitStatus::usage);
        EXPECT_NE(address.error().reason.find("'" + std::string(text) + "'"), std::string::npos);
    }
}

}  // namespace
}  // namespace truenoctl
