/** Progress of a long operation. */
export interface Progress {
  /** What is being done, such as `coregister`. */
  stage: string;
  done: number;
  total: number;
  /** What is counted, such as `rows`. */
  unit: string;
}

/** Something that the user should know of a result that is valid all the same. */
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
