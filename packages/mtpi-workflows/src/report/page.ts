import { entropyAlphaPlane, REPORT_STYLE } from '@mtpi/evaluate';
import { footprint, isSarIoError, type LonLat, type MaskedImage } from '@mtpi/sar-io';
import escapeHtml from 'escape-html';
import type { BandComparison, Comparison } from './comparison';
import { footprintMap } from './footprint-map';
import { pictures, ratioPictures, stretches } from './pictures';
import { SLIDER_SCRIPT, SLIDER_STYLE, slider } from './slider';

/** A part of the scene at full resolution. */
export interface Zoom {
  name: string;
  before: MaskedImage;
  after: MaskedImage;
}

export interface PageContents {
  title: string;
  comparison: Comparison;
  zooms: readonly Zoom[];
  scene: Parameters<typeof footprint>[0];
  channels: readonly [string, string];
  /** What made the image: names and values. */
  facts: Readonly<Record<string, string>>;
}

const STYLE = `${REPORT_STYLE}${SLIDER_STYLE}
.ratio img { display: block; width: 560px; max-width: 100%; image-rendering: pixelated; }
.footprint { width: 420px; max-width: 100%; }
.footprint polygon { fill: color-mix(in srgb, #e8590c 18%, transparent); stroke: #e8590c; stroke-width: 1.5; }
.facts td { white-space: normal; overflow-wrap: anywhere; }
.facts th { white-space: normal; vertical-align: top; }
.plane { width: 280px; max-width: 100%; }
@media print { h2, figure, table { break-inside: avoid; } h2 { break-after: avoid; } }
`;

/** The report of a despeckled image as one page that needs nothing beside itself. */
export function reportPage({ title, comparison, zooms, scene, channels, facts }: PageContents): string {
  const { before, after, factor, planes } = comparison;
  const ranges = stretches(after);
  const [co, cross] = channels;
  const names = [`${co}, ${cross}, ${co}/${cross} as red, green, blue`, `${co}, dB`, `${cross}, dB`];
  const sliderOf = (label: string, from: MaskedImage, to: MaskedImage) => {
    const [, rows, cols] = from.image.shape;
    const [first, second] = [pictures(from, ranges), pictures(to, ranges)];
    return slider(
      label,
      cols,
      rows,
      names.map((name, i) => ({ name, before: first[i], after: second[i] })),
    );
  };
  const overview = factor > 1 ? `The scene, a pixel the mean of ${factor} × ${factor}` : 'The scene';
  const ratios = ratioPictures(before, after).map(
    (url, band) =>
      `<figure class="ratio"><img src="${url}" alt="Before / after, ${escapeHtml(channels[band])}"><figcaption>${escapeHtml(channels[band])}</figcaption></figure>`,
  );
  const sections = [
    [
      'Before and after',
      `<p>Move the line to compare. Choose a picture; zoom with + and − (or the wheel, once the picture is clicked), and drag to move.</p>${sliderOf(overview, before, after)}${zooms.map((zoom) => sliderOf(zoom.name, zoom.before, zoom.after)).join('')}`,
    ],
    ['Figures', `${figures(comparison)}`],
    [
      'Ratio',
      `<p>Before / after, black at −6 dB, white at 6 dB. Where only speckle was removed, no structure shows.</p><div class="row">${ratios.join('')}</div>`,
    ],
    ...(planes
      ? [
          [
            'Entropy and alpha',
            `<p>Where the pixels lie in the plane of H (across) and mean alpha (upwards); the darker, the more of them.</p><div class="row">${entropyAlphaPlane('before, averaged', planes.before)}${entropyAlphaPlane('after', planes.after)}</div>`,
          ],
        ]
      : []),
    ['Place', place(scene)],
    [
      'How it was made',
      `<table class="facts"><tbody>${Object.entries(facts)
        .map(([name, value]) => `<tr><th>${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`)
        .join('')}</tbody></table>`,
    ],
  ];
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
    `<title>${escapeHtml(title)}</title><link rel="icon" href="data:,"><style>${STYLE}</style></head><body>`,
    `<header><h1>${escapeHtml(title)}</h1><p>${scene.width} × ${scene.height} pixels, ${(100 * comparison.valid).toFixed(1)} % valid</p></header><main>`,
    ...sections.map(([heading, body]) => `<section><h2>${heading}</h2>${body}</section>`),
    `</main><script>${SLIDER_SCRIPT}</script></body></html>`,
  ].join('\n');
}

const decibel = (power: number): string => (10 * Math.log10(power)).toFixed(2);
const looks = (value: number): string => (Number.isFinite(value) ? value.toFixed(1) : '–');

function figures({ bands }: Comparison): string {
  const rows: [string, (band: BandComparison) => string][] = [
    ['mean before, dB', ({ before }) => decibel(before)],
    ['mean after, dB', ({ after }) => decibel(after)],
    ['mean of before / after', ({ ratio }) => ratio.toFixed(3)],
    ['equivalent number of looks before', ({ enlBefore }) => looks(enlBefore)],
    ['equivalent number of looks after', ({ enlAfter }) => looks(enlAfter)],
  ];
  const head = bands.map(({ name }) => `<th scope="col">${escapeHtml(name)}</th>`).join('');
  const body = rows.map(
    ([name, value]) =>
      `<tr><th scope="row">${name}</th>${bands.map((band) => `<td class="number">${value(band)}</td>`).join('')}</tr>`,
  );
  return `<table><thead><tr><th></th>${head}</tr></thead><tbody>${body.join('')}</tbody></table><p>Looks: the median of the ten most homogeneous windows of 24 × 24 pixels of the image before.</p>`;
}

function place(scene: PageContents['scene']): string {
  let corners: LonLat[] | undefined;
  try {
    corners = footprint(scene);
  } catch (error) {
    if (!isSarIoError(error, 'UnsupportedFormat')) throw error;
    return `<p>No outline: ${escapeHtml(error.message)}.</p>`;
  }
  return corners ? footprintMap(corners) : '<p>The files do not tell where the scene lies.</p>';
}
