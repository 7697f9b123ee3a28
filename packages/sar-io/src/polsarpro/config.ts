import type { Polarization } from '../acquisition/polarization';
import { SarIoError } from '../errors';

/** The pairs of polarizations that PolSARpro has names for. */
export const POLAR_TYPES: Readonly<Record<string, readonly [Polarization, Polarization]>> = {
  pp1: ['HH', 'HV'],
  pp2: ['VV', 'VH'],
  pp3: ['HH', 'VV'],
};

/** Size of a PolSARpro folder's images. */
export interface PolsarproSize {
  width: number;
  height: number;
}

/** Reads `config.txt`: names and values on lines of their own; older versions call them `nlig` and `ncol`. */
export function parseConfig(text: string): PolsarproSize | undefined {
  const number = (...names: string[]) => Number.parseInt(lineAfter(text, ...names) ?? '', 10);
  const [height, width] = [number('nrow', 'nlig'), number('ncol')];
  return width > 0 && height > 0 ? { width, height } : undefined;
}

/** `PolarType` of a `config.txt`: `full`, or one of `POLAR_TYPES`. */
export function parsePolarType(text: string): string | undefined {
  return lineAfter(text, 'polartype')?.toLowerCase();
}

/** The line after the one with the name, lines without text aside. */
function lineAfter(text: string, ...names: string[]): string | undefined {
  const lines = text.split(/[\r\n]/).flatMap((line) => line.trim() || []);
  const name = lines.findIndex((line) => names.includes(line.toLowerCase()));
  return name < 0 ? undefined : lines[name + 1];
}

/** The `PolarType` of two polarizations. @throws SarIoError `InvalidArgument` */
export function polarTypeOf(polarizations: readonly Polarization[]): string {
  const type = Object.keys(POLAR_TYPES).find((type) => `${POLAR_TYPES[type]}` === `${polarizations}`);
  if (type) return type;
  throw new SarIoError('InvalidArgument', {
    expected: `polarizations ${Object.values(POLAR_TYPES).join(' or ')}`,
    found: `${polarizations}`,
  });
}

/** `config.txt` of a folder. */
export function formatConfig({ width, height }: PolsarproSize, polarType: string): string {
  const entries = [
    ['Nrow', height],
    ['Ncol', width],
    ['PolarCase', 'monostatic'],
    ['PolarType', polarType],
  ];
  return `${entries.map((entry) => entry.join('\n')).join('\n---------\n')}\n`;
}
