// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// truenoctl crypto: the compressors that the kernel's crypto API has, with
// their drivers, and which source the answer is from.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "crypto.hpp"
#include "subcommand.hpp"
#include "table.hpp"

namespace truenoctl {

namespace {

struct CompressorList {
    std::string source;
    std::vector<CryptoAlgorithm> compressors;
};

std::vector<CryptoAlgorithm> compressors_of(std::vector<CryptoAlgorithm> algorithms) {
    std::erase_if(algorithms,
                  [](const CryptoAlgorithm& algorithm) { return !algorithm.is_compressor(); });
    return algorithms;
}

Result<CompressorList> read_proc_crypto(const Error& netlink_error) {
    const SystemRoot root;
    const std::string file = root.proc() / "crypto";
    const SystemResult<std::string> text = read_attribute(file);
    if (!text) {
        Error error = describe_system_error(fmt::format("read {}", file), text.error());
        error.reason = fmt::format("{}\n{}", netlink_error.reason, error.reason);
        error.remedy = "this takes a kernel with CONFIG_CRYPTO, and /proc mounted";
        return tl::unexpected(error);
    }
    return CompressorList{file, compressors_of(parse_crypto(*text))};
}

Result<CompressorList> list_compressors() {
    Result<std::vector<CryptoAlgorithm>> algorithms = request_crypto();
    if (!algorithms) {
        std::fputs(
            fmt::format("truenoctl: {}; /proc/crypto does\n", algorithms.error().reason).c_str(),
            stderr);
        return read_proc_crypto(algorithms.error());
    }
    return CompressorList{"netlink", compressors_of(std::move(*algorithms))};
}

// By name; of several drivers of a name the one that serves comes first.
bool precedes(const CryptoAlgorithm& left, const CryptoAlgorithm& right) {
    return std::tie(left.name, right.priority, left.driver) <
           std::tie(right.name, left.priority, right.driver);
}

Cell integer_cell(int number) {
    return {fmt::to_string(number), number};
}

Table make_table(const std::vector<CryptoAlgorithm>& compressors) {
    Table table({{"NAME"},
                 {"DRIVER"},
                 {"MODULE"},
                 {"TYPE"},
                 {"PRIORITY", Align::right},
                 {"REFERENCES", Align::right},
                 {"SELF-TEST"}});
    for (const CryptoAlgorithm& compressor : compressors) {
        table.add_row({text_cell(compressor.name), text_cell(compressor.driver),
                       text_cell(compressor.module), text_cell(compressor.type),
                       integer_cell(compressor.priority), integer_cell(compressor.references),
                       text_cell(compressor.self_test_passed ? "passed" : "unknown")});
    }
    return table;
}

ExitStatus show_compressors(bool json) {
    CompressorList list = value_or_throw(list_compressors());
    std::sort(list.compressors.begin(), list.compressors.end(), precedes);
    const Table table = make_table(list.compressors);
    if (json) {
        print(to_json_text(
            Json::object({{"source", list.source}, {"compressors", table.to_json()}})));
    } else if (table.empty()) {
        std::fputs("no compressor is registered; the first use of an algorithm loads it\n", stderr);
    } else {
        print(table.to_text());
    }
    return ExitStatus::success;
}

}  // namespace

Run add_crypto(CLI::App& app) {
    auto json = std::make_shared<bool>(false);
    app.add_flag("--json", *json, "Print JSON, with the source of the answer");
    return [json] { return show_compressors(*json); };
}

}  // namespace truenoctl
