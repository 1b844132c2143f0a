/** Looks like the page that checks receipts. Long lines wrap, so nothing scrolls sideways, on paper neither. */
export const STYLE = `:root{color-scheme:light dark;--ink:#17211d;--soft:#56635d;--ground:#f4f2ec;--sheet:#fffefb;--line:#d9d5c9;--green:#0b6b4b;--inset:#efece3;scroll-padding-top:1rem}
@media(prefers-color-scheme:dark){:root{--ink:#e9eeea;--soft:#a5b1ab;--ground:#101614;--sheet:#1a2320;--line:#34403b;--green:#6fd3a6;--inset:#141c19}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:1rem/1.55 system-ui,sans-serif;overflow-wrap:anywhere}
a{color:var(--green);text-underline-offset:.15em}
:focus-visible{outline:3px solid var(--green);outline-offset:2px;border-radius:3px}
:target{scroll-margin-top:1rem}
.skip{position:absolute;left:-99in}
.skip:focus{left:1rem;top:1rem;padding:.5rem 1rem;background:var(--sheet);z-index:1}
header,nav,main{padding-inline:clamp(1rem,4vw,2rem)}
.mark{margin:0;padding-block:1.25rem 0;font-weight:700}
h1{margin:1.5rem 0 1rem;font-size:clamp(2rem,1.4rem + 2vw,2.75rem);line-height:1.1;letter-spacing:-.02em}
h2{margin:3rem 0 .5rem;font-size:1.5rem;line-height:1.25}
h3{margin:0;font-size:1.0625rem}
h4{margin:1.25rem 0 .375rem;font-size:.9375rem}
p{margin:.375rem 0;max-width:46rem}
.lead{color:var(--soft);font-size:1.125rem}
code,pre{font:.875em/1.5 ui-monospace,monospace}
pre{margin:.375rem 0;padding:.75rem 1rem;border-radius:6px;background:var(--inset);white-space:pre-wrap}
pre code{font-size:.8125rem}
.operation{margin:1.25rem 0;padding:1.25rem clamp(1rem,3vw,1.5rem) 1.5rem;border:1px solid var(--line);border-radius:10px;background:var(--sheet)}
.operation h3 a{color:inherit;text-decoration:none}
.operation h3 a:hover{text-decoration:underline}
.operation h3 code{font-size:1em}
.method{display:inline-block;min-width:3.25em;color:var(--green);font:700 .8125em/1.5 ui-monospace,monospace}
.also,.needs,em{color:var(--soft)}
.also{font-size:.875rem}
table{width:100%;border-collapse:collapse;table-layout:fixed;font-size:.875rem}
th,td{padding:.375rem .75rem .375rem 0;border-top:1px solid var(--line);text-align:start;vertical-align:top;font-weight:400}
thead th{border:0;color:var(--soft);font-size:.8125rem}
th:first-child{width:30%}
th:nth-child(2){width:30%}
[aria-label^="Refusals"] th:first-child{width:5rem}
[aria-label="Reasons"] th:nth-child(2){width:6rem}
[aria-label="Scopes"] th:nth-child(2){width:auto}
td a{display:inline-block;padding:.25rem 0}
.variant th{color:var(--soft);font-style:italic}
nav h2{margin:1.5rem 0 .5rem;font-size:1rem}
nav h3{margin:1rem 0 .25rem;font-size:.875rem}
nav ul{margin:0;padding:0;list-style:none}
nav a{display:block;padding:.25rem 0;color:inherit;text-decoration:none;font-size:.8125rem;line-height:1.35}
nav li a{padding-inline-start:3.5em;text-indent:-3.5em}
nav li a:not(:has(code)){padding-inline-start:0;text-indent:0}
nav .method{text-indent:0}
nav a:hover{text-decoration:underline}
@media(min-width:70rem){
body{display:grid;grid-template-columns:23rem minmax(0,58rem);grid-template-rows:auto 1fr}
nav{grid-row:1/3;position:sticky;top:0;height:100vh;overflow-y:auto;border-inline-end:1px solid var(--line);padding-block-end:2rem}
header{grid-column:2}
main{grid-column:2;padding-block-end:6rem}
}
@media(min-width:40.01rem){
[aria-label=Parameters] th:first-child{width:20%}
[aria-label=Parameters] thead th:nth-child(2){width:20%}
}
@media(max-width:69.99rem){nav h3+ul{display:none}}
@media(max-width:40rem){
thead{position:absolute;left:-99in}
table,tbody,tr,th,td{display:block}
[role=table] [role]{width:auto}
th,td{padding-inline-end:0}
td{border:0;padding-top:0}
td:empty{display:none}
}
@media print{
:root{--ground:#fff;--sheet:#fff;--inset:#f3f3f3;--ink:#000;--soft:#444;--line:#bbb;--green:#064;font-size:10pt}
.skip{display:none}
.operation{border:0;border-top:2px solid #000;border-radius:0;padding-inline:0}
h2,h3,h4{break-after:avoid}
pre,tr{break-inside:avoid}
}`
