import type { CalibrationLut } from '../product/calibration';

/** Complex samples as pairs of real and imaginary part, and their validity. */
export interface ComplexRows {
  /** Number of rows; `width` samples each. */
  rows: number;
  width: number;
  /** [rows, width, 2] */
  data: Float32Array;
  /** 1 = valid; [rows, width]. */
  valid: Uint8Array;
}

/**
 * Calibrated samples S = DN / A of lines of a burst, 0 where invalid.
 *
 * @param pairs As `Measurement.readBurst` gives them for these lines and all samples.
 * @param stackedLine The first line's number in the burst-stacked measurement.
 * @param firstValid First valid sample of each line, −1: none. @param lastValid Last valid sample.
 */
export function calibrate(
  pairs: Int16Array,
  amplitude: CalibrationLut,
  stackedLine: number,
  firstValid: Int32Array,
  lastValid: Int32Array,
): ComplexRows {
  const rows = firstValid.length;
  const width = pairs.length / (2 * rows);
  const data = new Float32Array(pairs.length);
  const valid = new Uint8Array(rows * width);
  const scale = new Float64Array(width);
  for (let row = 0; row < rows; row++) {
    if (firstValid[row] < 0) continue;
    amplitude.at(stackedLine + row, scale);
    const start = row * width;
    for (let x = firstValid[row]; x <= lastValid[row]; x++) {
      const i = start + x;
      data[2 * i] = pairs[2 * i] / scale[x];
      data[2 * i + 1] = pairs[2 * i + 1] / scale[x];
      valid[i] = 1;
    }
  }
  return { rows, width, data, valid };
}
