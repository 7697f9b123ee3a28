import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseUtc } from '@mtpi/sar-io';
import { describe, expect, it } from 'vitest';
import { DATA, temporaryFolder, withoutData } from '../../sar-io/test/support';
import { type Annotation, openSlc } from '../src/index';
import { burstId } from '../src/product/burst-id';
import { parseAnnotation } from '../src/product/parse-annotation';
import { SAFE_ARCHIVES, unpackSafe, withoutSafe } from './safe-support';
import { nameOf, smallSafe } from './small-safe';

const SPEED_OF_LIGHT = 299792458;

/** Facts that hold for every IW SLC annotation; the ranges are those of sixteen products of 2018 to 2025. */
function expectConsistent(annotation: Annotation) {
  const { bursts, lines, linesPerBurst, samples, grid, orbit, azimuthTimeInterval: dt } = annotation;
  expect(bursts.length * linesPerBurst).toBe(lines);
  for (const { firstValidSample, lastValidSample } of bursts) {
    expect([firstValidSample.length, lastValidSample.length]).toEqual([linesPerBurst, linesPerBurst]);
    const valid = firstValidSample.filter((sample) => sample >= 0).length;
    expect(valid).toBeGreaterThanOrEqual(1400);
    expect(Math.max(...lastValidSample)).toBeLessThan(samples);
    expect(firstValidSample.every((first, l) => first < 0 === lastValidSample[l] < 0)).toBe(true);
  }
  for (let b = 1; b < bursts.length; b++) {
    const step = (bursts[b].time - bursts[b - 1].time) / dt;
    expect(Math.abs(step - Math.round(step))).toBeLessThan(1e-3);
    expect(step).toBeGreaterThan(1335);
    expect(step).toBeLessThan(1350);
    expect(bursts[b].id).toBe(bursts[b - 1].id! + 1);
  }
  // Told by processors from 3.40 on, computed else.
  for (const { id, sensingTime } of bursts) expect(burstId({ ...annotation, sensingTime })).toBe(id);
  expect(grid.length).toBe((bursts.length + 1) * 21);
  // Processor 2.91 has its last row where the next burst would start.
  const last = grid[grid.length - 1];
  const nextBurst = (bursts.length - 1) * linesPerBurst + Math.round((bursts[1].time - bursts[0].time) / dt);
  expect([lines - 1, nextBurst - 1, nextBurst, nextBurst + 1]).toContain(last.line);
  expect(last.sample).toBe(samples - 1);
  for (const { line, sample, time, slantRangeTime } of grid) {
    expect(line === last.line || line % linesPerBurst === 0).toBe(true);
    const b = Math.min(Math.floor(line / linesPerBurst), bursts.length - 1);
    const lineTime = bursts[b].time + (line - b * linesPerBurst) * dt;
    // The grid's time holds half the range delay from mid-swath, up to 0.13 lines.
    expect(Math.abs(time - lineTime) / dt).toBeLessThan(0.14);
    const expected = annotation.slantRangeTime + sample / annotation.rangeSamplingRate;
    expect(Math.abs(slantRangeTime - expected) * annotation.rangeSamplingRate).toBeLessThan(2e-3);
  }
  expect(orbit.length).toBeGreaterThanOrEqual(15);
  for (const { position, velocity } of orbit) {
    expect(Math.hypot(...position)).toBeGreaterThan(7.06e6);
    expect(Math.hypot(...position)).toBeLessThan(7.09e6);
    expect(Math.hypot(...velocity)).toBeGreaterThan(7580);
    expect(Math.hypot(...velocity)).toBeLessThan(7610);
  }
  for (const { coefficients, t0, time } of [...annotation.azimuthFmRates, ...annotation.dopplerCentroids]) {
    expect(coefficients.length).toBe(3);
    expect(t0).toBeGreaterThan(5e-3);
    expect(t0).toBeLessThan(6.5e-3);
    expect(Math.abs(time - bursts[0].time)).toBeLessThan(60);
  }
  expect(SPEED_OF_LIGHT / annotation.radarFrequency).toBeCloseTo(0.0554658, 7);
}

describe.skipIf(withoutSafe)('real annotations', () => {
  it.each(SAFE_ARCHIVES)('all of %s are consistent, VV and VH alike', async (archive) => {
    for (const path of unpackSafe(archive, temporaryFolder())) {
      const product = await openSlc(path);
      for (const swath of product.swaths) {
        const pair: Annotation[] = [];
        for (const polarization of product.polarizations) {
          const annotation = await product.annotation(swath, polarization).catch((error) => {
            expect(error.code).toBe('NotFound');
          });
          if (annotation) pair.push(annotation);
        }
        expect(pair.length).toBeGreaterThan(0);
        for (const annotation of pair) {
          expectConsistent(annotation);
          expect(annotation.bursts.map(({ time }) => time)).toEqual(pair[0].bursts.map(({ time }) => time));
          expect(annotation.dopplerCentroids).toEqual(pair[0].dopplerCentroids);
          expect(annotation.epoch).toBe(product.epoch);
          expect(annotation.mission).toBe(product.mission);
          expect(annotation.pass).toBe(product.pass);
        }
      }
      await product.close();
    }
  });

  it('holds the numbers of the S1B product', async () => {
    const [path] = unpackSafe(SAFE_ARCHIVES.find((file) => file.includes('S1B'))!, temporaryFolder());
    const product = await openSlc(path);
    const annotation = await product.annotation('IW1', 'VV');
    const first = 19584.20999;
    expect(annotation).toMatchObject({
      linesPerBurst: 1501,
      samples: 21632,
      azimuthTimeInterval: 2.055556299999998e-3,
      rangeSamplingRate: 64.34523812571428e6,
      azimuthSteeringRate: 1.590368784,
    });
    const starts = annotation.bursts.map(({ time }) =>
      Math.round((time - first) / annotation.azimuthTimeInterval),
    );
    expect(starts).toEqual([0, 1341, 2683, 4026, 5367, 6708, 8050, 9392, 10733]);
    expect(annotation.bursts[4].time).toBeCloseTo(first + 11.032171, 9);
    const { firstValidSample, lastValidSample } = annotation.bursts[0];
    expect(firstValidSample.findIndex((sample) => sample >= 0)).toBe(19);
    expect(firstValidSample.findLastIndex((sample) => sample >= 0)).toBe(1482);
    const ranges = annotation.bursts.map((burst) => [
      burst.firstValidSample[700],
      burst.lastValidSample[700],
    ]);
    expect(ranges.slice(0, 7)).toEqual(Array(7).fill([529, 20935]));
    expect(ranges.slice(7)).toEqual(Array(2).fill([435, 20871]));
    expect([firstValidSample[19], lastValidSample[1482]]).toEqual([529, 20935]);
    const nearest = (list: Annotation['azimuthFmRates'], time: number) =>
      list.find((entry) => Math.abs(entry.time - first - time) < 1e-6);
    expect(nearest(annotation.azimuthFmRates, 12.584302)).toMatchObject({
      t0: 5.343035814454385e-3,
      coefficients: [-2320.630605844354, 450056.0108329371, -79141332.99311446],
    });
    expect(nearest(annotation.dopplerCentroids, 13.547041)).toMatchObject({
      t0: 5.351265971712348e-3,
      coefficients: [-7.098923, 6294.257, -2698665],
    });
    const vector = annotation.orbit.find(({ time }) => Math.abs(time - first - 4.79001) < 1e-6);
    expect(vector?.position).toEqual([4705004.378, 1441146.551, 5075547.689]);
    expect(vector?.velocity).toEqual([5607.492667, -263.818444, -5109.975608]);
    await product.close();
  });
});

it.skipIf(withoutData)('reads the annotation beside the real pixels', () => {
  const path = join(
    DATA,
    's1-slc-vv-crop/s1a-iw3-slc-vv-20220918t074921-20220918t074946-045056-056232-006.xml',
  );
  const annotation = parseAnnotation(readFileSync(path, 'utf8'), path);
  expectConsistent(annotation);
  expect(annotation).toMatchObject({
    swath: 'IW3',
    polarization: 'VV',
    mission: 'S1A',
    absoluteOrbit: 45056,
  });
  expect(annotation.bursts[6].time).toBeCloseTo(7 * 3600 + 49 * 60 + 38.058734, 9);
  const time = parseUtc('2022-09-18T07:49:38.657910');
  const doppler = annotation.dopplerCentroids.find((entry) => Math.abs(entry.time - time) < 1e-6);
  expect(doppler?.coefficients).toEqual([11.57417, -16545.01, 5089126]);
});

describe('a small annotation', () => {
  const xml = smallSafe().get(nameOf('annotation')) as string;

  it('is read whole', () => {
    const annotation = parseAnnotation(xml, 'a.xml');
    expect(annotation).toMatchObject({
      path: 'a.xml',
      epoch: '2024-03-05',
      swath: 'IW2',
      polarization: 'VV',
      pass: 'ascending',
      absoluteOrbit: 52852,
      slantRangeTime: 5.3e-3,
      ascendingNodeTime: 85399,
    });
    expect(annotation.orbit).toEqual([{ time: 86399.5, position: [1e6, 2.5, -3], velocity: [10, 2.5, -3] }]);
    expect(annotation.bursts[1]).toEqual({
      time: 86402.250001,
      sensingTime: 86402.250001,
      id: 78,
      firstValidSample: Int32Array.of(-1, 1, 1, -1),
      lastValidSample: Int32Array.of(-1, 4, 4, -1),
    });
  });

  it('sorts the geolocation grid row by row', () => {
    const { grid } = parseAnnotation(xml, 'a.xml');
    expect(grid.map(({ line, sample }) => [line, sample])).toEqual([
      [0, 0],
      [0, 5],
      [4, 0],
      [4, 5],
      [7, 0],
      [7, 5],
    ]);
  });

  it('counts times from a given epoch', () => {
    const annotation = parseAnnotation(xml, 'a.xml', '2024-03-06');
    expect(annotation.bursts.map(({ time }) => time)).toEqual([-0.5, 2.250001]);
  });

  it('takes the Doppler centroid from data only where the processor did, and trusted them', () => {
    const coefficients = (text: string) =>
      parseAnnotation(text, 'a.xml').dopplerCentroids.map((doppler) => doppler.coefficients);
    expect(coefficients(xml)).toEqual([
      [4, 5, 6],
      [1, 2, 3],
    ]);
    expect(coefficients(xml.replace('Data Analysis', 'Orbit and Attitude'))).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
  });

  it('reads FM rates of old processors, and numbers bursts without ids', () => {
    const old = xml
      .replace(/<azimuthFmRatePolynomial.*?<\/azimuthFmRatePolynomial>/, '<c0>-1</c0><c1>2e3</c1><c2>-3</c2>')
      .replace(/<burstId.*?<\/burstId>/g, '');
    const annotation = parseAnnotation(old, 'a.xml');
    expect(annotation.azimuthFmRates[0].coefficients).toEqual([-1, 2000, -3]);
    expect(annotation.bursts[1].id).toBe(annotation.bursts[0].id! + 1);
    const ofMission = (mission: string) =>
      parseAnnotation(old.replace('<missionId>S1A', `<missionId>${mission}`), 'c.xml').bursts[0];
    // Relative orbits of S1C are counted from absolute orbit 172 instead of 73: the same orbit is 99 earlier.
    const orbits = Math.round(
      ((annotation.bursts[0].id! - ofMission('S1C').id!) * 2.758273 * 175) / (12 * 86_400),
    );
    expect((orbits + 175) % 175).toBe(99);
    expect('id' in ofMission('S1D')).toBe(false);
  });
});
