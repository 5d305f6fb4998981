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

/// The HTTP response to the head of a request, up to its empty line: to GET and
/// HEAD of /metrics what @p render returns, to other methods 405, to other pages
/// 404, and 400 to what is no request.
std::string answer_request(std::string_view request, const std::function<std::string()>& render);

/// Answers requests by answer_request() until SIGTERM or SIGINT. A connection
/// gets one answer, 5 seconds and 8 KiB for its request (else 400), and nobody
/// has to wait for another's. Says on standard error where it listens.
Result<void> serve_metrics(const ListenAddress& address,
                           const std::function<std::string()>& render);

}  // namespace truenoctl

#endif  // TRUENOCTL_METRICS_SERVER_HPP
