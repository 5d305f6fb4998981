// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// truenoctl tune: what a policy wants of cold pages, once or again and again.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "maintenance.hpp"
#include "retry.hpp"
#include "subcommand.hpp"
#include "transaction.hpp"
#include "tune_budget.hpp"
#include "tune_policy.hpp"
#include "zram.hpp"
#include "zram_algorithm.hpp"
#include "zram_attribute.hpp"

namespace truenoctl {

namespace {

struct TuneOptions {
    std::string policy_file;
    std::string state_directory = "/var/lib/trueno";
    std::string interval = "10min";
    bool once = false;
    bool dry_run = false;
};

std::uint64_t count_writes(const ZramDevice& device) {
    const std::optional<WritebackStat> stat = value_or_throw(device.writeback_stat());
    if (!stat) {
        throw Fatal({fmt::format("{} does not tell what was written back",
                                 device.attribute("bd_stat").string()),
                     ""});
    }
    return stat->written_bytes / kWritebackUnitBytes;
}

// One device, one round.
class Round {
  public:
    Round(Transaction& transaction, const ZramDevice& device, const TunePolicy& policy,
          std::filesystem::path account_file)
        : transaction_(transaction),
          device_(device),
          policy_(policy),
          account_file_(std::move(account_file)) {}

    void run() {
        // What cannot be done at all is told before pages are marked for it.
        if (policy_.recompress) {
            require_attribute(device_, "recompress");
        }
        if (!policy_.writeback.empty()) {
            require_backing_device(device_);
        }
        if (policy_.needs_idle_pages()) {
            write_step(transaction_, device_,
                       {"idle", fmt::to_string(policy_.idle_after.count()), explain_idle_error});
        }
        if (policy_.recompress) {
            write_step(transaction_, device_, {"recompress", recompression()});
        }
        if (!policy_.writeback.empty()) {
            write_back();
        }
    }

  private:
    std::string recompression() const {
        return policy_.recompress_algorithm.empty()
                   ? (require_recompression(device_), "type=idle")
                   : fmt::format("type=idle {}", only_with(find_recompression(
                                                     device_, policy_.recompress_algorithm)));
    }

    void write_back() {
        const WritebackAccount before =
            value_or_throw(load_account(account_file_)).at(today(), count_writes(device_));
        const std::uint64_t left = before.left_units(policy_.writeback_bytes_per_day);
        write_step(transaction_, device_, {"writeback_limit", fmt::to_string(left)});
        write_step(transaction_, device_, {"writeback_limit_enable", "1"});
        for (const std::string& type : policy_.writeback) {
            if (left > 0) {
                write_within_limit(type);
            }
        }
        if (!transaction_.is_dry_run()) {
            value_or_throw(
                save_account(account_file_, before.at(before.day, count_writes(device_))));
        }
    }

    // A budget that ends on the way is what a budget is for.
    void write_within_limit(const std::string& type) {
        transaction_.take(describe_write(device_, "writeback", type), [&]() -> Result<void> {
            const SystemResult<void> written = retry_while_busy(
                [&] { return write_attribute(device_.attribute("writeback"), type); });
            const bool used_up = !written && written.error().number == EIO &&
                                 device_.read_number("writeback_limit").value_or(1) == 0;
            if (written || used_up) {
                return {};
            }
            Error error =
                describe_system_error(describe_write(device_, "writeback", type), written.error());
            explain_writeback_error(written.error(), error);
            return tl::unexpected(error);
        });
    }

    Transaction& transaction_;
    const ZramDevice& device_;
    const TunePolicy& policy_;
    std::filesystem::path account_file_;
};

// What fails on one device does not keep the others waiting.
ExitStatus run_round(const TuneOptions& options, const TunePolicies& policies) {
    ExitStatus status = ExitStatus::success;
    Transaction transaction(options.dry_run ? Mode::tell : Mode::take);
    for (const ZramDevice& device : ZramDriver().devices()) {
        const TunePolicy& policy = policies.of(device.name());
        if (!policy.acts() || !device.initialized()) {
            continue;
        }
        try {
            Round(transaction, device, policy,
                  std::filesystem::path(options.state_directory) /
                      fmt::format("tune-{}.json", device.name()))
                .run();
        } catch (const Fatal& fatal) {
            std::fputs(describe(fatal.error()).c_str(), stderr);
            status = fatal.error().status;
        }
    }
    if (options.dry_run && !transaction.told().empty()) {
        print_steps(transaction);
    }
    return status;
}

TunePolicies read_policies(const std::string& file) {
    const SystemResult<std::string> text = read_attribute(file);
    if (!text) {
        throw Fatal(describe_system_error(fmt::format("read {}", file), text.error()));
    }
    Result<TunePolicies> policies = parse_tune_policies(*text);
    if (!policies) {
        policies.error().reason = fmt::format("{}: {}", file, policies.error().reason);
    }
    return value_or_throw(std::move(policies));
}

ExitStatus tune(const TuneOptions& options) {
    const TunePolicies policies = read_policies(options.policy_file);
    const std::chrono::seconds interval = value_or_throw(parse_duration(options.interval));
    if (interval < std::chrono::seconds(1)) {
        throw Fatal({fmt::format("--interval {} is no pause", options.interval), "give at least 1s",
                     ExitStatus::usage});
    }
    if (options.once || options.dry_run) {
        return run_round(options, policies);
    }
    for (;;) {
        run_round(options, policies);
        std::this_thread::sleep_for(interval);
    }
}

}  // namespace

Run add_tune(CLI::App& app) {
    auto options = std::make_shared<TuneOptions>();
    app.add_option("--policy", options->policy_file, "The INI file that says what is done")
        ->required();
    app.add_flag("--once", options->once, "One round, then exit");
    app.add_option("--interval", options->interval, "Time between rounds, such as 30s or 10min")
        ->capture_default_str();
    app.add_option("--state", options->state_directory,
                   "Directory that keeps what was written back today")
        ->capture_default_str();
    app.add_flag("-n,--dry-run", options->dry_run, "Print the steps of one round, take none");
    return [options] { return tune(*options); };
}

}  // namespace truenoctl
