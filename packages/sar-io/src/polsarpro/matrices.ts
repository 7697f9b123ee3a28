/** Matrices of polarimetry other than C2, by a band that only they have. */
const MATRICES: readonly [band: RegExp, name: string, hint: string][] = [
  [
    /(?:^|_)C(?:33|44)(?:_|$)/i,
    'a full-polarimetric covariance matrix (C3 or C4)',
    'Extract the dual-polarization C2 first; its C11 and C22 differ from those of C3',
  ],
  [
    /^T(?:11|22)$/i,
    'a coherency matrix (T2, T3 or T4)',
    'Convert it to the covariance matrix C2 of VV and VH first',
  ],
  [/^s(?:11|22)$/i, 'a scattering matrix (S2)', 'Convert it to the covariance matrix C2 of VV and VH first'],
];

/** The matrix that bands of these names belong to, where it is not C2. */
export function otherMatrix(bands: readonly string[]): { found: string; hint: string } | undefined {
  const matrix = MATRICES.find(([band]) => bands.some((name) => band.test(name)));
  return matrix && { found: matrix[1], hint: matrix[2] };
}
