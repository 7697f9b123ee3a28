import {
  type EdgePreservation,
  epdRoa,
  logCumulantEnl,
  mIndex,
  ratioStatistics,
  targetContrast,
} from '@mtpi/polsar-priors';
import { median } from 'd3-array';
import type { BandMetric } from './band-metrics';
import { asImage, valuesIn } from './observation';

const meanOf = ([{ horizontal, vertical }]: EdgePreservation[]): number => (horizontal + vertical) / 2;

const EDGES = 'edge preservation degree by ratios of averages, mean of both directions: 1 for the input';

/** Metrics of VV and of VH: edges, points and residual structure in the ratio image. */
export const DETAIL_METRICS: readonly BandMetric[] = [
  {
    ...{ key: 'epdRaw', title: 'EPD-ROA', unit: '', digits: 3, goal: 'none' },
    about: EDGES,
    of: (result, band) =>
      meanOf(epdRoa(asImage(band.input, band), asImage(result, band), { clip: Infinity, mask: band.mask })),
  },
  {
    ...{ key: 'epdClipped', title: 'EPD-ROA, ratios to 8', unit: '', digits: 3, goal: 'none' },
    about: 'the same of ratios up to 8, since single-look ratios have no finite mean',
    of: (result, band) =>
      meanOf(epdRoa(asImage(band.input, band), asImage(result, band), { mask: band.mask })),
  },
  {
    ...{ key: 'epdLooks', title: 'EPD-ROA, 3×3 looks', unit: '', digits: 3, goal: 'none' },
    about: 'the same of means of 3×3 pixels',
    of: (result, band) =>
      meanOf(
        epdRoa(asImage(band.input, band), asImage(result, band), {
          ...{ clip: Infinity, looks: 3, mask: band.mask },
        }),
      ),
  },
  {
    ...{ key: 'contrastLoss', title: 'point contrast loss', unit: 'dB', digits: 2, goal: 'low' },
    about: 'mean magnitude of the change of the target-to-clutter ratio of the point targets of the input',
    of: (result, band) => targetContrast(asImage(band.input, band), asImage(result, band), band.mask)[0].loss,
  },
  {
    ...{ key: 'logEnl', title: 'ENL, log-cumulants', unit: '', digits: 1, goal: 'high' },
    about: 'the equivalent number of looks by log-cumulants, median over the same windows as ENL',
    of: (result, { windows, cols }) =>
      median(windows, (window) => logCumulantEnl(valuesIn(result, window, cols))) ?? Number.NaN,
  },
  {
    ...{ key: 'mIndex', title: 'M-index', unit: '', digits: 1, goal: 'low' },
    about:
      'M-index (Gomez et al. 2017): deviation of the ratio image from pure speckle, and residual structure in it; infinite where nothing was removed',
    of: (result, { input, rows, cols, looks }) => mIndex(input, result, rows, cols, { looks }).m,
  },
  {
    ...{ key: 'ratioCorrelation', title: 'ratio correlation', unit: '', digits: 3, goal: 'none' },
    about:
      'correlation of neighboring pixels in the ratio image, mean of both directions; that of the speckle where no structure was removed',
    of: (result, band) => {
      const [{ autocorrelation }] = ratioStatistics(
        asImage(band.input, band),
        asImage(result, band),
        band.mask,
      );
      return (autocorrelation.range + autocorrelation.azimuth) / 2;
    },
  },
];
