import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random, sentinel1Swaths } from '@mtpi/polsar-priors';
import { parseUtc } from '@mtpi/sar-io';
import { complexTiff, writeFolder, writeZip } from '../small-safe';
import { CircularOrbit, toGeodetic } from './circular-orbit';
import {
  amplitudeScale,
  annotationXml,
  calibrationXml,
  type Described,
  type DescribedPoint,
  manifestXml,
  noisePower,
  noiseXml,
  orbitFile,
} from './documents';
import { expected, lookAt, MARGIN } from './look';
import { FIELD, type Field, sceneImage } from './scene';
import { derampPhase, TOPS } from './tops';

/** One acquisition of the track. */
export interface MiniDate {
  /** UTC time at the orbit's origin, such as `2024-03-05T21:46:32`. */
  origin: string;
  mission?: string;
  relativeOrbit?: number;
  /** Meters that the orbit is shifted across the track. */
  shift?: number;
  /** Bursts of the track that the product holds: the first, and how many. */
  firstBurst?: number;
  bursts?: number;
  /** Lines that the bursts of the track start later; a part of a line for all, whole lines burst by burst. */
  fraction?: number;
  lines?: readonly number[];
  /** First bursts, counted from that of the product, and numbers of bursts of products that it is cut into. */
  slices?: readonly (readonly [first: number, bursts: number])[];
  /** Doppler centroid (Hz) over the slant range time. */
  doppler?: readonly number[];
}

export interface MiniSafeOptions {
  dates?: readonly MiniDate[];
  linesPerBurst?: number;
  samples?: number;
  /** Lines that neighboring bursts share. */
  overlap?: number;
  /** DN² of thermal noise in both channels, also in the noise tables. Default 0. */
  noise?: number;
  seed?: number;
  /** Size of the fields of the ground in lines and samples. */
  field?: Field;
  /** Zips instead of folders. */
  zip?: boolean;
  /** Default `IW`. Of `SM` each product is one image, which starts where its burst would. */
  mode?: Described['mode'];
  /** Default VV and VH. */
  polarizations?: Described['polarizations'];
}

export interface MiniProduct {
  path: string;
  /** Paths of the slices. */
  slices: string[];
  date: MiniDate;
  orbit: CircularOrbit;
  /** Time of a sample of a line of one of the track's bursts, from the orbit's origin: with the bistatic term. */
  lineTime(burst: number, line: number, sample: number): number;
}

export interface MiniSafe {
  products: MiniProduct[];
  /** Folder of an orbit file for each product. */
  orbits: string;
  linesPerBurst: number;
  samples: number;
  /** Lines from one burst's start to the next. */
  step: number;
  /** Band-limited covariance on the reference's rows (0 is line 0 of burst 0 of the track), in four planes. */
  covariance(firstRow: number, rows: number): Float64Array[];
  /** Line and sample of a product, in one of the track's bursts, less those of the reference: truth. */
  offset(product: number, burst: number, line: number, sample: number): [lines: number, samples: number];
  /** Whether a line and a sample of one of the track's bursts are valid. */
  isValid(burst: number, line: number, sample: number): boolean;
}

/** Two-way time that the annotated line times hold for. */
const BISTATIC_DELAY = TOPS.slantRangeTime + 4e-4;
const HEIGHT = 150;
const INVALID_LINES = 5;
const CORRELATION = sentinel1Swaths.IW1;
const DT = TOPS.azimuthTimeInterval;

/** The reference in the middle; before and after it orbits a hundred meters aside, and other slices of the track. */
export const TRIPLET: readonly MiniDate[] = [
  {
    origin: '2024-02-22T21:46:32',
    shift: 100,
    firstBurst: -1,
    bursts: 4,
    fraction: 0.37,
    lines: [1, -1, 1, 0],
    doppler: [12, -9000],
  },
  { origin: '2024-03-05T21:46:32', doppler: [-5, 6000] },
  {
    origin: '2024-03-17T21:46:33',
    mission: 'S1C',
    shift: -60,
    bursts: 4,
    fraction: -0.21,
    lines: [-1, 0, 1, 1],
  },
];

/** Valid samples, which change in the third burst of the track. */
const validSamples = (burst: number, samples: number) =>
  burst === 2 ? [20, samples - 15] : [Math.min(12, samples >> 3), samples - Math.min(8, samples >> 3)];

/**
 * Writes three (or other) Sentinel-1 products of bursts of a hundred lines, of the same known ground with independent
 * speckle, in TOPS geometry.
 */
export async function writeMiniSafe(folder: string, options: MiniSafeOptions = {}): Promise<MiniSafe> {
  const { dates = TRIPLET, linesPerBurst = 96, samples = 512, overlap = 20, noise = 0, seed = 1 } = options;
  const { mode = 'IW', field = FIELD } = options;
  const step = linesPerBurst - overlap;
  const random = new Random(seed);
  const orbits = join(folder, 'orbits');
  mkdirSync(orbits, { recursive: true });
  const isValid = (burst: number, line: number, sample: number) => {
    const [first, last] = validSamples(burst, samples);
    const inside = line >= INVALID_LINES && line < linesPerBurst - INVALID_LINES;
    return inside && sample >= first && sample <= last;
  };
  const products = dates.map((date) => productOf(date, step));
  const reference = products[Math.floor(products.length / 2)];
  const toReference = (product: MiniProduct, burst: number, line: number, sample: number) => {
    const delay = TOPS.slantRangeTime + sample / TOPS.rangeSamplingRate;
    return mapped(product, reference, product.lineTime(burst, line, sample), delay);
  };
  for (const product of products) {
    const { date } = product;
    const epoch = date.origin.slice(0, 10);
    const origin = parseUtc(date.origin, epoch);
    const numbers = burstsOf(date);
    const describe = (slice: MiniProduct): Described => ({
      mode,
      polarizations: options.polarizations ?? ['VV', 'VH'],
      steeringRate: mode === 'SM' ? 0 : TOPS.azimuthSteeringRate,
      epoch,
      mission: date.mission ?? 'S1A',
      dataTake: 400_000 + Math.round(origin / 86_400) + Number(epoch.slice(8)),
      absoluteOrbit: date.mission === 'S1C' ? 52851 : 52752, // of relative orbit 5
      relativeOrbit: date.relativeOrbit ?? 5,
      origin,
      orbit: product.orbit,
      linesPerBurst,
      samples,
      doppler: dopplerOf(date),
      noise,
      firstLine: ((slice.date.firstBurst ?? 0) - numbers[0]) * linesPerBurst,
      bursts: burstsOf(slice.date).map((burst) => {
        const [first, last] = validSamples(burst, samples);
        const lines = Array.from({ length: linesPerBurst }, (_, line) => isValid(burst, line, first));
        return {
          id: 5000 + burst,
          time: origin + burstStart(date, burst, step) * DT,
          firstValidSample: lines.map((valid) => (valid ? first : -1)),
          lastValidSample: lines.map((valid) => (valid ? last : -1)),
        };
      }),
      grid: gridOf(slice, origin, linesPerBurst, samples, mode === 'SM'),
    });
    const described = describe(product);
    const pixels = [
      new Int16Array(2 * numbers.length * linesPerBurst * samples),
      new Int16Array(2 * numbers.length * linesPerBurst * samples),
    ];
    numbers.forEach((burst, index) => {
      const place = bilinearPlace(linesPerBurst, samples, (line, sample) =>
        toReference(product, burst, line, sample),
      );
      const size = [linesPerBurst + 2 * MARGIN, samples + 2 * MARGIN] as const;
      const ground = sceneImage(...size, (r, c) => place(r - MARGIN, c - MARGIN), field);
      lookAt(ground, random, CORRELATION).forEach((look, channel) => {
        const polarization = channel === 0 ? 'VV' : 'VH';
        const thermal = new Float32Array(look.length);
        random.fillNormal(thermal, Math.SQRT1_2);
        for (let i = 0; i < look.length / 2; i++) {
          const [line, sample] = [Math.floor(i / samples), i % samples];
          if (!isValid(burst, line, sample)) continue;
          const phase = -derampPhase(line, sample, { ...described, lines: linesPerBurst });
          const scale = amplitudeScale(polarization, index * linesPerBurst + line, sample, samples);
          const floor = Math.sqrt(noisePower(noise, sample, samples));
          const re = scale * look[2 * i] + floor * thermal[2 * i];
          const im = scale * look[2 * i + 1] + floor * thermal[2 * i + 1];
          const to = 2 * (index * linesPerBurst * samples + i);
          pixels[channel][to] = Math.trunc(re * Math.cos(phase) - im * Math.sin(phase));
          pixels[channel][to + 1] = Math.trunc(re * Math.sin(phase) + im * Math.cos(phase));
        }
      });
    });
    const whole = [[0, numbers.length]] as const;
    for (const [k, [first, count]] of (date.slices ?? whole).entries()) {
      const slice = productOf({ ...date, ...sliceOf(date, first, count) }, step);
      const from = 2 * first * linesPerBurst * samples;
      const part = pixels.map((plane) => plane.subarray(from, from + 2 * count * linesPerBurst * samples));
      product.slices.push(await writeProduct(folder, describe(slice), part, options.zip ?? false, k));
    }
    product.path = product.slices[0];
    writeFileSync(join(orbits, orbitFile(described)[0]), orbitFile(described)[1]);
  }
  return {
    products,
    orbits,
    linesPerBurst,
    samples,
    step,
    isValid,
    covariance: (firstRow, rows) =>
      expected(
        sceneImage(
          rows + 2 * MARGIN,
          samples + 2 * MARGIN,
          (r, c) => [firstRow + r - MARGIN, c - MARGIN],
          field,
        ),
        CORRELATION,
      ),
    offset: (index, burst, line, sample) => {
      const product = products[index];
      const delay = TOPS.slantRangeTime + sample / TOPS.rangeSamplingRate;
      const time = reference.lineTime(burst, line, sample);
      const [row, column] = mapped(reference, product, time, delay);
      return [row - burstStart(product.date, burst, step) - line, column - sample];
    },
  };
}

const burstsOf = ({ firstBurst = 0, bursts = 3 }: MiniDate) =>
  Array.from({ length: bursts }, (_, b) => firstBurst + b);

/** The part of a date that a slice of some of its bursts has. */
const sliceOf = ({ firstBurst = 0, lines }: MiniDate, first: number, bursts: number) => ({
  ...{ firstBurst: firstBurst + first, bursts },
  ...(lines && { lines: lines.slice(first) }),
});

const dopplerOf = ({ doppler = [3, 1000] }: MiniDate) => doppler;

/** Lines from the orbit's origin to the start of one of the track's bursts. */
function burstStart(date: MiniDate, burst: number, step: number): number {
  const { firstBurst = 0, lines = [], fraction = 0 } = date;
  return step * burst + (lines[burst - firstBurst] ?? 0) + fraction;
}

function productOf(date: MiniDate, step: number): MiniProduct {
  return {
    path: '',
    slices: [],
    date,
    orbit: new CircularOrbit(date.shift),
    lineTime: (burst, line, sample) =>
      (burstStart(date, burst, step) + line) * DT +
      (TOPS.slantRangeTime + sample / TOPS.rangeSamplingRate - BISTATIC_DELAY) / 2,
  };
}

/** Row (lines from the orbit's origin) and column at which `to` sees what `from` sees at a time and a delay. */
function mapped(from: MiniProduct, to: MiniProduct, time: number, delay: number): [number, number] {
  const [t, tau] = to.orbit.toRadar(from.orbit.toGround(time, delay, HEIGHT));
  return [(t - (tau - BISTATIC_DELAY) / 2) / DT, (tau - TOPS.slantRangeTime) * TOPS.rangeSamplingRate];
}

/** A smooth mapping, computed at the corners. */
function bilinearPlace(
  lines: number,
  samples: number,
  exact: (line: number, sample: number) => readonly [number, number],
): (line: number, sample: number) => [number, number] {
  const cells = 4;
  const nodes = Array.from({ length: cells + 1 }, (_, j) =>
    Array.from({ length: cells + 1 }, (_, i) => exact((j * lines) / cells, (i * samples) / cells)),
  );
  const cell = (x: number) => Math.min(cells - 1, Math.max(0, Math.floor(x)));
  return (line, sample) => {
    const [y, x] = [(line * cells) / lines, (sample * cells) / samples];
    const [j, i] = [cell(y), cell(x)];
    const [v, u] = [y - j, x - i];
    const at = (k: 0 | 1) =>
      (1 - v) * ((1 - u) * nodes[j][i][k] + u * nodes[j][i + 1][k]) +
      v * ((1 - u) * nodes[j + 1][i][k] + u * nodes[j + 1][i + 1][k]);
    return [at(0), at(1)];
  };
}

function gridOf(
  product: MiniProduct,
  origin: number,
  linesPerBurst: number,
  samples: number,
  stripMap: boolean,
): DescribedPoint[] {
  const numbers = burstsOf(product.date);
  const last = numbers.length * linesPerBurst - 1;
  const above = stripMap
    ? Array.from({ length: Math.ceil(last / 40) }, (_, i) => 40 * i)
    : numbers.map((_, b) => b * linesPerBurst);
  const lines = [...above, last];
  const pixels = Array.from({ length: 21 }, (_, i) => Math.min(samples - 1, Math.round((i * samples) / 20)));
  return lines.flatMap((line) =>
    pixels.map((pixel) => {
      const burst = Math.min(numbers.length - 1, Math.floor(line / linesPerBurst));
      const time = product.lineTime(numbers[burst], line - burst * linesPerBurst, pixel);
      const delay = TOPS.slantRangeTime + pixel / TOPS.rangeSamplingRate;
      return {
        line,
        pixel,
        time: origin + time,
        delay,
        ...toGeodetic(product.orbit.toGround(time, delay, HEIGHT)),
      };
    }),
  );
}

async function writeProduct(
  folder: string,
  product: Described,
  pixels: readonly Int16Array[],
  zip: boolean,
  slice: number,
): Promise<string> {
  const day = product.epoch.replaceAll('-', '');
  const time = `${day}T21463${2 + slice}`;
  const swath = product.mode === 'SM' ? 'S3' : `${product.mode}1`;
  const beam = product.mode === 'SM' ? swath : product.mode;
  const name = `${product.mission}_${beam}_SLC__1SDV_${time}_${time}_0${product.absoluteOrbit}_06658B_96CB`;
  const files = new Map<string, string | Buffer>([['manifest.safe', manifestXml(product)]]);
  const { samples, bursts, linesPerBurst } = product;
  product.polarizations.forEach((polarization) => {
    const channel = polarization === 'VV' ? 0 : 1;
    const stem =
      `${product.mission}-${swath}-slc-${polarization}-${time}-${time}-0${product.absoluteOrbit}-06658b-00${channel + 1}`.toLowerCase();
    files.set(`annotation/${stem}.xml`, annotationXml(product, swath, polarization));
    files.set(`annotation/calibration/calibration-${stem}.xml`, calibrationXml(product, polarization));
    files.set(`annotation/calibration/noise-${stem}.xml`, noiseXml(product));
    files.set(
      `measurement/${stem}.tiff`,
      complexTiff(pixels[channel], samples, bursts.length * linesPerBurst),
    );
  });
  if (zip) return writeZip(join(folder, `${name}.zip`), files, { root: `${name}.SAFE/` });
  return writeFolder(join(folder, `${name}.SAFE`), files);
}
