import { formatNumber, type PageSection, renderPage, Slider } from '@mtpi/pages';
import type { MaskedImage, Window } from '@mtpi/polsar-priors';
import type { SceneDescription } from './messages';
import { draw, type Picture, RATIO_LEGEND, type Stretch, toPng } from './pictures';
import { boxStatistics } from './statistics';

interface ReportContents {
  before: MaskedImage;
  after: MaskedImage;
  description: SceneDescription;
  stretch: Stretch;
  provenance: Readonly<Record<string, string>>;
}

/** The report of a despeckled scene as one HTML page that needs no other file and no network. */
export async function writeReport(contents: ReportContents): Promise<Blob> {
  const { before, after, description, stretch, provenance } = contents;
  const { width, height, channels, acquired } = description;
  const [co, cross] = channels;
  const names: [Picture, string][] = [
    ['co', `${co}, ${rangeOf(stretch.co)}`],
    ['cross', `${cross}, ${rangeOf(stretch.cross)}`],
    ['composite', `${co}, ${cross}, ${co} / ${cross} as red, green, blue`],
  ];
  const pairs = [];
  for (const [picture, name] of names)
    pairs.push({
      name,
      before: await dataUrl(toPng(draw(picture, before, stretch))),
      after: await dataUrl(toPng(draw(picture, after, stretch))),
    });
  const ratios = [];
  for (const picture of ['ratio-co', 'ratio-cross'] as const)
    ratios.push(await dataUrl(toPng(draw(picture, after, stretch, before))));
  const whole = { x: 0, y: 0, width, height };
  const sections: PageSection[] = [
    {
      id: 'comparison',
      title: 'Before and after',
      body: <Slider label="The scene" width={width} height={height} pairs={pairs} />,
    },
    { id: 'levels', title: 'Mean backscatter', body: <Levels {...contents} box={whole} /> },
    {
      id: 'ratio',
      title: 'Ratio',
      body: (
        <>
          <p>{RATIO_LEGEND}</p>
          <div class="row">
            {ratios.map((address, i) => (
              <figure>
                <img src={address} alt={`Ratio of ${channels[i]}`} style={{ maxWidth: '100%' }} />
                <figcaption>{channels[i]}</figcaption>
              </figure>
            ))}
          </div>
        </>
      ),
    },
    {
      id: 'provenance',
      title: 'Provenance',
      body: (
        <table class="facts">
          <tbody>
            {Object.entries(provenance).map(([name, value]) => (
              <tr>
                <th scope="row">{name}</th>
                <td>{value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ),
    },
  ];
  const page = renderPage({
    generator: '@mtpi/web',
    title: `Despeckled scene of ${acquired.slice(0, 10)}`,
    lead: `${width} × ${height} pixels, ${co} and ${cross}`,
    sections,
  });
  return new Blob([page], { type: 'text/html' });
}

const rangeOf = ({ min, max }: Stretch['co']) => `${formatNumber(min, 0)} to ${formatNumber(max, 0)} dB`;

function Levels({ before, after, description, box }: ReportContents & { box: Window }) {
  const [first, second] = [boxStatistics(before, box), boxStatistics(after, box)];
  return (
    <table>
      <thead>
        <tr>
          <th />
          <th scope="col">before, dB</th>
          <th scope="col">after, dB</th>
        </tr>
      </thead>
      <tbody>
        {description.channels.map((name, i) => (
          <tr>
            <th scope="row">{name}</th>
            <td class="number">{formatNumber(first?.[i].mean ?? Number.NaN, 2)}</td>
            <td class="number">{formatNumber(second?.[i].mean ?? Number.NaN, 2)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

async function dataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
