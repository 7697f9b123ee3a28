import type { AcquisitionWindow, TripletSource } from '@mtpi/model';
import type { Window } from '@mtpi/polsar-priors';
import { assertSameGrid } from '@mtpi/sar-io';
import { type Acquisition, openAcquisition } from '@mtpi/sar-io/node';
import type { Area } from '@mtpi/sentinel1';
import { windowOfArea } from './area';
import { cropAcquisition } from './crop';
import { WorkflowError } from './errors';
import { type IntensityScale, pathsOf, type TripletInput } from './inputs';
import type { Warning } from './job';

export interface TripletOptions {
  /** What the numbers of intensity files are. Default `auto`. */
  scale?: IntensityScale;
  /** Opens the part that holds this area alone. */
  area?: Area;
  /** Opens this window alone, in pixels. */
  crop?: Window;
  signal?: AbortSignal;
}

/** Three acquisitions on one grid, read together window by window. */
export interface Triplet extends TripletSource {
  readonly target: Acquisition;
  /** The files and folders that are read. */
  readonly paths: readonly string[];
  /** What was assumed about the files, or looks wrong with them. */
  readonly warnings: readonly Warning[];
  /** Warnings of an acquisition that is on the wrong side of the target in time. */
  readonly outOfOrder: readonly Warning[];
  /** The part of the files that is read, where it is not all. */
  readonly crop?: Window;
  close(): Promise<void>;
}

const ROLES = ['target', 'previous', 'next'] as const;

/**
 * Opens target, previous and next.
 *
 * @throws SarIoError if one cannot be read or their grids differ; WorkflowError `InvalidArgument` for an option that has
 *   no effect on these files, or a part outside them.
 */
export async function openTriplet(input: TripletInput, options: TripletOptions = {}): Promise<Triplet> {
  const { scale = 'auto', signal } = options;
  const opened: Acquisition[] = [];
  const close = async () => {
    await Promise.all(opened.map((acquisition) => acquisition.close()));
  };
  try {
    for (const role of ROLES)
      opened.push(await openAcquisition(pathsOf(input[role]), { scale: SAR_IO_SCALE[scale], signal }));
    assertSameGrid(opened);
    checkScale(opened, scale);
    const crop = partOf(opened[0], options);
    const parts = crop ? opened.map((acquisition) => cropAcquisition(acquisition, crop)) : opened;
    const [target, previous, next] = parts;
    const bands = parts.every(({ polarimetry }) => polarimetry === 'covariance') ? 4 : 2;
    const read = async (
      acquisition: Acquisition,
      ...args: Parameters<TripletSource['read']>
    ): Promise<AcquisitionWindow> => {
      const { image, mask } = await acquisition.read(...args);
      return { image: image.hi(bands), mask };
    };
    return {
      target,
      width: target.width,
      height: target.height,
      bands,
      read: async (window, options) => {
        const [t, p, n] = await Promise.all([target, previous, next].map((a) => read(a, window, options)));
        return { target: t, previous: p, next: n };
      },
      paths: opened.flatMap((acquisition) => acquisition.paths),
      warnings: warningsOf(opened),
      outOfOrder: outOfOrder(opened),
      ...(crop && { crop }),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const SAR_IO_SCALE = { auto: 'auto', linear: 'linear', db: 'decibel', amplitude: 'amplitude' } as const;

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

/** What was assumed about the files, and acquisitions that are the same. */
function warningsOf(opened: readonly Acquisition[]): Warning[] {
  const assumed = opened.flatMap(({ notes, paths }) =>
    notes.map((message): Warning => ({ code: 'assumption', message, input: paths[0] })),
  );
  const identity = ({ paths }: Acquisition) => paths.toSorted().join('\n');
  const twice = new Map<string, string[]>();
  opened.forEach((acquisition, i) => {
    const roles = twice.get(identity(acquisition)) ?? [];
    twice.set(identity(acquisition), [...roles, ROLES[i]]);
  });
  const same = [...twice.values()].filter(({ length }) => length > 1);
  return [
    ...new Map(assumed.map((warning) => [`${warning.input} ${warning.message}`, warning])).values(),
    ...same.map((roles) => ({
      code: 'same-acquisition',
      message: `${roles.join(' and ')} are the same acquisition`,
    })),
  ];
}

/** By day, as some files carry no time. */
function outOfOrder(opened: readonly Acquisition[]): Warning[] {
  const [target, previous, next] = opened.map(({ acquired }) => acquired?.toISOString().slice(0, 10));
  const warning = (role: string, day: string, side: string, { paths }: Acquisition): Warning => ({
    code: 'dates-out-of-order',
    message: `${role} (${day}) was acquired ${side} target (${target})`,
    input: paths[0],
  });
  return [
    ...(target && previous && previous > target ? [warning('previous', previous, 'after', opened[1])] : []),
    ...(target && next && next < target ? [warning('next', next, 'before', opened[2])] : []),
  ];
}
