import { type TripletSource, tripletOfSeries, type WindowReader } from '@mtpi/model';
import type { Window } from '@mtpi/polsar-priors';
import { assertSameGrid } from '@mtpi/sar-io';
import { type Acquisition, checkTriplet, openAcquisition } from '@mtpi/sar-io/node';
import type { Area } from '@mtpi/sentinel1';
import { windowOfArea } from './area';
import { cropAcquisition } from './crop';
import { WorkflowError } from './errors';
import { isRemote } from './fingerprint';
import { type IntensityScale, pathsOf, type SeriesInput, seriesOf, type TripletInput } from './inputs';
import type { Warning } from './job';
import { redact } from './redact';

export interface TripletOptions {
  /** What the numbers of intensity files are. Default `auto`. */
  scale?: IntensityScale;
  /** Opens the part that holds this area alone. */
  area?: Area;
  /** Opens this window alone, in pixels. */
  crop?: Window;
  signal?: AbortSignal;
}

/** Acquisitions on one grid, read together window by window as a triplet. */
export interface Triplet extends TripletSource {
  readonly target: Acquisition;
  /** The files and folders that are read. */
  readonly paths: readonly string[];
  /** What was assumed about the files, or looks wrong with them; `OutOfOrder` is the code of dates in the wrong order. */
  readonly warnings: readonly Warning[];
  /** The part of the files that is read, where it is not all. */
  readonly crop?: Window;
  close(): Promise<void>;
}

/**
 * Opens target, previous and next.
 *
 * @throws SarIoError if one cannot be read or their grids differ; WorkflowError `InvalidArgument` for an option that has
 *   no effect on these files, or a part outside them; `NoValidPixels`, `InvalidTriplet`.
 */
export async function openTriplet(input: TripletInput, options: TripletOptions = {}): Promise<Triplet> {
  return openSeries(seriesOf(input), options);
}

/** Opens a target and the dates around it. Parameters and errors as of `openTriplet`. */
export async function openSeries(
  { target: targetInput, before, after }: SeriesInput,
  options: TripletOptions = {},
): Promise<Triplet> {
  const { scale = 'auto', signal } = options;
  const inputs = [targetInput, ...before, ...after];
  const opened: Acquisition[] = [];
  const close = async () => {
    await Promise.all(opened.map((acquisition) => acquisition.close()));
  };
  try {
    for (const input of inputs) opened.push(await openAcquisition(pathsOf(input), { scale, signal }));
    assertSameGrid(opened);
    checkScale(opened, scale);
    const crop = partOf(opened[0], options);
    const parts = crop ? opened.map((acquisition) => cropAcquisition(acquisition, crop)) : opened;
    const [target, ...others] = parts;
    const bands = parts.every(({ polarimetry }) => polarimetry === 'covariance') ? 4 : 2;
    const [readTarget, ...readOthers] = parts.map(
      (acquisition): WindowReader =>
        async (window, options) => {
          const { image, mask } = await acquisition.read(window, options);
          return { image: image.hi(bands), mask };
        },
    );
    const source = tripletOfSeries({
      ...{ width: target.width, height: target.height, bands },
      target: readTarget,
      before: readOthers.slice(0, before.length),
      after: readOthers.slice(before.length),
    });
    return {
      ...source,
      target,
      // The paths of acquisitions lack the queries of addresses, which may be needed to read them again.
      paths: inputs.flatMap((input, i) => {
        const own = pathsOf(input);
        return own.some(isRemote) ? own : opened[i].paths;
      }),
      // Of further dates no more is checked: each is one of the nearest of another target.
      warnings: await warningsOf([target, others[0], others[before.length]], signal),
      ...(crop && { crop }),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** @throws where a scale of intensities is given to files that hold none. */
function checkScale(opened: readonly Acquisition[], scale: IntensityScale): void {
  const other = opened.every(({ polarimetry }) => polarimetry === 'covariance');
  if (scale !== 'auto' && scale !== 'linear' && other)
    throw new WorkflowError('InvalidArgument', `${opened[0].paths[0]}: scale ${scale} has no effect`, {
      path: opened[0].paths[0],
      expected: 'intensities',
      found: opened[0].scale === 'complex' ? 'complex samples' : 'a covariance matrix',
      hint: 'Leave out --scale.',
    });
}

function partOf(target: Acquisition, { area, crop }: TripletOptions): Window | undefined {
  if (area && crop)
    throw new WorkflowError('InvalidArgument', 'expected an area of interest or a crop, got both');
  return area ? windowOfArea(target, area) : crop;
}

/**
 * What was assumed about the files, and what looks wrong with them together.
 *
 * @throws WorkflowError `NoValidPixels` or `InvalidTriplet` where the result would be worthless.
 */
async function warningsOf(parts: readonly Acquisition[], signal?: AbortSignal): Promise<Warning[]> {
  const [target, previous, next] = parts;
  const found = await checkTriplet({ target, previous, next }, { signal });
  const fatal = found.find(({ severity }) => severity === 'error');
  if (fatal)
    throw new WorkflowError(
      fatal.code === 'NoValidPixels' ? 'NoValidPixels' : 'InvalidTriplet',
      `${redact(fatal.input)}: ${fatal.message}`,
      { path: redact(fatal.input), found: fatal.code },
    );
  const all = [...parts.flatMap(({ warnings }) => warnings), ...found].map(
    ({ code, message, input }): Warning => ({ code, message, input: redact(input) }),
  );
  // An acquisition that is given twice has its warnings once.
  return [...new Map(all.map((warning) => [JSON.stringify(warning), warning])).values()];
}
