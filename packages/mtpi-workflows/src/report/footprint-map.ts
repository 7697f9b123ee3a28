import type { LonLat } from '@mtpi/sar-io';

const [WIDTH, HEIGHT, MARGIN] = [420, 260, 60];

const degrees = (value: number, [positive, negative]: string): string =>
  `${Math.abs(value).toFixed(3)}° ${value < 0 ? negative : positive}`;

/** The outline of a scene in degrees, north up, its corners named. */
export function footprintMap(corners: readonly LonLat[]): string {
  const [lons, lats] = [0, 1].map((axis) => corners.map((corner) => corner[axis]));
  const [west, east, south, north] = [
    Math.min(...lons),
    Math.max(...lons),
    Math.min(...lats),
    Math.max(...lats),
  ];
  // A degree of longitude is this much shorter than one of latitude.
  const shrink = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const scale = Math.min(
    (WIDTH - 2 * MARGIN) / ((east - west) * shrink),
    (HEIGHT - 2 * MARGIN) / (north - south),
  );
  const x = (lon: number) => WIDTH / 2 + (lon - (west + east) / 2) * shrink * scale;
  const y = (lat: number) => HEIGHT / 2 - (lat - (south + north) / 2) * scale;
  const outline = corners.map(([lon, lat]) => `${x(lon).toFixed(1)},${y(lat).toFixed(1)}`).join(' ');
  const names = corners.map(([lon, lat]) => {
    const above = lat > (south + north) / 2;
    const anchor = lon > (west + east) / 2 ? 'start' : 'end';
    const [left, top] = [x(lon).toFixed(1), y(lat) + (above ? -22 : 18)];
    return `<text class="tick" text-anchor="${anchor}" x="${left}" y="${top.toFixed(1)}">${degrees(lat, 'NS')}<tspan x="${left}" dy="13">${degrees(lon, 'EW')}</tspan></text>`;
  });
  return `<figure><svg class="footprint" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Outline of the scene, its corners in degrees"><polygon points="${outline}"/>${names.join('')}</svg><figcaption>Outline of the scene, north up</figcaption></figure>`;
}
