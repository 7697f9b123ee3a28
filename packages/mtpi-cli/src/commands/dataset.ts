import { type DatasetAcquisition, openDataset, patchWindows, type Region } from '@mtpi/train';
import type { Command } from 'commander';
import { integer } from '../arguments';
import { createReporter, type ReporterOptions } from '../progress';

interface DatasetFlags extends ReporterOptions {
  patch: number;
}

const examples = `
Expected layout, names in any case and with any text after:
  S01/S01_Tar_S1A_20240305T214632/   the target: a PolSARpro C2 folder, GeoTIFFs, …
  S01/S01_Ass_S1A_20240222T214632/   an auxiliary before it
  S01/S01_Ass_S1A_20240317T214632/   an auxiliary after it

Examples:
  $ mtpi dataset info "Sentinel-1 time-series data"
  $ mtpi dataset info data --json | jq '.regions[].problems'`;

/** `mtpi dataset`: looks after data sets in the layout of the published work. */
export function datasetCommand(program: Command, signal: AbortSignal): void {
  program
    .command('dataset')
    .summary('look after a data set of target and auxiliary acquisitions')
    .command('info')
    .summary('tell which regions there are, and what is wrong with them')
    .description(
      'Lists the regions of a data set: dates, sizes, number of patches, and what is wrong. Exit code 1 if anything is.',
    )
    .argument('<folder>', 'folder of regions, or of one region')
    .option('--patch <pixels>', 'rows and columns of a patch', integer(1), 256)
    .option('-q, --quiet', 'print errors only')
    .option('--json', 'print as JSON')
    .addHelpText('after', examples)
    .action((folder: string, flags: DatasetFlags) => info(folder, flags, signal));
}

async function info(folder: string, flags: DatasetFlags, signal: AbortSignal): Promise<void> {
  const reporter = createReporter(flags);
  const onProgress = (done: number, total: number) => reporter.progress('opening', done, total);
  const { path, regions } = await openDataset(folder, { signal, ...(!flags.json && { onProgress }) });
  const facts = regions.map((region) => ({
    name: region.name,
    ...(region.target && { target: acquisitionFacts(region.target) }),
    auxiliaries: region.auxiliaries.map(acquisitionFacts),
    patches: patches(region, flags.patch),
    problems: region.problems,
  }));
  const total = facts.reduce((sum, region) => sum + region.patches, 0);
  const wrong = facts.filter(({ problems }) => problems.length > 0).length;
  const summary =
    `${regions.length} regions, ${total} patches of ${flags.patch} × ${flags.patch}; ` +
    (wrong === 0 ? 'nothing is wrong' : `something is wrong with ${wrong}`);
  reporter.result(
    { path, patch: flags.patch, patches: total, regions: facts },
    [...facts.flatMap(describe), summary].join('\n'),
  );
  if (wrong > 0) process.exitCode = 1;
}

/** Patches of a region that nothing is wrong with. */
function patches({ target, problems }: Region, size: number): number {
  if (problems.length > 0 || !target?.width || !target.height) return 0;
  return patchWindows({ width: target.width, height: target.height }, size).length;
}

function acquisitionFacts({ name, acquired, width, height, polarimetry }: DatasetAcquisition) {
  return { name, ...(acquired && { acquired: acquired.toISOString() }), width, height, polarimetry };
}

type Facts = ReturnType<typeof acquisitionFacts>;

function describe(region: {
  name: string;
  target?: Facts;
  auxiliaries: Facts[];
  patches: number;
  problems: readonly string[];
}): string[] {
  const { name, target, auxiliaries, problems } = region;
  const line = (role: string, { acquired, width, height, polarimetry, name }: Facts) =>
    [
      `  ${role.padEnd(10)}`,
      (acquired?.slice(0, 19) ?? 'no date').padEnd(20),
      (width ? `${width} × ${height} ${polarimetry}` : 'unreadable').padEnd(26),
      name,
    ].join(' ');
  return [
    `${name}: ${region.patches} patches`,
    ...(target ? [line('target', target)] : []),
    ...auxiliaries.map((auxiliary) => line('auxiliary', auxiliary)),
    ...problems.map((problem) => `  wrong: ${problem}`),
    '',
  ];
}
