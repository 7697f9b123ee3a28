/** Runs in a worker: reads files, runs the network, keeps both images and draws them. The page only shows. */
import { acquisitionSource } from '@mtpi/model';
import { entropyAlphaCounts } from '@mtpi/pages';
import {
  boxcar,
  createImage,
  HA_ALPHA_WINDOW,
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
import {
  type AlignedDates,
  alignDates,
  COVARIANCE_RESULT,
  cropAcquisition,
  metadataItems,
  withHaAlpha,
} from '@mtpi/workflows/browser';
import { expose, transfer } from 'comlink';
import ndarray from 'ndarray';
import { CONTENTS, describe, type FileDescription, type Input, inWords } from './describe';
import { exampleFiles } from './example';
import type { Job, JobDate, JobEvent, Placement, SceneDescription, Side } from './messages';
import { despecklerFor } from './network';
import { draw, type Picture, type Stretch, toBitmap, toPng } from './pictures';
import { writeReport } from './report';
import { type BoxStatistics, boxStatistics, type Point, profile } from './statistics';

/** The scene that is at work or done. */
interface Scene {
  description: SceneDescription;
  before: MaskedImage;
  after: MaskedImage;
  target: Acquisition;
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
      const area = job.area ?? shared;
      const parts = dates.map((date) => cropAcquisition(date, area));
      scene = await readTarget({ ...job, area }, dates[job.target], parts, warnings);
      const { before, after, description } = scene;
      const stretch = stretchOf(before);
      report({ stage: 'read', scene: description, stretch });

      report({ stage: 'loading' });
      const { despeckler, engine } = await despecklerFor(job.weights, job.engine);
      scene.provenance.engine = engine === 'webgpu' ? 'ONNX Runtime, WebGPU' : 'ONNX Runtime, WebAssembly';
      const rows = despeckler.despeckle(sourceOf(parts, job.target), {
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
    return { before: counts(before, HA_ALPHA_WINDOW), after: counts(after, 1) };
  },

  async geotiff(): Promise<Blob> {
    const { after, target, description, provenance } = current();
    const { width, height, georeference, acquired } = target;
    const { channels, hasCovariance } = description;
    const { image, mask } = after;
    const sink = await createGeoTiffBlob({
      ...{ width, height, georeference, bands: hasCovariance ? COVARIANCE_RESULT : channels },
      metadata: {
        SOFTWARE: '@mtpi/web',
        ...(acquired && { ACQUISITION_TIME: acquired.toISOString() }),
        ...metadataItems(provenance),
      },
    });
    await sink.write(hasCovariance ? withHaAlpha(image, mask) : image, mask);
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

/**
 * Reads the target and checks the dates.
 *
 * @param whole the date that the target is a part of.
 */
async function readTarget(
  job: Job & { area: Window },
  whole: Acquisition,
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
  const { width, height } = target;
  const before = await target.read({ x: 0, y: 0, width, height });
  const [bands] = before.image.shape;
  const after = {
    image: createImage(bands, height, width),
    mask: ndarray(new Uint8Array(width * height), [height, width]),
  };
  const warnings = [...found, ...dates.flatMap((date) => date.warnings), ...checked];
  const isWhole = width === whole.width && height === whole.height;
  const names = (some: readonly JobDate[]) =>
    some
      .flatMap(({ files }) => files.map(({ input }) => (typeof input === 'string' ? input : input.name)))
      .join(', ');
  return {
    ...{ before, after, target },
    description: {
      ...{ width, height, channels: target.channels, hasCovariance: bands === 4 },
      acquired: job.dates[job.target].acquired,
      warnings: gathered(warnings),
    },
    provenance: {
      target: names([job.dates[job.target]]),
      before: names(job.dates.slice(0, job.target)),
      after: names(job.dates.slice(job.target + 1)),
      ...(!isWhole && { area: `${width} × ${height} pixels at (${area.x}, ${area.y})` }),
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

/** A date and those around it, the nearest first. */
const sourceOf = (dates: readonly Acquisition[], target: number) =>
  acquisitionSource({
    target: dates[target],
    previous: dates[target - 1],
    next: dates[target + 1],
    earlier: dates.slice(0, target - 1).reverse(),
    later: dates.slice(target + 2),
  });

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
