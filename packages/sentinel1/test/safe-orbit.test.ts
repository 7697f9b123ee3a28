import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatUtc, parseUtc } from '@mtpi/sar-io';
import { describe, expect, it } from 'vitest';
import { DATA, temporaryFolder, withoutData } from '../../sar-io/test/support';
import { findOrbit, type OrbitRequest, type StateVector } from '../src/index';
import { parseOrbitFile } from '../src/product/orbit-file';
import { parseAnnotation } from '../src/product/parse-annotation';
import { type EofOptions, eof, eofName, writeZip } from './small-safe';

/** Around midnight, as the small product. */
const request: OrbitRequest = {
  name: 'the product',
  mission: 'S1A',
  epoch: '2024-03-05',
  start: 86399.25,
  stop: 86404.5,
};

function folderOf(...orbits: EofOptions[]): string {
  const folder = temporaryFolder();
  for (const options of orbits) writeFileSync(join(folder, eofName(options)), eof(options));
  return folder;
}

describe('an orbit file', () => {
  it('is parsed from its validity on, without vectors that are not nominal', () => {
    const orbit = parseOrbitFile(eof({ degraded: 2 }), 'o.EOF');
    expect(orbit).toMatchObject({
      mission: 'S1A',
      type: 'RESORB',
      epoch: '2024-03-05',
      start: 85200,
      stop: 87600,
    });
    expect(orbit.vectors.length).toBe(240 - 2);
    expect(orbit.vectors[0]).toEqual({
      time: 85220.25,
      position: [85220.25, -2.5, 3],
      velocity: [1, 2, 7.5],
    });
  });

  it('is cut to a product, in its epoch', async () => {
    const path = join(folderOf({}), eofName({}));
    const { vectors, start } = await findOrbit(path, {
      ...request,
      epoch: '2024-03-06',
      start: -0.75,
      stop: 4.5,
    });
    expect(start).toBe(-1200);
    expect(vectors.map(({ time }) => time)).toEqual(Array.from({ length: 21 }, (_, i) => -99.75 + 10 * i));
  });

  it('is read from a zip', async () => {
    const folder = temporaryFolder();
    const path = join(folder, `${eofName({})}.zip`);
    await writeZip(path, new Map([[eofName({}), eof({})]]), { root: '' });
    for (const place of [path, folder]) {
      const orbit = await findOrbit(place, request);
      expect(orbit.path).toBe(path);
      expect(orbit.vectors.length).toBe(21);
    }
  });
});

describe('of a folder', () => {
  it.each<[string, EofOptions[], number]>([
    ['POEORB before a newer RESORB', [{ created: '20250101T000000' }, { type: 'POEORB' }], 1],
    ['the one made last', [{}, { created: '20240307T000000' }, { created: '20240306T120000' }], 1],
    ['the one of the mission', [{ mission: 'S1C' }, {}, { mission: 'S1B', type: 'POEORB' }], 1],
    ['the one that covers the product', [{ stop: 86460 }, { start: 86345 }, {}], 2],
  ])('%s is taken', async (_, orbits, expected) => {
    const folder = folderOf(...orbits);
    expect((await findOrbit(folder, request)).path).toBe(join(folder, eofName(orbits[expected])));
  });

  it('files below it count too, others do not', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'aux_resorb'));
    writeFileSync(join(folder, 'readme.EOF'), 'x');
    writeFileSync(join(folder, 'aux_resorb', eofName({})), eof({}));
    expect((await findOrbit(folder, request)).type).toBe('RESORB');
  });
});

describe.skipIf(withoutData)('real orbit files', () => {
  const ORBITS = join(DATA, 'orbits');

  it.each(withoutData ? [] : readdirSync(ORBITS))('%s is as its name says', (name) => {
    const text = readFileSync(join(ORBITS, name), 'utf8');
    const orbit = parseOrbitFile(text, name);
    const compact = (seconds: number) => formatUtc(seconds, orbit.epoch).slice(0, 19).replace(/[-:]/g, '');
    expect(name).toContain(`${orbit.mission}_OPER_AUX_${orbit.type}_OPOD_`);
    expect(name).toContain(`_V${compact(orbit.start)}_${compact(orbit.stop)}.EOF`);
    expect(orbit.vectors.length).toBe(text.split('<OSV>').length - 1);
    for (let i = 1; i < orbit.vectors.length - 1; i++) {
      const [before, here, after] = orbit.vectors.slice(i - 1, i + 2);
      expect(after.time - here.time).toBeCloseTo(10, 5);
      for (const axis of [0, 1, 2]) {
        const slope = (after.position[axis] - before.position[axis]) / (after.time - before.time);
        // A central difference over 2 h is off by v ω² h² / 6, ω that of the satellite seen from the rotating Earth.
        expect(Math.abs(slope - here.velocity[axis])).toBeLessThan(
          (7610 * (1.06e-3 + 7.3e-5) ** 2 * 100) / 6,
        );
      }
    }
  });

  it('agree with the state vectors that the processor had', async () => {
    const folder = join(DATA, 's1-slc-vv-crop');
    const path = join(folder, 's1a-iw3-slc-vv-20220918t074921-20220918t074946-045056-056232-006.xml');
    const annotation = parseAnnotation(readFileSync(path, 'utf8'), path);
    const orbit = await findOrbit(folder, {
      name: 'crop',
      mission: annotation.mission,
      epoch: annotation.epoch,
      start: parseUtc('2022-09-18T07:49:20'),
      stop: parseUtc('2022-09-18T07:49:47'),
    });
    expect(orbit.type).toBe('RESORB');
    expect(orbit.epoch).toBe(annotation.epoch);
    const [first, last] = [orbit.vectors[3].time, orbit.vectors[orbit.vectors.length - 4].time];
    const inside = annotation.orbit.filter(({ time }) => time > first && time < last);
    expect(inside.length).toBeGreaterThan(10);
    for (const { time, position } of inside) {
      const [x, y, z] = [0, 1, 2].map((axis) => lagrange(orbit.vectors, time, axis) - position[axis]);
      expect(Math.hypot(x, y, z)).toBeLessThan(0.05);
    }
  });
});

/** Interpolation over the eight vectors around a time. */
function lagrange(vectors: readonly StateVector[], time: number, axis: number): number {
  const next = vectors.findIndex((vector) => vector.time > time);
  const near = vectors.slice(Math.max(0, next - 4), next + 4);
  return near.reduce((sum, vector) => {
    const others = near.filter((other) => other !== vector);
    return (
      sum + others.reduce((p, o) => (p * (time - o.time)) / (vector.time - o.time), vector.position[axis])
    );
  }, 0);
}
