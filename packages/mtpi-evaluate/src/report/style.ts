/** Style of the report. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1d2329; --faint: #66707a; --line: #dfe3e8; --paper: #fff; --wash: #f5f7f9; --good: #2f9e44; --bad: #d9480f; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ec; --faint: #98a2ad; --line: #333a42; --paper: #14181c; --wash: #1c2127; } }
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
header, main { max-width: 1240px; margin: 0 auto; padding: 0 24px; }
h1 { font-size: 30px; margin: 32px 0 0; letter-spacing: -0.02em; }
h2 { font-size: 22px; margin: 48px 0 12px; padding-top: 12px; border-top: 2px solid var(--ink); }
h3 { font-size: 16px; margin: 32px 0 4px; }
p { margin: 4px 0 10px; color: var(--faint); }
nav a { margin-right: 20px; color: inherit; }
code { font-size: 13px; }
table { border-collapse: collapse; font-size: 13px; }
th, td { padding: 4px 10px; text-align: left; border-bottom: 1px solid var(--line); white-space: nowrap; }
thead th { color: var(--faint); font-weight: 500; text-align: right; vertical-align: bottom; }
thead th:first-child, #limits thead th { text-align: left; }
tbody th { font-weight: 500; }
tbody tr:hover { background: var(--wash); }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
#limits td.number { text-align: left; }
.scroll { overflow-x: auto; }
.bar { display: inline-block; min-width: 110px; padding: 1px 8px; border-radius: 4px; background: linear-gradient(90deg, color-mix(in srgb, var(--hue) 30%, transparent) var(--share), var(--wash) var(--share)); }
.kept { --hue: var(--good); }
.missed { --hue: var(--bad); }
.row { display: flex; flex-wrap: wrap; gap: 16px 24px; align-items: flex-start; }
figure { margin: 0; }
figcaption { font-size: 13px; color: var(--faint); }
.plot { width: 580px; max-width: 100%; }
.planes { display: flex; flex-wrap: wrap; gap: 8px; max-width: 580px; }
.plane { width: 186px; }
.plane figcaption { padding-left: 36px; }
.key::before { content: ''; display: inline-block; width: 10px; height: 10px; border-radius: 50%; margin: 0 5px 0 10px; background: var(--hue); }
svg { display: block; width: 100%; }
svg .grid { stroke: var(--line); }
svg .tick { fill: var(--faint); font-size: 11px; }
svg .line { fill: none; stroke-width: 1.6; }
svg .line.input { stroke: var(--faint); opacity: 0.35; stroke-width: 1; }
svg .line.truth { stroke: var(--ink); stroke-width: 1.2; }
svg .box { fill: none; stroke: var(--line); }
svg circle.baseline { fill: var(--faint); opacity: 0.55; }
svg circle.input { fill: none; stroke: var(--faint); }
.pictures td { padding: 3px 4px; border: 0; }
.pictures th { border: 0; vertical-align: middle; min-width: 150px; white-space: normal; }
.pictures thead th { text-align: left; min-width: 0; padding-left: 4px; }
.pictures small { display: block; font-weight: 400; color: var(--faint); }
.pictures img { display: block; width: 244px; aspect-ratio: 1; image-rendering: pixelated; background: var(--wash); }
.pictures tr.network th { color: #e8590c; }
.gallery + .gallery { margin-top: 56px; }
dt { font-weight: 600; }
dd { margin: 0 0 8px; color: var(--faint); }
`;
