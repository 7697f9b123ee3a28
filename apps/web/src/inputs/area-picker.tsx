import type { Window } from '@mtpi/polsar-priors';
import { proxy } from 'comlink';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { WorkbenchClient } from '../workbench-client';
import type { JobDate, Placement } from '../worker/messages';

/** Scenes of more pixels than this are despeckled in part. */
export const LARGEST_SCENE = 4_000_000;

/** Rows and columns of the overview. */
const OVERVIEW = 640;

interface AreaPickerProps {
  client: WorkbenchClient;
  date: JobDate;
  placement: Placement;
  area: Window;
  onArea(area: Window): void;
}

/** An overview of a large scene, on which the area to despeckle is drawn, inside what all dates cover. */
export function AreaPicker({ client, date, placement, area, onArea }: AreaPickerProps) {
  const { width, height, shared } = placement;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [shown, setShown] = useState(false);
  const [percentRead, setPercentRead] = useState(0);
  const [error, setError] = useState<string>();
  const start = useRef<{ x: number; y: number }>();
  useEffect(() => {
    let stale = false;
    setShown(false);
    setError(undefined);
    const progress = proxy((share: number) => setPercentRead(Math.floor(100 * share)));
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
    if (size.width >= 16 && size.height >= 16) onArea({ x, y, ...size });
  };
  const percent = (value: number, of: number) => `${(100 * value) / of}%`;
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
    <section class="area">
      <h2>Area to despeckle</h2>
      <p>
        The scene has {width} × {height} pixels. Draw a rectangle of at most {LARGEST_SCENE / 1e6} million
        pixels on it, or enter it below.
      </p>
      <div class="overview" style={{ aspectRatio: `${width} / ${height}` }}>
        <canvas
          ref={canvas}
          aria-label="Overview of the scene"
          onPointerDown={(event) => {
            canvas.current!.setPointerCapture(event.pointerId);
            start.current = at(event);
          }}
          onPointerMove={draw}
          onPointerUp={(event) => {
            draw(event);
            start.current = undefined;
          }}
        />
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
      <div class="fields">
        {field('x', shared.x, shared.x + shared.width - area.width)}
        {field('y', shared.y, shared.y + shared.height - area.height)}
        {field('width', 16, shared.x + shared.width - area.x)}
        {field('height', 16, shared.y + shared.height - area.y)}
      </div>
    </section>
  );
}
