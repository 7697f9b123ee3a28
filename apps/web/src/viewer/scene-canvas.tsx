import type { Window } from '@mtpi/polsar-priors';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Point } from '../worker/statistics';

/** Pointer tool: move the scene, or draw a box or a line on it. */
export type Tool = 'move' | 'box' | 'line';

export type Line = readonly [Point, Point];

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

const MOST_ZOOM = 32;
/** Distance in CSS pixels at which the dividing line is taken. */
const GRIP = 14;

/** Images before and after on either side of a line that can be moved; with pan and zoom. */
export function SceneCanvas(props: SceneCanvasProps) {
  const { label, width, height, before, after, single, version, tool, box, line, onBox, onLine } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [split, setSplit] = useState(0.5);
  /** Zoom relative to the whole scene, and the scene's point in the middle of the view. */
  const [view, setView] = useState({ zoom: 1, x: width / 2, y: height / 2 });
  const pointers = useRef(new Map<number, { x: number; y: number }>());
  const action = useRef<'move' | 'split' | 'draw' | undefined>(undefined);
  const start = useRef<Point>({ x: 0, y: 0 });

  const fit = Math.min(size.width / width, size.height / height) || 1;
  const scale = fit * view.zoom;
  const left = size.width / 2 - view.x * scale;
  const top = size.height / 2 - view.y * scale;

  useEffect(() => {
    const observer = new ResizeObserver(([{ contentRect }]) =>
      setSize({ width: contentRect.width, height: contentRect.height }),
    );
    observer.observe(canvas.current!);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    const { current } = canvas;
    if (!current || size.width === 0) return;
    const ratio = devicePixelRatio;
    current.width = Math.round(size.width * ratio);
    current.height = Math.round(size.height * ratio);
    const context = current.getContext('2d')!;
    context.scale(ratio, ratio);
    context.imageSmoothingEnabled = scale * ratio < 1;
    const part = (image: CanvasImageSource, from: number, to: number) => {
      context.save();
      context.beginPath();
      context.rect(from, 0, to - from, size.height);
      context.clip();
      context.drawImage(image, left, top, width * scale, height * scale);
      context.restore();
    };
    const middle = single ? 0 : split * size.width;
    if (!single) part(before, 0, middle);
    part(after, middle, size.width);
    if (!single) drawSplit(context, middle, size.height);
    const at = ({ x, y }: Point) => [left + x * scale, top + y * scale] as const;
    if (box) outline(context, () => context.rect(...at(box), box.width * scale, box.height * scale));
    if (line)
      outline(context, () => {
        context.moveTo(...at(line[0]));
        context.lineTo(...at(line[1]));
      });
  }, [size, view, split, before, after, single, version, box, line, width, height]);

  const moveBy = useCallback(
    (dx: number, dy: number) =>
      setView(({ zoom, x, y }) => ({
        zoom,
        x: Math.min(width, Math.max(0, x - dx / (fit * zoom))),
        y: Math.min(height, Math.max(0, y - dy / (fit * zoom))),
      })),
    [fit, width, height],
  );
  /** Zooms, keeping the point of the scene under (px, py), given from the middle of the view. */
  const zoomBy = useCallback(
    (factor: number, px = 0, py = 0) =>
      setView(({ zoom, x, y }) => {
        const next = Math.min(MOST_ZOOM / fit, Math.max(0.5, zoom * factor));
        if (factor === 0) return { zoom: 1, x: width / 2, y: height / 2 };
        const kept = 1 / (fit * zoom) - 1 / (fit * next);
        return { zoom: next, x: x + px * kept, y: y + py * kept };
      }),
    [fit, width, height],
  );

  const local = ({ clientX, clientY }: MouseEvent) => {
    const bounds = canvas.current!.getBoundingClientRect();
    return { x: clientX - bounds.left, y: clientY - bounds.top };
  };
  const pixelAt = ({ x, y }: Point): Point => ({
    x: Math.min(width - 1, Math.max(0, Math.floor((x - left) / scale))),
    y: Math.min(height - 1, Math.max(0, Math.floor((y - top) / scale))),
  });

  const down = (event: PointerEvent) => {
    canvas.current!.setPointerCapture(event.pointerId);
    const at = local(event);
    pointers.current.set(event.pointerId, at);
    start.current = pixelAt(at);
    const onSplit = !single && Math.abs(at.x - split * size.width) < GRIP;
    action.current = onSplit ? 'split' : tool === 'move' ? 'move' : 'draw';
  };
  const move = (event: PointerEvent) => {
    const last = pointers.current.get(event.pointerId);
    if (!last) return;
    const at = local(event);
    pointers.current.set(event.pointerId, at);
    if (pointers.current.size === 2) {
      const other = [...pointers.current].find(([id]) => id !== event.pointerId)![1];
      const distance = (p: Point) => Math.max(1, Math.hypot(p.x - other.x, p.y - other.y));
      zoomBy(
        distance(at) / distance(last),
        (at.x + other.x) / 2 - size.width / 2,
        (at.y + other.y) / 2 - size.height / 2,
      );
    } else if (action.current === 'split') setSplit(Math.min(1, Math.max(0, at.x / size.width)));
    else if (action.current === 'move') moveBy(at.x - last.x, at.y - last.y);
    else {
      const [from, to] = [start.current, pixelAt(at)];
      if (tool === 'line') onLine([from, to]);
      else onBox(boxOf(from, to));
    }
  };
  const up = (event: PointerEvent) => {
    pointers.current.delete(event.pointerId);
    if (pointers.current.size === 0) action.current = undefined;
  };
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
    '0': () => zoomBy(0),
    ArrowLeft: () => moveBy(60, 0),
    ArrowRight: () => moveBy(-60, 0),
    ArrowUp: () => moveBy(0, 60),
    ArrowDown: () => moveBy(0, -60),
    '[': () => setSplit((share) => Math.max(0, share - 0.05)),
    ']': () => setSplit((share) => Math.min(1, share + 0.05)),
  };

  // Preact attaches wheel listeners that can't prevent the page from scrolling.
  useEffect(() => {
    const { current } = canvas;
    const wheel = (event: WheelEvent) => {
      if (!event.ctrlKey && document.activeElement !== current) return;
      event.preventDefault();
      const at = local(event);
      zoomBy(event.deltaY < 0 ? 1.2 : 1 / 1.2, at.x - size.width / 2, at.y - size.height / 2);
    };
    current?.addEventListener('wheel', wheel, { passive: false });
    return () => current?.removeEventListener('wheel', wheel);
  });

  return (
    <div class="stage">
      <canvas
        ref={canvas}
        tabIndex={0}
        role="img"
        data-tool={tool}
        aria-label={`${label}. Arrow keys move, + and − zoom, 0 shows all, [ and ] move the dividing line, Enter draws a box or line in the middle where one is chosen`}
        onPointerDown={down}
        onPointerMove={move}
        onPointerUp={up}
        onPointerCancel={up}
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
        <button type="button" aria-label="Show all" onClick={() => zoomBy(0)}>
          ⤢
        </button>
      </div>
      {!single && (
        <input
          class="split"
          type="range"
          min="0"
          max="100"
          value={100 * split}
          aria-label="Share shown before despeckling, in percent"
          onInput={({ currentTarget: { valueAsNumber } }) => setSplit(valueAsNumber / 100)}
        />
      )}
    </div>
  );
}

/** The box between two corners. */
const boxOf = (from: Point, to: Point): Window => ({
  x: Math.min(from.x, to.x),
  y: Math.min(from.y, to.y),
  width: Math.abs(to.x - from.x) + 1,
  height: Math.abs(to.y - from.y) + 1,
});

function drawSplit(context: CanvasRenderingContext2D, x: number, height: number): void {
  context.fillStyle = '#0008';
  context.fillRect(x - 2, 0, 4, height);
  context.fillStyle = '#fff';
  context.fillRect(x - 1, 0, 2, height);
  context.beginPath();
  context.arc(x, height / 2, 13, 0, 2 * Math.PI);
  context.shadowColor = '#0008';
  context.shadowBlur = 5;
  context.fill();
  context.shadowBlur = 0;
  context.strokeStyle = '#333';
  context.lineWidth = 2;
  context.lineCap = context.lineJoin = 'round';
  for (const side of [-1, 1]) {
    context.beginPath();
    context.moveTo(x + 3 * side, height / 2 - 4);
    context.lineTo(x + 7 * side, height / 2);
    context.lineTo(x + 3 * side, height / 2 + 4);
    context.stroke();
  }
}

/** A line that stands out on any ground. */
function outline(context: CanvasRenderingContext2D, path: () => void): void {
  context.beginPath();
  path();
  context.strokeStyle = '#000a';
  context.lineWidth = 4;
  context.stroke();
  context.strokeStyle = '#ffd43b';
  context.lineWidth = 2;
  context.stroke();
}
