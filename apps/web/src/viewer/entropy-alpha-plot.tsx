import { useEffect, useRef } from 'preact/hooks';

/** Columns and rows of the counts: H from 0 to 1, α from 90° to 0°. */
const [COLS, ROWS] = [100, 90];

/** Scatter density of H and α on a logarithmic scale. */
export function EntropyAlphaPlot({ counts, caption }: { counts: Float32Array; caption: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const pixels = new ImageData(COLS, ROWS);
    const most = Math.log1p(counts.reduce((a, b) => Math.max(a, b), 1));
    counts.forEach((count, i) => {
      const share = Math.log1p(count) / most;
      pixels.data.set([232, 89 + 90 * (1 - share), 12, 255 * Math.sqrt(share)], 4 * i);
    });
    canvas.current!.getContext('2d')!.putImageData(pixels, 0, 0);
  }, [counts]);
  return (
    <figure class="entropy-alpha">
      <figcaption>{caption}</figcaption>
      <span class="axis alpha">
        <i>90°</i>
        <i>α</i>
        <i>0°</i>
      </span>
      <canvas
        ref={canvas}
        width={COLS}
        height={ROWS}
        role="img"
        aria-label={`Density of H and alpha, ${caption}`}
      />
      <span class="axis entropy">
        <i>0</i>
        <i>H</i>
        <i>1</i>
      </span>
    </figure>
  );
}
