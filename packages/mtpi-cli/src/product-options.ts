import type { ProductSelection } from '@mtpi/workflows';
import { type Command, InvalidArgumentError } from 'commander';

/** Which part of Sentinel-1 SLC products is used, and with which orbits they are co-registered. */
export interface ProductFlags {
  swath?: string[];
  bursts?: [number, number];
  orbit?: string;
  aoi?: string;
}

/** Adds the options of `ProductFlags` to a command, but for `--aoi`. */
export const productOptions = (command: Command): Command =>
  command
    .option('--swath <names>', 'IW1, IW2 or IW3, or several to merge (default: the first)', swaths)
    .option('--bursts <first-last>', 'bursts of the reference, counted from 1 (default: all)', burstRange)
    .option('--orbit <path>', 'orbit file (.EOF), or a folder of them (default: the orbits of the products)');

/** @throws as `readArea`. */
export async function selectionOf({ swath, bursts, orbit, aoi }: ProductFlags): Promise<ProductSelection> {
  const area = aoi === undefined ? undefined : await (await import('@mtpi/sentinel1')).readArea(aoi);
  return { swaths: swath, bursts, orbit, area };
}

const swaths = (text: string) => text.split(',').map((name) => name.trim());

function burstRange(text: string): [number, number] {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text);
  if (!match) throw new InvalidArgumentError('Expected bursts such as 3-5.');
  return [Number(match[1]), Number(match[2] ?? match[1])];
}
