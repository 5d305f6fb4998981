// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// truenoctl metrics: once to standard output, into a file for node_exporter's
// textfile collector, or again and again over HTTP.
#include <fmt/format.h>
#include <sys/stat.h>

#include <memory>
#include <string>

#include "metrics.hpp"
#include "metrics_server.hpp"
#include "output_file.hpp"
#include "subcommand.hpp"
#include "table.hpp"

namespace truenoctl {

namespace {

struct MetricsOptions {
    std::string text_file;
    std::string listen;
    bool allow_remote = false;
};

std::string render_metrics() {
    return collect_metrics().to_text();
}

// A collector that reads the file meanwhile sees the old one whole. node_exporter
// runs as another user.
Result<void> replace_file(const std::string& path, std::string_view text) {
    constexpr mode_t kForAll = S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH;
    Result<OutputFile> file = OutputFile::create(path, Existing::replace, kForAll);
    if (!file) {
        return tl::unexpected(file.error());
    }
    const Result<void> written = file->write(text);
    return written ? file->commit() : written;
}

ExitStatus serve(const MetricsOptions& options) {
    const ListenAddress address = value_or_throw(parse_listen_address(options.listen));
    if (!address.loopback && !options.allow_remote) {
        throw Fatal({fmt::format("--listen {} lets other machines read the metrics without any "
                                 "authentication",
                                 options.listen),
                     "add --allow-remote if that is meant, or listen on 127.0.0.1",
                     ExitStatus::usage});
    }
    value_or_throw(serve_metrics(address, render_metrics));
    return ExitStatus::success;
}

ExitStatus give_metrics(const MetricsOptions& options) {
    if (!options.listen.empty()) {
        return serve(options);
    }
    if (!options.text_file.empty()) {
        value_or_throw(replace_file(options.text_file, render_metrics()));
    } else {
        print(render_metrics());
    }
    return ExitStatus::success;
}

}  // namespace

Run add_metrics(CLI::App& app) {
    auto options = std::make_shared<MetricsOptions>();
    CLI::Option* text_file =
        app.add_option("--textfile", options->text_file, "Replace this file's content");
    text_file->type_name("FILE")->check(refuse_empty_path);
    CLI::Option* listen =
        app.add_option("--listen", options->listen, "Answer requests for /metrics until a signal");
    listen->type_name("ADDRESS:PORT")->excludes(text_file);
    app.add_flag("--allow-remote", options->allow_remote,
                 "Listen on an address that other machines reach")
        ->needs(listen);
    return [options] { return give_metrics(*options); };
}

}  // namespace truenoctl
