// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// truenoctl monitor: a line for each uevent of a zram device and for each
// change of its attributes, as they happen. The kernel announces devices, but
// neither a new size nor what is stored: those are compared at intervals.
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <linux/netlink.h>
#include <netlink/errno.h>
#include <netlink/netlink.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "monitor_events.hpp"
#include "signal_wait.hpp"
#include "subcommand.hpp"

namespace truenoctl {

namespace {

using Clock = std::chrono::steady_clock;

struct MonitorOptions {
    std::uint64_t count = 0;  // 0: no end
    double seconds = 0;       // 0: no end
    double interval = 1;
    bool json = false;
};

struct SocketDeleter {
    void operator()(nl_sock* socket) const { nl_socket_free(socket); }
};
struct MemoryDeleter {
    void operator()(unsigned char* memory) const { std::free(memory); }
};

/// The kernel's announcements about devices.
class UeventSocket {
  public:
    UeventSocket() : socket_(nl_socket_alloc()) {
        constexpr unsigned kKernelGroup = 1;  // udev announces to another one
        int status = -NLE_NOMEM;
        if (socket_ != nullptr) {
            nl_join_groups(socket_.get(), kKernelGroup);
            status = nl_connect(socket_.get(), NETLINK_KOBJECT_UEVENT);
        }
        if (status < 0) {
            throw Fatal({fmt::format("cannot listen for uevents: {}", nl_geterror(status)),
                         "a container may hide them; try it outside"});
        }
        make_room();
        nl_socket_enable_msg_peek(socket_.get());
        nl_socket_set_nonblocking(socket_.get());
    }

    int descriptor() const { return nl_socket_get_fd(socket_.get()); }

    /// One message, empty if it is not from the kernel; nothing if there is none.
    std::optional<std::string> receive() {
        sockaddr_nl sender = {};
        unsigned char* received = nullptr;
        const int length = nl_recv(socket_.get(), &sender, &received, nullptr);
        const std::unique_ptr<unsigned char, MemoryDeleter> owner(received);
        if (length == -NLE_NOMEM) {
            tell_of_loss();
        }
        if (length <= 0) {
            return std::nullopt;
        }
        return sender.nl_pid != 0 ? std::string()
                                  : std::string(reinterpret_cast<const char*>(received),
                                                static_cast<std::size_t>(length));
    }

  private:
    // Announcements come in bursts, and of all block devices.
    void make_room() const {
        const int bytes = 4 << 20;
        // Beyond the system's limit, which only root may go.
        if (setsockopt(descriptor(), SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) != 0) {
            setsockopt(descriptor(), SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
        }
    }

    void tell_of_loss() {
        if (!std::exchange(told_of_loss_, true)) {
            std::fputs("truenoctl: there were more uevents than could be kept; some are lost\n",
                       stderr);
        }
    }

    std::unique_ptr<nl_sock, SocketDeleter> socket_;
    bool told_of_loss_ = false;
};

std::string current_time() {
    const auto now = std::chrono::system_clock::now();
    const auto milliseconds =
        std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() %
        1000;
    const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
    return fmt::format("{:%FT%T}.{:03}Z", fmt::gmtime(seconds), milliseconds);
}

class Monitor {
  public:
    explicit Monitor(const MonitorOptions& options)
        : options_(options),
          signals_({SIGINT, SIGTERM}),
          started_(Clock::now()),
          states_(read_device_states()) {}

    void run() {
        while (!is_over()) {
            pollfd sources[] = {{signals_.descriptor(), POLLIN, 0},
                                {uevents_.descriptor(), POLLIN, 0}};
            if (poll(sources, 2, milliseconds_to_wait()) < 0 && errno != EINTR) {
                throw Fatal(describe_system_error("wait for events", {errno}));
            }
            if (sources[0].revents != 0) {
                return;
            }
            report_changes();
        }
    }

  private:
    bool is_over() const {
        return (options_.count != 0 && reported_ >= options_.count) ||
               (options_.seconds > 0 && elapsed() >= options_.seconds);
    }

    double elapsed() const {
        return std::chrono::duration<double>(Clock::now() - started_).count();
    }

    int milliseconds_to_wait() const {
        double seconds = options_.interval;
        if (options_.seconds > 0) {
            seconds = std::min(seconds, options_.seconds - elapsed());
        }
        return std::max(1, static_cast<int>(seconds * 1000));
    }

    void report_changes() {
        DeviceStates now = read_device_states();
        // What was announced before these states were read comes before them.
        while (const std::optional<std::string> message = uevents_.receive()) {
            if (const auto event = parse_uevent(*message)) {
                report(*event);
            }
        }
        for (const MonitorEvent& event : compare(states_, now)) {
            report(event);
        }
        states_ = std::move(now);
    }

    void report(const MonitorEvent& event) {
        if (options_.count != 0 && reported_ >= options_.count) {
            return;
        }
        ++reported_;
        const std::string time = current_time();
        print(options_.json
                  ? to_json(event, time).dump(-1, ' ', false, Json::error_handler_t::replace) + "\n"
                  : fmt::format("{} {}\n", time, to_text(event)));
    }

    MonitorOptions options_;
    SignalWait signals_;
    // Before the first look at the devices: what happens in between is seen twice
    // rather than never.
    UeventSocket uevents_;
    Clock::time_point started_;
    DeviceStates states_;
    std::uint64_t reported_ = 0;
};

ExitStatus watch(const MonitorOptions& options) {
    Monitor(options).run();
    return ExitStatus::success;
}

}  // namespace

Run add_monitor(CLI::App& app) {
    auto options = std::make_shared<MonitorOptions>();
    app.add_option("--count", options->count, "End after this many lines")
        ->type_name("COUNT")
        ->check(CLI::PositiveNumber);
    app.add_option("--seconds", options->seconds, "End after this time")
        ->type_name("TIME")
        ->check(CLI::PositiveNumber);
    app.add_option("--interval", options->interval,
                   "Compare the attributes this many seconds apart; the default is 1")
        ->type_name("TIME")
        ->check(CLI::Range(0.05, 3600.0));
    app.add_flag("--json", options->json, "Print one JSON object a line");
    return [options] { return watch(*options); };
}

}  // namespace truenoctl
