import type { Window } from '@mtpi/polsar-priors';
import { proxy } from 'comlink';
import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { WorkbenchClient } from '../workbench-client';
import type { JobDate, Placement } from '../worker/messages';

/** Scenes of more pixels than this are despeckled in part. */
export const LARGEST_SCENE = 4_000_000;

/** Rows and columns of the overview. */
const OVERVIEW = 640;

/** Rows and columns of an area at least. */
const SMALLEST_EDGE = 16;

interface AreaPickerProps {
  client: WorkbenchClient;
  date: JobDate;
  placement: Placement;
  area: Window;
  onArea(area: Window): void;
}

/** An overview of a large scene, on which the area to despeckle is drawn, inside what all dates cover. */
export function AreaPicker({ client, date, placement, area, onArea }: AreaPickerProps) {
  const { width, height } = placement;
  const canvas = useRef<HTMLCanvasElement>(null);
  const { shown, percentRead, error } = useOverview(canvas, client, date, placement);
  const listeners = useRectangle(canvas, placement, onArea);
  const percent = (value: number, of: number) => `${(100 * value) / of}%`;
  return (
    <section class="area">
      <h2>Area to despeckle</h2>
      <p>
        The scene has {width} × {height} pixels. Draw a rectangle of at most {LARGEST_SCENE / 1e6} million
        pixels on the overview, or enter it below in pixels.
      </p>
      <div class="overview" style={{ aspectRatio: `${width} / ${height}` }}>
        <canvas ref={canvas} aria-label="Overview of the scene" {...listeners} />
        {shown ? (
          <div
            class="chosen"
            style={{
              left: percent(area.x, width),
              top: percent(area.y, height),
              width: percent(area.width, width),
              height: percent(area.height, height),
            }}
          />
        ) : (
          <p class={error ? 'bad' : 'faint'}>{error ?? `Reading the overview, ${percentRead} % …`}</p>
        )}
      </div>
      <AreaFields {...{ area, onArea }} shared={placement.shared} />
    </section>
  );
}

/** Reads the overview of a date, and draws it on a canvas. */
function useOverview(
  canvas: RefObject<HTMLCanvasElement>,
  client: WorkbenchClient,
  date: JobDate,
  placement: Placement,
) {
  const [shown, setShown] = useState(false);
  const [percentRead, setPercentRead] = useState(0);
  const [error, setError] = useState<string>();
  useEffect(() => {
    let stale = false;
    setShown(false);
    setError(undefined);
    const progress = proxy(async (share: number) => setPercentRead(Math.floor(100 * share)));
    client.workbench.overview(date, OVERVIEW, progress).then(
      (bitmap) => {
        if (stale) return;
        canvas.current!.width = bitmap.width;
        canvas.current!.height = bitmap.height;
        canvas.current!.getContext('2d')!.drawImage(bitmap, 0, 0);
        setShown(true);
      },
      ({ message }: Error) => {
        if (!stale) setError(message);
      },
    );
    return () => {
      stale = true;
    };
  }, [client, placement]);
  return { shown, percentRead, error };
}

/** Has a rectangle drawn on the overview. Returns the listeners of its canvas. */
function useRectangle(
  canvas: RefObject<HTMLCanvasElement>,
  { width, height, shared }: Placement,
  onArea: (area: Window) => void,
) {
  const start = useRef<{ x: number; y: number }>();
  /** The closest pixel that all dates cover. */
  const at = ({ clientX, clientY }: PointerEvent) => {
    const box = canvas.current!.getBoundingClientRect();
    const clamp = (value: number, first: number, size: number) =>
      Math.min(first + size, Math.max(first, Math.round(value)));
    return {
      x: clamp(((clientX - box.left) / box.width) * width, shared.x, shared.width),
      y: clamp(((clientY - box.top) / box.height) * height, shared.y, shared.height),
    };
  };
  const draw = (event: PointerEvent) => {
    if (!start.current) return;
    const [from, to] = [start.current, at(event)];
    const [x, y] = [Math.min(from.x, to.x), Math.min(from.y, to.y)];
    const size = { width: Math.abs(to.x - from.x), height: Math.abs(to.y - from.y) };
    if (size.width >= SMALLEST_EDGE && size.height >= SMALLEST_EDGE) onArea({ x, y, ...size });
  };
  return {
    onPointerDown(event: PointerEvent) {
      canvas.current!.setPointerCapture(event.pointerId);
      start.current = at(event);
    },
    onPointerMove: draw,
    onPointerUp(event: PointerEvent) {
      draw(event);
      start.current = undefined;
    },
  };
}

interface AreaFieldsProps {
  area: Window;
  /** What all dates cover. */
  shared: Window;
  onArea(area: Window): void;
}

/** The area in numbers. */
function AreaFields({ area, shared, onArea }: AreaFieldsProps) {
  const field = (name: keyof Window, least: number, most: number) => (
    <label>
      {{ x: 'Column', y: 'Row', width: 'Width', height: 'Height' }[name]}
      <input
        type="number"
        min={least}
        max={most}
        value={area[name]}
        onChange={({ currentTarget: { valueAsNumber } }) =>
          onArea({ ...area, [name]: Math.min(most, Math.max(least, Math.round(valueAsNumber) || least)) })
        }
      />
    </label>
  );
  return (
    <div class="fields">
      {field('x', shared.x, shared.x + shared.width - area.width)}
      {field('y', shared.y, shared.y + shared.height - area.height)}
      {field('width', SMALLEST_EDGE, shared.x + shared.width - area.x)}
      {field('height', SMALLEST_EDGE, shared.y + shared.height - area.y)}
    </div>
  );
}
