import type { AcquisitionWindow, TripletSource } from '@mtpi/model';
import { assertSameGrid } from '@mtpi/sar-io';
import { type Acquisition, openAcquisition } from '@mtpi/sar-io/node';

export type PowerScale = 'auto' | 'linear' | 'db';

export interface TripletPaths {
  target: string[];
  previous: string[];
  next: string[];
}

/** Three acquisitions opened together, and the source that the network reads them by. */
export interface OpenTriplet {
  target: Acquisition;
  source: TripletSource;
  /** The files and folders that are read. */
  paths: string[];
  /** What was assumed about the files, as sentences for the user. */
  notes: string[];
  /** Of the other two, which is on the wrong side of the target in time, as sentences. */
  misplaced: string[];
  close(): Promise<void>;
}

/**
 * Opens target, previous and next. Each is one path, or two: VV then VH.
 *
 * @throws if one can't be read, if their grids differ, or if some have phase and some have not.
 */
export async function openTriplet(paths: TripletPaths, scale: PowerScale): Promise<OpenTriplet> {
  const opened: Acquisition[] = [];
  const close = async () => {
    await Promise.all(opened.map((acquisition) => acquisition.close()));
  };
  try {
    for (const path of [paths.target, paths.previous, paths.next]) {
      opened.push(await openAcquisition(path.length === 1 ? path[0] : (path as [string, string]), { scale }));
    }
    assertSameGrid(opened);
    const [target, previous, next] = opened;
    const bands = opened.every(({ polarimetry }) => polarimetry === 'covariance') ? 4 : 2;
    const read = async (
      acquisition: Acquisition,
      ...args: Parameters<TripletSource['read']>
    ): Promise<AcquisitionWindow> => {
      const { image, mask } = await acquisition.read(...args);
      return { image: image.hi(bands), mask };
    };
    const source: TripletSource = {
      width: target.width,
      height: target.height,
      bands,
      read: async (window, options) => {
        const [t, p, n] = await Promise.all([target, previous, next].map((a) => read(a, window, options)));
        return { target: t, previous: p, next: n };
      },
    };
    return {
      target,
      source,
      paths: opened.flatMap((acquisition) => acquisition.paths),
      notes: notesOf(opened),
      misplaced: misplacedOf(opened),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What was assumed, with the dates of which it was, unless of all; and dates that are the same. */
function notesOf(opened: readonly Acquisition[]): string[] {
  const roles = ['target', 'previous', 'next'];
  const rolesOf = (test: (acquisition: Acquisition) => boolean) => roles.filter((_, i) => test(opened[i]));
  const messagesOf = ({ warnings }: Acquisition) => warnings.map(({ message }) => message);
  const assumed = [...new Set(opened.flatMap(messagesOf))].map((note) => {
    const of = rolesOf((acquisition) => messagesOf(acquisition).includes(note));
    return of.length === roles.length ? note : `${of.join(' and ')}: ${note}`;
  });
  const sameAs = ({ paths }: Acquisition) =>
    rolesOf((other) => other.paths.toSorted().join() === paths.toSorted().join());
  const twice = new Set(
    opened
      .map(sameAs)
      .filter((same) => same.length > 1)
      .map((same) => same.join(' and ')),
  );
  return [...assumed, ...[...twice].map((same) => `${same} are the same image: give another date`)];
}

/** By day, as some files tell no time. */
function misplacedOf(opened: readonly Acquisition[]): string[] {
  const [target, previous, next] = opened.map(({ acquired }) => acquired?.toISOString().slice(0, 10));
  const sentence = (role: string, day: string, side: string) =>
    `${role} (${day}) was acquired ${side} target (${target})`;
  return [
    ...(target && previous && previous > target ? [sentence('previous', previous, 'after')] : []),
    ...(target && next && next < target ? [sentence('next', next, 'before')] : []),
  ];
}
