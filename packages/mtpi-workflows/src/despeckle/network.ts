import { createHash } from 'node:crypto';
import { type Despeckler, despecklerOf, encodeWeights, loadNetwork, type TrainedNetwork } from '@mtpi/model';
import type { EngineOptions } from '@mtpi/tfjs-onnx/types';
import type { Warning } from '../job';

/** Where the network runs. */
export type Engine = Pick<EngineOptions, 'backend' | 'device' | 'threads'>;

/** A network ready to run. */
export interface LoadedNetwork {
  despeckler: Despeckler;
  /** SHA-256 of its weights, configuration and transform. */
  hash: string;
  /** Name of the weights and the structure of the network. */
  description: string;
  /** The engine that runs it, known after the first run. */
  engine(): string;
  dispose(): Promise<void>;
}

/** @param weights name of shipped weights, or a file. Default `mtpi`. */
export async function openNetwork(
  weights: string | undefined,
  options: Engine | undefined,
  warn: (warning: Warning) => void,
): Promise<LoadedNetwork> {
  const trained = await loadNetwork(weights);
  const { architecture, baseChannels, ddcrUnits } = trained.network.config;
  let engine: string = options?.backend ?? 'onnxruntime';
  const onFallback = (message: string) => warn({ code: 'EngineFallback', message });
  const onOpen = (device: string) => {
    engine = `ONNX Runtime on ${device}`;
  };
  const despeckler = despecklerOf(trained, { ...options, onFallback, onOpen });
  return {
    despeckler,
    hash: weightsHash(trained),
    description: `${architecture}, ${baseChannels} channels, ${ddcrUnits} DDCR unit${ddcrUnits === 1 ? '' : 's'}`,
    engine: () => engine,
    dispose: () => despeckler.dispose(),
  };
}

export const weightsHash = ({ network, ...info }: TrainedNetwork): string =>
  createHash('sha256').update(encodeWeights(network, info)).digest('hex');
