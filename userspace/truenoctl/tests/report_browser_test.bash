#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# A report in a browser, from hostile names too: its plots are drawn, nothing is
# wrong on the console, and it fits the window of a phone. Skipped without
# chromium.
#
# Usage: report_browser_test.bash TRUENOCTL SOURCE_DIRECTORY
set -uo pipefail

tool=$1 sample=$2/data/sample.pages
if ! command -v chromium >/dev/null; then
	printf 'report_browser_test: Skipped\nchromium is not installed\n'
	exit 77
fi
. "$(dirname -- "$0")/expect.bash"

# The page in a frame as wide as a phone's window and in one as wide as a desk's;
# what is seen there becomes the text of #result: WIDTH SCROLLWIDTH PLOTS FLAT MARKS
# BARS ALERTS. FLAT counts plots and marks without extent.
cat >"$work/look.html" <<'END'
<!DOCTYPE html>
<html><body><pre id="result"></pre>
<script>
let alerts = 0;
addEventListener("load", () => {
	for (const width of [390, 1280]) {
		const frame = document.createElement("iframe");
		frame.style = `width:${width}px;height:900px;border:0`;
		frame.onload = () => {
			const page = frame.contentDocument;
			const all = selector => [...page.querySelectorAll(selector)];
			const isFlat = element => {
				const box = element.getBoundingClientRect();
				return box.width < 1 || box.height < 1;
			};
			alerts += all("script, [onload]").length;
			document.querySelector("#result").textContent += [width,
				page.scrollingElement.scrollWidth, all("svg").length,
				all("svg, circle, svg text").filter(isFlat).length,
				all("circle").length, all("rect").length, alerts].join(" ") + "\n";
		};
		frame.src = "report.html";
		document.body.append(frame);
	}
});
</script></body></html>
END

# look NAME: prints what is seen of $work/report.html; the console goes to $work/console.
look() {
	timeout 50 chromium --headless --no-sandbox --disable-gpu --user-data-dir="$work/profile" \
		--allow-file-access-from-files --enable-logging=stderr --virtual-time-budget=20000 \
		--dump-dom "file://$work/look.html" 2>"$work/console" >"$work/dom" ||
		fail "$1: chromium ended with exit status $?"
	sed -n 's/^.*<pre id="result">//; /^[0-9]/p; /<\/pre>/q' "$work/dom"
}

# expect_drawn NAME PLOTS: a report of so many plots is right in both frames.
expect_drawn() {
	local width scroll plots flat marks bars alerts frames=0
	while read -r width scroll plots flat marks bars alerts; do
		frames=$((frames + 1))
		[[ $plots -eq $2 ]] || fail "$1: $plots plots at $width pixels, not $2"
		[[ $flat -eq 0 ]] || fail "$1: $flat plots, marks or labels without extent at $width pixels"
		[[ $marks -gt 2 && $bars -gt 2 ]] || fail "$1: $marks marks and $bars bars at $width pixels"
		[[ $scroll -le $width ]] || fail "$1: $scroll pixels wide in a window of $width"
		[[ $alerts -eq 0 ]] || fail "$1: a name became part of the document"
	done < <(look "$1")
	[[ $frames -eq 2 ]] || fail "$1: seen in $frames frames, not 2: $(tail -n 3 "$work/console")"
	! grep 'CONSOLE' "$work/console" || fail "$1: the console has messages"
}

"$tool" report --faults-per-second 10 "$sample" >"$work/report.html" || fail 'no report of pages'
expect_drawn analysis 4

"$tool" analyze --json "$sample" >"$work/analyze.json" || fail 'no analysis'
"$tool" bench --json --rounds 1 --codec 'trueno-lz4,trueno-auto,liblz4' "$sample" \
	>"$work/bench.json" || fail 'no benchmark'
# For sed a backslash and an ampersand are special, too.
hostile='</title><script src=x:y>alert(1)</script><img src=x onload=alert(2)>\\" \&amp;'
long=$(printf 'W%.0s' {1..300})
sed -E "s|\"(sample\\.pages\|trueno-lz4@[a-z0-9]+)\"|\"$hostile$long\"|; s|\"cpu_model\": \"|&$long|" \
	"$work/analyze.json" "$work/bench.json" >"$work/hostile.json"
grep -qF "$long" "$work/hostile.json" || fail 'no hostile name in the input'
"$tool" report - <"$work/hostile.json" >"$work/report.html" || fail 'no report of hostile names'
expect_drawn hostile 7

exit "$((failures > 0))"
