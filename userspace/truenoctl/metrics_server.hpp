// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// An HTTP server for one page, /metrics.
#ifndef TRUENOCTL_METRICS_SERVER_HPP
#define TRUENOCTL_METRICS_SERVER_HPP

#include <functional>
#include <string>
#include <string_view>

#include "error.hpp"

namespace truenoctl {

struct ListenAddress {
    std::string host;  ///< numeric, without brackets
    int port = 0;      ///< 0 lets the kernel choose
    bool loopback = false;
};

/// "127.0.0.1:9100" or "[::1]:9100"; host names are no address to listen on.
/// Errors are usage errors that quote @p text.
Result<ListenAddress> parse_listen_address(std::string_view text);

/// Answers GET /metrics with what @p render returns, and everything else with
/// 404, until SIGTERM or SIGINT. Says on standard error where it listens.
Result<void> serve_metrics(const ListenAddress& address,
                           const std::function<std::string()>& render);

}  // namespace truenoctl

#endif  // TRUENOCTL_METRICS_SERVER_HPP
