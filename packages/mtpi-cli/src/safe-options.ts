import { type CoregisterOptions, readArea } from '@mtpi/sentinel1';
import { type Command, InvalidArgumentError } from 'commander';

/** Which part of Sentinel-1 SLC products is wanted, and by which orbits they are aligned. */
export interface SafeFlags {
  swath?: string[];
  bursts?: [number, number];
  aoi?: string;
  orbit?: string;
}

/** Adds the options of `SafeFlags` to a command. */
export function safeOptions(command: Command): Command {
  return command
    .option('--swath <names>', 'IW1, IW2 or IW3, or several to merge; default the first', swaths)
    .option('--bursts <first-last>', 'bursts of the reference, counted from 1; default all', burstRange)
    .option('--aoi <area>', 'only bursts that touch west,south,east,north (degrees) or a GeoJSON file')
    .option('--orbit <path>', 'orbit file (.EOF), or a folder of such; default the orbits of the products');
}

/** @throws as `readArea`. */
export async function selectionOf({ swath, bursts, aoi, orbit }: SafeFlags): Promise<CoregisterOptions> {
  return { swaths: swath, bursts, orbit, ...(aoi !== undefined && { area: await readArea(aoi) }) };
}

const swaths = (text: string) => text.split(',').map((name) => name.trim());

function burstRange(text: string): [number, number] {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text);
  if (!match) throw new InvalidArgumentError('Expected bursts such as 3-5.');
  return [Number(match[1]), Number(match[2] ?? match[1])];
}
