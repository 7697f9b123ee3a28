import { withCoregisteredTriplet } from '../acquisitions/coregistered-inputs';
import { pathsOfTriplet, seriesOf, type TripletInput } from '../acquisitions/inputs';
import { checkPath, checkTripletInput } from '../check-arguments';
import { checkDespeckleTripletOptions } from '../check-options';
import { WorkflowError } from '../errors';
import { WarningLog } from '../job';
import { assertSafeOutput, withOutput } from '../output/safe-output';
import { outputKind } from '../result/create-output';
import type { ShardFile } from '../result/product';
import type { DespeckleOptions } from './despeckle-options';
import { despeckleTripletShard } from './despeckle-triplet';
import { openNetwork } from './network';
import { DESCRIPTION } from './partial-result';
import { checkShard, type Shard, shardSuffix } from './shard';

/**
 * Despeckles one of several shards of a scene, for `mergeShards` to make the result of all of them. Shards can run on
 * different machines that share the folder of the output.
 *
 * @param output of the whole scene; the shard is written beside it.
 * @throws as `despeckleFile`.
 */
export async function despeckleShard(
  input: TripletInput,
  output: string,
  shard: Shard,
  options: DespeckleOptions = {},
): Promise<ShardFile> {
  checkTripletInput(input);
  checkPath('output', output);
  checkDespeckleTripletOptions(options);
  checkShard(shard);
  checkShardOptions(options);
  const inputs = pathsOfTriplet(input);
  await assertSafeOutput(output, inputs, outputKind(output));
  const path = output + shardSuffix(shard);
  return withOutput(path, inputs, { kind: 'folder', mark: DESCRIPTION }, () =>
    withCoregisteredTriplet(input, path, options, async (rasters, origin, options) => {
      const network = await openNetwork(options.weights, options.engine, new WarningLog(options).add);
      try {
        const job = { input: seriesOf(rasters), output, origin, network, options };
        return await despeckleTripletShard(job, shard);
      } finally {
        await network.dispose();
      }
    }),
  );
}

/** @throws WorkflowError `InvalidArgument` for what is written beside a result, which only the whole can have. */
export function checkShardOptions({ report, stac, quicklook }: DespeckleOptions): void {
  if (report || stac || quicklook)
    throw new WorkflowError('InvalidArgument', 'A shard has no report, STAC Item or quicklook', {
      hint: 'Use the option with mtpi merge or mergeShards.',
    });
}
