// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "table.hpp"

#include <gtest/gtest.h>

namespace truenoctl {
namespace {

Table two_devices() {
    Table table({{"NAME"}, {"DATA", Align::right}, {"COMP-RATIO", Align::right}, {"MOUNTPOINT"}});
    table.add_row({text_cell("/dev/zram0"), size_cell(1536), number_cell(2.5, 2), text_cell("/m")});
    table.add_row({text_cell("/dev/zram10"), size_cell(0), empty_cell(), text_cell("")});
    return table;
}

TEST(Table, AlignsColumnsAndLeavesNoTrailingBlanks) {
    EXPECT_EQ(two_devices().to_text(),
              "NAME         DATA  COMP-RATIO  MOUNTPOINT\n"
              "/dev/zram0   1.5K        2.50  /m\n"
              "/dev/zram10    0B\n");
}

TEST(Table, SizesColumnsByTheRowsAloneWithoutHeadings) {
    EXPECT_EQ(two_devices().to_text(false),
              "/dev/zram0   1.5K  2.50  /m\n"
              "/dev/zram10    0B\n");
}

TEST(Table, KeepsEveryCellOneWordInRawText) {
    Table table({{"NAME"}, {"DATA", Align::right}, {"MOUNTPOINT"}});
    table.add_row({text_cell("/dev/zram0"), empty_cell(), text_cell("/a b\\c\xc3\xa4")});
    EXPECT_EQ(table.to_raw_text(),
              "NAME DATA MOUNTPOINT\n"
              "/dev/zram0 - /a\\x20b\\x5cc\\xc3\\xa4\n");
    EXPECT_EQ(table.to_raw_text(false), "/dev/zram0 - /a\\x20b\\x5cc\\xc3\\xa4\n");
}

TEST(Table, GivesJsonTheExactValuesUnderLowerCaseKeys) {
    EXPECT_EQ(two_devices().to_json(), Json::parse(R"([
        {"name": "/dev/zram0", "data": 1536, "comp_ratio": 2.5, "mountpoint": "/m"},
        {"name": "/dev/zram10", "data": 0, "comp_ratio": null, "mountpoint": ""}])"));
}

TEST(Table, IsAnEmptyJsonArrayWithoutRows) {
    const Table table({{"NAME"}});
    EXPECT_TRUE(table.empty());
    EXPECT_EQ(table.to_json(), Json::array());
}

TEST(Table, RefusesARowThatDoesNotFitTheColumns) {
    Table table({{"NAME"}, {"DATA"}});
    EXPECT_THROW(table.add_row({text_cell("x")}), std::logic_error);
}

TEST(JsonText, ReplacesBytesThatAreNotUtf8) {
    EXPECT_EQ(Json::parse(to_json_text(Json{{"a", "x\xff"}}))["a"], "x\xEF\xBF\xBD");
}

}  // namespace
}  // namespace truenoctl
