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

/** `PolarType` of a `config.txt`: `full`, `pp1` (HH, HV), `pp2` (VV, VH) or `pp3` (HH, VV). */
export function parsePolarType(text: string): string | undefined {
  return lineAfter(text, 'polartype')?.toLowerCase();
}

/** The line after the one with the name, lines without text aside. */
function lineAfter(text: string, ...names: string[]): string | undefined {
  const lines = text.split(/[\r\n]/).flatMap((line) => line.trim() || []);
  const name = lines.findIndex((line) => names.includes(line.toLowerCase()));
  return name < 0 ? undefined : lines[name + 1];
}

/** `config.txt` of a dual-polarization folder: `pp2` is VV with VH. */
export function formatConfig({ width, height }: PolsarproSize): string {
  const entries = [
    ['Nrow', height],
    ['Ncol', width],
    ['PolarCase', 'monostatic'],
    ['PolarType', 'pp2'],
  ];
  return `${entries.map((entry) => entry.join('\n')).join('\n---------\n')}\n`;
}
