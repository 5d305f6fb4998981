// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "analyze_report.hpp"
#include "report_input.hpp"
#include "report_page.hpp"
#include "report_plot.hpp"

namespace truenoctl {
namespace {

constexpr const char* kHostile = "</title><script>alert(1)</script>\"' onload='x' &amp; \x01";

AnalyzeRun analysis(const std::string& name) {
    AnalyzeRun run;
    run.memory.sources = {name};
    run.memory.pages = 10;
    run.memory.same_filled = 2;
    run.memory.entropy = {1, 2, 3, 0, 0, 0, 1, 1};
    run.memory.codecs = {{name, "lz4", 20000, 0, 5, 1.25}, {"trueno-x", "x", 10000, 0, 4, 1}};
    run.baseline = name;
    run.cpu_model = name;
    run.rate = {10, name, false};
    run.recommendation = recommend({name, 20000, 5, 1.25}, {}, run.rate);
    return run;
}

std::vector<ReportSection> read(const std::string& text) {
    return value_or_throw(read_report_input(text, "test"));
}

std::string reason_of(const std::string& text) {
    const auto sections = read_report_input(text, "test");
    return sections ? "no error" : sections.error().reason;
}

std::string bench_document(const std::string& codecs) {
    return fmt::format(
        R"({{"baseline": "b", "machine": {{"cpu_model": "m"}}, "groups": [{{"name": "g", "pages": 7,)"
        R"("duplicate_pages": 1, "same_filled_pages": 0, "rounds": 3, "codecs": [{}]}}], "total": {{}}}})",
        codecs);
}

constexpr const char* kCodec =
    R"({"name": "c", "size_ratio": 0.5, "compress": {"mb_per_s": 100}, "decompress": {"mb_per_s": 400}})";

TEST(ReportInput, AnAnalysisComesBackAsItWas) {
    const auto sections = read(to_json_text(analyze_json(analysis("a.pages"))));
    ASSERT_EQ(sections.size(), 1u);
    EXPECT_EQ(sections[0].title, "Memory of a.pages");
    EXPECT_EQ(sections[0].entropy, (EntropyHistogram{1, 2, 3, 0, 0, 0, 1, 1}));
    ASSERT_EQ(sections[0].codecs.size(), 2u);
    EXPECT_NEAR(sections[0].codecs[1].size_ratio, 10000.0 / 40960, 1e-9);
    EXPECT_NEAR(sections[0].codecs[1].compress_mb_s, 1024, 1e-9);
    EXPECT_FALSE(sections[0].recommendation.empty());
}

TEST(ReportInput, DocumentsMayFollowEachOther) {
    const std::string analyze = to_json_text(analyze_json(analysis("a.pages")));
    const auto sections = read(bench_document(kCodec) + analyze + "\n  ");
    ASSERT_EQ(sections.size(), 2u);
    EXPECT_EQ(sections[0].title, "Benchmark of g");
    EXPECT_EQ(sections[0].codecs[0].decompress_mb_s, 400);
    EXPECT_EQ(sections[1].title, "Memory of a.pages");
}

TEST(ReportInput, WhatIsWrongIsNamedByPlace) {
    EXPECT_EQ(reason_of(" \n"), "test: is empty");
    EXPECT_NE(reason_of("{\"entropy\": ").find("test: is not JSON"), std::string::npos);
    EXPECT_NE(reason_of("{\"total\": 1e999}").find("test: is not JSON"), std::string::npos);
    EXPECT_EQ(reason_of("[]"), "test: is not an object");
    EXPECT_EQ(reason_of("{}"), "test: is no result of bench or analyze");
    EXPECT_EQ(reason_of(bench_document("7")), "test, groups[0], codecs[0]: is not an object");
    EXPECT_EQ(reason_of(bench_document(R"({"name": 7})")),
              "test, groups[0], codecs[0]: 'name' is not a string");
    EXPECT_EQ(reason_of(bench_document(R"({"name": "c", "size_ratio": "wide"})")),
              "test, groups[0], codecs[0]: 'size_ratio' is not a number from 0 up");
    EXPECT_EQ(reason_of(bench_document(R"({"name": "c", "size_ratio": -1})")),
              "test, groups[0], codecs[0]: 'size_ratio' is not a number from 0 up");
    EXPECT_EQ(reason_of(bench_document(R"({"name": "c", "size_ratio": 1})")),
              "test, groups[0], codecs[0]: 'compress' is missing");
}

TEST(ReportInput, NumbersThatNoRunHasAreRefused) {
    const auto reason = [](const char* ratio, const char* compress, const char* decompress) {
        return reason_of(bench_document(fmt::format(
            R"({{"name": "c", "size_ratio": {}, "compress": {{"mb_per_s": {}}}, "decompress": {{"mb_per_s": {}}}}})",
            ratio, compress, decompress)));
    };
    EXPECT_EQ(reason("0.5", "0", "1e9"), "no error");
    for (const char* ratio : {"0", "100.1", "1e9", "1e300"}) {
        EXPECT_NE(reason(ratio, "1", "1").find("'size_ratio'"), std::string::npos) << ratio;
    }
    for (const char* speed : {"1e-4", "1e-310", "1.1e9", "1e300"}) {
        EXPECT_NE(reason("1", speed, "1").find("speeds"), std::string::npos) << speed;
        EXPECT_NE(reason("1", "1", speed).find("speeds"), std::string::npos) << speed;
    }
    AnalyzeRun run = analysis("a.pages");
    for (const double us : {1e-310, 1e-9, 1e9, 1e300}) {
        run.memory.codecs[1].compress_us = us;
        EXPECT_NE(reason_of(to_json_text(analyze_json(run))).find("codecs[1]"), std::string::npos);
    }
}

TEST(ReportPage, HostileNamesAreText) {
    const std::string page = report_page(read(to_json_text(analyze_json(analysis(kHostile)))));
    EXPECT_EQ(page.find("<script"), std::string::npos);
    EXPECT_EQ(page.find("\x01"), std::string::npos);
    EXPECT_EQ(page.find("' onload"), std::string::npos);
    EXPECT_NE(page.find("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39; onload=&#39;x&#39; "
                        "&amp;amp; \xef\xbf\xbd"),
              std::string::npos);
}

TEST(ReportPage, NeedsNothingFromElsewhere) {
    const std::string page = report_page(read(bench_document(kCodec)));
    for (const char* reference : {"http:", "https:", "src=", "href=", "@import", "url("}) {
        EXPECT_EQ(page.find(reference), std::string::npos) << reference;
    }
    EXPECT_NE(page.find("name=\"viewport\""), std::string::npos);
    EXPECT_NE(page.find("prefers-color-scheme: dark"), std::string::npos);
}

TEST(Plots, HaveAMarkForEveryCodecWithASpeed) {
    const std::string svg = speed_against_size_svg(
        "t", {{"a", 0.5, 100, true}, {"b", 0, 0, false}, {"c", 2, 9e9, false}});
    std::size_t marks = 0;
    for (std::size_t at = svg.find("<circle"); at != std::string::npos;
         at = svg.find("<circle", at + 1)) {
        marks++;
    }
    EXPECT_EQ(marks, 2u);
    EXPECT_EQ(svg.find("nan"), std::string::npos);
    EXPECT_EQ(svg.find("inf"), std::string::npos);
    EXPECT_EQ(speed_against_size_svg("t", {{"b", 0.5, 0, false}}), "");
    EXPECT_NE(speed_against_size_svg("t", {{"one", 0.5, 5, false}}).find("<circle"),
              std::string::npos);
}

TEST(Plots, ALongNameIsCutBetweenCharacters) {
    std::string name;
    for (int i = 0; i < 40; i++) {
        name += "ä";
    }
    const std::string svg = size_bars_svg("t", {{name, 0.5, 1, false}});
    EXPECT_NE(svg.find("ä…</text>"), std::string::npos) << svg;
}

}  // namespace
}  // namespace truenoctl
