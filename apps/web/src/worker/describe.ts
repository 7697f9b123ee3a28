import { isSarIoError, openGeoTiff, polarizationOf, type SarIoError } from '@mtpi/sar-io';

/** A file that the visitor has chosen, or the address of one on a server. */
export type Input = File | string;

/** Contents of a file. */
export interface FileDescription {
  width: number;
  height: number;
  bands: number;
  contents: Contents;
  /** In ISO 8601; undefined where neither metadata nor name say it. */
  acquired?: string;
}

/** The bands of a file. */
export const CONTENTS = {
  VV: ['VV'],
  VH: ['VH'],
  'VV, VH': ['VV', 'VH'],
  HH: ['HH'],
  HV: ['HV'],
  'HH, HV': ['HH', 'HV'],
  C2: ['C11', 'C22', 'C12_real', 'C12_imag'],
  unknown: [],
} as const satisfies Record<string, readonly string[]>;

export type Contents = keyof typeof CONTENTS;

/**
 * Recognizes what a GeoTIFF holds.
 *
 * @throws with a message for the visitor.
 */
export async function describe(input: Input): Promise<FileDescription> {
  refuseProduct(typeof input === 'string' ? input : input.name);
  if (typeof input === 'string') await checkAddress(input);
  const source = await openGeoTiff(input).catch((error) => {
    throw inWords(error);
  });
  try {
    const { width, height, acquired, bands, path } = source;
    const names = bands.map(({ name }) => name);
    return {
      ...{ width, height, bands: bands.length, acquired: acquired?.toISOString() },
      contents: contentsOf(names, path),
    };
  } finally {
    await source.close();
  }
}

/** @throws for Sentinel-1 products as they are delivered, and for the images in them: dates of these are not on one grid. */
function refuseProduct(path: string): void {
  const name = path.split('/').at(-1)!;
  if (/^S1[A-D]_.*\.(zip|SAFE)$/i.test(name) || /^s1[a-d]-(iw\d?|ew\d?|s\d|wv\d)-(slc|grd)-/.test(name))
    throw new Error(
      `${name} is a Sentinel-1 product in radar geometry. Use terrain-corrected images (RTC), or the command line: mtpi despeckle`,
    );
}

function contentsOf(names: readonly string[], path: string): Contents {
  const found = names.map((name) => polarizationOf(name) ?? name);
  if (names.length === 1)
    found[0] = polarizationOf(names[0]) ?? polarizationOf(path.split('/').at(-1)!) ?? '';
  const sorted = (bands: readonly string[]) => [...bands].sort().join();
  const known = Object.entries(CONTENTS).find(([, bands]) => sorted(bands) === sorted(found));
  if (known) return known[0] as Contents;
  if (CONTENTS.C2.every((name) => found.includes(name))) return 'C2'; // with H, A and alpha beside it
  return ({ 2: 'VV, VH', 4: 'C2' } as const)[names.length] ?? 'unknown';
}

/** @throws where a server does not answer a page of another site. */
async function checkAddress(address: string): Promise<void> {
  if (!URL.canParse(address) || !/^https?:/.test(address))
    throw new Error(`${address} is not a web address: expected one that begins with https://`);
  try {
    const response = await fetch(address, { headers: { range: 'bytes=0-15' } });
    response.body?.cancel().catch(() => {}); // of a connection that has broken down meanwhile
    if (response.status === 206 && !response.headers.has('content-range'))
      throw new Error(
        `${address}: the server lets pages of other sites read the file, but not the Content-Range header (CORS: Access-Control-Expose-Headers). Download the file and drop it here`,
      );
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new Error(
      `${address}: the server did not answer, or it does not let pages of other sites read its files (CORS). Download the file and drop it here`,
    );
  }
}

/** The error with its hint, since messages alone pass between threads. */
export function inWords(error: unknown): Error {
  const { message, hint, path, expected } = error as Error & Partial<SarIoError>;
  const text =
    isSarIoError(error, 'CorruptFile') && expected === 'a TIFF'
      ? `${path} is not a GeoTIFF, or it is damaged`
      : message;
  return new Error(hint ? `${text}. ${hint}` : text);
}
