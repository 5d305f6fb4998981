// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "metrics_server.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <iterator>
#include <list>
#include <optional>
#include <vector>

#include "file_descriptor.hpp"
#include "signal_wait.hpp"
#include "sysfs.hpp"

namespace truenoctl {

namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* kContentType = "text/plain; version=0.0.4; charset=utf-8";
constexpr std::size_t kRequestMax = 8192;
constexpr std::size_t kConnectionsMax = 64;
constexpr std::chrono::seconds kTimeOfConnection{5};

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

// @p status: with further headers, if there are any.
std::string response(std::string_view status, std::string_view type, std::string_view content) {
    return fmt::format(
        "HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}",
        status, type, content.size(), content);
}

std::string bad_request() {
    return response("400 Bad Request", "text/plain", "this is no request for a page\n");
}

bool is_transient(int number) {
    return number != EMFILE && number != ENFILE && number != ENOBUFS && number != ENOMEM;
}

int call_bind(int socket, const ListenAddress& address) {
    const auto port = htons(static_cast<std::uint16_t>(address.port));
    sockaddr_in four = {};
    if (inet_pton(AF_INET, address.host.c_str(), &four.sin_addr) == 1) {
        four.sin_family = AF_INET;
        four.sin_port = port;
        return bind(socket, reinterpret_cast<const sockaddr*>(&four), sizeof(four));
    }
    sockaddr_in6 six = {};
    inet_pton(AF_INET6, address.host.c_str(), &six.sin6_addr);
    six.sin6_family = AF_INET6;
    six.sin6_port = port;
    return bind(socket, reinterpret_cast<const sockaddr*>(&six), sizeof(six));
}

// The port of a bound socket; both kinds of address have it in the same place.
int port_of(int socket) {
    sockaddr_in6 name = {};
    socklen_t size = sizeof(name);
    getsockname(socket, reinterpret_cast<sockaddr*>(&name), &size);
    static_assert(offsetof(sockaddr_in6, sin6_port) == offsetof(sockaddr_in, sin_port));
    return ntohs(name.sin6_port);
}

Result<void> start_listening(int socket, const ListenAddress& address) {
    const int yes = 1;
    // For a restart, while the connections of the last run linger.
    if (socket < 0 || setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) != 0 ||
        call_bind(socket, address) != 0 || listen(socket, SOMAXCONN) != 0) {
        return tl::unexpected(describe_system_error(
            fmt::format("listen on {}", to_string(address.host, address.port)), {errno}));
    }
    return {};
}

/// A client, from its first byte to its last. Nothing here waits.
class Connection {
  public:
    explicit Connection(int socket) : socket_(socket) {}

    pollfd poll_source() const {
        const bool writes = state_ == State::writes;
        return {socket_.number(), static_cast<short>(writes ? POLLOUT : POLLIN), 0};
    }

    Clock::time_point deadline() const { return deadline_; }

    /// Goes on as far as the client lets it. Returns whether there is more to come.
    bool go_on(const std::function<std::string()>& render) {
        if (state_ == State::reads && !read_request(render)) {
            return false;
        }
        if (state_ == State::writes && !write_response()) {
            return false;
        }
        return state_ != State::ends || discard_rest();
    }

  private:
    enum class State {
        reads,
        writes,
        ends,  // the answer is out, the client has not closed its side
    };

    // What read(2) and send(2) return: whether a negative one is "not now".
    static bool is_not_now() { return errno == EAGAIN || errno == EINTR; }

    bool read_request(const std::function<std::string()>& render) {
        char buffer[kRequestMax];
        const ssize_t length = read(socket_.number(), buffer, sizeof(buffer));
        if (length <= 0) {
            return length < 0 && is_not_now();
        }
        text_.append(buffer, static_cast<std::size_t>(length));
        if (text_.size() > kRequestMax || text_.find("\r\n\r\n") != std::string::npos) {
            text_ = text_.size() > kRequestMax ? bad_request() : answer_request(text_, render);
            state_ = State::writes;
        }
        return true;
    }

    bool write_response() {
        const ssize_t length = send(socket_.number(), text_.data(), text_.size(), MSG_NOSIGNAL);
        if (length < 0) {
            return is_not_now();
        }
        text_.erase(0, static_cast<std::size_t>(length));
        if (text_.empty()) {
            shutdown(socket_.number(), SHUT_WR);
            state_ = State::ends;
        }
        return true;
    }

    // To close with bytes unread would reset the connection, and could take the
    // answer from a client that has not read it yet.
    bool discard_rest() {
        char buffer[kRequestMax];
        const ssize_t length = read(socket_.number(), buffer, sizeof(buffer));
        return length > 0 || (length < 0 && is_not_now());
    }

    FileDescriptor socket_;
    Clock::time_point deadline_ = Clock::now() + kTimeOfConnection;
    State state_ = State::reads;
    std::string text_;  // of the request, then what is left of the response
};

class Server {
  public:
    Server(int socket, const SignalWait& signals, const std::function<std::string()>& render)
        : socket_(socket), signals_(signals), render_(render) {}

    /// Until a signal.
    Result<void> run() {
        for (;;) {
            std::vector<pollfd> sources{{signals_.descriptor(), POLLIN, 0}, {socket_, POLLIN, 0}};
            for (const Connection& connection : connections_) {
                sources.push_back(connection.poll_source());
            }
            if (poll(sources.data(), sources.size(), milliseconds_to_wait()) < 0 &&
                errno != EINTR) {
                return tl::unexpected(describe_system_error("wait for requests", {errno}));
            }
            if (sources[0].revents != 0) {
                return {};
            }
            serve_connections(sources);
            if (sources[1].revents != 0) {
                if (Result<void> accepted = accept_one(); !accepted) {
                    return accepted;
                }
            }
        }
    }

  private:
    // The oldest connection is the first that must end.
    int milliseconds_to_wait() const {
        if (connections_.empty()) {
            return -1;
        }
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(
            connections_.front().deadline() - Clock::now());
        return static_cast<int>(std::max<std::int64_t>(0, left.count()));
    }

    void serve_connections(const std::vector<pollfd>& sources) {
        auto source = sources.begin() + 2;
        const Clock::time_point now = Clock::now();
        for (auto connection = connections_.begin(); connection != connections_.end(); ++source) {
            const bool stays = connection->deadline() > now &&
                               (source->revents == 0 || connection->go_on(render_));
            connection = stays ? std::next(connection) : connections_.erase(connection);
        }
    }

    Result<void> accept_one() {
        const int client = accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (client < 0) {
            return is_transient(errno)
                       ? Result<void>{}
                       : tl::unexpected(describe_system_error("take a connection", {errno}));
        }
        // Whoever says nothing must not keep others from an answer.
        if (connections_.size() == kConnectionsMax) {
            connections_.pop_front();
        }
        connections_.emplace_back(client);
        return {};
    }

    int socket_;
    const SignalWait& signals_;
    const std::function<std::string()>& render_;
    std::list<Connection> connections_;
};

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

std::string answer_request(std::string_view request, const std::function<std::string()>& render) {
    const std::string_view line = request.substr(0, request.find("\r\n"));
    const std::size_t after_method = line.find(' ');
    const std::size_t after_target = line.rfind(' ');
    if (after_method == 0 || after_method == std::string_view::npos ||
        after_target == after_method || !line.substr(after_target).starts_with(" HTTP/1.")) {
        return bad_request();
    }
    const std::string_view method = line.substr(0, after_method);
    std::string_view target = line.substr(after_method + 1, after_target - after_method - 1);
    target = target.substr(0, target.find('?'));
    if (target != "/metrics") {
        return response("404 Not Found", "text/plain", "there is only /metrics here\n");
    }
    if (method != "GET" && method != "HEAD") {
        return response("405 Method Not Allowed\r\nAllow: GET, HEAD", "text/plain",
                        "/metrics can only be read\n");
    }
    const std::string whole = response("200 OK", kContentType, render());
    return method == "GET" ? whole : whole.substr(0, whole.find("\r\n\r\n") + 4);
}

Result<void> serve_metrics(const ListenAddress& address,
                           const std::function<std::string()>& render) {
    const SignalWait signals({SIGTERM, SIGINT});
    const int family = address.host.find(':') == std::string::npos ? AF_INET : AF_INET6;
    const FileDescriptor listener(
        socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP));
    if (Result<void> listening = start_listening(listener.number(), address); !listening) {
        return listening;
    }
    std::fputs(fmt::format("listening on http://{}/metrics\n",
                           to_string(address.host, port_of(listener.number())))
                   .c_str(),
               stderr);
    return Server(listener.number(), signals, render).run();
}

}  // namespace truenoctl
