import { existsSync } from 'node:fs';
import { appendFile, readFile } from 'node:fs/promises';
import { writeFileAtomic } from '@mtpi/sar-io/node';
import { csvParse } from 'd3-dsv';
import type { StepReport } from '../trainer';

/** One row of `log.csv`. */
export interface LogRow extends StepReport {
  /** Seconds since the run was started or resumed. */
  seconds: number;
}

const HEADER = 'step,loss,validation,gradient_norm,learning_rate,seconds';

/** The table of a run's steps. */
export class Log {
  private constructor(
    private readonly path: string,
    readonly rows: LogRow[],
  ) {}

  /** Opens the log without the rows after a step, or creates a new one. */
  static async open(path: string, step: number): Promise<Log> {
    const rows = step > 0 && existsSync(path) ? parseLog(await readFile(path, 'utf8')) : [];
    const kept = rows.filter((row) => row.step <= step);
    await writeFileAtomic(path, [HEADER, ...kept.map(line), ''].join('\n'));
    return new Log(path, kept);
  }

  async add(row: LogRow): Promise<void> {
    this.rows.push(row);
    await appendFile(this.path, `${line(row)}\n`);
  }
}

/** The rows of a log. */
export function parseLog(text: string): LogRow[] {
  return csvParse(text).map(({ step, loss, validation, gradient_norm, learning_rate, seconds }) => ({
    step: Number(step),
    loss: Number(loss),
    gradientNorm: Number(gradient_norm),
    learningRate: Number(learning_rate),
    seconds: Number(seconds),
    ...(validation ? { validation: Number(validation) } : {}),
  }));
}

const line = ({ step, loss, validation, gradientNorm, learningRate, seconds }: LogRow): string =>
  [step, loss, validation ?? '', gradientNorm, learningRate, seconds.toFixed(1)].join(',');
