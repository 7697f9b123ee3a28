import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Point } from '../worker/statistics';

interface Size {
  width: number;
  height: number;
}

/** Screen pixels for a pixel of the scene at most. */
const MOST_ZOOM = 32;

/** Which part of a scene a canvas shows, and how large: follows the size of the canvas. */
export function useView(canvas: RefObject<HTMLCanvasElement>, { width, height }: Size) {
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  /** Zoom relative to the whole scene, and the scene's point in the middle of the canvas. */
  const [{ zoom, x, y }, setView] = useState({ zoom: 1, x: width / 2, y: height / 2 });

  useEffect(() => {
    const observer = new ResizeObserver(([{ contentRect }]) =>
      setSize({ width: contentRect.width, height: contentRect.height }),
    );
    observer.observe(canvas.current!);
    return () => observer.disconnect();
  }, []);

  const fit = Math.min(size.width / width, size.height / height) || 1;
  const scale = fit * zoom;
  const left = size.width / 2 - x * scale;
  const top = size.height / 2 - y * scale;

  return {
    /** Of the canvas in CSS pixels. */
    size,
    /** CSS pixels for a pixel of the scene. */
    scale,
    /** Where the scene begins on the canvas, in CSS pixels. */
    left,
    top,
    /** The pixel of the scene at a point of the canvas; the closest one beside the scene. */
    pixelAt: (point: Point): Point => ({
      x: Math.min(width - 1, Math.max(0, Math.floor((point.x - left) / scale))),
      y: Math.min(height - 1, Math.max(0, Math.floor((point.y - top) / scale))),
    }),
    /** Moves the scene on the canvas, in CSS pixels. */
    moveBy: (dx: number, dy: number) =>
      setView(({ zoom, x, y }) => ({
        zoom,
        x: Math.min(width, Math.max(0, x - dx / (fit * zoom))),
        y: Math.min(height, Math.max(0, y - dy / (fit * zoom))),
      })),
    /** Zooms, keeping the point of the scene under (px, py), in CSS pixels from the middle of the canvas. */
    zoomBy: (factor: number, px = 0, py = 0) =>
      setView(({ zoom, x, y }) => {
        const next = Math.min(MOST_ZOOM / fit, Math.max(0.5, zoom * factor));
        const kept = 1 / (fit * zoom) - 1 / (fit * next);
        return { zoom: next, x: x + px * kept, y: y + py * kept };
      }),
    showAll: () => setView({ zoom: 1, x: width / 2, y: height / 2 }),
  };
}

export type View = ReturnType<typeof useView>;
