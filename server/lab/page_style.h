#pragma once
// How the lab's page looks: light and dark, narrow screens (the picture and tables scroll sideways
// rather than shrink), and on paper.

#include <string_view>

namespace server::lab {

inline constexpr std::string_view page_head =
    R"(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>What a thief reads</title><style>
:root{color-scheme:light dark;--back:#fff;--ink:#1b1f24;--faint:#667;--line:#cdd3da;--open:#b3261e;--shut:#1a7f37;--inside:#8a5a00;--card:#f4f6f8}
@media (prefers-color-scheme:dark){:root{--back:#14171a;--ink:#e6e9ec;--faint:#9aa4ae;--line:#3a424a;--open:#ff8a80;--shut:#6fdd8b;--inside:#e8b04a;--card:#1e2327}}
body{background:var(--back);color:var(--ink);font:16px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem}
.wide{overflow-x:auto}svg{width:100%;min-width:30rem;height:auto;font-size:14px}svg text{fill:var(--ink)}svg .head{fill:var(--faint);font-weight:600}
svg .box{fill:var(--card);stroke:var(--line)}svg .level{fill:var(--faint);font-size:12px}
svg .taken .box{stroke:var(--open);stroke-width:2}svg .not-taken{opacity:.55}svg .not-taken .box{stroke-dasharray:5 4}
svg .way{fill:none;stroke:var(--open);stroke-width:2.5}svg .way.inside{stroke:var(--inside)}svg .tip{fill:var(--open)}svg .tip.inside{fill:var(--inside)}
svg .wall{stroke:var(--ink);stroke-width:8;stroke-dasharray:22 3}
svg .open{color:var(--open)}svg .shut{color:var(--shut)}svg .inside{color:var(--inside)}svg .open>.box,svg .shut>.box,svg .inside>.box{stroke:currentColor;stroke-width:1.5}
svg .what{fill:currentColor;font-size:12px;font-weight:600}svg .lock{fill:currentColor}svg .bow{fill:none;stroke:currentColor;stroke-width:2}
.legend{color:var(--faint);font-size:.9rem}.legend b{white-space:nowrap}
table{border-collapse:collapse;width:100%;margin:1rem 0}td,th{border-bottom:1px solid var(--line);padding:.3rem .6rem .3rem 0;text-align:left;vertical-align:top}
.open{color:var(--open)}.shut{color:var(--shut)}.inside{color:var(--inside)}.faint{color:var(--faint)}.verdict{font-size:1.25rem}small{color:var(--faint)}
@media (max-width:40rem){table{min-width:40rem}body{margin:1rem auto}}
@media print{:root{color-scheme:light;--back:#fff;--ink:#000;--faint:#444;--line:#bbb;--open:#b3261e;--shut:#1a7f37;--inside:#8a5a00;--card:#f4f6f8}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}body{font-size:11px;margin:0;max-width:none}svg{min-width:0}.wide{overflow:visible}tr,svg{break-inside:avoid}h2{break-after:avoid}}
</style></head><body>
)";

}  // namespace server::lab
