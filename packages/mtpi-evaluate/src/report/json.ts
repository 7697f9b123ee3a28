import type { Evaluation } from '../evaluate';
import type { Summary } from '../summary/summary';

/**
 * All scores, tables and criteria.
 *
 * @param command that reproduces them.
 */
export function evaluationJson(
  { methods, scores, responses }: Evaluation,
  summary: Summary,
  command: string,
): string {
  return `${JSON.stringify({ command, methods, ...summary, scores, responses }, null, 1)}\n`;
}
