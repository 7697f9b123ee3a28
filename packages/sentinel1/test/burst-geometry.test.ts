import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import FFT from 'fft.js';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../sar-io/test/support';
import { burstOffsets, lineOffset, sampleOffsets } from '../src/coregister/burst-offsets';
import { DerampPhase } from '../src/coregister/deramp';
import { resample } from '../src/coregister/resample';
import { deburst } from '../src/coregister/stack-grid';
import { type StateVector, stateAt, zeroDoppler } from '../src/geocoding/orbit';
import { radarGeometry } from '../src/geocoding/radar-geometry';
import { openSlc } from '../src/index';
import type { Annotation } from '../src/product/annotation';
import { CircularOrbit, toGeodetic } from './mini-safe/circular-orbit';
import { SAFE_ARCHIVES, unpackSafe, withoutSafe } from './safe-support';

/** State vectors of a real product around 2021-04-01T05:26:24.209990. */
const ORBIT = [
  [-25.20999, 4534419.947, 1447961.762, 5226242.648, 5763.79714, -190.370539, -4935.523681],
  [-15.20999, 4591801.329, 1445935.027, 5176593.459, 5712.371027, -214.95353, -4994.238602],
  [-5.20999, 4648665.054, 1443662.953, 5126359.921, 5660.26755, -239.437408, -5052.391447],
  [4.79001, 4705004.378, 1441146.551, 5075547.689, 5607.492667, -263.818444, -5109.975608],
  [14.79001, 4760812.615, 1438386.868, 5024162.481, 5554.052418, -288.092923, -5166.98454],
  [24.79001, 4816083.144, 1435384.988, 4972210.083, 5499.952929, -312.257155, -5223.41176],
  [34.79001, 4870809.402, 1432142.032, 4919696.344, 5445.200404, -336.307468, -5279.25085],
  [44.79001, 4924984.891, 1428659.157, 4866627.177, 5389.801128, -360.240212, -5334.495458],
  [54.79001, 4978603.175, 1424937.556, 4813008.558, 5333.761466, -384.05176, -5389.139296],
  [64.79001, 5031657.882, 1420978.462, 4758846.526, 5277.087865, -407.738505, -5443.176145],
].map(([time, x, y, z, vx, vy, vz]) => ({
  time,
  position: [x, y, z] as const,
  velocity: [vx, vy, vz] as const,
}));

const vectorsOf = (circle: CircularOrbit): StateVector[] =>
  Array.from({ length: 20 }, (_, i) => 10 * (i - 10)).map((time) => ({
    time,
    position: circle.position(time),
    velocity: circle.velocity(time),
  }));

describe('orbits', () => {
  it('are interpolated to a centimetre', () => {
    const { position, velocity } = stateAt(ORBIT, 0);
    [4678083.6444, 1442382.3318, 5099958.6479].forEach((x, i) => expect(position[i]).toBeCloseTo(x, 2));
    [5632.855286, -252.152971, -5082.464113].forEach((v, i) => expect(velocity[i]).toBeCloseTo(v, 4));
    expect(stateAt(ORBIT, 12).position[0]).toBeCloseTo(4745295.8609, 2);
  });

  it('see points of a real geolocation grid when it says', () => {
    const locate = zeroDoppler(ORBIT);
    const first = locate(12.426473478216, 47.09200435561, 2322.00032);
    expect(Math.abs(first.time + 0.000253)).toBeLessThan(5e-6);
    expect(Math.abs(first.slantRangeTime - 5.343035814448e-3)).toBeLessThan(1e-11);
    const last = locate(11.09346002844, 46.579291206095, 1385.91381);
    expect(Math.abs(last.time - 11.032086)).toBeLessThan(5e-6);
    expect(Math.abs(last.slantRangeTime - 5.679206767085e-3)).toBeLessThan(1e-11);
  });

  it('see points of a circular orbit in closed form', () => {
    const circle = new CircularOrbit(70);
    const vectors = vectorsOf(circle);
    const locate = zeroDoppler(vectors);
    for (const [time, delay, height] of [
      [0, 5.343e-3, 0],
      [7.3, 5.9e-3, 4000],
      [-20, 6.3e-3, 150],
    ]) {
      const point = toGeodetic(circle.toGround(time, delay, height));
      const seen = locate(point.longitude, point.latitude, point.height);
      expect(Math.abs(seen.time - time)).toBeLessThan(1e-8);
      expect(Math.abs(seen.slantRangeTime - delay)).toBeLessThan(1e-14);
    }
    expect(locate(0, -60, 0)).toEqual({ time: Number.NaN, slantRangeTime: Number.NaN });
  });

  it('see points right of the track alone', () => {
    const circle = new CircularOrbit();
    const vectors = vectorsOf(circle);
    const locate = zeroDoppler(vectors);
    const geometry = radarGeometry(vectors, {
      ...{ firstLineTime: -2, azimuthTimeInterval: 2e-3 },
      ...{ slantRangeTime: 5.3e-3, rangeSamplingRate: 64e6 },
    });
    for (const time of [-30, 0, 4.5]) {
      const point = circle.toGround(time, 5.6e-3, 0);
      // The orbit lies in a plane through the center of the Earth: its mirror image is as far from the satellite.
      const normal = circle.normal;
      const across = point.reduce((sum, value, axis) => sum + value * normal[axis], 0);
      const mirrored = point.map((value, axis) => value - 2 * across * normal[axis]);
      const [right, left] = [point, mirrored].map(([x, y, z]) => toGeodetic([x, y, z]));
      expect(Math.abs(locate(right.longitude, right.latitude, right.height).time - time)).toBeLessThan(1e-8);
      expect(locate(left.longitude, left.latitude, left.height).slantRangeTime).toBeNaN();
      expect(geometry.backwardGeocode(left.longitude, left.latitude, left.height)).toEqual([
        Number.NaN,
        Number.NaN,
      ]);
    }
  });

  it('reach half a second beyond their state vectors', () => {
    const vectors = vectorsOf(new CircularOrbit());
    const [begin, end] = [vectors[0].time, vectors[vectors.length - 1].time];
    for (const time of [begin - 0.4, end + 0.4]) {
      const expected = new CircularOrbit().position(time);
      for (const axis of [0, 1, 2])
        expect(stateAt(vectors, time).position[axis]).toBeCloseTo(expected[axis], 3);
    }
    for (const time of [begin - 0.6, end + 0.6, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => stateAt(vectors, time)).toThrow(/expected a time of the orbit, from -100 to 90 s, found/);
  });

  it.each([
    ['too few', (vectors: StateVector[]) => vectors.slice(0, 7), /8 or more state vectors.* found 7$/],
    ['none', () => [], /found 0$/],
    ['in descending order', (vectors: StateVector[]) => vectors.toReversed(), /in another order/],
    ['twice', (vectors: StateVector[]) => [vectors[0], ...vectors], /in another order/],
    ['at unknown times', (vectors: StateVector[]) => vectors.with(3, { ...vectors[3], time: NaN }), /order/],
  ])('of state vectors %s are refused', (_, change, message) => {
    const vectors = change(vectorsOf(new CircularOrbit()));
    expect(() => stateAt(vectors, 0)).toThrow(message);
    expect(() => zeroDoppler(vectors)).toThrow(message);
  });
});

/** Burst 4 of that product's IW1, VV. */
const BURST = {
  path: 'burst 4',
  azimuthTimeInterval: 2.055556299999998e-3,
  linesPerBurst: 1501,
  samples: 21632,
  slantRangeTime: 5.343035814454385e-3,
  rangeSamplingRate: 64.34523812571428e6,
  radarFrequency: 5405000454.33435,
  azimuthSteeringRate: 1.590368784,
  bursts: [{ time: 11.032171 }],
  azimuthFmRates: [
    {
      time: 12.584302,
      t0: 5.343035814454385e-3,
      coefficients: [-2320.630605844354, 450056.0108329371, -79141332.99311446],
    },
    { time: 40, t0: 0, coefficients: [1] },
  ],
  dopplerCentroids: [
    { time: -10, t0: 0, coefficients: [1] },
    { time: 13.547041, t0: 5.351265971712348e-3, coefficients: [-7.098923, 6294.257, -2698665] },
  ],
} as unknown as Annotation;

describe.skipIf(withoutSafe)('real pairs (skipped without shared data)', () => {
  const folder = temporaryFolder();
  const rounded = (values: number[]) =>
    [Math.min(...values), Math.max(...values)].map((x) => Number(x.toFixed(2)));

  it.each([
    ['20190101', { IW1: [-2.13, 0.87, 12.7, 16.0], IW3: [-1.23, 0.79, 18.0, 20.3] }],
    ['20210624', { IW1: [-1.15, 0.83, 17.3, 19.7], IW3: [-1.18, 0.81, 21.2, 22.6] }],
    [
      '20250406',
      {
        IW1: [3.26, 5.28, -38.7, -33.2],
        IW2: [2.24, 4.26, -42.8, -38.1],
        IW3: [2.22, 4.23, -45.7, -42.3],
      },
    ],
  ])('are aligned as the specification’s table has it: %s', async (date, table) => {
    const pair = join(folder, date);
    mkdirSync(pair);
    const products = unpackSafe(SAFE_ARCHIVES.find((file) => file.includes(date))!, pair);
    const [first, second] = await Promise.all(products.map((path) => openSlc(path)));
    const found: number[][] = [];
    for (const swath of Object.keys(table)) {
      const [a, b] = await Promise.all([first, second].map((product) => product.annotation(swath, 'VV')));
      const lines: number[] = [];
      const samples: number[] = [];
      for (const burst of a.bursts.keys()) {
        const offsets = burstOffsets({ annotation: a, orbit: a.orbit }, burst, {
          annotation: b,
          orbit: b.orbit,
        })!;
        expect(b.bursts[offsets.secondaryBurst].id).toBe(a.bursts[burst].id);
        lines.push(lineOffset(offsets, a.linesPerBurst / 2, a.samples / 2));
        const along = sampleOffsets(offsets, a.linesPerBurst / 2, new Float64Array(a.samples));
        samples.push(along[0], along[along.length - 1]);
      }
      found.push([...rounded(lines), ...rounded(samples)]);
    }
    await Promise.all([first.close(), second.close()]);
    for (const [s, row] of Object.values(table).entries()) {
      for (const [i, value] of row.entries())
        expect(Math.abs(found[s][i] - value)).toBeLessThan(i < 2 ? 0.011 : 0.11);
    }
  });
});

/** A row of ones. */
const ones = (width: number) => ({
  rows: 1,
  width,
  data: Float32Array.from({ length: 2 * width }, (_, i) => 1 - (i % 2)),
  valid: new Uint8Array(width).fill(1),
});

describe('deramping', () => {
  const phase = new DerampPhase(BURST, 0, ORBIT);

  it.each([
    [0, 0, -13336.8730718],
    [10816, 0, -13009.0680768],
    [21631, 0, -12697.1090931],
    [0, 1500, -13210.0307381],
    [10816, 1500, -12889.6970228],
    [21631, 1500, -12584.1955598],
  ])('turns sample %i of line %i by the phase of a real burst', (x, line, expected) => {
    const row = ones(BURST.samples);
    phase.apply([row], line);
    expect(row.data[2 * x]).toBeCloseTo(Math.cos(expected), 4);
    expect(row.data[2 * x + 1]).toBeCloseTo(Math.sin(expected), 4);
  });

  it('does not depend on which line it begins with', () => {
    const small = { ...BURST, samples: 40 } as Annotation;
    const rows = {
      rows: 200,
      width: 40,
      data: new Float32Array(16_000).fill(1),
      valid: new Uint8Array(8000).fill(1),
    };
    new DerampPhase(small, 0, ORBIT).apply([rows], 300);
    const single = {
      rows: 1,
      width: 40,
      data: new Float32Array(80).fill(1),
      valid: new Uint8Array(40).fill(1),
    };
    new DerampPhase(small, 0, ORBIT).apply([single], 463);
    rows.data
      .subarray(163 * 80, 164 * 80)
      .forEach((value, i) => expect(value).toBeCloseTo(single.data[i], 5));
  });
});

describe('resampling', () => {
  /** Noise of two thirds of the sampling frequency, periodic, and the same moved by a phase ramp. */
  function bandLimited(size: number, shift: number): Float64Array[] {
    const fft = new FFT(size);
    let state = 7;
    const random = () => {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
      return state / 0x7fffffff - 0.5;
    };
    const spectrum = new Float64Array(2 * size);
    for (let k = 0; k < size; k++) {
      const f = k < size / 2 ? k : k - size;
      if (Math.abs(f) > size / 3) continue;
      spectrum[2 * k] = random();
      spectrum[2 * k + 1] = random();
    }
    const moved = spectrum.map((_, i) => {
      const k = i >> 1;
      const angle = (2 * Math.PI * (k < size / 2 ? k : k - size) * shift) / size;
      const [re, im] = [spectrum[2 * k], spectrum[2 * k + 1]];
      return i % 2 === 0
        ? re * Math.cos(angle) - im * Math.sin(angle)
        : re * Math.sin(angle) + im * Math.cos(angle);
    });
    return [spectrum, moved].map((values) => {
      const out: number[] = fft.createComplexArray();
      fft.inverseTransform(out, values);
      return Float64Array.from(out);
    });
  }

  const relative = (found: ArrayLike<number>, wanted: Float64Array, from: number, to: number) => {
    let [error, power] = [0, 0];
    for (let i = 2 * from; i < 2 * to; i++) {
      error += (found[i] - wanted[i]) ** 2;
      power += wanted[i] ** 2;
    }
    return Math.sqrt(error / power);
  };

  it.each([0, 0.25, 0.5, -3.3])('moves a line by %f samples as a Fourier transform does', (shift) => {
    const [signal, wanted] = bandLimited(256, shift);
    const data = new Float32Array(12 * 512);
    for (let row = 0; row < 12; row++) data.set(signal, row * 512);
    const source = { rows: 12, width: 256, data, valid: new Uint8Array(12 * 256).fill(1) };
    const shifts = new Float64Array(256).fill(shift);
    const result = resample(
      source,
      100,
      1,
      () => shifts,
      () => 105,
    );
    expect(relative(result.data, wanted, 20, 236)).toBeLessThan(0.005);
  });

  it.each([0, 0.25, 0.5, -1.7])('moves a column by %f lines as a Fourier transform does', (shift) => {
    const [signal, wanted] = bandLimited(256, shift);
    const data = new Float32Array(256 * 40);
    for (let row = 0; row < 256; row++) {
      for (let x = 0; x < 20; x++) data.set(signal.subarray(2 * row, 2 * row + 2), 2 * (row * 20 + x));
    }
    const source = { rows: 256, width: 20, data, valid: new Uint8Array(256 * 20).fill(1) };
    const none = new Float64Array(20);
    const result = resample(
      source,
      500,
      256,
      () => none,
      (row) => 500 + row + shift,
    );
    const column = Float64Array.from(
      { length: 512 },
      (_, i) => result.data[2 * ((i >> 1) * 20 + 10) + (i % 2)],
    );
    expect(relative(column, wanted, 20, 236)).toBeLessThan(0.005);
  });
});

describe('the grid of a stack', () => {
  it('has the cuts of a real swath', () => {
    const starts = [0, 1341, 2683, 4026, 5367, 6708, 8050, 9392, 10733];
    const dt = BURST.azimuthTimeInterval;
    const annotation = {
      ...BURST,
      bursts: starts.map((start) => ({ time: 11 + start * dt })),
    } as unknown as Annotation;
    const { rows, burstStartRows, burstSeams, burstSegments } = deburst(annotation, 0, 8);
    expect(burstStartRows).toEqual(starts);
    expect(burstSeams).toEqual([1420, 2762, 4104, 5446, 6787, 8129, 9471, 10812]);
    expect(rows).toBe(12234);
    expect(burstSegments.reduce((sum, { lines }) => sum + lines, 0)).toBe(rows);
    expect(burstSegments[1]).toEqual({ burst: 1, firstRow: 1421, firstLine: 80, lines: 1342 });
  });

  it('is refused where bursts are not whole lines apart', () => {
    const annotation = { ...BURST, bursts: [{ time: 0 }, { time: 2.75 }] } as unknown as Annotation;
    expect(() => deburst(annotation, 0, 1)).toThrow(
      /expected bursts that are whole lines apart, found 0, 1337\.8/,
    );
  });
});
