import type { Window } from '@mtpi/polsar-priors';
import { useEffect, useRef, useState } from 'preact/hooks';
import { drawScene, type Line } from './draw-scene';
import { boxOf, type Tool, usePointer } from './use-pointer';
import { useView } from './use-view';

interface SceneCanvasProps {
  label: string;
  width: number;
  height: number;
  before: CanvasImageSource;
  after: CanvasImageSource;
  /** Shows the image after alone. */
  single: boolean;
  /** Changes whenever an image does. */
  version: number;
  tool: Tool;
  box: Window | undefined;
  line: Line | undefined;
  onBox(box: Window): void;
  onLine(line: Line): void;
}

/** Images before and after on either side of a line that can be moved; with pan and zoom. */
export function SceneCanvas(props: SceneCanvasProps) {
  const { label, width, height, before, after, single, version, tool, box, line, onBox, onLine } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [share, setShare] = useState(0.5);
  const split = single ? undefined : share;
  const view = useView(canvas, { width, height });
  const { size, scale, left, top, pixelAt, moveBy, zoomBy, showAll } = view;
  const listeners = usePointer(canvas, view, { tool, split, onSplit: setShare, onBox, onLine });

  useEffect(() => {
    if (size.width > 0) drawScene(canvas.current!, view, { width, height, before, after, split, box, line });
  }, [size, scale, left, top, before, after, version, split, box, line, width, height]);

  /** Measures in the middle of the view, for those who do not use a pointer. */
  const measure = () => {
    const at = (x: number, y: number) => pixelAt({ x: x * size.width, y: y * size.height });
    if (tool === 'line') onLine([at(0.25, 0.5), at(0.75, 0.5)]);
    if (tool === 'box') onBox(boxOf(at(0.4, 0.4), at(0.6, 0.6)));
  };
  const keys: Record<string, () => void> = {
    Enter: measure,
    '+': () => zoomBy(1.5),
    '=': () => zoomBy(1.5),
    '-': () => zoomBy(1 / 1.5),
    '0': showAll,
    ArrowLeft: () => moveBy(60, 0),
    ArrowRight: () => moveBy(-60, 0),
    ArrowUp: () => moveBy(0, 60),
    ArrowDown: () => moveBy(0, -60),
    '[': () => setShare((current) => Math.max(0, current - 0.05)),
    ']': () => setShare((current) => Math.min(1, current + 0.05)),
  };

  return (
    <div class="stage">
      <canvas
        ref={canvas}
        tabIndex={0}
        role="img"
        data-tool={tool}
        aria-label={`${label}. Arrow keys move, + and − zoom, 0 shows all, [ and ] move the dividing line, Enter draws a box or line in the middle where one is chosen`}
        {...listeners}
        onKeyDown={(event) => {
          const act = keys[event.key];
          if (!act || event.ctrlKey || event.metaKey) return;
          event.preventDefault();
          act();
        }}
      />
      {!single && (
        <>
          <b>before</b>
          <b>after</b>
        </>
      )}
      <div class="zoom">
        <button type="button" aria-label="Zoom in" onClick={() => zoomBy(1.5)}>
          +
        </button>
        <button type="button" aria-label="Zoom out" onClick={() => zoomBy(1 / 1.5)}>
          −
        </button>
        <button type="button" aria-label="Show all" onClick={showAll}>
          ⤢
        </button>
      </div>
      {!single && (
        <input
          class="split"
          type="range"
          min="0"
          max="100"
          value={100 * share}
          aria-label="Share of the image shown before despeckling, in percent"
          onInput={({ currentTarget: { valueAsNumber } }) => setShare(valueAsNumber / 100)}
        />
      )}
    </div>
  );
}
