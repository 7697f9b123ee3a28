import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openRaster } from '../src/node';
import { python, temporaryFolder } from './support';

interface Band {
  name: string;
  unit: string;
  valid: number[];
  values: number[];
}

interface Format {
  bands: Band[];
  transform: number[] | null;
  epsg: number | null;
}

const folder = temporaryFolder();

/** What GDAL reads of files that it has written, by name. */
function formats(): Record<string, Format> {
  const script = fileURLToPath(new URL('gdal-formats.py', import.meta.url));
  const { status, stdout, stderr } = spawnSync(python!, [script, folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

describe.skipIf(!python)('values, valid pixels and place as in GDAL (skipped without it)', () => {
  const table = python ? formats() : {};

  it.each(Object.keys(table))('%s', async (name) => {
    const source = await openRaster(join(folder, name));
    try {
      const { bands, transform, epsg } = table[name];
      if (transform) {
        for (const [i, number] of transform.entries())
          expect(source.georeference.transform?.[i]).toBeCloseTo(number, 6);
      } else expect(source.georeference.transform).toBeUndefined();
      expect(source.georeference.crs?.epsg).toBe(epsg ?? undefined);
      expect(source.bands).toHaveLength(bands.length);
      for (const [b, expected] of bands.entries()) {
        const { width, height } = source;
        const { image, mask } = await source.read({ x: 0, y: 0, width, height }, { bands: [b] });
        expect(Array.from(mask.data)).toEqual(expected.valid);
        expect(image.data).toEqual(Float32Array.from(expected.values));
        expect(source.bands[b].unit ?? '').toBe(expected.unit);
        if (expected.name) expect(source.bands[b].name).toBe(expected.name);
      }
    } finally {
      await source.close();
    }
  });
});
