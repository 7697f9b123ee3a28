import type { DecibelRange } from '@mtpi/sar-io';
import { useState } from 'preact/hooks';
import type { WorkbenchClient } from '../workbench-client';
import type { SceneDescription } from '../worker/messages';
import { type Picture, RATIO_LEGEND, type Stretch } from '../worker/pictures';
import { MeasurementPanels } from './measurement-panels';
import { SceneCanvas } from './scene-canvas';
import { useMeasurements } from './use-measurements';
import type { Tool } from './use-pointer';

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
  onError(problem: unknown): void;
}

const TOOLS: readonly (readonly [Tool, string])[] = [
  ['move', 'Move'],
  ['box', 'Box'],
  ['line', 'Line'],
];

/** Both images of a scene, with tools for measurements. */
export function Viewer({ client, scene, images, running, picture, stretch, onShow, onError }: ViewerProps) {
  const { width, height, channels } = scene;
  const [co, cross] = channels;
  const [tool, setTool] = useState<Tool>('move');
  const measurements = useMeasurements({ client, scene, running, onError });
  const { box, line, setBox, setLine } = measurements;

  const pictures: readonly (readonly [Picture, string])[] = [
    ['co', co],
    ['cross', cross],
    ['composite', 'Color'],
    ['ratio-co', `Ratio ${co}`],
    ['ratio-cross', `Ratio ${cross}`],
  ];
  return (
    <section class="viewer" aria-label="Result">
      <div class="bar">
        <Choices
          legend="Picture"
          name="picture"
          choices={pictures}
          chosen={picture}
          disabled={running}
          onChoose={(value) => onShow(value, stretch)}
        />
        <Choices
          legend="Pointer"
          name="tool"
          choices={TOOLS}
          chosen={tool}
          onChoose={(value) => setTool(value)}
        />
      </div>
      <SceneCanvas
        label={`${pictures.find(([value]) => value === picture)![1]} before and after`}
        {...{ width, height, tool, box, line }}
        {...images}
        single={picture === 'ratio-co' || picture === 'ratio-cross'}
        onBox={setBox}
        onLine={setLine}
      />
      <div class="bar">
        <Legend
          {...{ picture, channels, stretch }}
          disabled={running}
          onStretch={(next) => onShow(picture, next)}
        />
      </div>
      {!running && (
        <MeasurementPanels
          {...{ measurements, channels }}
          band={picture === 'cross' || picture === 'ratio-cross' ? 1 : 0}
        />
      )}
    </section>
  );
}

interface ChoicesProps<T extends string> {
  legend: string;
  /** Of the group of buttons. */
  name: string;
  /** Values and the words for them. */
  choices: readonly (readonly [T, string])[];
  chosen: T;
  disabled?: boolean;
  onChoose(value: T): void;
}

/** Buttons in a row, one of which is chosen. */
function Choices<T extends string>({ legend, name, choices, chosen, disabled, onChoose }: ChoicesProps<T>) {
  return (
    <fieldset class="choices" disabled={disabled}>
      <legend class="hidden">{legend}</legend>
      {choices.map(([value, text]) => (
        <label key={value}>
          <input type="radio" name={name} checked={chosen === value} onChange={() => onChoose(value)} />
          <span>{text}</span>
        </label>
      ))}
    </fieldset>
  );
}

interface LegendProps {
  picture: Picture;
  channels: readonly [string, string];
  stretch: Stretch;
  disabled: boolean;
  onStretch(stretch: Stretch): void;
}

/** What the gray values and colors of a picture stand for; the stretch can be changed. */
function Legend({ picture, channels: [co, cross], stretch, disabled, onStretch }: LegendProps) {
  if (picture === 'ratio-co' || picture === 'ratio-cross') return <p class="note">{RATIO_LEGEND}</p>;
  return (
    <>
      {picture !== 'cross' && (
        <Range
          name={co}
          range={stretch.co}
          disabled={disabled}
          onRange={(range) => onStretch({ ...stretch, co: range })}
        />
      )}
      {picture !== 'co' && (
        <Range
          name={cross}
          range={stretch.cross}
          disabled={disabled}
          onRange={(range) => onStretch({ ...stretch, cross: range })}
        />
      )}
      {picture === 'composite' && <p class="note">{`Red: ${co}, green: ${cross}, blue: ${co} / ${cross}`}</p>}
    </>
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
