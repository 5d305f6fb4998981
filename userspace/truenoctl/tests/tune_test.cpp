// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// The policy of tune and its account of the day's budget.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "fake_root.hpp"
#include "tune_budget.hpp"
#include "tune_policy.hpp"
#include "zram_stat.hpp"

namespace truenoctl {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;

TEST(ParseTunePolicies, ADeviceOverridesTheDefaultsWhereverTheyStand) {
    const TunePolicies policies = parse_tune_policies(
                                      "[zram3]\n"
                                      "idle-after = 2h\n"
                                      "writeback = incompressible idle\n"
                                      "writeback-budget-per-day = 400M ; flash wears out\n"
                                      "[defaults]\n"
                                      "idle-after = 30min\n"
                                      "recompress = yes\n")
                                      .value();
    EXPECT_EQ(policies.of("zram0").idle_after, seconds(1800));
    EXPECT_TRUE(policies.of("zram0").recompress);
    EXPECT_TRUE(policies.of("zram0").writeback.empty());
    EXPECT_EQ(policies.of("zram3").idle_after, seconds(7200));
    EXPECT_TRUE(policies.of("zram3").recompress);
    EXPECT_EQ(policies.of("zram3").writeback, (std::vector<std::string>{"incompressible", "idle"}));
    EXPECT_EQ(policies.of("zram3").writeback_bytes_per_day, 400u << 20);
}

TEST(ParseTunePolicies, ADeviceMayBeLeftAlone) {
    const TunePolicies policies =
        parse_tune_policies("[defaults]\nrecompress = zstd\n[zram1]\nrecompress = no\n").value();
    EXPECT_EQ(policies.of("zram0").recompress_algorithm, "zstd");
    EXPECT_TRUE(policies.of("zram0").acts());
    EXPECT_FALSE(policies.of("zram1").acts());
    EXPECT_FALSE(parse_tune_policies("").value().of("zram0").acts());
}

TEST(ParseTunePolicies, RefusesMistakesAndQuotesThem) {
    const struct {
        const char* text;
        const char* quoted;
    } mistakes[] = {
        {"[defaults]\nrecompres = yes\n", "'recompres = yes'"},
        {"[defaults]\nidle-after = soon\n", "'soon'"},
        {"[defaults]\nwriteback = old\nwriteback-budget-per-day = 1M\n", "'old'"},
        {"[defaults]\nwriteback-budget-per-day = lots\n", "'lots'"},
        {"[zram0]\nwriteback = huge\n", "[zram0]"},
        {"[sda]\nrecompress = yes\n", "[sda]"},
        {"[defaults]\nrecompress = yes\nnonsense\n", "line 3"},
    };
    for (const auto& [text, quoted] : mistakes) {
        const auto policies = parse_tune_policies(text);
        ASSERT_FALSE(policies.has_value()) << text;
        EXPECT_EQ(policies.error().status, ExitStatus::usage);
        EXPECT_NE(policies.error().reason.find(quoted), std::string::npos)
            << policies.error().reason;
    }
}

TEST(ParseDuration, KnowsItsUnitsAndNoOthers) {
    EXPECT_EQ(parse_duration("90").value(), seconds(90));
    EXPECT_EQ(parse_duration("90s").value(), seconds(90));
    EXPECT_EQ(parse_duration("15min").value(), seconds(900));
    EXPECT_EQ(parse_duration("365d").value(), seconds(365 * 86400));
    for (const char* text : {"", "h", "5m", "1.5h", "-1s", "5 min", "99999999999"}) {
        EXPECT_FALSE(parse_duration(text).has_value()) << text;
    }
}

TEST(WritebackAccount, AddsUpOnOneDayAndStartsAnewOnTheNext) {
    const WritebackAccount morning = WritebackAccount{}.at("2026-12-01", 10);
    EXPECT_EQ(morning.used_units, 10u);
    const WritebackAccount noon = morning.at("2026-12-01", 25);
    EXPECT_EQ(noon.used_units, 25u);
    EXPECT_EQ(noon.left_units(30 * kWritebackUnitBytes), 5u);
    EXPECT_EQ(noon.left_units(20 * kWritebackUnitBytes), 0u);
    EXPECT_EQ(noon.at("2026-12-02", 25).used_units, 0u);
}

TEST(WritebackAccount, AResetOfTheDeviceGivesNoNewBudget) {
    const WritebackAccount before{"2026-12-01", 25, 25};
    const WritebackAccount after = before.at("2026-12-01", 3);
    EXPECT_EQ(after.used_units, 28u);
    EXPECT_EQ(after.total_units, 3u);
}

TEST(WritebackAccount, IsKeptInAFile) {
    const FakeRoot files;
    const fs::path file = files.root().path / "new" / "tune-zram0.json";
    EXPECT_EQ(load_account(file).value().used_units, 0u);
    ASSERT_TRUE(save_account(file, {"2026-12-01", 25, 40}).has_value());
    const WritebackAccount account = load_account(file).value();
    EXPECT_EQ(account.day, "2026-12-01");
    EXPECT_EQ(account.used_units, 25u);
    EXPECT_EQ(account.total_units, 40u);
    std::ofstream(file) << "{\"day\": 5";
    const auto damaged = load_account(file);
    ASSERT_FALSE(damaged.has_value());
    EXPECT_NE(damaged.error().reason.find(file.string()), std::string::npos);
}

}  // namespace
}  // namespace truenoctl
