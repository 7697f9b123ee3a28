/** Runs in a worker: reads files, runs the network, keeps both images and draws them. The page only shows. */
import { acquisitionSource } from '@mtpi/model';
import { entropyAlphaCounts } from '@mtpi/pages';
import {
  boxcar,
  copyImage,
  createImage,
  flatMask,
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
  chooseDates,
  cropAcquisition,
  metadataItems,
  type Neighbors,
  splitOneSide,
  timeText,
  withHaAlpha,
} from '@mtpi/workflows/browser';
import { expose, type ProxyMethods, releaseProxy, transfer } from 'comlink';
import ndarray from 'ndarray';
import { CONTENTS, describe, type FileDescription, type Input, inWords } from './describe';
import { exampleFiles } from './example';
import type { Job, JobDate, JobEvent, Placement, SceneDescription, Side } from './messages';
import { despecklerFor } from './network';
import { draw, type Picture, type Stretch, toBitmap, toPng } from './pictures';
import { writeReport } from './report';
import { checkSeries, inDays, ofDay, type Series } from './series';
import { type BoxStatistics, boxStatistics, type Point, profile } from './statistics';

/** The scene that is at work or done. */
interface Scene {
  description: SceneDescription;
  before: MaskedImage;
  after: MaskedImage;
  target: Acquisition;
  provenance: Record<string, string>;
}

/** A function of the page, which takes progress and never throws. */
type Report<T> = (progress: T) => Promise<void>;

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
      return { width, height, shared, notes: gathered(warnings, opened) };
    } finally {
      for (const date of opened) await date.close();
    }
  },

  /**
   * A date at reduced resolution, to draw an area on. Ends one that is being read.
   *
   * @param report called with the share of it that has been read.
   */
  async overview(jobDate: JobDate, size: number, report: Report<number>): Promise<ImageBitmap> {
    const { signal } = stopOverview();
    let date: Acquisition | undefined;
    try {
      date = await openDate(jobDate, size);
      const onProgress = (done: number, total: number) => report(done / total);
      const overview = await readOverview(date, 1, size, { signal, onProgress });
      const gray = overview.image.pick(0) as unknown as Image;
      const range = decibelRange(gray, overview.mask);
      return await bitmapOf('co', overview, { co: range, cross: range });
    } finally {
      release(report);
      await date?.close();
    }
  },

  /** Despeckles a date; tiles are drawn as `picture` when they are done. */
  async despeckle(job: Job, picture: Picture, report: Report<JobEvent>): Promise<SceneDescription> {
    scene = undefined;
    stopOverview();
    const opened: Acquisition[] = [];
    const tileReports: Promise<void>[] = [];
    try {
      report({ stage: 'reading' });
      for (const date of job.dates) opened.push(await openDate(date));
      const { neighbors, series, shared, warnings } = aligned(opened, job.target);
      const area = job.area ?? shared;
      const inArea = (date: Acquisition) => cropAcquisition(date, area);
      const parts = {
        target: inArea(series.target),
        before: series.before.map(inArea),
        after: series.after.map(inArea),
      };
      scene = await readTarget({ ...job, area }, { opened, neighbors, series: parts, warnings });
      const { before, after, description } = scene;
      const stretch = stretchOf(before);
      report({ stage: 'read', scene: description, stretch });

      report({ stage: 'loading' });
      const { despeckler, engine } = await despecklerFor(job.weights, job.engine);
      scene.provenance.engine = engine === 'webgpu' ? 'ONNX Runtime, WebGPU' : 'ONNX Runtime, WebAssembly';
      const rows = despeckler.despeckle(sourceOf(parts), {
        onProgress: (done, total) => report({ stage: 'running', done, total }),
        onTile: (tile) => tileReports.push(reportTile(tile, picture, stretch, report)),
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
      await Promise.all(tileReports);
      release(report);
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
        ...(acquired && { ACQUISITION_TIME: timeText(acquired) }),
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
    return ofDay(date, new Date(acquired));
  } catch (error) {
    for (const source of sources) await source.close();
    throw inWords(error);
  }
}

/** Dates that were opened, and those of them that a scene is despeckled with. */
interface Aligned {
  opened: readonly Acquisition[];
  neighbors: Neighbors<Acquisition>;
  /** On the grid of the target. */
  series: Series;
  warnings: readonly SceneWarning[];
}

type SceneWarning = AlignedDates['warnings'][number];

/** The dates that go with the one to despeckle, on its grid; and the part of it that all of them cover. */
function aligned(opened: readonly Acquisition[], index: number): Aligned & { shared: Window } {
  const target = opened[index];
  const chosen = chooseDates(target, opened);
  const neighbors = splitOneSide(chosen);
  const { before, after } = neighbors;
  const used = [target, ...before, ...after];
  if (new Set(used.map(({ polarimetry }) => polarimetry)).size > 1)
    throw new Error('Some dates are covariances and some are intensities: all must be of one kind');
  const polarizations = [...new Set(used.map(({ channels }) => channels.join(' and ')))];
  if (polarizations.length > 1)
    throw new Error(`Some dates are ${polarizations.join(', some ')}: all must be of the same polarizations`);
  try {
    const { dates, shared, warnings } = alignDates(used);
    const [first, ...rest] = dates;
    return {
      ...{ opened, neighbors },
      series: { target: first, before: rest.slice(0, before.length), after: rest.slice(before.length) },
      shared: shared ?? { x: 0, y: 0, width: target.width, height: target.height },
      warnings: [...chosen.leftOut.map(leftOutWarning), ...warnings],
    };
  } catch (error) {
    throw new Error(inDays((error as Error).message, opened)); // its hint is about the command line
  }
}

const leftOutWarning = ({ paths }: Acquisition): SceneWarning => ({
  code: 'DateLeftOut',
  message: 'Acquired from another orbit than the date to despeckle; left out',
  input: paths.join(' + '),
});

/** Reads the target, a part of the one that was opened, and checks the dates. */
async function readTarget(
  job: Job & { area: Window },
  { opened, neighbors, series, warnings }: Aligned,
): Promise<Scene> {
  const { area } = job;
  const { target, before: earlier, after: later } = series;
  const checked = await checkSeries(series);
  const fatal = checked.find(({ severity }) => severity === 'error');
  if (fatal) throw new Error(gathered([fatal], opened)[0]);
  const { width, height } = target;
  const before = await target.read({ x: 0, y: 0, width, height });
  const [bands] = before.image.shape;
  const after = {
    image: createImage(bands, height, width),
    mask: ndarray(new Uint8Array(width * height), [height, width]),
  };
  const ofOpening = [target, ...earlier, ...later].flatMap((date) => date.warnings);
  const whole = opened[job.target];
  const isWhole = width === whole.width && height === whole.height;
  const names = (dates: readonly Acquisition[]) =>
    dates
      .flatMap((date) => job.dates[opened.indexOf(date)].files)
      .map(({ input }) => (typeof input === 'string' ? input : input.name))
      .join(', ');
  return {
    ...{ before, after, target },
    description: {
      ...{ width, height, channels: target.channels, hasCovariance: bands === 4 },
      acquired: job.dates[job.target].acquired,
      warnings: gathered([...warnings, ...ofOpening, ...checked], opened),
    },
    provenance: {
      target: names([whole]),
      before: names(neighbors.before),
      after: names(neighbors.after),
      ...(!isWhole && { area: `${width} × ${height} pixels at (${area.x}, ${area.y})` }),
      weights: job.weights,
    },
  };
}

/** Warnings as sentences that name days; the same one about several dates once. */
function gathered(
  warnings: readonly { message: string; input?: string }[],
  dates: readonly Acquisition[],
): string[] {
  const days = new Map<string, Set<string>>();
  for (const { message, input = '' } of warnings) {
    const text = inDays(message, dates);
    days.set(text, (days.get(text) ?? new Set()).add(inDays(input, dates)));
  }
  return [...days].map(([message, some]) =>
    [[...some].sort().join(', '), message].filter(Boolean).join(': '),
  );
}

/** What the network takes of a series. */
function sourceOf({ target, before, after }: Series) {
  const [previous, ...earlier] = before;
  const [next, ...later] = after;
  return acquisitionSource({ target, previous, next, earlier, later });
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
const compact = ({ image, mask }: MaskedImage): MaskedImage => ({
  image: copyImage(image),
  mask: ndarray(flatMask(mask).slice(), mask.shape),
});

/** Draws a tile that is done. Where it can't be, the page is told, and the job goes on. */
async function reportTile(
  { x, y, ...tile }: MaskedImage & { x: number; y: number },
  picture: Picture,
  stretch: Stretch,
  report: Report<JobEvent>,
): Promise<void> {
  try {
    const bitmap = await bitmapOf(picture, compact(tile), stretch);
    await report(transfer({ stage: 'tile', x, y, bitmap }, [bitmap]));
  } catch (error) {
    await report({ stage: 'problem', message: `A tile could not be drawn: ${inWords(error).message}` });
  }
}

/** Lets go of a function of the page: it would be kept until this worker's garbage is collected. */
function release(report: object): void {
  (report as ProxyMethods)[releaseProxy]();
}

async function bitmapOf(...drawn: Parameters<typeof draw>): Promise<ImageBitmap> {
  const bitmap = await toBitmap(draw(...drawn));
  return transfer(bitmap, [bitmap]);
}
