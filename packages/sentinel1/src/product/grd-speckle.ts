import type { SpeckleCorrelation } from '@mtpi/polsar-priors';
import type { XmlElement } from '@mtpi/sar-io/node';
import { SPEED_OF_LIGHT } from '../geocoding/orbit';
import { isKnownWindow } from './parse-annotation';

/** Speckle of the pixels of a GRD image. */
export interface GrdSpeckle {
  /** Equivalent number of looks of a pixel. */
  looks: number;
  /** Correlation of a single look between pixels, by the spectral windows of the looks. */
  correlation: SpeckleCorrelation;
}

/** Equivalent number of looks by looks in range × azimuth, as in the product definition (ESA, S1-RS-MDA-52-7440). */
const PIXEL_LOOKS: Readonly<Record<string, number>> = {
  '2 × 2': 3.7, // SM GRDF
  '6 × 6': 29.7, // SM GRDH
  '22 × 22': 398.4, // SM GRDM
  '5 × 1': 4.4, // IW GRDH
  '22 × 5': 81.8, // IW GRDM
  '3 × 1': 2.7, // EW GRDH
  '6 × 2': 10.7, // EW GRDM
};

/** The speckle in the middle swath of a GRD image, where its processing is annotated and known; other swaths differ little. */
export function parseGrdSpeckle(product: XmlElement): GrdSpeckle | undefined {
  const swaths = product.all('imageAnnotation/processingInformation/swathProcParamsList/swathProcParams');
  const processing = swaths[swaths.length >> 1];
  if (!processing?.find('rangeProcessing/numberOfLooks')) return undefined;
  const image = product.child('imageAnnotation/imageInformation');
  const incidence = (image.number('incidenceAngleMidSwath') * Math.PI) / 180;
  const slantRangeSpacing = image.number('rangePixelSpacing') * Math.sin(incidence);
  const window = (axis: string, pixelsPerSecond: number) => ({
    bandwidth: processing.number(`${axis}/lookBandwidth`) / pixelsPerSecond,
    alpha: processing.number(`${axis}/windowCoefficient`),
  });
  const range = window('rangeProcessing', SPEED_OF_LIGHT / 2 / slantRangeSpacing);
  const azimuth = window('azimuthProcessing', 1 / image.number('azimuthTimeInterval'));
  const number = (axis: string) => processing.number(`${axis}/numberOfLooks`);
  const looks = PIXEL_LOOKS[`${number('rangeProcessing')} × ${number('azimuthProcessing')}`];
  return looks !== undefined && isKnownWindow(range) && isKnownWindow(azimuth)
    ? { looks, correlation: { range, azimuth } }
    : undefined;
}
