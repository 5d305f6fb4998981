// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include <fmt/format.h>
#include <linux/cryptouser.h>
#include <linux/netlink.h>
#include <netlink/errno.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>

#include <algorithm>
#include <cstddef>
#include <memory>

#include "crypto.hpp"

namespace truenoctl {

namespace {

// The kernel passes an algorithm's flags on as they are in its own
// include/linux/crypto.h, which is no part of its headers for userspace.
constexpr std::uint32_t kCryptoAlgorithmTested = 0x400;

struct SocketDeleter {
    void operator()(nl_sock* socket) const { nl_socket_free(socket); }
};
struct MessageDeleter {
    void operator()(nl_msg* message) const { nlmsg_free(message); }
};
using Socket = std::unique_ptr<nl_sock, SocketDeleter>;
using Message = std::unique_ptr<nl_msg, MessageDeleter>;

template <std::size_t size>
std::string to_string(const char (&text)[size]) {
    return {text, std::find(text, text + size, '\0')};
}

// What an attribute of the kind that describes compressors calls their type.
std::string read_type(nlattr* const* attributes) {
    if (nlattr* report = attributes[CRYPTOCFGA_REPORT_COMPRESS]) {
        return to_string(static_cast<const crypto_report_comp*>(nla_data(report))->type);
    }
    if (nlattr* report = attributes[CRYPTOCFGA_REPORT_ACOMP]) {
        return to_string(static_cast<const crypto_report_acomp*>(nla_data(report))->type);
    }
    return {};
}

int append_algorithm(nl_msg* message, void* argument) {
    nlmsghdr* header = nlmsg_hdr(message);
    nla_policy policy[CRYPTOCFGA_MAX + 1] = {};
    policy[CRYPTOCFGA_PRIORITY_VAL].type = NLA_U32;
    policy[CRYPTOCFGA_REPORT_COMPRESS].minlen = sizeof(crypto_report_comp);
    policy[CRYPTOCFGA_REPORT_ACOMP].minlen = sizeof(crypto_report_acomp);
    nlattr* attributes[CRYPTOCFGA_MAX + 1] = {};
    if (nlmsg_parse(header, sizeof(crypto_user_alg), attributes, CRYPTOCFGA_MAX, policy) < 0) {
        return NL_SKIP;
    }
    const auto* entry = static_cast<const crypto_user_alg*>(nlmsg_data(header));
    CryptoAlgorithm algorithm;
    algorithm.name = to_string(entry->cru_name);
    algorithm.driver = to_string(entry->cru_driver_name);
    algorithm.module = to_string(entry->cru_module_name);
    algorithm.type = read_type(attributes);
    algorithm.references = static_cast<int>(entry->cru_refcnt);
    algorithm.self_test_passed = (entry->cru_flags & kCryptoAlgorithmTested) != 0;
    if (nlattr* priority = attributes[CRYPTOCFGA_PRIORITY_VAL]) {
        algorithm.priority = static_cast<int>(nla_get_u32(priority));
    }
    static_cast<std::vector<CryptoAlgorithm>*>(argument)->push_back(std::move(algorithm));
    return NL_OK;
}

tl::unexpected<Error> netlink_failure(int number) {
    return failure(
        fmt::format("the kernel does not list its algorithms by netlink: {}", nl_geterror(number)),
        "it takes a kernel with CONFIG_CRYPTO_USER");
}

}  // namespace

Result<std::vector<CryptoAlgorithm>> request_crypto() {
    const Socket socket(nl_socket_alloc());
    const Message message(nlmsg_alloc_simple(CRYPTO_MSG_GETALG, NLM_F_REQUEST | NLM_F_DUMP));
    crypto_user_alg any = {};
    if (!socket || !message || nlmsg_append(message.get(), &any, sizeof(any), NLMSG_ALIGNTO) < 0) {
        return netlink_failure(-NLE_NOMEM);
    }
    std::vector<CryptoAlgorithm> algorithms;
    // A dump ends with a message of its own; an acknowledgement would end it early.
    nl_socket_disable_auto_ack(socket.get());
    nl_socket_enable_msg_peek(socket.get());
    nl_socket_modify_cb(socket.get(), NL_CB_VALID, NL_CB_CUSTOM, append_algorithm, &algorithms);
    int status = nl_connect(socket.get(), NETLINK_CRYPTO);
    if (status >= 0) {
        status = nl_send_auto(socket.get(), message.get());
    }
    if (status >= 0) {
        status = nl_recvmsgs_default(socket.get());
    }
    if (status < 0) {
        return netlink_failure(status);
    }
    return algorithms;
}

}  // namespace truenoctl
