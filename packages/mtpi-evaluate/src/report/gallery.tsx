import { EntropyAlphaPlane, entropyAlphaCounts, mostTexturedWindows, QuicklookRenderer } from '@mtpi/pages';
import { boxcar, HA_ALPHA_WINDOW, haAlpha, type Image, planes, type Window } from '@mtpi/polsar-priors';
import type { Gallery } from '../evaluate';
import { BANDS, type Scores } from '../metrics/score';
import { type PlottedKind, ProfilePlot } from './plots';

/** Rows and columns of the enlarged part. */
const ENLARGED = 48;

/** An image of a scene: the result of a method, or the truth. */
interface SceneImage {
  name: string;
  kind: PlottedKind;
  image: Image;
}

export interface SceneGalleryProps {
  gallery: Gallery;
  /** Of a method on this scene. */
  scoresOf: (method: string) => Scores;
}

/** Pictures of all results on one scene, a profile through the enlarged part, and the H–α planes. */
export function SceneGallery({ gallery: { scene, results }, scoresOf }: SceneGalleryProps) {
  const { target, mask } = scene;
  const known = scene.truth ?? scene.reference;
  const order = ['input', 'network', 'peer', 'baseline'];
  const images: SceneImage[] = results
    .map(({ method, kind, image }) => ({ name: method, kind, image }))
    .sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
  if (known)
    images.unshift({ name: scene.truth ? 'truth' : 'mean of other dates', kind: 'truth', image: known });
  const renderer = new QuicklookRenderer(known ?? target, mask);
  const [window = { x: 0, y: 0, width: ENLARGED, height: ENLARGED }] = mostTexturedWindows(
    known ?? target,
    ENLARGED,
    1,
    mask,
  );
  return (
    <section class="gallery">
      <h3>{scene.name}</h3>
      <div class="scroll">
        <table class="pictures">
          <thead>
            <tr>
              <th />
              <th>VV</th>
              <th>VV, enlarged</th>
              <th>VV, VH, VV/VH as red, green, blue</th>
              <th>input / result, VV</th>
            </tr>
          </thead>
          <tbody>
            {images.map(({ name, kind, image }) => (
              <tr class={kind}>
                <th>
                  {name}
                  <small>{errorOf(scoresOf(name), scene.truth ? 'psnr' : 'error')}</small>
                </th>
                <Picture name={`${name}, VV`} url={renderer.band(image, 0, mask)} />
                <Picture name={`${name}, VV, enlarged`} url={renderer.band(crop(image, window), 0)} />
                <Picture name={`${name}, composite`} url={renderer.composite(image, mask)} />
                {kind === 'truth' || kind === 'input' ? (
                  <td />
                ) : (
                  <Picture
                    name={`input / ${name}, VV`}
                    url={QuicklookRenderer.ratio(target, image, 0, mask, 12 / Math.sqrt(scene.looks))}
                  />
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div class="row">
        <Profile images={images} row={window.y + window.height / 2} />
        <div class="row planes">
          {images.filter(isCovarianceToShow).map(({ name, kind, image }) => (
            <EntropyAlphaPlane
              caption={kind === 'input' ? 'H–α, input averaged 5×5' : `H–α, ${name}`}
              counts={entropyAlphaCounts(haAlpha(kind === 'input' ? boxcar(image, HA_ALPHA_WINDOW) : image))}
            />
          ))}
        </div>
      </div>
    </section>
  );
}

const Picture = ({ name, url }: { name: string; url: string }) => (
  <td>
    <img src={url} alt={name} />
  </td>
);

function errorOf(scores: Scores, metric: 'psnr' | 'error'): string {
  const values = BANDS.flatMap((band) => scores[`${metric} ${band}`]?.toFixed(2) ?? []);
  return values.length ? `${metric === 'psnr' ? 'PSNR' : 'error'} ${values.join(' / ')} dB` : '';
}

const isCovarianceToShow = ({ kind, image }: SceneImage): boolean =>
  kind !== 'baseline' && image.shape[0] === 4;

const crop = (image: Image, { x, y, width, height }: Window): Image =>
  image.lo(0, y, x).hi(image.shape[0], height, width);

/** VV along one row: the input, the truth, the networks, and the 5×5 boxcar for comparison. */
function Profile({ images, row }: { images: readonly SceneImage[]; row: number }) {
  const shown = images.filter(({ name, kind }) => kind !== 'baseline' || name === 'boxcar 5×5');
  const series = shown.map(({ name, kind, image }) => {
    const cols = image.shape[2];
    const powers = planes(image)[0].subarray(row * cols, (row + 1) * cols);
    return { name, kind, values: Array.from(powers, (power) => 10 * Math.log10(Math.max(power, 1e-6))) };
  });
  return <ProfilePlot caption={`VV along row ${row}, dB`} series={series} />;
}
