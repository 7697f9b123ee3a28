import type { Side } from '../worker/workbench';

const [WIDTH, HEIGHT] = [560, 190];
const MARGIN = { left: 44, right: 8, top: 10, bottom: 28 };

/** Backscatter in dB along a line, before and after. */
export function ProfilePlot({ values, channel }: { values: Record<Side, Float32Array>; channel: string }) {
  const { before, after } = values;
  const finite = [...before, ...after].filter(Number.isFinite);
  if (finite.length === 0) return <p>No valid pixels on the line.</p>;
  const [least, most] = [Math.floor(Math.min(...finite) / 5) * 5, Math.ceil(Math.max(...finite) / 5) * 5];
  const x = (i: number) => MARGIN.left + (i / (before.length - 1)) * (WIDTH - MARGIN.left - MARGIN.right);
  const y = (dB: number) =>
    HEIGHT -
    MARGIN.bottom -
    ((dB - least) / Math.max(1, most - least)) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const path = (side: Float32Array) =>
    [...side]
      .map((dB, i) =>
        Number.isFinite(dB)
          ? `${i === 0 || !Number.isFinite(side[i - 1]) ? 'M' : 'L'}${x(i).toFixed(1)},${y(dB).toFixed(1)}`
          : '',
      )
      .join('');
  const step = most - least > 30 ? 10 : 5;
  const ticks = Array.from({ length: Math.floor((most - least) / step) + 1 }, (_, k) => least + k * step);
  return (
    <figure class="plot">
      <figcaption>
        {channel} along the line, dB <span class="key before">before</span>{' '}
        <span class="key after">after</span>
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`${channel} along the line, before and after, in dB`}
      >
        {ticks.map((tick) => (
          <g key={tick}>
            <line class="grid" x1={MARGIN.left} x2={WIDTH - MARGIN.right} y1={y(tick)} y2={y(tick)} />
            <text x={MARGIN.left - 6} y={y(tick) + 4} text-anchor="end">
              {tick}
            </text>
          </g>
        ))}
        <path class="before" d={path(before)} />
        <path class="after" d={path(after)} />
        <text x={MARGIN.left} y={HEIGHT - 8}>
          0
        </text>
        <text x={WIDTH - MARGIN.right} y={HEIGHT - 8} text-anchor="end">
          {before.length - 1} pixels
        </text>
      </svg>
    </figure>
  );
}
