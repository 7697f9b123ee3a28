/** Style of all pages. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --ink: #1d2329; --faint: #66707a; --rule: #dfe3e8; --paper: #fff; --wash: #f5f7f9; --accent: #e8590c; --good: #2f9e44; --bad: #d9480f; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ec; --faint: #98a2ad; --rule: #333a42; --paper: #14181c; --wash: #1c2127; } }
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
header, main { max-width: 1240px; margin: 0 auto; padding: 0 clamp(14px, 3vw, 24px); }
h1 { font-size: 30px; line-height: 1.2; margin: 32px 0 8px; letter-spacing: -0.02em; overflow-wrap: anywhere; }
h2 { font-size: 22px; margin: 48px 0 12px; padding-top: 12px; border-top: 2px solid var(--ink); }
h3 { font-size: 16px; margin: 32px 0 4px; }
p { margin: 4px 0 10px; color: var(--faint); }
nav { display: flex; flex-wrap: wrap; gap: 4px 20px; }
nav a { color: inherit; }
code { font-size: 13px; overflow-wrap: anywhere; }
table { border-collapse: collapse; font-size: 13px; }
th, td { padding: 4px 10px; text-align: left; border-bottom: 1px solid var(--rule); white-space: nowrap; }
thead th { color: var(--faint); font-weight: 500; text-align: right; vertical-align: bottom; }
thead th:first-child { text-align: left; }
tbody th { font-weight: 500; }
tbody tr:hover { background: var(--wash); }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; }
.row { display: flex; flex-wrap: wrap; gap: 16px 24px; align-items: flex-start; }
figure { margin: 0; max-width: 100%; }
figcaption { font-size: 13px; color: var(--faint); }
img { image-rendering: pixelated; }
.plot svg { display: block; height: auto; max-width: 100%; }
.key { margin-left: 14px; white-space: nowrap; }
.key::before { content: ''; display: inline-block; width: 10px; height: 10px; border-radius: 50%; margin-right: 5px; background: var(--color); }
.facts th { min-width: 9em; vertical-align: top; white-space: normal; }
.facts td { white-space: normal; overflow-wrap: anywhere; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
@media print { h2, figure, table { break-inside: avoid; } h2 { break-after: avoid; } }
`;
