import type { Evaluation } from '../evaluate';
import type { Summary } from '../summary';

/** All figures, tables and verdicts. `command`: how they were made. */
export function evaluationJson(
  { methods, scores, responses }: Evaluation,
  summary: Summary,
  command: string,
): string {
  return `${JSON.stringify({ command, methods, ...summary, scores, responses }, null, 1)}\n`;
}
