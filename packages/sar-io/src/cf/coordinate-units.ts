import type { Crs } from '../georeference/georeference';
import { proj4Projection } from '../georeference/reference-systems';

/** Meters of units of length, as UDUNITS spells them. */
const METERS: readonly (readonly [RegExp, number])[] = [
  [/^(?:m|met(?:er|re)s?)$/i, 1],
  [/^(?:km|kilomet(?:er|re)s?)$/i, 1000],
  [/^(?:cm|centimet(?:er|re)s?)$/i, 0.01],
  [/^(?:(?:international_)?(?:foot|feet)|ft)$/i, 0.3048],
  [/^us_survey_(?:foot|feet)$/i, 1200 / 3937],
];
/** Degrees of units of angle; those of longitude and latitude name a direction. */
const DEGREES: readonly (readonly [RegExp, number])[] = [
  [/^(?:deg|degrees?(?:_?(?:e|east|n|north))?)$/i, 1],
  [/^rad(?:ian)?s?$/i, 180 / Math.PI],
];

/**
 * The factor from coordinates in a unit to those of a reference system; to meters where there is none. Undefined of units
 * that the system's coordinates cannot have.
 */
export function coordinateFactor(unit: string, crs: Crs | undefined): number | undefined {
  const factorIn = (units: typeof METERS) => units.find(([name]) => name.test(unit.trim()))?.[1];
  if (crs?.geographic) return factorIn(DEGREES);
  const meters = factorIn(METERS);
  return crs ? meters && meters / metersOf(crs) : (meters ?? 1);
}

/** Meters of the unit of a map projection, as its well-known text states it. */
const metersOf = ({ wkt, geographic }: Crs): number => proj4Projection({ wkt, geographic })?.to_meter || 1;
