/** A figure of merit. */
export interface Metric {
  key: string;
  title: string;
  unit: '' | 'dB' | '%' | '°';
  digits: number;
  /** Where good is. */
  goal: 'high' | 'low' | 'zero' | 'one' | 'none';
  /** What it is, for reports. */
  about: string;
}
