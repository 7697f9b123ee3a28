import type { Window } from '@mtpi/polsar-priors';
import type { DecibelRange } from '@mtpi/sar-io';
import { useEffect, useState } from 'preact/hooks';
import type { WorkbenchClient } from '../workbench-client';
import type { SceneDescription, Side } from '../worker/messages';
import type { Picture, Stretch } from '../worker/pictures';
import type { BoxStatistics } from '../worker/statistics';
import { EntropyAlphaPlot } from './entropy-alpha-plot';
import { ProfilePlot } from './profile-plot';
import { type Line, SceneCanvas, type Tool } from './scene-canvas';

/** The images of a scene as they are shown. */
export interface SceneImages {
  before: HTMLCanvasElement;
  after: HTMLCanvasElement;
  /** Changes whenever an image does. */
  version: number;
}

interface ViewerProps {
  client: WorkbenchClient;
  scene: SceneDescription;
  images: SceneImages;
  /** Tiles are still missing. */
  running: boolean;
  picture: Picture;
  stretch: Stretch;
  onShow(picture: Picture, stretch: Stretch): void;
}

/** Both images of a scene, with tools for measurements. */
export function Viewer({ client, scene, images, running, picture, stretch, onShow }: ViewerProps) {
  const { width, height, channels, hasCovariance } = scene;
  const [co, cross] = channels;
  const [tool, setTool] = useState<Tool>('move');
  const [box, setBox] = useState<Window>();
  const [line, setLine] = useState<Line>();
  const [statistics, setStatistics] = useState<Record<Side, BoxStatistics[] | undefined>>();
  const [profile, setProfile] = useState<Record<Side, Float32Array[]>>();
  const [density, setDensity] = useState<Record<Side, Float32Array>>();
  const isRatio = picture === 'ratio-co' || picture === 'ratio-cross';
  const band = picture === 'cross' || picture === 'ratio-cross' ? 1 : 0;

  useEffect(() => {
    if (!running && box) void client.workbench.statistics(box).then(setStatistics);
  }, [client, running, box]);
  useEffect(() => {
    if (!running && line) void client.workbench.profile(line).then(setProfile);
  }, [client, running, line]);
  useEffect(() => {
    if (!running && hasCovariance) void client.workbench.entropyAlpha().then(setDensity);
  }, [client, running, hasCovariance]);

  const pictures: [Picture, string][] = [
    ['co', co],
    ['cross', cross],
    ['composite', 'Color'],
    ['ratio-co', `Ratio ${co}`],
    ['ratio-cross', `Ratio ${cross}`],
  ];
  const tools: [Tool, string][] = [
    ['move', 'Move'],
    ['box', 'Box'],
    ['line', 'Line'],
  ];
  return (
    <section class="viewer" aria-label="Result">
      <div class="bar">
        <fieldset class="choices" disabled={running}>
          <legend class="hidden">Picture</legend>
          {pictures.map(([value, name]) => (
            <label key={value}>
              <input
                type="radio"
                name="picture"
                checked={picture === value}
                onChange={() => onShow(value, stretch)}
              />
              <span>{name}</span>
            </label>
          ))}
        </fieldset>
        <fieldset class="choices">
          <legend class="hidden">Pointer</legend>
          {tools.map(([value, name]) => (
            <label key={value}>
              <input type="radio" name="tool" checked={tool === value} onChange={() => setTool(value)} />
              <span>{name}</span>
            </label>
          ))}
        </fieldset>
      </div>
      <SceneCanvas
        label={`${pictures.find(([value]) => value === picture)![1]} before and after`}
        {...{ width, height, tool, box, line }}
        {...images}
        single={isRatio}
        onBox={setBox}
        onLine={setLine}
      />
      <div class="bar">
        {isRatio ? (
          <p class="note">
            Before / after, black at −6 dB, white at 6 dB: without structure where only speckle was removed.
          </p>
        ) : (
          <>
            {picture !== 'cross' && (
              <Range
                name={co}
                range={stretch.co}
                disabled={running}
                onRange={(range) => onShow(picture, { ...stretch, co: range })}
              />
            )}
            {picture !== 'co' && (
              <Range
                name={cross}
                range={stretch.cross}
                disabled={running}
                onRange={(range) => onShow(picture, { ...stretch, cross: range })}
              />
            )}
            {picture === 'composite' && (
              <p class="note">{`${co} red, ${cross} green, ${co} / ${cross} blue`}</p>
            )}
          </>
        )}
      </div>
      {!running && (
        <div class="panels">
          <section>
            <h3>Box</h3>
            {statistics && box ? (
              <Statistics {...{ statistics, channels, box }} />
            ) : (
              <p>
                Choose “Box” above the image and draw one over uniform land, for its mean and its equivalent
                number of looks (ENL): the higher, the less speckle.
              </p>
            )}
          </section>
          <section>
            <h3>Profile</h3>
            {profile ? (
              <ProfilePlot
                values={{ before: profile.before[band], after: profile.after[band] }}
                channel={channels[band]}
              />
            ) : (
              <p>Choose “Line” above the image and draw one, for the backscatter along it.</p>
            )}
          </section>
          {density && (
            <section>
              <h3>Entropy and alpha</h3>
              <div class="row">
                <EntropyAlphaPlot counts={density.before} caption="before, averaged 5 × 5" />
                <EntropyAlphaPlot counts={density.after} caption="after" />
              </div>
            </section>
          )}
        </div>
      )}
    </section>
  );
}

interface RangeProps {
  name: string;
  range: DecibelRange;
  disabled: boolean;
  onRange(range: DecibelRange): void;
}

/** The stretch of a channel in dB. */
function Range({ name, range, disabled, onRange }: RangeProps) {
  const field = (end: 'min' | 'max', color: string) => (
    <input
      type="number"
      step="1"
      disabled={disabled}
      value={range[end]}
      aria-label={`${name}, ${color} at, dB`}
      onChange={({ currentTarget: { valueAsNumber } }) => {
        const next = { ...range, [end]: valueAsNumber };
        if (next.min < next.max) onRange(next);
      }}
    />
  );
  return (
    <span class="range">
      {name}: black at {field('min', 'black')} dB, white at {field('max', 'white')} dB
    </span>
  );
}

interface StatisticsProps {
  statistics: Record<Side, BoxStatistics[] | undefined>;
  channels: readonly [string, string];
  box: Window;
}

function Statistics({ statistics: { before, after }, channels, box }: StatisticsProps) {
  if (!before || !after) return <p>The box has no valid pixels.</p>;
  return (
    <table class="figures">
      <caption>
        {box.width} × {box.height} pixels at column {box.x}, row {box.y}
      </caption>
      <thead>
        <tr>
          <td />
          <th scope="col">before</th>
          <th scope="col">after</th>
        </tr>
      </thead>
      <tbody>
        {channels.flatMap((name, b) => [
          <tr key={`mean-${name}`}>
            <th scope="row">{name} mean, dB</th>
            <td>{before[b].mean.toFixed(2)}</td>
            <td>{after[b].mean.toFixed(2)}</td>
          </tr>,
          <tr key={`looks-${name}`}>
            <th scope="row">{name} ENL</th>
            <td>{looks(before[b].enl)}</td>
            <td>{looks(after[b].enl)}</td>
          </tr>,
        ])}
      </tbody>
    </table>
  );
}

const looks = (value: number) =>
  Number.isFinite(value) ? (value < 100 ? value.toFixed(1) : value.toFixed(0)) : '–';
