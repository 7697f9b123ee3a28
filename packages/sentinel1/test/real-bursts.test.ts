import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createImage } from '@mtpi/polsar-priors';
import { openRaster } from '@mtpi/sar-io/node';
import FFT from 'fft.js';
import ndarray from 'ndarray';
import { describe, expect, it } from 'vitest';
import { DATA, withoutData } from '../../sar-io/test/support';
import { DerampPhase } from '../src/coregister/deramp';
import { type ComplexRows, resample } from '../src/coregister/resample';
import { OffsetEstimator } from '../src/coregister/residual-offset';
import { parseAnnotation } from '../src/product/parse-annotation';
import { BANDWIDTH, burstOfReference, LINE } from './snap-burst';

/** All of a complex raster. */
async function readComplex(path: string): Promise<ComplexRows> {
  const source = await openRaster(path);
  const { width, height: rows } = source;
  const { image } = await source.read({ x: 0, y: 0, width, height: rows });
  await source.close();
  const size = rows * width;
  const data = new Float32Array(2 * size);
  for (let i = 0; i < size; i++) {
    data[2 * i] = image.data[i];
    data[2 * i + 1] = image.data[size + i];
  }
  return { rows, width, data, valid: new Uint8Array(size).fill(1) };
}

/** Share of the energy inside the processed azimuth band, of `lines` lines, Hann-windowed. */
function insideBand(
  { width, data }: ComplexRows,
  from: number,
  lines: number,
  bandwidth: number,
  dt: number,
) {
  const fft = new FFT(lines);
  const [input, output] = [fft.createComplexArray(), fft.createComplexArray()];
  let [inside, all] = [0, 0];
  for (let x = 0; x < width; x += 7) {
    for (let l = 0; l < lines; l++) {
      const weight = 0.5 - 0.5 * Math.cos((2 * Math.PI * (l + 0.5)) / lines);
      const i = 2 * ((from + l) * width + x);
      input[2 * l] = weight * data[i];
      input[2 * l + 1] = weight * data[i + 1];
    }
    fft.transform(output, input);
    for (let k = 0; k < lines; k++) {
      const frequency = Math.min(k, lines - k) / (lines * dt);
      const power = output[2 * k] ** 2 + output[2 * k + 1] ** 2;
      all += power;
      // Hann's window spreads a line over two bins to each side.
      if (frequency <= bandwidth / 2 + 2 / (lines * dt)) inside += power;
    }
  }
  return inside / all;
}

describe.skipIf(withoutData)('a real SLC crop (skipped without shared data)', () => {
  const folder = join(DATA, 's1-slc-vv-crop');
  const xml = join(folder, 's1a-iw3-slc-vv-20220918t074921-20220918t074946-045056-056232-006.xml');
  const tiff = join(folder, 's1a-iw3-slc-vv_subset_hight9800_10400_width11000_11000.tiff');
  /** Where it lies: lines 715 … of burst 6, samples 10999 …; see the README of the data. */
  const [burst, firstLine, firstSample] = [6, 715, 10999];

  it('has its azimuth spectrum confined once deramped, and not before or with the other sign', async () => {
    const text = readFileSync(xml, 'utf8');
    const annotation = parseAnnotation(text, xml);
    const bandwidth = Number(/<azimuthProcessing>.*?<processingBandwidth>(.*?)</s.exec(text)![1]);
    const crop = await readComplex(tiff);
    const { rangeSamplingRate, azimuthTimeInterval: dt } = annotation;
    const shown = {
      ...annotation,
      slantRangeTime: annotation.slantRangeTime + firstSample / rangeSamplingRate,
      samples: crop.width,
    };
    const share = (rows: ComplexRows) => insideBand(rows, 0, 256, bandwidth, dt);
    expect(share(crop)).toBeCloseTo(0.61, 1);
    const conjugate = { ...crop, data: crop.data.map((value, i) => (i % 2 ? -value : value)) };
    const phase = new DerampPhase(shown, burst, annotation.orbit);
    phase.apply([crop], firstLine);
    phase.apply([conjugate], firstLine);
    expect(share(crop)).toBeGreaterThan(0.995);
    expect(share(conjugate)).toBeLessThan(0.8);
  });

  it('shows one look over the sea', async () => {
    const { width, rows, data } = await readComplex(tiff);
    const looks: number[] = [];
    // Small windows: the swell adds variance to larger ones.
    const size = 12;
    for (let y = 350; y + size <= rows; y += size) {
      for (let x = 0; x + size <= width; x += size) {
        let [sum, squares] = [0, 0];
        for (let r = y; r < y + size; r++) {
          for (let c = x; c < x + size; c++) {
            const i = 2 * (r * width + c);
            const power = data[i] ** 2 + data[i + 1] ** 2;
            sum += power;
            squares += power * power;
          }
        }
        looks.push(1 / ((size * size * squares) / (sum * sum) - 1));
      }
    }
    const median = looks.sort((a, b) => a - b)[looks.length >> 1];
    expect(Math.abs(median - 1)).toBeLessThan(0.05);
  });
});

describe.skipIf(withoutData)('a real co-registered pair (skipped without shared data)', () => {
  const open = (name: string) => readComplex(join(DATA, 's1-coregistered-pair', name));

  /** Both, deramped by the metadata of the reference: a common phase does not change their coherence. */
  async function openPair(): Promise<ComplexRows[]> {
    const pair = [await open('20230331-coreg.znap'), await open('20230319-coreg.znap')];
    const { annotation, orbit, firstLine } = burstOfReference(pair[0].width);
    new DerampPhase(annotation, 0, orbit).apply(pair, firstLine);
    return pair;
  }

  const move = (rows: ComplexRows, lines: number, samples: number) => {
    const shifts = new Float64Array(rows.width).fill(samples);
    return resample(
      rows,
      0,
      rows.rows,
      () => shifts,
      (row) => row + lines,
    );
  };

  /** Intensity of the inner 64 × 256 pixels, which have all taps. */
  const intensity = ({ width, data }: ComplexRows) => {
    const image = createImage(4, 64, 256);
    for (let i = 0; i < 64 * 256; i++) {
      const at = 2 * ((10 + Math.floor(i / 256)) * width + 40 + (i % 256));
      image.data[i] = data[at] ** 2 + data[at + 1] ** 2;
    }
    return { image, mask: ndarray(new Uint8Array(64 * 256).fill(1), [64, 256]) };
  };

  /** Median coherence of 5 × 5 pixels. */
  function coherence(a: ComplexRows, b: ComplexRows): number {
    const found: number[] = [];
    for (let y = 8; y + 13 < a.rows; y += 3) {
      for (let x = 16; x + 21 < a.width; x += 3) {
        let [re, im, p, q] = [0, 0, 0, 0];
        for (let r = y; r < y + 5; r++) {
          for (let c = x; c < x + 5; c++) {
            const i = 2 * (r * a.width + c);
            re += a.data[i] * b.data[i] + a.data[i + 1] * b.data[i + 1];
            im += a.data[i + 1] * b.data[i] - a.data[i] * b.data[i + 1];
            p += a.data[i] ** 2 + a.data[i + 1] ** 2;
            q += b.data[i] ** 2 + b.data[i + 1] ** 2;
          }
        }
        if (p > 0 && q > 0) found.push(Math.hypot(re, im) / Math.sqrt(p * q));
      }
    }
    return found.sort((x, y) => x - y)[found.length >> 1];
  }

  it('has its azimuth spectrum confined once deramped', async () => {
    const before = insideBand(await open('20230331-coreg.znap'), 10, 64, BANDWIDTH, LINE);
    const [reference] = await openPair();
    expect(before).toBeLessThan(0.8);
    expect(insideBand(reference, 10, 64, BANDWIDTH, LINE)).toBeGreaterThan(0.97);
  });

  it.each([
    ['range', 0, 0.37],
    ['azimuth', 0.37, 0],
    ['both', -0.21, 0.44],
  ])('a shift by the resampler is found again, and undone costs no coherence: %s', async (_, y, x) => {
    const [reference, secondary] = await openPair();
    const moved = move(reference, y, x);
    const check = new OffsetEstimator(64, 1);
    check.add(intensity(reference), intensity(moved));
    const { samples, lines } = check.result()!;
    expect(Math.abs(samples + x)).toBeLessThan(0.05);
    expect(Math.abs(lines + y)).toBeLessThan(0.05);
    const before = coherence(reference, secondary);
    expect(before).toBeGreaterThan(0.7);
    expect(before - coherence(move(moved, -y, -x), secondary)).toBeLessThan(0.01);
  });
});
