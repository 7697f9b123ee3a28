import { type Despeckler, despecklerOf, loadNetwork, memorySource, type TripletImages } from '@mtpi/model';
import {
  boxcar,
  createImage,
  frost,
  gammaMap,
  type Image,
  lee,
  leeSigma,
  type Mask,
  planes,
  quegan,
  refinedLee,
  temporalMean,
} from '@mtpi/polsar-priors';

/** Input of a method. */
export interface MethodInput extends TripletImages {
  /** Name of the scene, by which results of other programs are found. */
  name?: string;
  /** Of a scene with spots: where they changed, if they did. */
  variant?: 'auxiliary' | 'target';
  /** Equivalent number of looks of one date. */
  looks: number;
  /** Pixels valid at all dates; default all. */
  mask?: Mask;
}

/** A way to despeckle the target of a triplet. */
export interface Method {
  name: string;
  kind: 'input' | 'baseline' | 'peer' | 'network';
  /** Whether it is for series, and compared on them alone. Default false. */
  series?: boolean;
  /** Names of the stacks that it was trained on, if its weights record them. */
  trainedOn?: readonly string[];
  /** @returns an image like the target; intensities only if the method doesn't support covariances. */
  apply(input: MethodInput, signal?: AbortSignal): Image | Promise<Image>;
  dispose?(): Promise<void>;
}

const baseline = (name: string, apply: (input: MethodInput) => Image): Method => ({
  name,
  kind: 'baseline',
  apply,
});

const dates = ({ target, previous, next, earlier = [], later = [] }: TripletImages): Image[] => [
  target,
  previous,
  next,
  ...earlier,
  ...later,
];

/** The input itself. */
export const INPUT: Method = { name: 'input', kind: 'input', apply: ({ target }) => target };

/** Classical filters of one date, and of three. */
export const BASELINES: readonly Method[] = [
  ...[3, 5, 7].map((window) =>
    baseline(`boxcar ${window}×${window}`, ({ target, mask }) => boxcar(target, window, mask)),
  ),
  baseline('Lee', ({ target, looks, mask }) => lee(target, { looks, mask })),
  baseline('refined Lee', ({ target, looks, mask }) => refinedLee(target, { looks, mask })),
  baseline('improved Lee sigma', ({ target, looks, mask }) => leeSigma(target, { looks, mask })),
  baseline('Frost', ({ target, mask }) => frost(target, { mask })),
  baseline('gamma MAP', ({ target, looks, mask }) => gammaMap(target.hi(2), { looks, mask })),
  baseline('3-date mean', (input) => temporalMean(dates(input))),
  ...[3, 5].map((window) =>
    baseline(`boxcar ${window}×${window} of 3-date mean`, (input) =>
      boxcar(temporalMean(dates(input)), window, input.mask),
    ),
  ),
  baseline('Quegan 7×7', (input) => quegan(dates(input), { window: 7, mask: input.mask })[0]),
  baseline('Quegan of refined Lee', (input) => {
    const { looks, mask } = input;
    return quegan(dates(input), { mask, estimate: (image) => refinedLee(image, { looks, mask }) })[0];
  }),
];

/** Classical filters of all dates of a series. */
export const SERIES_BASELINES: readonly Method[] = [
  baseline('temporal mean', (input) => temporalMean(dates(input))),
  ...[3, 5].map((window) =>
    baseline(`boxcar ${window}×${window} of temporal mean`, (input) =>
      boxcar(temporalMean(dates(input)), window, input.mask),
    ),
  ),
  baseline('Quegan 7×7 of all dates', (input) => quegan(dates(input), { window: 7, mask: input.mask })[0]),
].map((method) => ({ ...method, series: true }));

/**
 * A network by its weights.
 *
 * @param weights name of shipped weights, or path of a file; see `loadNetwork`, also for the errors.
 */
export async function networkMethod(weights = 'mtpi'): Promise<Method> {
  const trained = await loadNetwork(weights);
  const { series } = trained.training;
  const despeckler = despecklerOf(trained);
  return {
    name: weights.replace(/\.(safetensors|pth)$/, ''),
    kind: 'network',
    trainedOn: Array.isArray(series) ? series : [],
    apply: (input, signal) => despeckleWhole(despeckler, input, signal),
    dispose: () => despeckler.dispose(),
  };
}

async function despeckleWhole(
  despeckler: Despeckler,
  input: MethodInput,
  signal?: AbortSignal,
): Promise<Image> {
  const [bands, rows, cols] = input.target.shape;
  const result = createImage(bands, rows, cols);
  const outputs = planes(result);
  for await (const { y, image } of despeckler.despeckle(memorySource(input, input.mask), { signal })) {
    planes(image).forEach((plane, b) => outputs[b].set(plane, y * cols));
  }
  return result;
}
