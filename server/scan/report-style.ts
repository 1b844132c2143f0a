/** The report's style sheet: one file has to be enough, wherever it is opened. */
export const REPORT_STYLE = `
:root { color-scheme: light dark; --ink: #16202b; --quiet: #51606f; --paper: #f6f7f9; --card: #fff; --line: #d8dee5;
  --bad: #a4161a; --bad-paper: #fdecec; --good: #0b6238; --good-paper: #e6f6ed; --mark: #0b4fd6; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8edf2; --quiet: #a9b6c3; --paper: #10161d; --card: #18212b;
  --line: #33414f; --bad: #ff9a9a; --bad-paper: #3a1a1d; --good: #7fdcaa; --good-paper: #12301f; --mark: #8db4ff; } }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif }
header, main, footer { max-width: 78rem; margin: auto; padding: 0 1.5rem }
header { padding-top: 1.5rem }
footer { padding-block: 2rem }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .5rem; overflow-wrap: anywhere }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .25rem }
h2 small { font-weight: 400; color: var(--quiet) }
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; overflow-wrap: anywhere }
p { margin: 0 0 .75rem; max-width: 46rem }
.quiet, footer { color: var(--quiet) }
.verdict { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: baseline; padding: 1rem 1.25rem; margin: 1.25rem 0 0;
  border-radius: .6rem; border: 1px solid; max-width: none }
.verdict strong { font-size: 1.35rem }
.verdict.bad { color: var(--bad); background: var(--bad-paper) }
.verdict.good { color: var(--good); background: var(--good-paper) }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: .6rem; margin: .75rem 0 }
.scroll:focus-visible { outline: 3px solid var(--mark); outline-offset: 2px }
table { border-collapse: collapse; width: 100%; font-size: .9rem }
th, td { text-align: start; vertical-align: top; padding: .55rem .9rem; border-top: 1px solid var(--line) }
thead th, thead td { border-top: 0 }
thead th { color: var(--quiet); font-weight: 600 }
tbody th { font-weight: 600; overflow-wrap: anywhere; min-width: 11rem }
td.zero { color: var(--quiet) }
code { font: .85rem/1.45 ui-monospace, monospace; overflow-wrap: anywhere }
ol.by { list-style: none; margin: 0; padding: 0; min-width: 16rem }
ol.by li + li::before { content: '\\2190  '; color: var(--quiet) }
.tag { display: inline-block; white-space: nowrap; border: 1px solid var(--line); border-radius: 1rem; padding: 0 .55rem; margin: 0 .2rem .2rem 0; font-size: .8rem }
.tag.bad { color: var(--bad); border-color: currentColor }
.shots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 13rem), 1fr)); gap: 1rem; padding: 0; margin: .5rem 0 0 }
figure { margin: 0 }
figure img { width: 100%; height: auto; display: block; border: 1px solid var(--line); border-radius: .5rem; background: #fff }
figcaption { font-size: .85rem; color: var(--quiet); padding-top: .3rem }
@media print { .scroll { overflow: visible } body { background: #fff } }
`
