import { createHash } from 'node:crypto';
import { Despeckler, encodeWeights, loadNetwork, type TrainedNetwork } from '@mtpi/model';
import type { EngineOptions } from '@mtpi/tfjs-onnx';
import type { Warning } from './job';

/** Where the network runs. */
export type Engine = Pick<EngineOptions, 'backend' | 'device' | 'threads'>;

/** A network ready to run. */
export interface LoadedNetwork {
  despeckler: Despeckler;
  /** SHA-256 of its weights, configuration and transform. */
  hash: string;
}

/** @param weights name of shipped weights, or a file. Default `mtpi`. */
export async function openNetwork(
  weights: string | undefined,
  engine: Engine | undefined,
  warn: (warning: Warning) => void,
): Promise<LoadedNetwork> {
  const trained = await loadNetwork(weights);
  const { network, transform, tile } = trained;
  const onFallback = (message: string) => warn({ code: 'EngineFallback', message });
  return {
    despeckler: new Despeckler(network, transform, tile, { ...engine, onFallback }),
    hash: weightsHash(trained),
  };
}

export const weightsHash = ({ network, ...info }: TrainedNetwork): string =>
  createHash('sha256').update(encodeWeights(network, info)).digest('hex');
