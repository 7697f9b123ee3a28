import { CONTENTS, type Contents, type FileDescription, type Input } from '../worker/describe';
import type { Job } from '../worker/messages';

/** A file in the table: what was recognized, as the visitor may have corrected it. */
export interface InputFile {
  id: number;
  name: string;
  input: Input;
  description?: FileDescription;
  /** Why it can't be read. */
  error?: string;
}

/** The files of one day. */
export interface InputDate {
  /** In ISO 8601, UTC. */
  day: string;
  files: readonly InputFile[];
}

/** Files of a date. */
const COMPLETE: readonly (readonly Contents[])[] = [
  ['VV', 'VH'],
  ['VV, VH'],
  ['HH', 'HV'],
  ['HH, HV'],
  ['C2'],
];

/** The files by the day of their acquisition, the first day and VV first; those without a date are left out. */
export function datesOf(files: readonly InputFile[]): InputDate[] {
  const days = new Map<string, InputFile[]>();
  for (const file of files) {
    const day = file.description?.acquired?.slice(0, 10);
    if (day) days.set(day, [...(days.get(day) ?? []), file]);
  }
  const place = ({ description }: InputFile) => Object.keys(CONTENTS).indexOf(description!.contents);
  return [...days]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([day, some]) => ({ day, files: some.sort((a, b) => place(a) - place(b)) }));
}

/** Why these files can't be despeckled yet; empty where they can. */
export function problemsOf(files: readonly InputFile[], dates: readonly InputDate[]): string[] {
  const read = files.filter(({ description }) => description);
  const problems = [
    ...files.flatMap(({ error }) => error ?? []),
    ...read.flatMap(({ name, description }) =>
      description?.acquired ? [] : `${name}: no date in the metadata or the file name; enter it in the table`,
    ),
    ...read.flatMap(({ name, description }) =>
      description?.contents === 'unknown'
        ? `${name}: polarization not recognized; choose its bands in the table`
        : [],
    ),
    ...dates.flatMap(problemOfDate),
  ];
  if (read.length > 0 && dates.length < 3)
    problems.push(
      `Three dates are needed: the one to despeckle, one before it and one after it. Found so far: ${dates.length}`,
    );
  return problems;
}

function problemOfDate({ day, files }: InputDate): string[] {
  const found = files.map(({ description }) => description!.contents);
  if (found.includes('unknown')) return [];
  const matches = (wanted: readonly string[]) => [...wanted].sort().join('+') === [...found].sort().join('+');
  if (COMPLETE.some(matches)) return [];
  const missing =
    found.length === 1 ? { VV: 'VH', VH: 'VV', HH: 'HV', HV: 'HH' }[found[0] as string] : undefined;
  if (missing) return [`${day}: ${missing} is missing`];
  const twice = [...new Set(found.filter((contents, i) => found.indexOf(contents) !== i))];
  if (twice.length > 0)
    return [
      `${day}: more than one file of ${twice.join(' and of ')}. Remove those of another area, or correct a date or the bands in the table`,
    ];
  return [
    `${day}: expected VV and VH, HH and HV, or one file of C2; found ${found.join(' and ')}. Correct a date or the bands in the table`,
  ];
}

/** Dates as the worker takes them, and which of them is to be despeckled. */
export const jobOf = (dates: readonly InputDate[], day: string): Pick<Job, 'dates' | 'target'> => ({
  dates: dates.map(({ files }) => ({
    files: files.map(({ input, description }) => ({ input, contents: description!.contents })),
    acquired: files[0].description!.acquired!,
  })),
  target: dates.findIndex((date) => date.day === day),
});
