/** Size of a PolSARpro folder's images. */
export interface PolsarproSize {
  width: number;
  height: number;
}

/** Reads `config.txt`: names and values on lines of their own; older versions call them `nlig` and `ncol`. */
export function parseConfig(text: string): PolsarproSize | undefined {
  const value = (name: string) =>
    Number(new RegExp(`^\\s*(?:${name})\\s*[\\r\\n]+\\s*(\\d+)`, 'im').exec(text)?.[1]);
  const [height, width] = [value('nrow|nlig'), value('ncol')];
  return width > 0 && height > 0 ? { width, height } : undefined;
}

/** `PolarType` of a `config.txt`: `full`, `pp1` (HH, HV), `pp2` (VV, VH) or `pp3` (HH, VV). */
export function parsePolarType(text: string): string | undefined {
  return /^\s*PolarType\s*[\r\n]+\s*(\S+)/im.exec(text)?.[1].toLowerCase();
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
