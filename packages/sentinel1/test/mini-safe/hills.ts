import { join } from 'node:path';
import { crsOf } from '@mtpi/sar-io';
import { createGeoTiff } from '@mtpi/sar-io/node';
import { imageOf } from '../../../sar-io/test/support';
import { toGeodetic } from './circular-orbit';
import type { MiniSafe } from './mini-safe';
import { TOPS } from './tops';

/** Two hills on ground of 150 m, with slopes up to 20°, around the middle of the reference. */
export class Hills {
  private readonly center: { longitude: number; latitude: number };

  constructor({ products, samples, linesPerBurst }: MiniSafe) {
    const { lineTime, orbit } = products[1];
    const delay = TOPS.slantRangeTime + samples / 2 / TOPS.rangeSamplingRate;
    this.center = toGeodetic(orbit.toGround(lineTime(1, linesPerBurst / 2, samples / 2), delay, 150));
  }

  /** Meters above the ellipsoid. */
  heightAt(longitude: number, latitude: number): number {
    const { center } = this;
    const x = (longitude - center.longitude) * 111_320 * Math.cos((center.latitude * Math.PI) / 180);
    const y = (latitude - center.latitude) * 111_130;
    const hill = (east: number, north: number) =>
      250 * Math.exp(-((x - east) ** 2 + (y - north) ** 2) / 600 ** 2);
    return 150 + hill(-500, -300) + hill(500, 800);
  }

  /** Writes a DEM of ellipsoidal heights, and returns its path. */
  async writeDem(folder: string): Promise<string> {
    const { center } = this;
    const path = join(folder, 'dem.tif');
    const [width, height, step] = [360, 360, 1 / 3600];
    const left = Math.round((center.longitude - 0.05) * 3600) / 3600;
    const top = Math.round((center.latitude + 0.05) * 3600) / 3600;
    const crs = {
      ...crsOf(4326),
      geoKeys: { directory: [1, 1, 0, 3, 1024, 0, 1, 2, 2048, 0, 1, 4326, 4096, 0, 1, 4979] },
    };
    const georeference = { crs, transform: [left - step / 2, step, 0, top + step / 2, 0, -step] as const };
    const sink = await createGeoTiff(path, { ...{ width, height, georeference }, bands: ['height'] });
    const heights = Array.from({ length: width * height }, (_, i) =>
      this.heightAt(left + (i % width) * step, top - Math.floor(i / width) * step),
    );
    await sink.write(imageOf(heights, 1, height, width));
    await sink.close();
    return path;
  }
}
