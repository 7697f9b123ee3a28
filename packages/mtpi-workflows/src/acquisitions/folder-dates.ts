import { basename } from 'node:path';
import { redactUrls } from '@mtpi/errors';
import { type Acquisition, datingFolder } from '@mtpi/sar-io/node';
import type { Warning } from '../job';

/** The folder that alone gives the date of an acquisition, where neither metadata nor the name of its file do. */
export const folderOfDate = ({ paths, acquired }: Pick<Acquisition, 'paths' | 'acquired'>) =>
  acquired && datingFolder(paths[0], acquired);

/** Why the date of a folder is not that of an acquisition in it. */
export const sharedDate = (folder: string): string =>
  `the folder ${basename(folder)} holds several dates, and the one in its name is ignored`;

/** Acquisitions without the dates that they only have from a folder in common, such as that of a project. */
export function withoutSharedDates(dates: readonly Acquisition[]): {
  dates: readonly Acquisition[];
  warnings: Warning[];
} {
  const folders = dates.map(folderOfDate);
  const shared = folders.filter((folder, i) => folder && folders.indexOf(folder) < i) as string[];
  return {
    dates: dates.map((date, i) =>
      shared.includes(folders[i] ?? '') ? { ...date, acquired: undefined } : date,
    ),
    warnings: [...new Set(shared)].map((folder) => ({
      ...{
        code: 'DateIgnored',
        message: `No acquisition date: ${sharedDate(folder)}`,
        input: redactUrls(folder),
      },
    })),
  };
}
