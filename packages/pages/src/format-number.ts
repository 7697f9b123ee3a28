/** A number with so many digits after the point and the minus sign of texts; – where it is not finite. */
export const formatNumber = (value: number, digits: number): string =>
  Number.isFinite(value) ? value.toFixed(digits).replace('-', '−') : '–';
