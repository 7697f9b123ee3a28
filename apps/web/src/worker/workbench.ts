/** Runs in a worker: reads files, runs the network, keeps both images and draws them. The page only shows. */
import { tripletOfSeries } from '@mtpi/model';
import { entropyAlphaCounts } from '@mtpi/pages';
import {
  boxcar,
  createImage,
  haAlpha,
  type Image,
  type MaskedImage,
  planes,
  type Window,
} from '@mtpi/polsar-priors';
import {
  type Acquisition,
  acquisitionOf,
  checkTriplet,
  createGeoTiffBlob,
  decibelRange,
  openGeoTiff,
  type RasterSource,
  readOverview,
} from '@mtpi/sar-io';
import { type AlignedDates, alignDates } from '@mtpi/workflows/align';
import { expose, transfer } from 'comlink';
import ndarray from 'ndarray';
import { CONTENTS, type Contents, describe, type FileDescription, type Input, inWords } from './describe';
import { exampleFiles } from './example';
import { despecklerFor, type Engine, type Weights } from './network';
import { draw, type Picture, type Stretch, toBitmap, toPng } from './pictures';
import { writeReport } from './report';
import { type BoxStatistics, boxStatistics, type Point, profile } from './statistics';

/** The files of one date. */
export interface JobDate {
  files: readonly { input: Input; contents: Contents }[];
  /** In ISO 8601. */
  acquired: string;
}

export interface Job {
  /** From the first to the last. */
  dates: readonly JobDate[];
  /** Index of the date to despeckle, neither the first nor the last. */
  target: number;
  /** Part of the date to despeckle; default: the common area of all dates. */
  area?: Window;
  weights: Weights;
  /** Default the fastest one. */
  engine?: Engine;
}

/** Where the dates of a job lie. */
export interface Placement {
  /** Columns and rows of the date to despeckle. */
  width: number;
  height: number;
  /** The part of it that all dates cover. */
  shared: Window;
  /** How dates were brought together, where they differ. */
  notes: readonly string[];
}

/** Progress shown by the page while the worker is busy. */
export type JobEvent =
  | { stage: 'reading' | 'loading' }
  | { stage: 'read'; scene: SceneDescription; stretch: Stretch }
  | { stage: 'running'; done: number; total: number }
  | { stage: 'tile'; x: number; y: number; bitmap: ImageBitmap };

export interface SceneDescription {
  width: number;
  height: number;
  /** Polarizations of both channels. */
  channels: readonly [string, string];
  hasCovariance: boolean;
  acquired: string;
  /** Assumptions about the files, and anomalies. */
  warnings: readonly string[];
}

export type Side = 'before' | 'after';

/** The scene that is at work or done. */
interface Scene {
  description: SceneDescription;
  before: MaskedImage;
  after: MaskedImage;
  target: Acquisition;
  area: Window;
  provenance: Record<string, string>;
}

/** In dB: a scene of one kind of land would else be all black and white by its speckle. */
const LEAST_STRETCH = 15;

let scene: Scene | undefined;

let overviewing = new AbortController();

/** Ends the overview that is being read, if any, and returns the controller of the next. */
function stopOverview(): AbortController {
  overviewing.abort();
  overviewing = new AbortController();
  return overviewing;
}

const workbench = {
  describe: (input: Input): Promise<FileDescription> => describe(input),

  exampleFiles,

  /** @throws with a message for the visitor where dates do not go together. */
  async place({ dates, target }: Pick<Job, 'dates' | 'target'>): Promise<Placement> {
    const opened: Acquisition[] = [];
    try {
      for (const date of dates) opened.push(await openDate(date));
      const { shared, warnings } = aligned(opened, target);
      const { width, height } = opened[target];
      return { width, height, shared, notes: warnings.map(({ message }) => message) };
    } finally {
      for (const date of opened) await date.close();
    }
  },

  /**
   * A date at reduced resolution, to draw an area on. Ends one that is being read.
   *
   * @param report called with the share of it that has been read.
   */
  async overview(jobDate: JobDate, size: number, report: (share: number) => void): Promise<ImageBitmap> {
    const { signal } = stopOverview();
    const date = await openDate(jobDate, size);
    try {
      const onProgress = (done: number, total: number) => report(done / total);
      const overview = await readOverview(date, 1, size, { signal, onProgress });
      const gray = overview.image.pick(0) as unknown as Image;
      const range = decibelRange(gray, overview.mask);
      return await bitmapOf('co', overview, { co: range, cross: range });
    } finally {
      await date.close();
    }
  },

  /** Despeckles a date; tiles are drawn as `picture` when they are done. */
  async despeckle(job: Job, picture: Picture, report: (event: JobEvent) => void): Promise<SceneDescription> {
    scene = undefined;
    stopOverview();
    const opened: Acquisition[] = [];
    try {
      report({ stage: 'reading' });
      for (const date of job.dates) opened.push(await openDate(date));
      const { dates, shared, warnings } = aligned(opened, job.target);
      scene = await readTarget({ ...job, area: job.area ?? shared }, dates, warnings);
      const { before, after, area, description } = scene;
      const stretch = stretchOf(before);
      report({ stage: 'read', scene: description, stretch });

      report({ stage: 'loading' });
      const { despeckler, engine } = await despecklerFor(job.weights, job.engine);
      scene.provenance.engine = engine === 'webgpu' ? 'ONNX Runtime, WebGPU' : 'ONNX Runtime, WebAssembly';
      const source = tripletOfSeries({
        ...{ width: area.width, height: area.height, bands: description.hasCovariance ? 4 : 2 },
        ...seriesOf(dates, job.target, area),
      });
      const rows = despeckler.despeckle(source, {
        onProgress: (done, total) => report({ stage: 'running', done, total }),
        onTile: ({ x, y, image, mask }) =>
          void bitmapOf(picture, compact({ image, mask }), stretch).then((bitmap) =>
            report(transfer({ stage: 'tile', x, y, bitmap }, [bitmap])),
          ),
      });
      for await (const { y, image, mask } of rows) {
        const first = y * area.width;
        const targets = planes(after.image);
        planes(image).forEach((plane, b) => targets[b].set(plane, first));
        after.mask.data.set(compact({ image, mask }).mask.data, first);
      }
      return description;
    } catch (error) {
      throw inWords(error);
    } finally {
      for (const date of opened) await date.close();
    }
  },

  /** The whole scene, before or after, as a bitmap. */
  async draw(picture: Picture, side: Side, stretch: Stretch): Promise<ImageBitmap> {
    const { before, after } = current();
    return bitmapOf(picture, side === 'before' ? before : after, stretch, before);
  },

  statistics(box: Window): Record<Side, BoxStatistics[] | undefined> {
    const { before, after } = current();
    return { before: boxStatistics(before, box), after: boxStatistics(after, box) };
  },

  profile(line: readonly [Point, Point]): Record<Side, Float32Array[]> {
    const { before, after } = current();
    return { before: profile(before, line), after: profile(after, line) };
  },

  /** Counts of pixels in the plane of H and α, before (averaged over 5 × 5 pixels) and after. */
  entropyAlpha(): Record<Side, Float32Array> {
    const { before, after } = current();
    const counts = ({ image, mask }: MaskedImage, window: number) =>
      entropyAlphaCounts(haAlpha(window > 1 ? boxcar(image, window, mask) : image, mask), mask);
    return { before: counts(before, 5), after: counts(after, 1) };
  },

  async geotiff(): Promise<Blob> {
    const { after, target, area, description, provenance } = current();
    const { georeference, acquired } = target;
    const bands = description.hasCovariance ? [...CONTENTS.C2, 'H', 'A', 'alpha'] : [...description.channels];
    const { x, y, width, height } = area;
    const sink = await createGeoTiffBlob({
      ...{ width, height, bands },
      georeference: {
        ...georeference,
        ...(georeference.transform && { transform: shifted(georeference.transform, x, y) }),
        ...(georeference.gcps && {
          gcps: georeference.gcps.map((gcp) => ({ ...gcp, column: gcp.column - x, row: gcp.row - y })),
        }),
      },
      metadata: {
        SOFTWARE: '@mtpi/web',
        ...(acquired && { ACQUISITION_TIME: acquired.toISOString() }),
        ...Object.fromEntries(
          Object.entries(provenance).map(([name, value]) => [`MTPI_${name.toUpperCase()}`, value]),
        ),
      },
    });
    const image = description.hasCovariance ? withPriors(after) : after.image;
    await sink.write(image, after.mask);
    return sink.close();
  },

  async png(picture: Picture, stretch: Stretch): Promise<Blob> {
    const { before, after } = current();
    return toPng(draw(picture, after, stretch, before));
  },

  async report(stretch: Stretch): Promise<Blob> {
    const { before, after, description, provenance } = current();
    return writeReport({ before, after, description, provenance, stretch });
  },
};

export type Workbench = typeof workbench;

expose(workbench);

function current(): Scene {
  if (!scene) throw new Error('There is no scene yet');
  return scene;
}

/** @param overview Opens overviews of so many pixels where files have them. */
async function openDate({ files, acquired }: JobDate, overview?: number): Promise<Acquisition> {
  const sources: RasterSource[] = [];
  try {
    for (const { input } of files) sources.push(await openGeoTiff(input, { overview }));
    // The contents were recognized, or given by hand; the order of bands that have names is kept.
    const bands = files.flatMap(({ contents }, i) => {
      const own = sources[i].bands.map(({ name }) => name);
      const named = CONTENTS[contents] as readonly string[];
      return own.length === named.length && own.some((name) => !named.includes(name)) ? named : own;
    });
    const date = await acquisitionOf(sources, { bands });
    // Messages name the day: the table shows its files.
    const paths = [acquired.slice(0, 10)];
    const warnings = date.warnings.map((warning) => ({ ...warning, input: paths[0] }));
    return { ...date, paths, warnings, acquired: new Date(acquired) };
  } catch (error) {
    for (const source of sources) await source.close();
    throw inWords(error);
  }
}

/** The dates, as they were ordered, on the grid of the one to despeckle; and the part of it that all of them cover. */
function aligned(opened: readonly Acquisition[], index: number): Required<AlignedDates> {
  if (new Set(opened.map(({ polarimetry }) => polarimetry)).size > 1)
    throw new Error('Some dates are covariances and some are intensities: all must be alike');
  const polarizations = [...new Set(opened.map(({ channels }) => channels.join(' and ')))];
  if (polarizations.length > 1)
    throw new Error(`Some dates are ${polarizations.join(', some ')}: all must be alike`);
  const target = opened[index];
  try {
    const { dates, shared, warnings } = alignDates([target, ...opened.filter((date) => date !== target)]);
    const [first, ...others] = dates;
    const whole = { x: 0, y: 0, width: target.width, height: target.height };
    return { dates: others.toSpliced(index, 0, first), shared: shared ?? whole, warnings };
  } catch (error) {
    throw new Error((error as Error).message); // its hint is about the command line
  }
}

/** Reads the area of the target and checks the dates. */
async function readTarget(
  job: Job & { area: Window },
  dates: readonly Acquisition[],
  found: AlignedDates['warnings'],
): Promise<Scene> {
  const { area } = job;
  const target = dates[job.target];
  const checked = await checkTriplet({
    target,
    previous: dates[job.target - 1],
    next: dates[job.target + 1],
  });
  const fatal = checked.find(({ severity }) => severity === 'error');
  if (fatal) throw new Error(`${fatal.input}: ${fatal.message}`);
  const before = await target.read(area);
  const [bands, rows, cols] = before.image.shape;
  const after = {
    image: createImage(bands, rows, cols),
    mask: ndarray(new Uint8Array(rows * cols), [rows, cols]),
  };
  const warnings = [...found, ...dates.flatMap((date) => date.warnings), ...checked];
  const isWhole = area.width === target.width && area.height === target.height;
  const names = (some: readonly JobDate[]) =>
    some
      .flatMap(({ files }) => files.map(({ input }) => (typeof input === 'string' ? input : input.name)))
      .join(', ');
  return {
    ...{ before, after, target, area },
    description: {
      ...{ width: cols, height: rows, channels: target.channels, hasCovariance: bands === 4 },
      acquired: job.dates[job.target].acquired,
      warnings: gathered(warnings),
    },
    provenance: {
      target: names([job.dates[job.target]]),
      before: names(job.dates.slice(0, job.target)),
      after: names(job.dates.slice(job.target + 1)),
      ...(!isWhole && { area: `${area.width} × ${area.height} pixels at (${area.x}, ${area.y})` }),
      weights: job.weights,
    },
  };
}

/** Warnings as sentences; the same one about several dates once. */
function gathered(warnings: readonly { message: string; input?: string }[]): string[] {
  const days = new Map<string, Set<string>>();
  for (const { message, input = '' } of warnings)
    days.set(message, (days.get(message) ?? new Set()).add(input));
  return [...days].map(([message, some]) =>
    [[...some].sort().join(', '), message].filter(Boolean).join(': '),
  );
}

/** Readers of the area of each date: the target, and the others, the nearest first. */
function seriesOf(dates: readonly Acquisition[], target: number, area: Window) {
  const reader = (date: Acquisition) => (window: Window, options: { signal?: AbortSignal }) =>
    date.read({ ...window, x: window.x + area.x, y: window.y + area.y }, options);
  return {
    target: reader(dates[target]),
    before: dates.slice(0, target).reverse().map(reader),
    after: dates.slice(target + 1).map(reader),
  };
}

/** The stretch of both channels: percentiles of the image averaged, since speckle would widen it. */
function stretchOf({ image, mask }: MaskedImage): Stretch {
  const averaged = boxcar(image.hi(2, image.shape[1], image.shape[2]), 5, mask);
  const rangeOf = (band: number) => {
    const { min, max } = decibelRange(averaged.pick(band) as unknown as Image, mask);
    const reach = Math.max(LEAST_STRETCH, max - min + 2) / 2;
    return { min: Math.round((min + max) / 2 - reach), max: Math.round((min + max) / 2 + reach) };
  };
  return { co: rangeOf(0), cross: rangeOf(1) };
}

/** Image and mask, each row-major in memory of its own. */
function compact({ image, mask }: MaskedImage): MaskedImage {
  const [bands, rows, cols] = image.shape;
  const result = createImage(bands, rows, cols);
  planes(image).forEach((plane, b) => result.data.set(plane, b * rows * cols));
  const valid = Uint8Array.from({ length: rows * cols }, (_, i) => mask.get(Math.floor(i / cols), i % cols));
  return { image: result, mask: ndarray(valid, [rows, cols]) };
}

async function bitmapOf(...drawn: Parameters<typeof draw>): Promise<ImageBitmap> {
  const bitmap = await toBitmap(draw(...drawn));
  return transfer(bitmap, [bitmap]);
}

function shifted(
  [x, xc, xr, y, yc, yr]: NonNullable<Acquisition['georeference']['transform']>,
  column: number,
  row: number,
) {
  return [x + column * xc + row * xr, xc, xr, y + column * yc + row * yr, yc, yr] as const;
}

/** A covariance with the H, A and alpha that follow from it as further bands. */
function withPriors({ image, mask }: MaskedImage): Image {
  const [, rows, cols] = image.shape;
  const result = createImage(7, rows, cols);
  result.data.set(image.data);
  result.data.set(haAlpha(image, mask).data, 4 * rows * cols);
  return result;
}
