/** A matrix of polarimetry other than C2. */
export interface OtherMatrix {
  /** Such as `T3`. */
  name: string;
  /** What it is, and how to get C2 from it: of an error. */
  found: string;
  hint: string;
}

const EXTRACT = 'Extract the dual-polarization C2 first; its C11 and C22 differ from those of C3';
const CONVERT = 'Convert it to the covariance matrix C2 of VV and VH first';

/** Each by a band that those after it lack. */
const MATRICES: readonly (OtherMatrix & { band: RegExp })[] = [
  {
    name: 'C4',
    band: /(?:^|_)C44(?:_|$)/i,
    found: 'a full-polarimetric covariance matrix C4',
    hint: EXTRACT,
  },
  {
    name: 'C3',
    band: /(?:^|_)C33(?:_|$)/i,
    found: 'a full-polarimetric covariance matrix C3',
    hint: EXTRACT,
  },
  { name: 'T4', band: /^T44$/i, found: 'a coherency matrix T4', hint: CONVERT },
  { name: 'T3', band: /^T33$/i, found: 'a coherency matrix T3', hint: CONVERT },
  { name: 'T2', band: /^T(?:11|22)$/i, found: 'a coherency matrix T2', hint: CONVERT },
  { name: 'S2', band: /^s(?:11|22)$/i, found: 'a scattering matrix S2', hint: CONVERT },
];

/** The matrix that bands of these names, or files named after them, belong to, where it is not C2. */
export const otherMatrix = (bands: readonly string[]): OtherMatrix | undefined =>
  MATRICES.find(({ band }) => bands.some((name) => band.test(name)));
