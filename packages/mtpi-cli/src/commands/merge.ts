import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  findShards,
  mergeShards,
  type PartialResult,
  resultsIn,
  WorkflowError,
  writeReport,
} from '@mtpi/workflows';
import type { Command } from 'commander';
import { createReporter, type ReporterOptions } from '../progress';

interface MergeFlags extends ReporterOptions {
  keep?: boolean;
  report?: string;
}

const examples = `
Examples:
  What ten machines made by mtpi despeckle … -o out.tif --shard 0/10, 1/10, …:
    $ mtpi merge out.tif
  All dates that mtpi despeckle --all stack -o despeckled --shard … made:
    $ mtpi merge despeckled
  With a page that compares before and after; the target is read again:
    $ mtpi merge out.tif --report out.html`;

/** `mtpi merge`: the parts that shards made become the one result. */
export function mergeCommand(program: Command, signal: AbortSignal): void {
  program
    .command('merge')
    .summary('put together what shards of mtpi despeckle made')
    .description(
      'Makes one result of the parts that mtpi despeckle --shard left beside it: the same bytes as without shards. Where ' +
        'shards are missing it names them and does nothing.',
    )
    .argument('<output>', 'the --output that the shards had')
    .option('--keep', 'keep the parts')
    .option(
      '--report <path>',
      'write a page that compares target and result: .html; of several dates a folder of them',
    )
    .option('-q, --quiet', 'print errors only')
    .option('--json', 'print events as JSON lines')
    .addHelpText('after', examples)
    .action((output: string, flags: MergeFlags) => merge(output, flags, signal));
}

async function merge(path: string, flags: MergeFlags, signal: AbortSignal): Promise<void> {
  const reporter = createReporter(flags);
  try {
    const inside = await resultsIn(path).catch(() => []);
    const results = [];
    const several = inside.length > 0;
    for (const output of several ? inside : [path]) {
      results.push({ output, parts: await findShards(output) });
    }
    if (flags.report) {
      for (const { parts } of results) assertTargetThere(parts[0]);
      if (several) await mkdir(flags.report, { recursive: true });
    }
    for (const { output, parts } of results) {
      const onProgress = (done: number, total: number) => reporter.progress('merging', done, total);
      await mergeShards(output, parts, { signal, onProgress });
      const { result, report: making } = parts[0].description;
      const report =
        flags.report && (several ? join(flags.report, `${basename(output, '.tif')}.html`) : flags.report);
      if (report) {
        const onProgress = (done: number, total: number) =>
          reporter.progress('report', done, total, { unit: 'rows' });
        await writeReport(report, { ...making, output, signal, onProgress });
      }
      if (!flags.keep) for (const part of parts) await part.remove();
      const { width, height, bands } = result;
      reporter.result(
        { output, width, height, bands, ...(report && { report }) },
        [
          `${output}: ${width} × ${height}, ${bands.join(', ')}, from ${parts.length} parts`,
          ...(report ? [report] : []),
        ].join('\n'),
      );
    }
  } finally {
    reporter.stop();
  }
}

/** @throws where a report can't be made, since the target that shards had is gone. */
function assertTargetThere({ description: { report } }: PartialResult): void {
  const gone = report.target.find((path) => !/^[a-z0-9]+:\/\//i.test(path) && !existsSync(path));
  if (!gone) return;
  throw new WorkflowError(
    'NotFound',
    `${gone}: expected the target of the shards, which a report shows too, found none. What shards make of Sentinel-1 ` +
      'SLC products ends with them: for a report run mtpi prepare once, and the shards on what it writes',
  );
}
