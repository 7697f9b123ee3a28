import { blendTileRows, type TileLayout, type TripletSource } from '@mtpi/model';
import { HA_ALPHA_WINDOW } from '@mtpi/polsar-priors';
import { lostInEnvi } from '@mtpi/sar-io/node';
import { type Origin, ofOrigin } from '../acquisitions/coregistered-inputs';
import { pathsOf, type SeriesInput } from '../acquisitions/inputs';
import { openSeries, type SurroundedTriplet, type Triplet } from '../acquisitions/triplet';
import { WorkflowError } from '../errors';
import { type Progress, type Warning, WarningLog } from '../job';
import { outputFormat } from '../output/output-paths';
import type { DespeckledProduct, ShardFile } from '../result/product';
import { resultOf, rowsInside, writeResult } from '../result/result';
import type { Result } from '../result/result-description';
import { pathsOfResult } from '../result/result-paths';
import { datedForStac } from '../result/stac-item';
import { completeProvenance, describeProcessing } from './describe-processing';
import type { DespeckleOptions } from './despeckle-options';
import { fingerprint, hashOf } from './fingerprint';
import { type Level, LevelMeter, levelWarnings } from './level-meter';
import { mergedTileRows, summaryOf } from './merge-shards';
import type { LoadedNetwork } from './network';
import { PartialResult, type PartialResultDescription, type WrittenResult } from './partial-result';
import { rowsOfShard, type Shard, shardSuffix } from './shard';
import { checkOutputs, writeCompanions } from './write-companions';

/** A target and the dates around it on their way to one result. */
export interface TripletJob {
  input: SeriesInput;
  output: string;
  report?: string;
  origin: Origin;
  network: LoadedNetwork;
  options: DespeckleOptions;
  /**
   * Of a stack: how more than two other dates were chosen, and the warnings of its earlier targets. The dates are in order, but at its
   * ends, where all are on one side.
   */
  series?: { description?: string; warnings: readonly Warning[]; told: Set<string> };
  image?: Progress['image'];
}

/**
 * Despeckles a triplet of rasters into one file, and writes its report.
 *
 * @returns the product and, with `resume`, what is kept beside it until the whole job is done.
 */
export async function despeckleTriplet(
  job: TripletJob,
): Promise<{ product: DespeckledProduct; partial?: PartialResult }> {
  const { output, options } = job;
  return withTriplet(job, async ({ surrounded }, described, log) => {
    const { layout, inner, result, comparison } = described;
    const paths = pathsOfResult(output, result);
    const meter = new LevelMeter(layout);
    let made: Omit<WrittenResult, 'files'>;
    let partial: PartialResult | undefined;
    let provenance: Readonly<Record<string, string>> = {};
    const complete = (engine: string, level: Level) => {
      // Before files are closed: a strict job writes none.
      for (const warning of levelWarnings(level, result.computed, output)) log.add(warning);
      provenance = completeProvenance(described.provenance, engine, level);
      return provenance;
    };
    if (options.resume) {
      partial = await PartialResult.begin(output, described, true, paths);
      if (partial.written) {
        made = partial.written;
        complete(made.engine, made.level);
      } else {
        await makeTileRows(job, surrounded, partial, meter);
        const { engine, level } = summaryOf(await partial.records());
        complete(engine, level);
        const rows = rowsInside(blendTileRows(mergedTileRows([partial], options), layout), inner);
        made = { engine, level, validFraction: await writeResult(output, result, () => provenance, rows) };
        await partial.markWritten(made, paths);
      }
    } else {
      const tileRows = meter.passing(despeckledTileRows(job, meter.measuring(surrounded), described));
      const validFraction = await writeResult(
        output,
        result,
        () => complete(job.network.engine(), meter.level()),
        rowsInside(blendTileRows(tileRows, layout), inner),
      );
      made = { engine: job.network.engine(), level: meter.level(), validFraction };
    }
    const { level, validFraction } = made;
    const { width, height, bands } = result;
    const product = {
      ...{ path: paths[0], output, paths, width, height, bands, provenance, comparison },
      metrics: { validFraction, ...level },
      warnings: log.warnings,
    };
    return {
      product: { ...product, ...(await writeCompanions(product, { ...options, report: job.report })) },
      partial,
    };
  });
}

/** Makes the rows of tiles of one shard of a triplet of rasters. */
export async function despeckleTripletShard(job: TripletJob, shard: Shard): Promise<ShardFile> {
  const { output, options } = job;
  return withTriplet(
    job,
    async ({ surrounded }, described, log) => {
      const path = output + shardSuffix(shard);
      const partial = await PartialResult.begin(path, described, options.resume ?? false);
      try {
        await makeTileRows(job, surrounded, partial);
        await partial.publish();
      } catch (error) {
        if (!options.resume) await partial.remove();
        throw error;
      }
      const { width, height, bands } = described.result;
      return { path, width, height, bands, provenance: described.provenance, warnings: log.warnings };
    },
    shard,
  );
}

async function withTriplet<T>(
  { input, output, report, origin, network, options, series }: TripletJob,
  run: (opened: SurroundedTriplet, described: PartialResultDescription, log: WarningLog) => Promise<T>,
  shard?: Shard,
): Promise<T> {
  const { scale = 'auto', haAlphaWindow = HA_ALPHA_WINDOW, engine = {}, signal } = options;
  outputFormat(output); // refused at once
  const opened = await openSeries(input, options);
  const { triplet, surrounded, inner } = opened;
  try {
    if (options.haAlphaWindow !== undefined && triplet.bands === 2)
      throw new WorkflowError('InvalidArgument', "the option 'haAlphaWindow' applies only to covariances", {
        path: pathsOf(input.target)[0],
        hint: 'Leave out --ha-alpha-window, or use covariances (C2).',
      });
    if (options.stac) datedForStac(triplet.acquired[0], pathsOf(input.target)[0]);
    const layout = network.despeckler.layout(surrounded, options);
    const result = resultOf(triplet.target, triplet.bands, options);
    // Refused at once, not when all is computed.
    if (shard) pathsOfResult(output, result);
    else await checkOutputs(output, result, triplet.paths, { ...options, report, named: !series });
    const log = new WarningLog(options);
    const warnings = [...triplet.warnings, ...(series?.warnings ?? [])];
    log.addAll(
      warnings
        .filter(({ code }) => !(series && code === 'OutOfOrder'))
        .map((warning) => ofOrigin(warning, origin)),
      series?.told,
    );
    const { crop } = triplet;
    const lost = georeferenceLost(output, result.georeference);
    if (lost) log.add({ code: 'GeoreferenceLost', message: lost, input: output });
    const described = {
      jobFingerprint:
        options.resume || shard
          ? await jobFingerprint(triplet, network, layout, result, { scale, haAlphaWindow, engine }, signal)
          : '',
      ...{ shard: shard ?? { index: 0, count: 1 }, layout, inner, result },
      comparison: { target: pathsOf(input.target), scale, haAlphaWindow, ...(crop && { crop }) },
      provenance: {
        ...describeProcessing(input, origin, opened, network, options),
        ...(series?.description && { dates: series.description }),
      },
    };
    return await run(opened, described, log);
  } finally {
    await triplet.close();
  }
}

/** What of a georeference an output cannot hold, in words; beside an array lies a file that holds all. */
function georeferenceLost(output: string, georeference: Result['georeference'] = {}): string | undefined {
  const lost = outputFormat(output) === 'polsarpro' && lostInEnvi(georeference);
  return lost ? `The headers of a folder cannot hold ${lost}` : undefined;
}

/** The same for runs, machines and shards that make the same result. */
async function jobFingerprint(
  { paths, crop }: Triplet,
  network: LoadedNetwork,
  layout: TileLayout,
  result: Result,
  { scale, haAlphaWindow, engine }: Pick<DespeckleOptions, 'scale' | 'haAlphaWindow'> & { engine: object },
  signal: AbortSignal | undefined,
): Promise<string> {
  return hashOf(
    await fingerprint(paths, signal),
    ...[network.hash, layout, haAlphaWindow, scale, engine, result, crop],
  );
}

/** Makes the rows of tiles that a partial result lacks. */
async function makeTileRows(
  job: TripletJob,
  source: TripletSource,
  partial: PartialResult,
  meter = new LevelMeter(partial.description.layout),
): Promise<void> {
  const { layout, shard } = partial.description;
  const { first, end } = rowsOfShard(shard, layout.ys.length);
  const all = Array.from({ length: end - first }, (_, i) => first + i);
  const missing = all.filter((row) => !partial.has(row));
  const tileRows = despeckledTileRows(job, meter.measuring(source), partial.description, all.length, missing);
  for await (const tileRow of meter.passing(tileRows))
    await partial.write(layout.ys.indexOf(tileRow.y), tileRow, {
      level: meter.row(tileRow.y),
      engine: job.network.engine(),
    });
}

/** Despeckled rows of tiles: all, or those `wanted` of so many. */
function despeckledTileRows(
  { network, options, image }: TripletJob,
  source: TripletSource,
  { layout }: PartialResultDescription,
  rows = layout.ys.length,
  wanted?: readonly number[],
) {
  const kept = wanted ? (rows - wanted.length) * layout.xs.length : 0;
  const total = rows * layout.xs.length;
  const pixels = (layout.width * layout.height * rows) / layout.ys.length;
  const report = (done: number) =>
    options.onProgress?.({
      stage: 'despeckling',
      done,
      total,
      unit: 'tiles',
      pixels,
      ...(image && { image }),
    });
  report(kept);
  const { tile, overlap, haAlphaWindow, signal } = options;
  return network.despeckler.tileRows(source, {
    ...{ tile, overlap, window: haAlphaWindow, signal },
    ...(wanted && { indices: wanted }),
    onProgress: (done) => report(kept + done),
  });
}
