import type { Warning } from './job-options';

/** Of more inputs with one warning the rest are counted. */
const INPUTS_NAMED = 3;

/** Warnings that differ in their input alone, as one that names up to three inputs and counts the rest. */
export function groupWarnings(warnings: readonly Warning[]): Warning[] {
  const inputs = new Map<string, { warning: Warning; inputs: Set<string> }>();
  for (const warning of warnings) {
    const key = JSON.stringify([warning.code, warning.message]);
    const group = inputs.get(key) ?? { warning, inputs: new Set() };
    if (warning.input) group.inputs.add(warning.input);
    inputs.set(key, group);
  }
  return [...inputs.values()].map(({ warning, inputs }) => {
    const names = [...inputs];
    const more = names.length > INPUTS_NAMED ? [`${names.length - INPUTS_NAMED} more`] : [];
    const input = [...names.slice(0, INPUTS_NAMED), ...more].join(', ');
    return input ? { ...warning, input } : warning;
  });
}
