import { PlotFigure } from '@mtpi/pages';
import type { LonLat } from '@mtpi/sar-io';
import { geo, text } from '@observablehq/plot';
import { latitudeLongitude } from '../place-text';

/** The outline of a scene, north up, with the coordinates of its corners. */
export function FootprintMap({ corners }: { corners: readonly LonLat[] }) {
  const outline = { type: 'LineString', coordinates: [...corners, corners[0]] } as const;
  const [lon, lat] = [0, 1].map(
    (axis) => corners.reduce((sum, corner) => sum + corner[axis], 0) / corners.length,
  );
  const labels = corners.map(([x, y]) =>
    text([latitudeLongitude([x, y]).join('\n')], {
      ...{ x: [x], y: [y] },
      textAnchor: x > lon ? 'start' : 'end',
      lineAnchor: y > lat ? 'bottom' : 'top',
      dy: y > lat ? -6 : 6,
      fontSize: 12,
    }),
  );
  const accent = 'var(--accent)';
  return (
    <PlotFigure
      caption="Outline of the scene, north up"
      options={{
        width: 420,
        height: 260,
        projection: { type: 'mercator', domain: outline, inset: 64 },
        marks: [
          geo(outline, { fill: accent, fillOpacity: 0.18, stroke: accent, strokeWidth: 1.5 }),
          ...labels,
        ],
      }}
    />
  );
}
