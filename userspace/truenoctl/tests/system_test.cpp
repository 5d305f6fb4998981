// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Error texts, roll-back, processes, and the parsers of /proc and doctor.
#include <gtest/gtest.h>

#include <cerrno>
#include <string>
#include <vector>

#include "crypto.hpp"
#include "doctor.hpp"
#include "memory.hpp"
#include "modules.hpp"
#include "process.hpp"
#include "rollback.hpp"
#include "sysfs.hpp"

namespace truenoctl {
namespace {

TEST(Describe, PutsTheRemedyOnALineOfItsOwn) {
    EXPECT_EQ(describe({"a failed", "do b"}), "truenoctl: a failed\nHINT: do b\n");
    EXPECT_EQ(describe({"a failed", ""}), "truenoctl: a failed\n");
}

TEST(DescribeSystemError, TellsLackOfPrivilegeFromOtherFailures) {
    const Error denied = describe_system_error("write /sys/x", {EACCES});
    EXPECT_EQ(denied.status, ExitStatus::not_permitted);
    EXPECT_EQ(denied.reason, "cannot write /sys/x: Permission denied");
    EXPECT_NE(denied.remedy.find("root (capability CAP_DAC_OVERRIDE)"), std::string::npos);
    EXPECT_NE(describe_system_error("swap on x", {EPERM}).remedy.find("CAP_SYS_ADMIN"),
              std::string::npos);
    EXPECT_EQ(describe_system_error("write /sys/x", {EBUSY}).status, ExitStatus::failure);
}

TEST(ReadAttribute, GivesTheErrnoOfAMissingFile) {
    EXPECT_EQ(read_attribute("/nonexistent/file").error().number, ENOENT);
}

TEST(WriteAttribute, GivesTheErrnoOfTheWriteItself) {
    EXPECT_EQ(write_attribute("/dev/full", "x").error().number, ENOSPC);
    EXPECT_TRUE(write_attribute("/dev/null", "x").has_value());
}

TEST(Rollback, UndoesTheLastStepFirstAndReportsWhatItCouldNotUndo) {
    std::vector<std::string> order;
    Rollback rollback;
    rollback.add("unload zram", [&]() -> Result<void> {
        order.push_back("unload");
        return {};
    });
    rollback.add("remove zram0", [&]() -> Result<void> {
        order.push_back("remove");
        return failure("zram0 is stuck");
    });
    rollback.add("swapoff", [&]() -> Result<void> {
        order.push_back("swapoff");
        return {};
    });
    const Error error = rollback.undo_all({"no swap", "buy memory", ExitStatus::not_permitted});
    EXPECT_EQ(order, (std::vector<std::string>{"swapoff", "remove", "unload"}));
    EXPECT_EQ(error.reason, "no swap\nundone: swapoff, unload zram\nnot undone: zram0 is stuck");
    EXPECT_EQ(error.remedy, "buy memory");
    EXPECT_EQ(error.status, ExitStatus::not_permitted);
}

TEST(Rollback, LeavesTheCauseAloneWithoutSteps) {
    EXPECT_EQ(Rollback().undo_all({"no zram", ""}).reason, "no zram");
}

TEST(RunProcess, ReturnsExitStatusAndBothOutputs) {
    const ProcessOutcome outcome =
        run_process({"sh", "-c", "echo out; echo err >&2; exit 7"}).value();
    EXPECT_EQ(outcome.exit_status, 7);
    EXPECT_EQ(outcome.output, "out\nerr\n");
}

TEST(RunProcess, PassesArgumentsWithoutAShell) {
    EXPECT_EQ(run_process({"printf", "%s", "$HOME; 'a b'"}).value().output, "$HOME; 'a b'");
}

TEST(RunProcess, ReportsDeathBySignal) {
    EXPECT_EQ(run_process({"sh", "-c", "kill -TERM $$"}).value().exit_status, 128 + 15);
}

TEST(RunProcess, NamesAProgramThatIsNotInstalled) {
    const auto outcome = run_process({"no-such-program"});
    ASSERT_FALSE(outcome.has_value());
    EXPECT_NE(outcome.error().reason.find("no-such-program"), std::string::npos);
}

TEST(Modules, KnowsNothingOfAModuleThatDoesNotExist) {
    const Modules modules;
    EXPECT_FALSE(modules.knows("crypto-no-such-algorithm"));
    EXPECT_EQ(modules.info("no_such_module").state, ModuleState::missing);
    const auto loaded = modules.load("no_such_module");
    ASSERT_FALSE(loaded.has_value());
    EXPECT_NE(loaded.error().reason.find("'no_such_module'"), std::string::npos);
    EXPECT_FALSE(loaded.error().remedy.empty());
}

TEST(ParseMemoryInfo, ReadsKibibytes) {
    const SystemMemory memory =
        parse_memory_info("MemTotal:  100 kB\nMemFree: 5 kB\nMemAvailable:  40 kB\n").value();
    EXPECT_EQ(memory.total_bytes, 102400u);
    EXPECT_EQ(memory.available_bytes, 40960u);
}

TEST(ParseMemoryInfo, RefusesATextWithoutTheTotal) {
    EXPECT_FALSE(parse_memory_info("MemAvailable: 5 kB\n").has_value());
    EXPECT_FALSE(parse_memory_info("").has_value());
}

constexpr const char* kCrypto =
    "name         : trueno-lz4\n"
    "driver       : trueno-lz4-avx2-scomp\n"
    "module       : trueno\n"
    "priority     : 300\n"
    "refcnt       : 2\n"
    "selftest     : passed\n"
    "internal     : no\n"
    "type         : scomp\n"
    "\n"
    "name         : sha256\n"
    "driver       : sha256-generic\n"
    "module       : kernel\n"
    "priority     : 100\n"
    "refcnt       : 1\n"
    "type         : shash\n"
    "blocksize    : 64\n"
    "\n"
    "name         : lzo\n"
    "driver       : lzo-generic\n"
    "type         : compression\n";

TEST(ParseCrypto, ReadsEveryEntry) {
    const std::vector<CryptoAlgorithm> algorithms = parse_crypto(kCrypto);
    ASSERT_EQ(algorithms.size(), 3u);
    EXPECT_EQ(algorithms[0].name, "trueno-lz4");
    EXPECT_EQ(algorithms[0].driver, "trueno-lz4-avx2-scomp");
    EXPECT_EQ(algorithms[0].module, "trueno");
    EXPECT_EQ(algorithms[0].priority, 300);
    EXPECT_EQ(algorithms[0].references, 2);
    EXPECT_TRUE(algorithms[0].self_test_passed);
    EXPECT_FALSE(algorithms[2].self_test_passed);
    EXPECT_TRUE(algorithms[0].is_compressor());
    EXPECT_FALSE(algorithms[1].is_compressor());
    EXPECT_TRUE(algorithms[2].is_compressor());
}

TEST(ParseCrypto, SkipsLinesBeforeTheFirstName) {
    EXPECT_TRUE(parse_crypto("driver : x\nno colon\n").empty());
}

TEST(CheckKernel, RefusesKernelsOlderThan6_1) {
    EXPECT_EQ(check_kernel("6.1.0-56-amd64").state, CheckState::ok);
    EXPECT_EQ(check_kernel("7.3.4").state, CheckState::ok);
    EXPECT_EQ(check_kernel("10.0.1").state, CheckState::ok);
    for (const char* release : {"6.0.19", "5.15.0-1-cloud", "4.19.0"}) {
        const Check check = check_kernel(release);
        EXPECT_EQ(check.state, CheckState::problem) << release;
        EXPECT_EQ(check.detail, release);
        EXPECT_FALSE(check.remedy.empty());
    }
}

TEST(CheckKernel, RefusesAReleaseWithoutAVersion) {
    EXPECT_EQ(check_kernel("mainline").state, CheckState::problem);
}

TEST(NeedsBridge, FromKernel6_12On) {
    for (const char* release : {"6.12.0", "6.12-rc1", "6.18.44-x", "7.0.1", "10.1.0"}) {
        EXPECT_TRUE(needs_bridge(release)) << release;
    }
    for (const char* release : {"6.1.0-56-amd64", "6.11.9", "6.2.0", "mainline"}) {
        EXPECT_FALSE(needs_bridge(release)) << release;
    }
}

TEST(CheckBridge, IsAProblemIfZramIsOrWillBeWithoutIt) {
    EXPECT_EQ(check_bridge({ModuleState::missing, "", "", "", {}}, false).state,
              CheckState::problem);
    EXPECT_EQ(check_bridge({ModuleState::missing, "", "", "", {}}, true).state,
              CheckState::problem);
    EXPECT_EQ(check_bridge({ModuleState::available, "", "", "", {}}, true).state,
              CheckState::problem);
    EXPECT_EQ(check_bridge({ModuleState::available, "", "", "", {}}, false).state, CheckState::ok);
    EXPECT_EQ(check_bridge({ModuleState::loaded, "", "", "", {}}, true).state, CheckState::ok);
}

TEST(ParseCodecState, ReadsTheModulesChoice) {
    const CodecState state = parse_codec_state(
        "compress avx2\ndecompress scalar\nfallback scalar\nvariants avx2 scalar\n");
    EXPECT_EQ(state.compress, "avx2");
    EXPECT_EQ(state.decompress, "scalar");
    EXPECT_EQ(state.variants, (std::vector<std::string>{"avx2", "scalar"}));
}

TEST(DoctorText, GivesAHintForEachProblemOnly) {
    const std::vector<Check> checks = {{"kernel", CheckState::ok, "6.1", ""},
                                       {"module", CheckState::problem, "absent", "install it"}};
    EXPECT_EQ(to_text(checks),
              "CHECK   STATE    DETAIL\n"
              "kernel  ok       6.1\n"
              "module  PROBLEM  absent\n"
              "HINT: module: install it\n");
}

TEST(DoctorJson, IsHealthyOnlyWithoutProblems) {
    const Json healthy = to_json({{"kernel", CheckState::ok, "6.1", ""}});
    EXPECT_TRUE(healthy["healthy"]);
    EXPECT_TRUE(healthy["checks"][0]["hint"].is_null());
    const Json sick = to_json(
        {{"kernel", CheckState::ok, "6.1", ""}, {"zram", CheckState::problem, "none", "get it"}});
    EXPECT_FALSE(sick["healthy"]);
    EXPECT_EQ(sick["checks"][1]["hint"], "get it");
    const Json advised = to_json({{"swappiness", CheckState::advice, "60", "raise it"}});
    EXPECT_TRUE(advised["healthy"]);
    EXPECT_EQ(advised["checks"][0]["hint"], "raise it");
}

}  // namespace
}  // namespace truenoctl
