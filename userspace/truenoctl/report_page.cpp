// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "report_page.hpp"

#include <fmt/format.h>

#include "report_plot.hpp"

namespace truenoctl {

namespace {

// The policy forbids the browser to load anything, whatever the document says.
constexpr const char* kHead = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>trueno: memory and codecs</title>
<style>
:root { --ink: #1b1f24; --faint: #59636e; --paper: #ffffff; --card: #f5f7f9; --line: #d5dae0;
	--ours: #0b6bcb; --peer: #b3540a; --on-mark: #ffffff; }
@media (prefers-color-scheme: dark) {
	:root { --ink: #e6e9ed; --faint: #9aa4af; --paper: #14171b; --card: #1d2228; --line: #39414a;
		--ours: #6cb2ff; --peer: #f0a25c; --on-mark: #14171b; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
	font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
main { max-width: 76rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.5rem; margin: 0 0 1rem; }
h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; }
.recommendation { background: var(--card); border-left: 4px solid var(--ours);
	padding: .75rem 1rem; margin: 1rem 0; }
dl { display: grid; grid-template-columns: auto 1fr; gap: .1rem 1rem; margin: .5rem 0; }
dt { color: var(--faint); }
dd { margin: 0; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr));
	gap: 1rem; margin: 1rem 0; }
figure { margin: 0; padding: .5rem; background: var(--card); border-radius: 6px; min-width: 0; }
svg { display: block; width: 100%; height: auto; font: 11px system-ui, sans-serif; }
svg text { fill: var(--ink); }
svg .title { font-weight: 600; font-size: 12px; text-anchor: middle; }
svg .middle { text-anchor: middle; }
svg .end { text-anchor: end; }
svg .grid { stroke: var(--line); }
svg .ours { fill: var(--ours); }
svg .peer { fill: var(--peer); }
svg .mark circle { stroke: var(--card); }
svg .mark text { fill: var(--on-mark); font-size: 9px; text-anchor: middle; }
.table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums;
	font-size: .9rem; }
th, td { padding: .25rem .4rem; text-align: right; border-bottom: 1px solid var(--line);
	overflow-wrap: normal; }
td { white-space: nowrap; }
th:nth-child(2), td:nth-child(2) { text-align: left; white-space: normal;
	overflow-wrap: anywhere; }
.ours-name { color: var(--ours); }
.peer-name { color: var(--peer); }
footer { color: var(--faint); font-size: .85rem; margin-top: 2rem; }
</style>
</head>
<body>
<main>
<h1>Memory and codecs</h1>
)";

std::vector<PlotPoint> points_of(const ReportSection& section, double ReportCodec::*speed) {
    std::vector<PlotPoint> points;
    for (const ReportCodec& codec : section.codecs) {
        points.push_back(
            {codec.name, codec.size_ratio, codec.*speed, codec.name.starts_with("trueno-")});
    }
    return points;
}

std::string figure(const std::string& svg) {
    return svg.empty() ? "" : fmt::format("<figure>\n{}</figure>\n", svg);
}

std::string facts_list(const ReportSection& section) {
    std::string html = "<dl>\n";
    for (const auto& [name, value] : section.facts) {
        html += fmt::format("<dt>{}</dt><dd>{}</dd>\n", escape_html(name), escape_html(value));
    }
    return html + "</dl>\n";
}

std::string speed_cell(double mb_per_s) {
    return mb_per_s > 0 ? fmt::format("<td>{:.0f}</td>", mb_per_s) : "<td>–</td>";
}

std::string codec_table(const ReportSection& section) {
    std::string html =
        "<div class=\"table\"><table>\n<thead><tr><th>#</th><th>codec</th><th>size</th>"
        "<th>compress MB/s</th><th>decompress MB/s</th></tr></thead>\n<tbody>\n";
    for (std::size_t i = 0; i < section.codecs.size(); i++) {
        const ReportCodec& codec = section.codecs[i];
        html += fmt::format("<tr><td>{}</td><td class=\"{}\">{}</td><td>{:.1f} %</td>{}{}</tr>\n",
                            i + 1, codec.name.starts_with("trueno-") ? "ours-name" : "peer-name",
                            escape_html(codec.name), codec.size_ratio * 100,
                            speed_cell(codec.compress_mb_s), speed_cell(codec.decompress_mb_s));
    }
    return html + "</tbody>\n</table></div>\n";
}

std::string section_html(const ReportSection& section) {
    std::string html = fmt::format("<section>\n<h2>{}</h2>\n", escape_html(section.title));
    if (!section.recommendation.empty()) {
        html += fmt::format("<p class=\"recommendation\"><strong>Recommended:</strong> {}</p>\n",
                            escape_html(section.recommendation));
    }
    html += facts_list(section) + "<div class=\"plots\">\n";
    if (section.entropy) {
        html += figure(entropy_svg("Pages by entropy", *section.entropy));
    }
    const auto compress = points_of(section, &ReportCodec::compress_mb_s);
    const auto decompress = points_of(section, &ReportCodec::decompress_mb_s);
    html += figure(speed_against_size_svg("Compression (up is better)", compress));
    html += figure(speed_against_size_svg("Decompression (up is better)", decompress));
    html += figure(size_bars_svg("Stored size, of the pages", compress));
    return html + "</div>\n" + codec_table(section) + "</section>\n";
}

}  // namespace

std::string report_page(const std::vector<ReportSection>& sections) {
    std::string html = kHead;
    for (const ReportSection& section : sections) {
        html += section_html(section);
    }
    return html + fmt::format(
                      "<footer>Written by truenoctl {}. Numbers in the plots are those of the "
                      "table; trueno's codecs have the colour of <span "
                      "class=\"ours-name\">this</span>, others of <span "
                      "class=\"peer-name\">that</span>. MB/s are 10<sup>6</sup> bytes of pages a "
                      "second on one "
                      "core.</footer>\n</main>\n</body>\n</html>\n",
                      TRUENO_VERSION);
}

}  // namespace truenoctl
