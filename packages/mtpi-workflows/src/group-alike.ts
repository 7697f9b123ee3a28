import { groupWarnings, type Warning } from '@mtpi/jobs';

/** A measured number in a message, by its unit. */
const MEASURED = /[+−-]?\d+(?:\.\d+)?(?= ?(?:dB|%|days?\b|pixels?\b|right\b|left\b|up\b|down\b))/g;

const numbersIn = (message: string): string[] => message.match(MEASURED) ?? [];

/** Code and message without measured numbers. */
const patternOf = ({ code, message }: Warning): string => `${code} ${message.replace(MEASURED, '#')}`;

/** The same for warnings of one stack that are told once: those with measured numbers whatever their input. */
export const kindOf = (warning: Warning): string =>
  numbersIn(warning.message).length > 0 ? patternOf(warning) : JSON.stringify(warning);

/** Warnings as `groupWarnings` groups them, also those that differ in measured numbers, which become ranges. */
export function groupAlike(warnings: readonly Warning[]): Warning[] {
  const alike = new Map<string, Warning[]>();
  for (const warning of warnings)
    alike.set(patternOf(warning), [...(alike.get(patternOf(warning)) ?? []), warning]);
  return groupWarnings(
    warnings.map((warning) => ({ ...warning, message: withRanges(alike.get(patternOf(warning))!) })),
  );
}

/** The message of warnings that differ in measured numbers at most, with the least and the greatest of each. */
function withRanges(warnings: readonly Warning[]): string {
  const numbers = warnings.map(({ message }) => numbersIn(message));
  let place = 0;
  return warnings[0].message.replace(MEASURED, () => {
    const found = numbers.map((own) => own[place]);
    place++;
    const sorted = [...new Set(found)].sort((a, b) => numberOf(a) - numberOf(b));
    return sorted.length > 1 ? `${sorted[0]} to ${sorted.at(-1)}` : sorted[0];
  });
}

const numberOf = (text: string): number => Number(text.replace('−', '-'));
