// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "error.hpp"
#include "units.hpp"

namespace truenoctl {

namespace {

std::string json_key(const std::string& heading) {
    std::string key;
    for (char c : heading) {
        key += std::isalnum(static_cast<unsigned char>(c)) != 0
                   ? static_cast<char>(std::tolower(static_cast<unsigned char>(c)))
                   : '_';
    }
    return key;
}

std::string escape_word(const std::string& text) {
    if (text.empty()) {
        return "-";
    }
    std::string word;
    for (const char c : text) {
        if (std::isgraph(static_cast<unsigned char>(c)) != 0 && c != '\\') {
            word += c;
        } else {
            word += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        }
    }
    return word;
}

void append_padded(std::string& line, const std::string& text, std::size_t width, Align align) {
    if (align == Align::left) {
        line += fmt::format("{:<{}}", text, width);
    } else {
        line += fmt::format("{:>{}}", text, width);
    }
}

}  // namespace

Cell text_cell(std::string text) {
    Json value = text;
    return {std::move(text), std::move(value)};
}

Cell size_cell(std::uint64_t bytes) {
    return {format_size(bytes), bytes};
}

Cell count_cell(std::uint64_t count) {
    return {fmt::to_string(count), count};
}

Cell number_cell(double number, int decimals) {
    return {fmt::format("{:.{}f}", number, decimals), number};
}

Cell empty_cell() {
    return {"", nullptr};
}

Table::Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

void Table::add_row(std::vector<Cell> cells) {
    if (cells.size() != columns_.size()) {
        throw std::logic_error("table row and columns differ in number");
    }
    rows_.push_back(std::move(cells));
}

std::string Table::to_text(bool headings) const {
    std::vector<std::size_t> widths;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        std::size_t width = headings ? columns_[i].heading.size() : 0;
        for (const std::vector<Cell>& row : rows_) {
            width = std::max(width, row[i].text.size());
        }
        widths.push_back(width);
    }

    std::string text;
    auto append_line = [&](auto&& text_of) {
        std::string line;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            line += i == 0 ? "" : "  ";
            append_padded(line, text_of(i), widths[i], columns_[i].align);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + "\n";
    };
    if (headings) {
        append_line([&](std::size_t i) { return columns_[i].heading; });
    }
    for (const std::vector<Cell>& row : rows_) {
        append_line([&](std::size_t i) { return row[i].text; });
    }
    return text;
}

std::string Table::to_raw_text(bool headings) const {
    std::string text;
    auto append_line = [&](auto&& text_of) {
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            text += i == 0 ? "" : " ";
            text += escape_word(text_of(i));
        }
        text += '\n';
    };
    if (headings) {
        append_line([&](std::size_t i) { return columns_[i].heading; });
    }
    for (const std::vector<Cell>& row : rows_) {
        append_line([&](std::size_t i) { return row[i].text; });
    }
    return text;
}

Json Table::to_json() const {
    Json array = Json::array();
    for (const std::vector<Cell>& row : rows_) {
        Json object = Json::object();
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            object[json_key(columns_[i].heading)] = row[i].value;
        }
        array.push_back(std::move(object));
    }
    return array;
}

std::string to_json_text(const Json& json) {
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

void print(const std::string& text) {
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() ||
        std::fflush(stdout) != 0) {
        throw Fatal({fmt::format("cannot write to standard output: {}", std::strerror(errno)), ""});
    }
}

}  // namespace truenoctl
