import { SarIoError } from '../errors';
import type { ValidityMask } from '../gdal/gdal-sidecars';
import type { Plane } from '../raster/planar-source';
import type { BandEncoding } from '../raster/raster';
import type { BandChoice } from './complex-pairs';

/** A condition that a pixel of a band has to meet. */
interface Condition {
  band: string;
  holds(value: number): boolean;
}

/** A band that conditions may name: its stored numbers, and how they become values. */
export interface ConditionBand extends BandEncoding {
  plane: Plane;
}

const COMPARISONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  fneq: (a, b) => Math.abs(a - b) > EPSILON,
  feq: (a, b) => Math.abs(a - b) <= EPSILON,
};
/** How far numbers may lie apart that SNAP's feq and fneq take as equal. */
const EPSILON = 1e-6;
/** The comparison with its sides exchanged. */
const TURNED: Readonly<Record<string, string>> = { '>': '<', '>=': '<=', '<': '>', '<=': '>=' };

const NAME = String.raw`'?([A-Za-z_]\w*)'?`;
const NUMBER = String.raw`([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)`;
const BAND_FIRST = new RegExp(`^${NAME}\\s*([<>]=?|[=!]=)\\s*${NUMBER}$`);
const NUMBER_FIRST = new RegExp(`^${NUMBER}\\s*([<>]=?|[=!]=)\\s*${NAME}$`);
const CALL = new RegExp(`^(f(?:n?)eq)\\s*\\(\\s*${NAME}\\s*,\\s*${NUMBER}\\s*\\)$`);
const NOT_NAN = new RegExp(`^(?:!|not\\s)\\s*nan\\s*\\(\\s*${NAME}\\s*\\)$`, 'i');
const LONGEST = 2000;

/**
 * The mask of a SNAP product by the valid-pixel expressions of its bands: comparisons of bands with numbers, `!nan(band)`,
 * `feq` and `fneq`, joined by `&&`. A pixel is invalid where that of any band read is not met.
 *
 * @param bands those read, in their order.
 * @param openBand By its name; undefined where there is no such band of numbers.
 * @returns undefined where no band has an expression.
 * @throws SarIoError `UnsupportedFormat` for other expressions, such as of flags.
 */
export async function validMask(
  path: string,
  bands: readonly BandChoice<{ validMask?: string }>[],
  openBand: (name: string) => Promise<ConditionBand | undefined>,
): Promise<ValidityMask | undefined> {
  const conditions: Condition[][] = [];
  const opened = new Map<string, ConditionBand>();
  for (const { parts } of bands) {
    const expressions = parts.flatMap(({ validMask }) => validMask ?? []);
    const own = expressions.flatMap((text) => parseConditions(text) ?? refuse(path, text));
    for (const { band } of own) {
      const found = opened.get(band) ?? (await openBand(band));
      opened.set(band, found ?? refuse(path, expressions.join(', ')));
    }
    conditions.push(own);
  }
  if (opened.size === 0) return undefined;
  return {
    async read(window, indices, signal) {
      const valid = new Uint8Array(window.width * window.height).fill(1);
      for (const { band, holds } of indices.flatMap((index) => conditions[index])) {
        const { plane, scale = 1, offset = 0 } = opened.get(band)!;
        const numbers = new Float32Array(valid.length);
        await plane.read(window, [numbers], signal);
        for (let i = 0; i < valid.length; i++) if (!holds(scale * numbers[i] + offset)) valid[i] = 0;
      }
      return valid;
    },
    close: async () => {},
  };
}

/** Undefined where it is no conjunction of such conditions. */
function parseConditions(text: string): Condition[] | undefined {
  if (text.length > LONGEST) return undefined;
  const terms = withoutParentheses(text.trim()).split(/\s*&&\s*|\s+and\s+/i);
  const conditions: Condition[] = [];
  for (const term of terms.map(withoutParentheses)) {
    if (term === '' || term === 'true' || term === '1') continue;
    const condition = parseCondition(term);
    if (!condition) return undefined;
    conditions.push(condition);
  }
  return conditions;
}

function parseCondition(term: string): Condition | undefined {
  const compared = (band: string, operator: string, number: string): Condition => ({
    band,
    holds: (value) => COMPARISONS[operator](value, Number(number)),
  });
  const [, notNan] = NOT_NAN.exec(term) ?? [];
  if (notNan) return { band: notNan, holds: (value) => !Number.isNaN(value) };
  const first = BAND_FIRST.exec(term);
  if (first) return compared(first[1], first[2], first[3]);
  const last = NUMBER_FIRST.exec(term);
  if (last) return compared(last[3], TURNED[last[2]] ?? last[2], last[1]);
  const call = CALL.exec(term);
  return call ? compared(call[2], call[1], call[3]) : undefined;
}

/** Without parentheses around all of it. */
function withoutParentheses(text: string): string {
  const inner = /^\(([^()]*)\)$/.exec(text.trim())?.[1];
  return inner === undefined ? text.trim() : withoutParentheses(inner);
}

function refuse(path: string, expression: string): never {
  throw new SarIoError('UnsupportedFormat', {
    path,
    expected: 'valid-pixel expressions that compare bands of the product with numbers',
    found: expression.slice(0, 100),
    hint: 'Remove the expression from the band in SNAP, or write its result as nodata with Band Maths, and save the product again',
  });
}
