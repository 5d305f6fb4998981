// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// The choice of columns and zramctl's command line. What is printed and done is
// compared with zramctl itself in a booted kernel, by selftests/test_5_zramctl.sh.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "status_columns.hpp"
#include "zramctl_command.hpp"

namespace truenoctl {
namespace {

std::string names(const ColumnSelection& selection) {
    std::string text;
    for (const StatusColumn* column : selection) {
        text += (text.empty() ? "" : ",") + std::string(column->name);
    }
    return text;
}

ColumnSelection only_name() {
    return select_columns("NAME", {}).value();
}

TEST(StatusColumns, AreChosenInTheOrderGivenAndInAnyCase) {
    EXPECT_EQ(names(select_columns("compr,NAME,Compr", only_name()).value()), "COMPR,NAME,COMPR");
}

TEST(StatusColumns, AreAddedAfterAPlus) {
    EXPECT_EQ(names(select_columns("+DATA,COMPR", only_name()).value()), "NAME,DATA,COMPR");
}

TEST(StatusColumns, QuoteAnUnknownNameAndListTheKnownOnes) {
    for (const char* list : {"", "+", ",", "NAME,", "NAM", "NAMES", "NAME, DATA", "NAME,BOGUS"}) {
        const auto selection = select_columns(list, only_name());
        ASSERT_FALSE(selection.has_value()) << list;
        EXPECT_EQ(selection.error().status, ExitStatus::usage);
        EXPECT_NE(selection.error().remedy.find("WRITEBACK-WRITES"), std::string::npos);
    }
    EXPECT_EQ(select_columns("NAME,BOGUS", {}).error().reason, "'BOGUS' is not a column");
}

TEST(StatusColumns, HaveDifferentNames) {
    std::set<std::string> seen;
    for (const StatusColumn& column : status_columns()) {
        EXPECT_TRUE(seen.insert(column.name).second) << column.name;
    }
}

TEST(StatusColumns, AreEmptyWhereTheKernelHasNothing) {
    const DeviceState state{};
    const ColumnSelection optional_columns =
        select_columns("STREAMS,COMP-RATIO,HUGE-PAGES-SINCE,BACKING-DEVICE,WRITEBACK", {}).value();
    for (const StatusColumn* column : optional_columns) {
        EXPECT_EQ(column->cell(state, SizeForm::human).value, nullptr) << column->name;
    }
}

TEST(ZramctlColumns, StandAtTheirPlaceInTheTable) {
    for (std::size_t i = 0; i < zramctl_columns().size(); ++i) {
        EXPECT_EQ(static_cast<std::size_t>(zramctl_columns()[i].column), i);
    }
}

TEST(ZramctlCommand, ReadsJoinedLettersAndAbbreviatedNames) {
    const auto command = parse_zramctl_command({"-bno+comp-ratio", "zram0", "--ra"}).value();
    EXPECT_EQ(command.action, ZramctlAction::list);
    EXPECT_TRUE(command.bytes && command.no_headings && command.raw);
    EXPECT_EQ(command.columns.size(), 9u);
    EXPECT_EQ(command.columns.back(), ZramctlColumn::ratio);
    EXPECT_EQ(command.devices, std::vector<std::string>{"zram0"});
}

TEST(ZramctlCommand, ReadsWhatASetUpNeeds) {
    const auto command =
        parse_zramctl_command({"--find", "--size=1.5G", "-azstd", "-p", "level=9", "-t", "3"})
            .value();
    EXPECT_EQ(command.action, ZramctlAction::set_up);
    EXPECT_TRUE(command.find);
    EXPECT_EQ(command.size, 3ull << 29);
    EXPECT_EQ(command.algorithm, "zstd");
    EXPECT_EQ(command.algorithm_parameters, "level=9");
    EXPECT_EQ(command.streams, 3u);
}

TEST(ZramctlCommand, TakesWordsAfterTwoDashesForDevices) {
    const auto command = parse_zramctl_command({"-r", "--", "-f", "zram1"}).value();
    EXPECT_EQ(command.action, ZramctlAction::reset);
    EXPECT_EQ(command.devices, (std::vector<std::string>{"-f", "zram1"}));
}

TEST(ZramctlCommand, EndsAtHelpAndVersion) {
    EXPECT_EQ(parse_zramctl_command({"-V", "--bogus"}).value().action, ZramctlAction::version);
    EXPECT_EQ(parse_zramctl_command({"-b", "-h", "a", "b"}).value().action, ZramctlAction::help);
}

TEST(ZramctlCommand, RefusesWhatExcludesEachOther) {
    const std::vector<std::string> lines[] = {
        {"-f", "-r", "zram0"}, {"-f", "-o", "NAME"},   {"-r", "-o", "NAME", "zram0"},
        {"-s", "1M", "-r"},    {"-s", "1M", "-oNAME"}, {"-f", "zram0"},
        {"zram0", "zram1"},    {"-a", "lz4"},          {"-f", "-t", "2"},
        {"-p", "level=1"},     {"-s", "1M"},           {"-r"},
    };
    for (const std::vector<std::string>& line : lines) {
        EXPECT_FALSE(parse_zramctl_command(line).has_value()) << line.front() << line.size();
    }
}

TEST(ZramctlCommand, HasRoomForTwiceAllColumns) {
    const std::string twelve = "+NAME,NAME,NAME,NAME,NAME,NAME,NAME,NAME,NAME,NAME,NAME,NAME";
    EXPECT_EQ(
        parse_zramctl_command({"--output-all", "-o", twelve + ",NAME"}).value().columns.size(),
        26u);
    EXPECT_FALSE(parse_zramctl_command({"--output-all", "-o", twelve + ",NAME,NAME"}).has_value());
}

}  // namespace
}  // namespace truenoctl
