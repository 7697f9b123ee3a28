import { redactUrls } from '@mtpi/errors';
import type { Progress as StageProgress, Warning } from '@mtpi/jobs';
import { WorkflowError } from './errors';
import { groupAlike, kindOf } from './group-alike';

export type { Warning };

/** Progress of a stage of a job. */
export interface Progress extends StageProgress {
  /** Pixels of the scene that the stage covers. */
  pixels?: number;
  /** Which image of a stack this is, counted from 1. */
  image?: { number: number; count: number };
}

/** Options of every long-running function. */
export interface JobOptions {
  /** Stops the job: its promise rejects with the signal's reason, and no partial output is left. */
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
  onWarning?: (warning: Warning) => void;
  /** Treats warnings as errors. Default false. */
  strict?: boolean;
}

/** The name of an acquisition or of slices in messages: all paths, without credentials. */
export const inputName = (paths: readonly string[]): string => paths.map(redactUrls).join(' + ');

/** The warnings of a job: passed on as they come, and kept for its product. */
export class WarningLog {
  readonly warnings: Warning[] = [];

  constructor(private readonly options: Pick<JobOptions, 'onWarning' | 'strict'>) {}

  /** @throws WorkflowError `Warning` where the job is strict. */
  readonly add = (warning: Warning): void => this.addAll([warning]);

  /**
   * Adds warnings, those that several inputs share as one, also where they differ in measured numbers.
   *
   * @param told warnings of earlier images of a stack, which are not passed on again, nor for other inputs with other measured
   *   numbers; these are added to them.
   * @throws WorkflowError `Warning` where the job is strict.
   */
  addAll(warnings: readonly Warning[], told = new Set<string>()): void {
    const untold = warnings.filter((warning) => !told.has(kindOf(warning)));
    for (const warning of untold) told.add(kindOf(warning));
    this.warnings.push(...groupAlike(warnings));
    for (const warning of groupAlike(untold)) {
      const { code, message, input } = warning;
      if (this.options.strict)
        throw new WorkflowError(
          'Warning',
          input && !message.includes(input) ? `${input}: ${message}` : message,
          {
            path: input,
            found: code,
            hint: 'Without --strict (strict: false) this is a warning.',
          },
        );
      this.options.onWarning?.(warning);
    }
  }
}
