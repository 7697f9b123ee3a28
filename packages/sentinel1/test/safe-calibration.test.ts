import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '@mtpi/polsar-priors';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../sar-io/test/support';
import { openSlc } from '../src/index';
import { type BackscatterConvention, Calibration } from '../src/product/calibration';
import { noisePower, ThermalNoise } from '../src/product/thermal-noise';
import { CONSTANT, unpackSafe, withoutSafe } from './safe-support';
import { BURST_TIMES, CALIBRATION, nameOf, smallSafe } from './small-safe';

const small = smallSafe();
const calibrationXml = small.get(nameOf('calibration')) as string;
const noiseXml = small.get(nameOf('noise')) as string;
const header = {
  ...{ path: 'a.xml', epoch: '2024-03-05', mission: 'S1A', swath: 'IW2', polarization: 'VV' as const },
  startTime: 86399.5,
};

describe('calibration', () => {
  const calibration = Calibration.parse(calibrationXml, 'c.xml', header);

  it('interpolates bilinearly, each vector over its own pixels', () => {
    const lut = calibration.lut('sigma0', 0, 6);
    expect(Array.from(lut.interpolate(3))).toEqual([20, 24, 28, 32, 34, 36]);
    // Line −2 over pixels 0, 2, 5 and line 3 over 0, 3, 5; halfway is 0.5.
    expect(Array.from(lut.interpolate(0.5))).toEqual([15, 18, 21, 24, 26, 28]);
  });

  it('goes on beyond the last pixel and the last line, and before the first', () => {
    const lut = calibration.lut('sigma0', 5, 2);
    expect(Array.from(lut.interpolate(9))).toEqual([51, 58]);
    expect(lut.interpolate(12)[0]).toBeCloseTo(51 + 0.5 * (51 - 36), 12);
    expect(lut.interpolate(-7)[0]).toBeCloseTo(20 - (36 - 20), 12);
  });

  it('meets itself at a vector from both sides, in any order of lines', () => {
    const lut = calibration.lut('sigma0', 0, 6);
    const [after, before] = [lut.interpolate(3 + 1e-9), lut.interpolate(3 - 1e-9)];
    for (let i = 0; i < 6; i++) expect(after[i]).toBeCloseTo(before[i], 6);
    expect(Array.from(lut.interpolate(9).slice(0, 5))).toEqual([26, 28, 30, 37, 44]);
    expect(Array.from(lut.interpolate(-2))[5]).toBe(20);
  });

  it('has β⁰ and γ⁰, and writes into a given array', () => {
    const target = new Float64Array(6);
    expect(calibration.lut('beta0', 0, 6).interpolate(3, target)).toBe(target);
    expect(Array.from(target)).toEqual([10, 12, 14, 16, 17, 18]);
    expect(calibration.lut('gamma0', 3, 1).interpolate(3)[0]).toBe(64);
  });

  it('refuses another kind', () => {
    expect(() => calibration.lut('dn' as BackscatterConvention, 0, 6)).toThrow(/sigma0, beta0, gamma0/);
    expect(() => calibration.lut('toString' as BackscatterConvention, 0, 6)).toThrow(/found toString/);
    expect(() => calibration.lut('beta0', 0, 0)).toThrow(/found beta0, 0 samples from 0/);
  });

  it('needs ascending vectors', () => {
    expect(CALIBRATION.length).toBe(3);
    const swapped = calibrationXml.replace('<line>-2</line>', '<line>4</line>');
    expect(() => Calibration.parse(swapped, 'c.xml', header)).toThrow(/^c\.xml: expected two or more/);
  });
});

describe('noise', () => {
  const noise = ThermalNoise.parse(noiseXml, 'n.xml', header);
  const burst = (index: number) => ({ time: [86399.5, 86402.250001][index] });

  it('belongs to a burst by its time, whatever its line and place in the list', () => {
    expect(BURST_TIMES.length).toBe(2);
    expect(Array.from(noisePower(noise.burst(burst(0), 0, 6), 4))).toEqual([100, 110, 120, 130, 140, 150]);
    expect(Array.from(noisePower(noise.burst(burst(1), 5, 1), 4))).toEqual([250]);
  });

  it('is the same with a line that is right', () => {
    const shifted = noiseXml.replace(
      /<line>(-?\d+)<\/line>/g,
      (_, line) => `<line>${Number(line) + 4}</line>`,
    );
    const right = ThermalNoise.parse(shifted, 'n.xml', header);
    expect(noisePower(right.burst(burst(1), 0, 6), 6)).toEqual(noisePower(noise.burst(burst(1), 0, 6), 6));
  });

  it('is interpolated over time for StripMap, and the same before and after all vectors', () => {
    const middle = (burst(0).time + burst(1).time) / 2;
    const at = (time: number) =>
      Array.from(noisePower(noise.atTime(time, 0, 6), 4), (power) => Math.round(power));
    expect(at(middle)).toEqual([150, 160, 170, 180, 190, 200]);
    expect(at(burst(1).time)[0]).toBe(200);
    expect(at(0)).toEqual([0, 10, 20, 30, 40, 50]);
    expect(at(1e6)).toEqual([300, 310, 320, 330, 340, 350]);
  });

  it('varies over azimuth by rows of the stacked bursts', () => {
    const first = noise.burst(burst(0), 0, 1);
    expect(noisePower(first, 0)[0]).toBe(150);
    expect(noisePower(first, 2)[0]).toBe(125);
    expect(noisePower(first, 7)[0]).toBeCloseTo(160, 12);
  });

  it('of old processors is a vector alone', () => {
    const old = noiseXml
      .replaceAll('noiseRangeVector', 'noiseVector')
      .replaceAll('noiseRangeLut', 'noiseLut')
      .replace(/<noiseAzimuthVectorList.*/s, '</noise>');
    const second = ThermalNoise.parse(old, 'n.xml', header).burst(burst(1), 0, 3);
    expect(Array.from(noisePower(second, 0))).toEqual([200, 210, 220]);
  });
});

describe.skipIf(withoutSafe)('the constant real product', () => {
  const open = () => openSlc(unpackSafe(CONSTANT, temporaryFolder())[0]);

  it('has the calibration and noise known of it', async () => {
    const product = await open();
    const annotation = await product.annotation('IW1', 'VV');
    const lut = (await product.calibration('IW1', 'VV')).lut('sigma0', 0, annotation.samples);
    expect(lut.interpolate(0)[0]).toBeCloseTo(331.6002758887, 9);
    expect(lut.interpolate(100)[529]).toBeCloseTo(330.7281055093, 9);
    expect(lut.interpolate(6754)[10816]).toBeCloseTo(317.3321396708, 9);
    expect(lut.interpolate(13508)[21631]).toBeCloseTo(306.8268678018, 9);
    const noise = await product.noise('IW1', 'VV');
    const near = noisePower(noise.burst(annotation.bursts[0], 529, 1), 100)[0];
    expect(near).toBeCloseTo(529.5780534, 6);
    expect(10 * Math.log10(near / lut.interpolate(100)[529] ** 2)).toBeCloseTo(-23.1501, 4);
    const mid = noisePower(noise.burst(annotation.bursts[4], 10816, 1), 6754)[0];
    expect(10 * Math.log10(mid / lut.interpolate(6754)[10816] ** 2)).toBeCloseTo(-24.9931, 4);
    await product.close();
  });

  it.each(['VV', 'VH'] as const)('calibrates %s to DN² / A² at a hundred pixels', async (polarization) => {
    const product = await open();
    const { bursts, linesPerBurst, samples, path } = await product.annotation('IW1', polarization);
    const tables = slowTables(
      path.replace('/annotation/', '/annotation/calibration/calibration-'),
      'sigmaNought',
    );
    const calibration = await product.calibration('IW1', polarization);
    const measurement = await product.measurement('IW1', polarization);
    const power = polarization === 'VV' ? 4 : 1;
    const random = new Random(20210401);
    const below = (n: number) => Math.floor(random.uniform() * n);
    for (let i = 0; i < 100; i++) {
      const [b, l, x] = [below(bursts.length), below(linesPerBurst), below(samples)];
      const [re, im] = (await measurement.readBurst(b, { firstLine: l, lines: 1 })).subarray(2 * x);
      const a = calibration.lut('sigma0', x, 1).interpolate(b * linesPerBurst + l)[0];
      const expected = power / slowAmplitude(tables, b * linesPerBurst + l, x) ** 2;
      expect((re / a) ** 2 + (im / a) ** 2).toBeCloseTo(expected, 15);
    }
    await product.close();
  });
});

interface SlowTable {
  line: number;
  pixel: number[];
  a: number[];
}

/** The same tables by other means: regular expressions over the text. */
function slowTables(path: string, name: string): SlowTable[] {
  const xml = readFileSync(join(path), 'utf8');
  const numbers = (text: string) => text.trim().split(/\s+/).map(Number);
  const pattern = new RegExp(
    `<line>(.*?)</line>\\s*<pixel[^>]*>(.*?)</pixel>\\s*<${name}[^>]*>(.*?)</${name}>`,
    'gs',
  );
  return [...xml.matchAll(pattern)].map(([, line, pixel, a]) => ({
    line: Number(line),
    pixel: numbers(pixel),
    a: numbers(a),
  }));
}

/** The definition, point by point. */
function slowAmplitude(tables: readonly SlowTable[], y: number, x: number): number {
  const over = ({ pixel, a }: SlowTable) => {
    const j = Math.min(pixel.filter((p) => p <= x).length, pixel.length - 1) - 1;
    return a[j] + ((a[j + 1] - a[j]) * (x - pixel[j])) / (pixel[j + 1] - pixel[j]);
  };
  const i = tables.filter(({ line }) => line <= y).length - 1;
  const [upper, lower] = [tables[i], tables[i + 1]];
  return over(upper) + ((over(lower) - over(upper)) * (y - upper.line)) / (lower.line - upper.line);
}
