/** A figure of merit. */
export interface Metric {
  key: string;
  title: string;
  unit: '' | 'dB' | '%' | '°';
  digits: number;
  /** The ideal value. */
  goal: 'high' | 'low' | 'zero' | 'one' | 'none';
  /** Definition, for reports. */
  about: string;
}
