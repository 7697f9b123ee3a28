import { COVARIANCE_BANDS } from '@mtpi/polsar-priors';
import { covarianceName } from '../acquisition/channels';
import { isCoPolarized, polarizationOf } from '../acquisition/polarization';
import { SarIoError } from '../errors';
import { type CfDataset, type CfVariable, textOf } from './dataset';
import { axisOf } from './georeference';
import { decodeTimes, isTime } from './time';

/** One band among the variables of a dataset: a variable, and where its other dimensions than y and x are fixed. */
export interface CfImage {
  name: string;
  variable: CfVariable;
  /** Index of each dimension but the last two; of the time, that of the date that is asked for. */
  fixed: readonly (number | 'time')[];
}

/** The images of a dataset, all of one size, and when they were taken. */
export interface CfImages {
  images: CfImage[];
  /** One for each date of a series; one or none of a single image. */
  times: Date[];
}

/** Dimensions along which bands lie beside each other. */
const BAND_DIMENSION = /^(?:bands?|polari[sz]ations?|pol|variable)$/i;
/** Most bands along a dimension. */
const MOST_BANDS = 64;

/**
 * The images of polarizations, or the elements of C2, and their dates.
 *
 * @throws SarIoError `UnsupportedFormat` where there are none, or they have dimensions beside y, x, time and band.
 */
export async function imagesOf(dataset: CfDataset): Promise<CfImages> {
  const planes = dataset.variables.filter(isImage);
  const all = (await Promise.all(planes.map((variable) => bandsOf(dataset, variable)))).flat();
  const covariance = COVARIANCE_BANDS.flatMap((band) =>
    all.filter(({ name }) => covarianceName(band).test(name)),
  );
  // Containers may list variables by their names: VH first.
  const rank = ({ name }: CfImage) => Number(!isCoPolarized(polarizationOf(name)!));
  const polarized = all.filter(({ name }) => polarizationOf(name)).sort((a, b) => rank(a) - rank(b));
  const images =
    covariance.length === COVARIANCE_BANDS.length ? covariance : polarized.length > 0 ? polarized : all;
  if (images.length === 0)
    throw new SarIoError('UnsupportedFormat', {
      path: dataset.path,
      expected: 'variables VV and VH with dimensions y and x, as of the CF conventions',
      found:
        dataset.variables
          .map(({ name, dimensions }) => `${name}(${dimensions.join(', ')})`)
          .slice(0, 8)
          .join(', ') || 'none',
      hint: 'Convert its images to GeoTIFF, for example with gdal_translate, one file for VV and one for VH',
    });
  const [{ variable: first }] = images;
  const other = images.find(({ variable }) => variable.dimensions.join() !== first.dimensions.join());
  if (other)
    throw new SarIoError('UnsupportedFormat', {
      path: dataset.path,
      expected: `${images.map(({ name }) => name).join(', ')} with the same dimensions`,
      found: [first, other.variable]
        .map(
          ({ name, dimensions, shape }) =>
            `${name}(${dimensions.map((d, i) => `${d}=${shape[i]}`).join(', ')})`,
        )
        .join(' and '),
      hint: 'Use separate files for VV and VH',
    });
  return { images, times: await timesOf(dataset, first) };
}

/** Numbers over a map's y and x, or over two unnamed dimensions. */
function isImage({ name, dimensions, dataType, shape }: CfVariable): boolean {
  if (!dataType || dimensions.length < 2 || dimensions.includes(name) || shape.includes(0)) return false;
  return !/(?:^|_)(?:bnds|bounds|vertices)$/i.test(name);
}

/** A variable as its bands; nothing of one whose last two dimensions are not an image's. */
async function bandsOf(dataset: CfDataset, variable: CfVariable): Promise<CfImage[]> {
  const { dimensions, shape, attributes, name } = variable;
  const [y, x] = dimensions.slice(-2).map((dimension) => axisOf(dimension, coordinateOf(dataset, dimension)));
  if (y === 'x' && x === 'y') return refuse(dataset, variable, 'rows first: dimensions (y, x)');
  if (y === 'x' || x === 'y') return [];
  const others = dimensions.slice(0, -2);
  const bandAxis = others.findIndex(
    (dimension, i) => BAND_DIMENSION.test(dimension) && shape[i] <= MOST_BANDS,
  );
  const fixed = others.map((dimension, i): CfImage['fixed'][number] | undefined => {
    if (i === bandAxis) return 0;
    const coordinate = coordinateOf(dataset, dimension);
    if (coordinate ? isTime(coordinate) : /^(?:t|time|date)$/i.test(dimension)) return 'time';
    return shape[i] === 1 ? 0 : undefined;
  });
  const unknown = others.find((_, i) => fixed[i] === undefined);
  const described =
    polarizationOf(name) ??
    polarizationOf(textOf(attributes, 'polarization') ?? '') ??
    polarizationOf(textOf(attributes, 'long_name') ?? '');
  if (unknown !== undefined) {
    if (!described) return [];
    return refuse(
      dataset,
      variable,
      'the dimensions time, y and x, the time with units such as "days since 1990-01-01"',
    );
  }
  const plane = (band: string, index: number): CfImage => ({
    name: band,
    variable,
    fixed: fixed.map((value, i) => (i === bandAxis ? index : value!)),
  });
  if (bandAxis < 0) return [plane(polarizationOf(name) || !described ? name : `${name}_${described}`, 0)];
  const labels = await coordinateOf(dataset, others[bandAxis])
    ?.texts()
    .catch(() => undefined);
  return Array.from({ length: shape[bandAxis] }, (_, i) => plane(labels?.[i] ?? `band${i + 1}`, i));
}

function refuse(dataset: CfDataset, { name, dimensions }: CfVariable, expected: string): never {
  throw new SarIoError('UnsupportedFormat', {
    path: dataset.path,
    expected,
    found: `${name}(${dimensions.join(', ')})`,
    hint: 'Reorder its dimensions to time, y, x, for example with xarray: transpose("time", "y", "x")',
  });
}

const coordinateOf = ({ variables }: CfDataset, dimension: string) =>
  variables.find(({ name, dimensions }) => name === dimension && dimensions.length <= 1);

/** The dates along the time of an image, or its only one, from a scalar variable of time. */
async function timesOf(dataset: CfDataset, { dimensions, shape }: CfVariable): Promise<Date[]> {
  const axis = dimensions.findIndex((dimension, i) => {
    const coordinate = coordinateOf(dataset, dimension);
    return (
      i < dimensions.length - 2 && (coordinate ? isTime(coordinate) : /^(?:t|time|date)$/i.test(dimension))
    );
  });
  if (axis < 0) {
    const scalar = dataset.variables.find(
      (variable) => variable.dimensions.length === 0 && variable.dataType && isTime(variable),
    );
    return scalar ? decodeTimes(scalar, dataset.path) : [];
  }
  const coordinate = coordinateOf(dataset, dimensions[axis]);
  if (!coordinate) {
    if (shape[axis] === 1) return [];
    throw new SarIoError('UnsupportedFormat', {
      path: dataset.path,
      expected: `a variable ${dimensions[axis]} with the dates`,
      found: `${shape[axis]} images without dates`,
      hint: 'Add a time coordinate with units such as "days since 1990-01-01"',
    });
  }
  const times = await decodeTimes(coordinate, dataset.path);
  if (times.length !== shape[axis])
    throw new SarIoError('CorruptFile', {
      path: dataset.path,
      expected: `${shape[axis]} dates`,
      found: String(times.length),
    });
  return times;
}
