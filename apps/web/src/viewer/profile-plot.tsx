import { formatNumber } from '@mtpi/pages';
import type { Side } from '../worker/messages';

/** Backscatter in dB along a line, before and after. */
export function ProfilePlot({ values, channel }: { values: Record<Side, Float32Array>; channel: string }) {
  const { before, after } = values;
  const finite = [...before, ...after].filter(Number.isFinite);
  if (finite.length === 0) return <p>No valid pixels on the line.</p>;
  const step = Math.max(...finite) - Math.min(...finite) > 25 ? 10 : 5;
  const least = Math.floor(Math.min(...finite) / step) * step;
  const most = Math.max(least + step, Math.ceil(Math.max(...finite) / step) * step);
  const ticks = Array.from({ length: (most - least) / step + 1 }, (_, k) => least + k * step);
  const last = before.length - 1;
  const path = (side: Float32Array) =>
    [...side]
      .map((dB, i) =>
        Number.isFinite(dB)
          ? `${i === 0 || !Number.isFinite(side[i - 1]) ? 'M' : 'L'}${i},${(most - dB).toFixed(2)}`
          : '',
      )
      .join('');
  return (
    <figure class="plot">
      <figcaption>
        {channel} along the line, dB <span class="key before">before</span>{' '}
        <span class="key after">after</span>
      </figcaption>
      <div>
        <svg
          viewBox={`0 0 ${last} ${most - least}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={`${channel} along the line, before and after, in dB`}
        >
          {ticks.map((tick) => (
            <line key={tick} class="grid" x1={0} x2={last} y1={most - tick} y2={most - tick} />
          ))}
          <path class="before" d={path(before)} />
          <path class="after" d={path(after)} />
        </svg>
        <span class="axis level">
          {ticks.toReversed().map((tick) => (
            <i key={tick}>{formatNumber(tick, 0)}</i>
          ))}
        </span>
        <span class="axis">
          <i>0</i>
          <i>{last} pixels</i>
        </span>
      </div>
    </figure>
  );
}
