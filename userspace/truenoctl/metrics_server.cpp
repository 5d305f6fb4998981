// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "metrics_server.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <httplib.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <optional>
#include <thread>

#include "signal_wait.hpp"
#include "sysfs.hpp"

namespace truenoctl {

namespace {

constexpr const char* kContentType = "text/plain; version=0.0.4; charset=utf-8";

// Whether it is the loopback interface's; nothing if it is no numeric address.
std::optional<bool> is_loopback(const std::string& host) {
    in_addr four = {};
    if (inet_pton(AF_INET, host.c_str(), &four) == 1) {
        return (ntohl(four.s_addr) >> 24) == IN_LOOPBACKNET;
    }
    in6_addr six = {};
    if (inet_pton(AF_INET6, host.c_str(), &six) == 1) {
        return IN6_IS_ADDR_LOOPBACK(&six) != 0;
    }
    return std::nullopt;
}

std::string to_string(const std::string& host, int port) {
    return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port)
                                               : fmt::format("[{}]:{}", host, port);
}

void answer(httplib::Server& server, const std::function<std::string()>& render) {
    server.Get("/metrics", [&render](const httplib::Request&, httplib::Response& response) {
        response.set_content(render(), kContentType);
    });
    server.set_error_handler([](const httplib::Request&, httplib::Response& response) {
        response.set_content("there is only /metrics here\n", "text/plain");
    });
    // Two servers that share a port would each answer half of the requests.
    server.set_socket_options([](int socket) {
        const int yes = 1;
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    });
    // A connection that is kept open would keep the server from ending.
    server.set_keep_alive_max_count(1);
    server.set_read_timeout(5);
    server.set_write_timeout(5);
}

}  // namespace

Result<ListenAddress> parse_listen_address(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    std::string_view host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) {
        host = host.substr(1, host.size() - 2);
    } else if (host.find(':') != std::string_view::npos) {
        host = {};
    }
    ListenAddress address{std::string(host), -1, false};
    if (colon != std::string_view::npos) {
        const char* end = text.data() + text.size();
        const auto [stop, error] = std::from_chars(text.data() + colon + 1, end, address.port);
        if (error != std::errc() || stop != end) {
            address.port = -1;
        }
    }
    const std::optional<bool> loopback = is_loopback(address.host);
    constexpr int kPortMax = 65535;
    if (!loopback || address.port < 0 || address.port > kPortMax) {
        return usage_failure(fmt::format("'{}' is not an address and a port to listen on", text),
                             "write it like 127.0.0.1:9709 or [::1]:9709");
    }
    address.loopback = *loopback;
    return address;
}

Result<void> serve_metrics(const ListenAddress& address,
                           const std::function<std::string()>& render) {
    // Before the server starts threads, so that none of them gets the signals.
    const SignalWait signals({SIGTERM, SIGINT});
    httplib::Server server;
    answer(server, render);
    errno = 0;
    int port = address.port;
    if (port == 0) {
        port = server.bind_to_any_port(address.host);
    } else if (!server.bind_to_port(address.host, port)) {
        port = -1;
    }
    if (port < 0) {
        return tl::unexpected(describe_system_error(
            fmt::format("listen on {}", to_string(address.host, address.port)), {errno}));
    }
    std::fputs(
        fmt::format("listening on http://{}/metrics\n", to_string(address.host, port)).c_str(),
        stderr);
    bool served = false;
    std::atomic<bool> ended = false;
    std::thread thread([&] {
        served = server.listen_after_bind();
        ended = true;
        // Wakes the one below if the server ends by itself.
        kill(getpid(), SIGTERM);
    });
    signals.next();
    // A server that does not run yet would not see that it is stopped.
    while (!server.is_running() && !ended) {
        std::this_thread::yield();
    }
    server.stop();
    thread.join();
    if (!served) {
        return failure(fmt::format("{} takes no more connections", to_string(address.host, port)));
    }
    return {};
}

}  // namespace truenoctl
