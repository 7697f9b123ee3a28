import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { completeConfig } from '@mtpi/model';
import { TrainError } from '../errors';
import { parseSettings } from '../settings/parse';
import type { TrainingSettings } from '../settings/schema';
import { networkConfig } from './start';

/**
 * Checks that a run that is resumed keeps its network and its transform.
 *
 * @param settings complete ones.
 * @throws TrainError `RunMismatch` naming the settings that differ from `settings.yaml` in the output folder.
 */
export async function checkSameRun(settings: TrainingSettings): Promise<void> {
  const { output } = settings;
  const path = join(output, 'settings.yaml');
  if (!existsSync(path) || !existsSync(join(output, 'checkpoint.safetensors'))) return;
  const before = determining(readSettings(await readFile(path, 'utf8'), path) ?? settings);
  const now = determining(settings);
  const changed = Object.keys(now).filter((name) => name in before && before[name] !== now[name]);
  if (changed.length === 0) return;
  const list = changed.map((name) => `${name} ${before[name]}, now ${now[name]}`).join('; ');
  throw new TrainError('RunMismatch', `${output} was started with ${list}`, {
    ...{ path: output, expected: 'the settings of its network', found: list },
    hint: 'give the same settings, or another folder',
  });
}

/** Undefined for a file of another version. */
function readSettings(text: string, path: string): TrainingSettings | undefined {
  try {
    return parseSettings({}, { path, text });
  } catch {
    return undefined;
  }
}

/** What shapes and meaning of the weights follow from; initial weights determine the network by themselves. */
function determining(settings: TrainingSettings): Record<string, unknown> {
  const { transform = 'log', initialWeights } = settings;
  if (initialWeights !== undefined) return { transform, initialWeights: 'given' };
  const config = completeConfig(networkConfig(settings));
  const { baseChannels, output, dropoutRate, seed, ...rest } = config;
  const renamed = { channels: baseChannels, networkOutput: output, dropout: dropoutRate };
  return { transform, initialWeights: 'none', ...renamed, ...rest };
}
