/** A document: read on a screen in either light, and printed on A4 or Letter. Nothing is loaded. */
export const STYLE = `:root{color-scheme:light dark;--ink:#1a211e;--soft:#55605a;--ground:#f1efe8;--sheet:#fffefb;--line:#d5d1c4;--inset:#f4f1e8;--send:#0b6b4b;--hold:#8a5300;--block:#a3211d}
@media(prefers-color-scheme:dark){:root{--ink:#e8ede9;--soft:#a9b4ae;--ground:#0f1412;--sheet:#171e1b;--line:#35403b;--inset:#1f2824;--send:#74d6aa;--hold:#f0b866;--block:#ff9a92}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
main{max-width:52rem;margin:0 auto;padding:clamp(1.25rem,4vw,3.5rem);background:var(--sheet);min-height:100vh}
@media(min-width:56rem){main{margin-block:2rem;border:1px solid var(--line);border-radius:4px;min-height:0}}
h1,h2,h3{font-family:ui-serif,Georgia,"Times New Roman",serif;font-weight:600;line-height:1.2;break-after:avoid}
h1{margin:0;font-size:clamp(1.75rem,1.3rem + 1.8vw,2.375rem);letter-spacing:-.01em}
h2{margin:2.75rem 0 .75rem;padding-block-end:.375rem;border-bottom:2px solid var(--ink);font-size:1.375rem}
h3{margin:1.25rem 0 0;font-size:1.125rem}
.timeline h3{margin:0}
p{margin:.375rem 0}
.who{margin:0 0 1.5rem;color:var(--soft)}
.subject{margin:.5rem 0 0;font-size:1.125rem}
code,pre{font:.8125rem/1.45 ui-monospace,"Liberation Mono",monospace}
pre{margin:.5rem 0;padding:.75rem 1rem;background:var(--inset);border-radius:4px;white-space:pre-wrap}
.answers{display:grid;gap:.75rem;margin:1.5rem 0 0;padding:0;list-style:none}
.answers li{padding:.875rem 1.125rem;border:1px solid var(--line);border-inline-start:6px solid var(--tone);border-radius:4px;break-inside:avoid}
[data-decision=send]{--tone:var(--send)}[data-decision=hold]{--tone:var(--hold)}[data-decision=block]{--tone:var(--block)}
.answers .asked{color:var(--soft);font-size:.875rem}
.answers strong{color:var(--tone);font-size:1.1875rem}
dl{display:grid;grid-template-columns:minmax(8rem,13rem) minmax(0,1fr);gap:.1875rem 1.25rem;margin:.75rem 0 0}
dt{color:var(--soft);font-size:.875rem;padding-block-start:.0625rem}
dd{margin:0}
dd small{color:var(--soft)}
.facts{margin-top:1.5rem;padding-block:1rem;border-block:1px solid var(--line)}
.timeline{margin:0;margin-inline-start:.5rem;padding:0;list-style:none}
.timeline>li{position:relative;padding:0 0 1.75rem;padding-inline-start:1.75rem;border-inline-start:2px solid var(--line)}
.timeline>li:last-child{padding-block-end:0}
.timeline>li::before{content:"";position:absolute;inset-inline-start:-.5rem;top:.25rem;width:.875rem;height:.875rem;border:2px solid var(--sheet);border-radius:50%;background:var(--tone,var(--soft))}
.timeline .time{color:var(--soft);font-size:.9375rem;break-after:avoid}
.unseen{opacity:1;border-inline-start-style:dashed!important}
.mark{display:inline-block;margin:.25rem 0;padding:.0625rem .5rem;border:1px solid var(--hold);border-radius:3px;color:var(--hold);font-size:.875rem}
blockquote{margin:.5rem 0;padding:.75rem 1rem;border-inline-start:3px solid var(--line);background:var(--inset);font-family:ui-serif,Georgia,"Times New Roman",serif}
blockquote p{margin:.25rem 0}
blockquote .heading{font-weight:600}
blockquote .button{display:inline-block;padding:0 .5rem;border:1px solid var(--soft);border-radius:3px;font-family:system-ui,sans-serif;font-size:.875rem}
blockquote .box::before{content:"☐ ";font-family:system-ui,sans-serif}
blockquote .this::before{content:"☑ "}
blockquote .this{font-weight:600}
.shown{margin-top:1rem}
.shown h4{margin:0;font-size:.875rem;color:var(--soft);font-weight:400;break-after:avoid}
.hint{color:var(--soft);font-size:.875rem}
table{width:100%;margin:.5rem 0;border-collapse:collapse;font-size:.875rem}
th,td{padding:.375rem .75rem .375rem 0;border-top:1px solid var(--line);text-align:start;vertical-align:top;font-weight:400}
thead th{border-top:0;color:var(--soft);white-space:nowrap}
tr{break-inside:avoid}
td code{font-size:.75rem}
td:first-child{white-space:nowrap}
.lines{margin:0;padding-inline-start:1.25rem}
.lines li{margin:.375rem 0}
footer{margin-top:2.5rem;padding-top:.75rem;border-top:1px solid var(--line);color:var(--soft);font-size:.875rem}
:focus-visible{outline:3px solid var(--send);outline-offset:2px}
@media(max-width:36rem){dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.5rem}table,tbody,tr,th,td{display:block}thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}th,td{padding-inline-end:0}th+td,td+td{border-top:0;padding-top:0}}
@page{margin:18mm 16mm 20mm;@bottom-right{content:counter(page) " / " counter(pages);font:9pt sans-serif;color:#555}}
@media print{
:root{color-scheme:light;--ink:#000;--soft:#444;--ground:#fff;--sheet:#fff;--line:#bbb;--inset:#f4f4f4;--send:#064d35;--hold:#6b4000;--block:#8a1512;font-size:10pt}
main{max-width:none;margin:0;padding:0;border:0}
h2{margin-top:1.75rem}
dl,blockquote p,.answers li,.facts{break-inside:avoid}
.timeline>li{break-inside:auto}
.timeline>li,.answers li{print-color-adjust:exact;-webkit-print-color-adjust:exact}
p,li{orphans:3;widows:3}
pre{break-inside:auto}
}`
