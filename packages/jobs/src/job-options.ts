/** Progress of a long operation. */
export interface Progress {
  /** The current stage, such as `coregister`. */
  stage: string;
  done: number;
  total: number;
  /** The unit of `done` and `total`, such as `rows`. */
  unit: string;
}

/** A remark about a result that is nevertheless valid. */
export interface Warning {
  code: string;
  message: string;
  /** Path of the input concerned, where it is one. */
  input?: string;
}

/** Options of every long operation. */
export interface JobOptions {
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
  onWarning?: (warning: Warning) => void;
}
