/** Prefix of the GeoTIFF metadata items of the provenance. */
const PREFIX = 'MTPI_';

/** A time in UTC, such as `2024-03-05T05:26:24Z`; midnight, which dates without a time have, as the date alone. */
export const timeText = (time: Date): string =>
  time
    .toISOString()
    .replace('.000Z', 'Z')
    .replace(/T00:00:00Z$/, '');

/** The provenance as items of a GeoTIFF's metadata; the command stays out, for it has paths. */
export function metadataItems({
  command,
  ...rest
}: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(rest).map(([name, value]) => [
      PREFIX + name.toUpperCase().replace(/[^A-Z]+/g, '_'),
      value.replaceAll('−', '-'), // as scripts read it
    ]),
  );
}

/** The provenance in a GeoTIFF's metadata. */
export function provenanceIn(metadata: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(metadata)
      .filter(([item]) => item.startsWith(PREFIX))
      .map(([item, value]) => [entryName(item), value]),
  );
}

const entryName = (item: string): string =>
  item.slice(PREFIX.length).toLowerCase().replaceAll('_', ' ').replace('h a alpha', 'H/A/alpha');
