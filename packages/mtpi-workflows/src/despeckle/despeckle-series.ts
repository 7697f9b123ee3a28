import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { matchesDate, timeStamp } from '@mtpi/sar-io/node';
import { RESULT } from '../acquisitions/describe-candidate';
import { inShort, listSeries, type SeriesList, TOO_FEW, unusedByReason } from '../acquisitions/list-series';
import { noDateError, stackName } from '../acquisitions/stack';
import { checkResultsFolder } from '../check-arguments';
import { checkDespeckleOptions } from '../check-options';
import { isWorkflowError, WorkflowError } from '../errors';
import { WarningLog } from '../job';
import { isResult } from '../output/is-result';
import { makeFolder } from '../output/output-folder';
import { assertSafeOutput } from '../output/safe-output';
import type { DespeckledProduct } from '../result/product';
import type { DespeckleOptions } from './despeckle-options';
import { despeckleStack } from './despeckle-stack';

/**
 * Despeckles everything in files and folders: dates, polarizations, product kinds and orbits are recognized, and each
 * series of at least three dates of one orbit and site is despeckled as by `despeckleStack`.
 *
 * @param inputs files, folders and folders of folders in any order, patterns such as `2024*.tif`, addresses; or what
 *   `listSeries` has found in them.
 * @param folder where results are written: those of several series each into a folder of its own, by its name.
 * @throws as `despeckleStack`; WorkflowError `InvalidStack` where there is no series of three dates.
 */
export async function* despeckleSeries(
  inputs: readonly string[] | SeriesList,
  folder: string,
  options: DespeckleOptions = {},
): AsyncGenerator<DespeckledProduct> {
  checkDespeckleOptions(options);
  checkResultsFolder(folder, options.report);
  const { series, unused } = isList(inputs) ? inputs : await listSeries(inputs, options);
  const usable = usableOf(series);
  const log = new WarningLog(options);
  checkSeries({ series, unused }, options, log);
  await refuseGivenFiles({ series, unused }, folder, options);
  const discard = await makeFolder(folder);
  const begun = new Set<string>();
  try {
    for (const { name, acquisitions } of usable) {
      const output = folderOf(name, usable, folder);
      const report = options.report && (usable.length > 1 ? join(options.report, name) : options.report);
      if (usable.length > 1)
        await assertSafeOutput(
          output,
          acquisitions.flatMap(({ paths }) => paths),
          { kind: 'folder' },
        );
      const stack = acquisitions.map(({ paths }) => paths);
      if (report && usable.length > 1) await makeFolder(options.report!);
      try {
        for await (const product of despeckleStack(stack, output, { ...options, report })) {
          begun.add(name);
          yield product;
        }
      } catch (error) {
        // The others go on without a series that has no data in the area.
        const isLast = name === usable.at(-1)?.name && begun.size === 0;
        if (isLast || begun.has(name) || !isWithoutData(error)) throw error;
        const { message, path } = error;
        log.add({ code: 'SeriesLeftOut', message: `${name} is left out: ${message}`, input: path });
      }
    }
  } catch (error) {
    await discard();
    throw error;
  }
}

/**
 * Checks a list before any work: warns of dates and series that are left out.
 *
 * @throws WorkflowError `InvalidStack` where there is no series of three dates, or none has the target date; `Warning`.
 */
export function checkSeries(
  { series, unused }: SeriesList,
  options: DespeckleOptions,
  log = new WarningLog(options),
): void {
  const usable = usableOf(series);
  if (usable.length === 0) throw noSeries({ series, unused });
  const dates = usable.flatMap(({ acquisitions }) => acquisitions);
  const { targetDate } = options;
  const isTarget = ({ acquired, width }: (typeof dates)[number], date: string) =>
    // Of products the time is that of the first burst used, which is not known yet.
    matchesDate(acquired, width === undefined ? date.replace(/[T ].*$/, '') : date);
  if (targetDate !== undefined && !dates.some((date) => isTarget(date, targetDate)))
    throw noDateError(
      stackName(dates.map(({ paths }) => paths)),
      dates.map(({ acquired }) => acquired),
      targetDate,
    );
  const foreign = unused.filter(({ reason }) => reason !== RESULT);
  log.addAll(
    unusedByReason(foreign).flatMap(({ reason, paths }) =>
      paths.map((path) => ({ code: 'DateLeftOut', message: `Left out: ${reason}`, input: path })),
    ),
  );
  for (const { name, acquisitions, problem } of series)
    if (problem)
      log.add({
        code: 'SeriesLeftOut',
        message: `${name} is left out: ${problem}`,
        input: acquisitions[0].paths[0],
      });
}

const isWithoutData = (error: unknown): error is WorkflowError =>
  isWorkflowError(error, 'InvalidStack') || isWorkflowError(error, 'NoValidPixels');

const usableOf = (series: SeriesList['series']) => series.filter(({ problem }) => !problem);

/** Of several series each has a folder of its own. */
const folderOf = (name: string, usable: SeriesList['series'], folder: string) =>
  usable.length > 1 ? join(folder, name) : folder;

/** A list with the outputs that `despeckleSeries` would write; those of products are named when they are co-registered. */
export function withOutputs(
  list: SeriesList,
  folder: string,
  { targetDate, report }: Pick<DespeckleOptions, 'targetDate' | 'report'>,
): SeriesList {
  checkResultsFolder(folder, report);
  const usable = usableOf(list.series);
  const series = list.series.map((one) => {
    const acquisitions = one.acquisitions.map((acquisition) => {
      const { acquired, width } = acquisition;
      const isWanted = targetDate === undefined || matchesDate(acquired, targetDate);
      const isWritten = !one.problem && width !== undefined && isWanted;
      const output = join(folderOf(one.name, usable, folder), `${timeStamp(acquired)}.tif`);
      return isWritten ? { ...acquisition, output } : acquisition;
    });
    return { ...one, acquisitions };
  });
  return { ...list, series };
}

/** @throws WorkflowError `UnsafeOutput` for outputs that are files of any series, or files that are not used but for earlier results. */
async function refuseGivenFiles(
  list: SeriesList,
  folder: string,
  options: Pick<DespeckleOptions, 'targetDate'>,
): Promise<void> {
  const used = list.series.flatMap(({ acquisitions }) => acquisitions.flatMap(({ paths }) => paths));
  const given = [...used, ...list.unused.flatMap(({ paths }) => paths)];
  for (const { acquisitions } of withOutputs(list, folder, options).series)
    for (const { output } of acquisitions)
      if (output && (await stat(output).catch(() => undefined)) && !(await isResult(output)))
        await assertSafeOutput(output, given, { kind: 'file' });
}

function noSeries({ series, unused }: SeriesList): WorkflowError {
  const dates = series.flatMap(({ acquisitions }) => acquisitions.map(({ paths }) => paths));
  const path = dates.length > 0 ? stackName(dates) : unused.length === 1 ? unused[0].path : undefined;
  const found = [
    ...series.map(({ name, problem, acquisitions }) => {
      if (problem !== TOO_FEW) return `${name}: ${problem}`;
      const days = acquisitions.map(({ acquired }) => acquired.toISOString().slice(0, 10));
      return `${days.length} of ${name} (${days.join(', ')})`;
    }),
    ...unusedByReason(unused)
      .slice(0, 3)
      .map(({ reason, paths: [first, ...more] }) => {
        const which = more.length > 0 ? `${more.length + 1} files: ` : first === path ? '' : `${first}: `;
        return which + inShort(reason);
      }),
  ];
  return new WorkflowError('InvalidStack', {
    path,
    expected: 'at least three dates of one orbit and site',
    found: found.join('; ') || 'no acquisitions',
    hint: series.some(({ problem }) => problem === TOO_FEW)
      ? 'Add dates of the same orbit and site; mtpi info FOLDER lists those found.'
      : 'mtpi info FOLDER lists the dates and their problems.',
  });
}

const isList = (inputs: readonly string[] | SeriesList): inputs is SeriesList =>
  Object(inputs) === inputs && 'series' in inputs;
