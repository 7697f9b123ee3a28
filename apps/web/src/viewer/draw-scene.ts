import type { Window } from '@mtpi/polsar-priors';
import type { Point } from '../worker/statistics';
import type { View } from './use-view';

export type Line = readonly [Point, Point];

/** What is drawn on the canvas of a scene. */
interface SceneDrawing {
  /** Columns and rows of the scene. */
  width: number;
  height: number;
  before: CanvasImageSource;
  after: CanvasImageSource;
  /** Share of the canvas, from the left, that shows the image before; none of it where undefined. */
  split: number | undefined;
  box: Window | undefined;
  line: Line | undefined;
}

/** Draws the images before and after on either side of the dividing line, with the box and the line for measurements. */
export function drawScene(canvas: HTMLCanvasElement, view: View, drawing: SceneDrawing): void {
  const { size, scale, left, top } = view;
  const { width, height, before, after, split, box, line } = drawing;
  const ratio = devicePixelRatio;
  canvas.width = Math.round(size.width * ratio);
  canvas.height = Math.round(size.height * ratio);
  const context = canvas.getContext('2d')!;
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
  if (split === undefined) part(after, 0, size.width);
  else {
    const middle = split * size.width;
    part(before, 0, middle);
    part(after, middle, size.width);
    drawSplit(context, middle, size.height);
  }
  const at = ({ x, y }: Point) => [left + x * scale, top + y * scale] as const;
  if (box) outline(context, () => context.rect(...at(box), box.width * scale, box.height * scale));
  if (line)
    outline(context, () => {
      context.moveTo(...at(line[0]));
      context.lineTo(...at(line[1]));
    });
}

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
