import { boxcar, haAlpha, type Image, planes } from '@mtpi/polsar-priors';
import escapeHtml from 'escape-html';
import type { Gallery } from '../evaluate';
import type { Scores } from '../score';
import { entropyAlphaCounts, entropyAlphaPlane } from './h-alpha-plane';
import { crop, mostTexturedWindow, QuicklookRenderer, ratioPicture } from './picture';
import { profilePlot } from './plot';

/** Rows and columns of the part that is shown enlarged. */
const ZOOM = 48;

interface Shown {
  name: string;
  kind: Gallery['results'][number]['kind'] | 'truth';
  image: Image;
}

/** One scene: pictures of all results, the plane of H and α, and a profile through the enlarged part. */
export function gallerySection({ scene, results }: Gallery, scores: (method: string) => Scores): string {
  const known = scene.truth ?? scene.reference;
  const quiet: Shown[] = known
    ? [{ name: scene.truth ? 'truth' : 'mean of other dates', kind: 'truth', image: known }]
    : [];
  const order = { input: 0, network: 1, baseline: 2 };
  const shown: Shown[] = [
    ...quiet,
    ...results
      .map(({ method, kind, image }) => ({ name: method, kind, image }))
      .sort((a, b) => order[a.kind] - order[b.kind]),
  ];
  const like = known ?? scene.target;
  const painter = new QuicklookRenderer(like);
  const window = mostTexturedWindow(like, ZOOM);
  const figure = scene.truth ? 'psnr' : 'error';
  const rows = shown.map(({ name, kind, image }) => {
    const found = scores(name);
    const numbers = ['VV', 'VH'].flatMap((band) => found[`${figure} ${band}`]?.toFixed(2) ?? []);
    const pictures = [
      picture(painter.grey(image), 'VV'),
      picture(painter.grey(crop(image, window)), 'part of it, enlarged'),
      picture(painter.color(image), 'VV, VH, VV/VH as red, green, blue'),
      kind === 'truth' || kind === 'input'
        ? '<td></td>'
        : picture(ratioPicture(scene.target, image, scene.looks), 'input / result'),
    ];
    const caption = numbers.length
      ? `<small>${figure === 'psnr' ? 'PSNR' : 'error'} ${numbers.join(' / ')} dB</small>`
      : '';
    return `<tr class="${kind}"><th>${escapeHtml(name)}${caption}</th>${pictures.join('')}</tr>`;
  });
  const head = ['VV', 'enlarged', 'VV · VH · VV/VH', 'input / result'];
  return [
    `<section class="gallery"><h3>${escapeHtml(scene.name)}</h3>`,
    `<div class="scroll"><table class="pictures"><thead><tr><th></th>${head.map((text) => `<th>${text}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`,
    `<div class="row">${profile(shown, window.y + window.height / 2)}<div class="planes">${planesOf(shown)}</div></div></section>`,
  ].join('');
}

const picture = (url: string, label: string): string => `<td><img src="${url}" alt="${label}"></td>`;

/** VV along one row: the input, the truth, the networks and the boxcar that the paper's readers know. */
function profile(shown: readonly Shown[], row: number): string {
  const wanted = ({ name, kind }: Shown) => kind !== 'baseline' || name === 'boxcar 5×5';
  const series = shown.filter(wanted).map(({ name, kind, image }) => {
    const cols = image.shape[2];
    const values = planes(image)[0].subarray(row * cols, (row + 1) * cols);
    return { name, kind, values: Array.from(values, (value) => 10 * Math.log10(Math.max(value, 1e-6))) };
  });
  // What is drawn first lies below.
  const order = { input: 0, truth: 1, baseline: 2, network: 3 };
  series.sort((a, b) => order[a.kind] - order[b.kind]);
  return profilePlot(`VV along row ${row}`, 'dB', series);
}

/** The plane of H and α of the averaged input, of the networks, and of the truth. */
function planesOf(shown: readonly Shown[]): string {
  return shown
    .filter(({ kind, image }) => kind !== 'baseline' && image.shape[0] === 4)
    .map(({ name, kind, image }) =>
      kind === 'input'
        ? entropyAlphaPlane('H–α, input averaged 5×5', entropyAlphaCounts(haAlpha(boxcar(image, 5))))
        : entropyAlphaPlane(`H–α, ${name}`, entropyAlphaCounts(haAlpha(image))),
    )
    .join('');
}
