import {
  EntropyAlphaPlane,
  formatNumber,
  type PageSection,
  QuicklookRenderer,
  renderPage,
  Slider,
} from '@mtpi/pages';
import { footprint, isSarIoError, type LonLat, type MaskedImage } from '@mtpi/sar-io';
import { spacingText, unitOf } from '../place-text';
import { SOFTWARE } from '../software';
import type { BandComparison, Comparison } from './comparison';
import { FootprintMap } from './footprint-map';

/** A part of the scene at full resolution. */
export interface Zoom {
  name: string;
  before: MaskedImage;
  after: MaskedImage;
}

export interface ReportContents {
  title: string;
  comparison: Comparison;
  zooms: readonly Zoom[];
  scene: Parameters<typeof footprint>[0];
  channels: readonly [string, string];
  /** Of the backscatter, where it is known. */
  calibration?: string;
  /** How the image was made: names and values. */
  provenance: Readonly<Record<string, string>>;
}

/** The report of a despeckled image as one HTML page that needs no other file and no network. */
export function reportPage(contents: ReportContents): string {
  const { title, comparison, scene, channels, provenance } = contents;
  const { planes } = comparison;
  const sections: (PageSection | undefined)[] = [
    { id: 'comparison', title: 'Before and after', body: <Sliders {...contents} /> },
    { id: 'figures', title: 'Statistics', body: <Figures {...contents} /> },
    { id: 'ratio', title: 'Ratio', body: <Ratios comparison={comparison} channels={channels} /> },
    planes && {
      id: 'entropy-alpha',
      title: 'Entropy and alpha',
      body: (
        <>
          <p>
            H–α scatter density (log scale). The line encloses what a covariance of two polarizations can
            have. The zones of Cloude and Pottier are those of full polarimetry, and do not hold here.
          </p>
          <div class="row">
            <EntropyAlphaPlane caption="before, averaged" counts={planes.before} />
            <EntropyAlphaPlane caption="after" counts={planes.after} />
          </div>
        </>
      ),
    },
    { id: 'footprint', title: 'Footprint', body: <Footprint scene={scene} /> },
    { id: 'provenance', title: 'Provenance', body: <Provenance entries={provenance} /> },
  ];
  return renderPage({
    title,
    generator: SOFTWARE,
    lead: leadOf(contents),
    style: 'tbody th { white-space: normal; } .ratio img { display: block; width: 560px; max-width: 100%; }',
    sections: sections.filter((section) => section !== undefined),
  });
}

/** More dates than these are counted. */
const DATES_NAMED = 4;

/** When, where and with which dates the image was acquired and despeckled, as far as is known. */
function leadOf({ comparison, scene, calibration, provenance }: ReportContents): string {
  const { width, height, georeference } = scene;
  const { crs, transform } = georeference;
  const { acquired = '', previous = '', next = '', 'relative orbit': orbit } = provenance;
  const [, day, minute] = /^(.{10})(?:T(.{5}).*)?$/.exec(acquired) ?? [];
  const time = day && (minute ? `${day} ${minute} UTC` : day);
  const dates = [...`${previous}, ${next}`.matchAll(/\((\d{4}-\d\d-\d\d)\)/g)].map(([, date]) => date).sort();
  const others =
    dates.length > DATES_NAMED
      ? `${dates.length} dates from ${dates[0]} to ${dates.at(-1)}`
      : dates.join(', ').replace(/, ([^,]*)$/, ' and $1');
  const sizes = transform && [Math.hypot(transform[1], transform[4]), Math.hypot(transform[2], transform[5])];
  return [
    [time, orbit && `relative orbit ${orbit}`, calibration].filter(Boolean).join(', '),
    others && `despeckled with ${others}`,
    [
      `${width} × ${height} pixels${sizes ? ` of ${spacingText(sizes, unitOf(crs))}` : ''}`,
      ...(crs?.epsg === undefined ? [] : [`EPSG:${crs.epsg}`]),
      `${(100 * comparison.valid).toFixed(1)} % valid`,
    ].join(', '),
  ]
    .filter(Boolean)
    .join('; ');
}

/** The scene and its zooms before and after, all stretched like the despeckled scene. */
function Sliders({ comparison: { before, after, factor }, zooms, channels: [co, cross] }: ReportContents) {
  const renderer = new QuicklookRenderer(after.image, after.mask);
  const names = [co, cross, `${co}/${cross}`];
  const ranges = ([0, 1, 2] as const).map((i) => `${names[i]}, ${renderer.range(i)}`);
  const pictures: [string, string, (of: MaskedImage) => string][] = [
    [
      names.join(', '),
      `red ${ranges[0]}; green ${ranges[1]}; blue ${ranges[2]}`,
      ({ image, mask }) => renderer.composite(image, mask),
    ],
    [co, ranges[0], ({ image, mask }) => renderer.band(image, 0, mask)],
    [cross, ranges[1], ({ image, mask }) => renderer.band(image, 1, mask)],
  ];
  const scene = {
    name: factor > 1 ? `The scene, averaged ${factor} × ${factor}` : 'The scene',
    before,
    after,
  };
  return (
    <>
      <p>
        Move the line to compare; both sides have the same stretch, black and white at the ends of the range
        of dB. Zoom with + and − (or with the wheel after clicking the image), and drag to move.
      </p>
      {[scene, ...zooms].map((zoom) => (
        <Slider
          label={zoom.name}
          caption={factor > 1 ? zoom.name : undefined}
          width={zoom.after.image.shape[2]}
          height={zoom.after.image.shape[1]}
          pairs={pictures.map(([name, legend, render]) => ({
            ...{ name, legend },
            before: render(zoom.before),
            after: render(zoom.after),
          }))}
        />
      ))}
    </>
  );
}

const decibel = (power: number): string => formatNumber(10 * Math.log10(power), 2);

function Figures({ comparison, calibration }: Pick<ReportContents, 'comparison' | 'calibration'>) {
  const { bands } = comparison;
  const mean = calibration ? `mean ${calibration}` : 'mean';
  const rows: [string, (band: BandComparison) => string][] = [
    [`${mean} before, dB`, ({ before }) => decibel(before)],
    [`${mean} after, dB`, ({ after }) => decibel(after)],
    ['mean of before / after', ({ ratio }) => formatNumber(ratio, 3)],
    ['apparent ENL (lower bound) before', ({ enlBefore }) => formatNumber(enlBefore, 1)],
    ['apparent ENL (lower bound) after', ({ enlAfter }) => formatNumber(enlAfter, 1)],
  ];
  return (
    <>
      <table>
        <thead>
          <tr>
            <th />
            {bands.map(({ name }) => (
              <th scope="col">{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, value]) => (
            <tr>
              <th scope="row">{name}</th>
              {bands.map((band) => (
                <td class="number">{value(band)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p>
        ENL, equivalent number of looks: median over the ten most homogeneous 24 × 24 windows of the image
        before despeckling. Where even those have texture, as in hills, it counts as speckle, and both numbers
        are too low.
      </p>
    </>
  );
}

function Ratios({
  comparison: { before, after },
  channels,
}: Pick<ReportContents, 'comparison' | 'channels'>) {
  return (
    <>
      <p>
        Before / after, from −6 dB (black) to 6 dB (white). Where only speckle was removed, the ratio image
        shows no structure.
      </p>
      <div class="row">
        {([0, 1] as const).map((band) => (
          <figure class="ratio">
            <img
              src={QuicklookRenderer.ratio(before.image, after.image, band, before.mask)}
              alt={`Before / after, ${channels[band]}`}
            />
            <figcaption>{channels[band]}</figcaption>
          </figure>
        ))}
      </div>
    </>
  );
}

function Footprint({ scene }: Pick<ReportContents, 'scene'>) {
  let corners: LonLat[] | undefined;
  try {
    corners = footprint(scene);
  } catch (error) {
    if (!isSarIoError(error, 'UnsupportedFormat')) throw error;
    return <p>No outline: {error.message}.</p>;
  }
  return corners ? <FootprintMap corners={corners} /> : <p>The image is not georeferenced.</p>;
}

/** A command line with the folders of its paths left out. */
const shortPaths = (command: string) => command.replace(/(?:[^\s'/=]*\/){2,}(?=[^\s'/])/g, '…/');

/** A text whose negative numbers have the minus sign of the tables. */
const withMinus = (text: string) => text.replace(/(?<=^| )-(?=\d)/g, '−');

function Provenance({ entries }: { entries: ReportContents['provenance'] }) {
  return (
    <table class="facts">
      <tbody>
        {Object.entries(entries).map(([name, value]) => (
          <tr>
            <th>{name}</th>
            <td>{name === 'command' ? shortPaths(value) : withMinus(value)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
