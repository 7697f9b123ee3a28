import type { ProductSelection } from '@mtpi/workflows';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { list, positive } from './arguments';

/** Which part of Sentinel-1 products is used, with which orbits, and the map that they are terrain-corrected to. */
export interface ProductFlags extends Pick<ProductSelection, 'bursts' | 'orbit'> {
  swath?: string[];
  aoi?: string;
  geocode?: number | 'utm';
  dem?: string[];
  demHeights?: 'ellipsoid' | 'geoid';
  geoid?: string | number;
  flatten?: boolean;
  spacing?: number;
}

/** Adds the options that choose a part of SLC products, and orbits. */
export const productOptions = (command: Command): Command =>
  command
    .option('--swath <names>', 'such as IW1 or EW2, or several to merge (default: the first)', list)
    .option('--bursts <first-last>', 'bursts of the reference, counted from 1 (default: all)', burstRange)
    .option('--orbit <path>', 'orbit file (.EOF), or a folder of them (default: the orbits of the products)');

/** Adds the options of terrain correction. */
export const mapOptions = (command: Command): Command =>
  command
    .option(
      '--geocode <crs>',
      'geocode to this reference system: utm or an EPSG code, such as EPSG:3035 (default: utm for GRD and with other map options)',
      crs,
    )
    .option('--dem <files...>', 'DEM, one raster or several tiles (default: heights of the geolocation grid)')
    .addOption(
      new Option('--dem-heights <datum>', 'vertical datum of the DEM (default: as declared)').choices([
        'ellipsoid',
        'geoid',
      ]),
    )
    .option(
      '--geoid <file|m>',
      'geoid heights: a raster, or a number of meters (default: EGM96)',
      numberOrText,
    )
    .option('--flatten', 'radiometric terrain flattening to gamma0; needs a DEM')
    .option(
      '--spacing <size>',
      'pixel spacing in meters, or in degrees for geographic systems (default: 20 m for SLC, that of the product for GRD, 0.0002°)',
      positive,
    );

/** @throws as `readArea`. */
export async function selectionOf(flags: ProductFlags): Promise<ProductSelection> {
  const { swath, bursts, orbit, aoi, geocode, spacing, dem, demHeights, geoid, flatten } = flags;
  const area = aoi === undefined ? undefined : await (await import('@mtpi/sentinel1')).readArea(aoi);
  const map = { epsg: geocode, spacing, dem, heights: demHeights, geoid, flatten };
  const isMapped = Object.values(map).some((value) => value !== undefined);
  return { swaths: swath, bursts, orbit, area, ...(isMapped && { map }) };
}

function burstRange(text: string): [number, number] {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text);
  if (!match) throw new InvalidArgumentError('Expected bursts such as 3-5.');
  return [Number(match[1]), Number(match[2] ?? match[1])];
}

const numberOrText = (text: string) =>
  text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);

function crs(text: string): number | 'utm' {
  if (/^utm$/i.test(text)) return 'utm';
  const match = /^(?:EPSG:)?(\d{4,5})$/i.exec(text);
  if (!match) throw new InvalidArgumentError('Expected utm or a reference system such as EPSG:32633.');
  return Number(match[1]);
}
