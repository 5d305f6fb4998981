// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// One table, several writers: aligned text for people, JSON for programs.
#ifndef TRUENOCTL_TABLE_HPP
#define TRUENOCTL_TABLE_HPP

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace truenoctl {

using Json = nlohmann::ordered_json;

enum class Align { left, right };

struct Column {
    std::string heading;  ///< such as "COMP-RATIO"; the JSON key is "comp_ratio"
    Align align = Align::left;
};

/// One datum as people read it and as programs read it.
struct Cell {
    std::string text;
    Json value;
};

Cell text_cell(std::string text);
/// Text as by format_size(), JSON as the number of bytes.
Cell size_cell(std::uint64_t bytes);
Cell count_cell(std::uint64_t count);
/// @p decimals limits the text only.
Cell number_cell(double number, int decimals);
/// Nothing known: an empty text, JSON null.
Cell empty_cell();

class Table {
  public:
    explicit Table(std::vector<Column> columns);

    /// @p cells: one for each column, in their order.
    void add_row(std::vector<Cell> cells);

    bool empty() const { return rows_.empty(); }

    /// Lines of aligned columns, two spaces apart, no trailing blanks.
    std::string to_text(bool headings = true) const;

    /// Lines of cells with one space between them, for programs that split them
    /// there: blanks, backslashes and bytes that are not printable ASCII are
    /// written as \xNN, an empty cell as "-".
    std::string to_raw_text(bool headings = true) const;

    /// An array with one object for each row.
    Json to_json() const;

  private:
    std::vector<Column> columns_;
    std::vector<std::vector<Cell>> rows_;
};

/// Indented JSON and a newline; bytes that are not UTF-8 are replaced.
std::string to_json_text(const Json& json);

/// Writes to standard output; Fatal if that fails, for instance on a full disk.
void print(const std::string& text);

}  // namespace truenoctl

#endif  // TRUENOCTL_TABLE_HPP
