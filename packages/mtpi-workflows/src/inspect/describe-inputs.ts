import { existsSync } from 'node:fs';
import { isRemote } from '@mtpi/sar-io/node';
import { RESULT } from '../acquisitions/describe-candidate';
import {
  isCollection,
  type ListSeriesOptions,
  listSeries,
  type SeriesList,
  withoutPaths,
} from '../acquisitions/list-series';
import { describeFile, type Facts } from './describe-file';
import { describeResult, type ListedResult } from './results';

/**
 * Describes one file, or lists the series and the results of `mtpi despeckle` in folders and files; several files that are not one series are described each, with
 * a `problem` where one cannot be read.
 *
 * @throws as `listSeries`, and for one file as `describeFile`.
 */
export async function describeInputs(
  paths: readonly string[],
  options: ListSeriesOptions = {},
): Promise<{ list: SeriesList & { results: readonly ListedResult[] } } | { files: Facts[] }> {
  const areCollections = await Promise.all(paths.map(isCollection));
  if (paths.length === 1 && !areCollections[0]) return { files: [await describeFile(paths[0], options)] };
  const list = await listSeries(paths, options);
  const areFiles = paths.every((path, i) => !areCollections[i] && (isRemote(path) || existsSync(path)));
  if (!areFiles || (list.series.length === 1 && list.unused.length === 0)) {
    const unused = list.unused.filter(({ reason }) => reason !== RESULT);
    const found = list.unused.filter(({ reason }) => reason === RESULT);
    const described = await Promise.all(found.map(({ paths }) => describeResult(paths, options)));
    const results = described
      .filter((result) => result !== undefined)
      .sort((a, b) => Number(a.acquired ?? 0) - Number(b.acquired ?? 0));
    return { list: { ...list, unused, results } };
  }
  const files: Facts[] = [];
  for (const file of paths) {
    options.signal?.throwIfAborted();
    const problemOf = ({ message }: Error) => ({ file, problem: withoutPaths(message, [file]) });
    files.push(await describeFile(file, options).catch(problemOf));
  }
  return { files };
}
