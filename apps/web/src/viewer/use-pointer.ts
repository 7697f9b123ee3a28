import type { Window } from '@mtpi/polsar-priors';
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Point } from '../worker/statistics';
import type { Line } from './draw-scene';
import type { View } from './use-view';

/** Pointer tool: move the scene, or draw a box or a line on it. */
export type Tool = 'move' | 'box' | 'line';

interface PointerOptions {
  tool: Tool;
  /** Share of the canvas before the dividing line, where there is one. */
  split: number | undefined;
  onSplit(split: number): void;
  onBox(box: Window): void;
  onLine(line: Line): void;
}

/** Distance in CSS pixels at which the dividing line is taken. */
const GRIP = 14;

/** What a mouse, a pen or fingers do on the canvas of a scene. Returns the listeners of the canvas. */
export function usePointer(
  canvas: RefObject<HTMLCanvasElement>,
  { size, pixelAt, moveBy, zoomBy }: View,
  { tool, split, onSplit, onBox, onLine }: PointerOptions,
) {
  const pointers = useRef(new Map<number, Point>());
  const action = useRef<'move' | 'split' | 'draw' | undefined>(undefined);
  const start = useRef<Point>({ x: 0, y: 0 });

  const local = ({ clientX, clientY }: MouseEvent): Point => {
    const bounds = canvas.current!.getBoundingClientRect();
    return { x: clientX - bounds.left, y: clientY - bounds.top };
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

  const down = (event: PointerEvent) => {
    canvas.current!.setPointerCapture(event.pointerId);
    const at = local(event);
    pointers.current.set(event.pointerId, at);
    start.current = pixelAt(at);
    const isOnSplit = split !== undefined && Math.abs(at.x - split * size.width) < GRIP;
    action.current = isOnSplit ? 'split' : tool === 'move' ? 'move' : 'draw';
  };
  const move = (event: PointerEvent) => {
    const last = pointers.current.get(event.pointerId);
    if (!last) return;
    const at = local(event);
    pointers.current.set(event.pointerId, at);
    if (pointers.current.size === 2) {
      const other = [...pointers.current].find(([id]) => id !== event.pointerId)![1];
      pinch(last, at, other);
    } else if (action.current === 'split') onSplit(Math.min(1, Math.max(0, at.x / size.width)));
    else if (action.current === 'move') moveBy(at.x - last.x, at.y - last.y);
    else if (tool === 'line') onLine([start.current, pixelAt(at)]);
    else onBox(boxOf(start.current, pixelAt(at)));
  };
  const pinch = (from: Point, to: Point, other: Point) => {
    const distance = (p: Point) => Math.max(1, Math.hypot(p.x - other.x, p.y - other.y));
    zoomBy(
      distance(to) / distance(from),
      (to.x + other.x) / 2 - size.width / 2,
      (to.y + other.y) / 2 - size.height / 2,
    );
  };
  const up = (event: PointerEvent) => {
    pointers.current.delete(event.pointerId);
    if (pointers.current.size === 0) action.current = undefined;
  };
  return { onPointerDown: down, onPointerMove: move, onPointerUp: up, onPointerCancel: up };
}

/** The box between two corners. */
export const boxOf = (from: Point, to: Point): Window => ({
  x: Math.min(from.x, to.x),
  y: Math.min(from.y, to.y),
  width: Math.abs(to.x - from.x) + 1,
  height: Math.abs(to.y - from.y) + 1,
});
