// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// truenoctl metrics: once to standard output, into a file for node_exporter's
// textfile collector, or again and again over HTTP.
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <memory>
#include <string>

#include "file_descriptor.hpp"
#include "metrics.hpp"
#include "metrics_server.hpp"
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

bool write_all(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const ssize_t length = write(descriptor, text.data(), text.size());
        if (length < 0) {
            return false;
        }
        text.remove_prefix(static_cast<std::size_t>(length));
    }
    return true;
}

// The file is replaced as a whole: a collector that reads it meanwhile sees the
// old one. node_exporter runs as another user, and reads names in .prom alone.
Result<void> replace_file(const std::string& file, std::string_view text) {
    std::string temporary = file + ".XXXXXX";
    const FileDescriptor descriptor(mkostemp(temporary.data(), O_CLOEXEC));
    const bool created = descriptor.number() >= 0;
    if (created && write_all(descriptor.number(), text) && fchmod(descriptor.number(), 0644) == 0 &&
        rename(temporary.c_str(), file.c_str()) == 0) {
        return {};
    }
    const int number = errno;
    if (created) {
        unlink(temporary.c_str());
    }
    Error error = describe_system_error(fmt::format("write {}", file), {number});
    if (number == ENOENT) {
        error.remedy = "its directory must exist";
    }
    return tl::unexpected(error);
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
    text_file->type_name("FILE");
    CLI::Option* listen =
        app.add_option("--listen", options->listen, "Answer requests for /metrics until a signal");
    listen->type_name("ADDRESS:PORT")->excludes(text_file);
    app.add_flag("--allow-remote", options->allow_remote,
                 "Listen on an address that other machines reach")
        ->needs(listen);
    return [options] { return give_metrics(*options); };
}

}  // namespace truenoctl
