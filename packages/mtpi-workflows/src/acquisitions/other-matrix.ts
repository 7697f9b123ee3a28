import { readdir } from 'node:fs/promises';
import { basename, extname } from 'node:path';

/** Matrices other than C2, by files that only their folders have; the first that is there names it. */
const MATRICES = { C4: 'C44', C3: 'C33', T4: 'T44', T3: 'T33', T2: 'T11', S2: 's11' };

/** Why a PolSARpro folder cannot be used: it holds another matrix than C2. */
export async function otherMatrixIn(folder: string): Promise<string | undefined> {
  const files = await readdir(folder).catch(() => []);
  const bands = files.map((file) => basename(file, extname(file)));
  const matrix = Object.entries(MATRICES).find(([, band]) => bands.includes(band));
  return matrix && `${matrix[0]} is not supported: convert it to C2`;
}
