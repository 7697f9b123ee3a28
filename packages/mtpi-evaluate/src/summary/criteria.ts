import { group, least, max, mean, min } from 'd3-array';
import type { SceneScore } from '../evaluate';
import { BANDS, keysOf, type Scores } from '../metrics/score';
import { isSimulated } from '../scenes/scene';

/** Scores of a network and of the baselines, in one scene or as means over scenes. */
interface Case {
  network: Scores;
  baselines: { method: string; scores: Scores }[];
}

/** A requirement on the weights of a network. */
interface Criterion {
  title: string;
  unit: '' | 'dB' | '%' | '°';
  /** Each scene, or the means over the scenes of one image type or of one stack. */
  cases: 'simulated scenes' | 'image types' | 'stacks' | 'change scenes';
  /** Values of a case, such as those of VV and VH; none where it can't be computed. */
  values(scores: Case): number[];
  /** Threshold. */
  isMet(value: number): boolean;
}

const CRITERIA: readonly Criterion[] = [
  {
    title: 'PSNR at least 2 dB above the best baseline',
    unit: 'dB',
    cases: 'simulated scenes',
    values: marginAboveBaselines('psnr'),
    isMet: (margin) => margin >= 2,
  },
  {
    title: 'SSIM above the best baseline',
    unit: '',
    cases: 'simulated scenes',
    values: marginAboveBaselines('ssim'),
    isMet: (margin) => margin > 0,
  },
  {
    title: 'EPI above the best baseline',
    unit: '',
    cases: 'simulated scenes',
    values: marginAboveBaselines('epi'),
    isMet: (margin) => margin > 0,
  },
  {
    title: 'bias within ±0.1 dB',
    unit: 'dB',
    cases: 'simulated scenes',
    values: scoreOf('bias'),
    isMet: (bias) => Math.abs(bias) < 0.1,
  },
  {
    title: 'bias within ±0.1 dB, mean of an image type',
    unit: 'dB',
    cases: 'image types',
    values: scoreOf('bias'),
    isMet: (bias) => Math.abs(bias) < 0.1,
  },
  {
    title: 'ratio mean 1.00 ± 0.01, mean of an image type',
    unit: '',
    cases: 'image types',
    values: scoreOf('ratioMean'),
    isMet: (ratio) => Math.abs(ratio - 1) <= 0.01,
  },
  {
    title: 'H error below that of the 5×5 boxcar',
    unit: '',
    cases: 'simulated scenes',
    values: marginBelowBaselines('entropyError', 'boxcar 5×5'),
    isMet: (margin) => margin > 0,
  },
  {
    title: 'α error below that of the 5×5 boxcar',
    unit: '°',
    cases: 'simulated scenes',
    values: marginBelowBaselines('alphaError', 'boxcar 5×5'),
    isMet: (margin) => margin > 0,
  },
  {
    title: 'valid covariance at every pixel',
    unit: '%',
    cases: 'simulated scenes',
    values: scoreOf('psd'),
    isMet: (share) => share === 100,
  },
  {
    title: 'leakage below 5 %',
    unit: '%',
    cases: 'change scenes',
    values: scoreOf('leakage'),
    isMet: (share) => share < 5,
  },
  {
    title: 'at least 90 % of a change retained',
    unit: '%',
    cases: 'change scenes',
    values: scoreOf('retention'),
    isMet: (share) => share >= 90,
  },
  {
    title: 'real stacks: error below every baseline',
    unit: 'dB',
    cases: 'stacks',
    values: marginBelowBaselines('error'),
    isMet: (margin) => margin > 0,
  },
  {
    title: 'real stacks: ENL / ENL of the best baseline, 0 where its EPI is better',
    unit: '',
    cases: 'stacks',
    values: enlOverBestBaseline,
    isMet: (ratio) => ratio > 1,
  },
  {
    title: 'real stacks: ENL / highest ENL of the baselines with at least the same EPI',
    unit: '',
    cases: 'stacks',
    values: enlAtEqualEpi,
    isMet: (ratio) => ratio > 1,
  },
];

/** How a network meets a criterion. */
export interface CriterionResult {
  method: string;
  criterion: string;
  /** Range and mean of the values. */
  found: string;
  /** Values that meet it, and all. */
  met: number;
  total: number;
}

/** How each network meets the criteria that the evaluated scenes cover. */
export function criterionResults(scores: readonly SceneScore[]): CriterionResult[] {
  const simulated = scores.filter(isSimulated);
  const real = scores.filter((score) => score.group === 'real');
  const cases: Record<Criterion['cases'], SceneScore[]> = {
    'simulated scenes': simulated,
    'image types': meansBy(simulated, 'imageType'),
    stacks: meansBy(real, 'place'),
    'change scenes': scores.filter((score) => score.group === 'change'),
  };
  const networks = new Set(scores.filter(({ kind }) => kind === 'network').map(({ method }) => method));
  return [...networks].flatMap((method) =>
    CRITERIA.flatMap((criterion) => {
      const values = casesOf(cases[criterion.cases], method).flatMap(criterion.values);
      if (values.length === 0) return [];
      const met = values.filter(criterion.isMet).length;
      const found = rangeOf(values, criterion.unit);
      return [{ method, criterion: criterion.title, found, met, total: values.length }];
    }),
  );
}

function casesOf(scores: readonly SceneScore[], network: string): Case[] {
  return [...group(scores, ({ name }) => name).values()].map((all) => ({
    network: all.find(({ method }) => method === network)?.scores ?? {},
    baselines: all.filter(({ kind }) => kind === 'baseline'),
  }));
}

/** Scores of each method as means over the scenes of one place or image type. */
function meansBy(scores: readonly SceneScore[], property: 'place' | 'imageType'): SceneScore[] {
  const groups = group(scores, (score) => `${score[property]} ${score.method}`);
  return [...groups.values()].map((scenes) => {
    const [first] = scenes;
    const keys = Object.keys(first.scores);
    const means = keys.map((key) => [key, mean(scenes, ({ scores }) => scores[key]) as number]);
    return { ...first, name: first[property], scores: Object.fromEntries(means) };
  });
}

function scoreOf(metric: string): Criterion['values'] {
  return ({ network }) => keysOf(metric).flatMap((key) => network[key] ?? []);
}

/** How far a metric is above the highest of the baselines. */
function marginAboveBaselines(metric: string): Criterion['values'] {
  return ({ network, baselines }) =>
    keysOf(metric).flatMap((key) => {
      const highest = max(baselines, ({ scores }) => scores[key]);
      return network[key] === undefined || highest === undefined ? [] : [network[key] - highest];
    });
}

/** How far a metric is below the lowest of the baselines, or below that of one of them. */
function marginBelowBaselines(metric: string, baseline?: string): Criterion['values'] {
  return ({ network, baselines }) =>
    keysOf(metric).flatMap((key) => {
      const compared = baselines.filter(({ method }) => !baseline || method === baseline);
      const lowest = min(compared, ({ scores }) => scores[key]);
      return network[key] === undefined || lowest === undefined ? [] : [lowest - network[key]];
    });
}

/** ENL over that of the baseline with the least error; 0 where that one has the better edge preservation index. */
function enlOverBestBaseline(scores: Case): number[] {
  return smoothnessOf(scores).flatMap(({ network, baselines }) => {
    const best = least(baselines, ({ error }) => error) as Smoothness;
    return network.epi >= best.epi ? [network.enl / best.enl] : [0];
  });
}

/** ENL over the highest of the baselines whose edge preservation index is as good or better, where there are any. */
function enlAtEqualEpi(scores: Case): number[] {
  return smoothnessOf(scores).flatMap(({ network, baselines }) => {
    const highest = max(baselines, ({ epi, enl }) => (epi >= network.epi ? enl : undefined));
    return highest === undefined ? [] : [network.enl / highest];
  });
}

/** How smooth a result is in one band, and at which cost. */
type Smoothness = Record<'epi' | 'enl' | 'error', number>;

function smoothnessOf({ network, baselines }: Case): { network: Smoothness; baselines: Smoothness[] }[] {
  return BANDS.flatMap((band) => {
    const of = (scores: Scores): Smoothness[] => {
      const [epi, enl, error] = ['epi', 'enl', 'error'].map((metric) => scores[`${metric} ${band}`]);
      return epi === undefined ? [] : [{ epi, enl, error }];
    };
    const [own] = of(network);
    const others = baselines.flatMap(({ scores }) => of(scores));
    return own && others.length > 0 ? [{ network: own, baselines: others }] : [];
  });
}

function rangeOf(values: number[], unit: string): string {
  const show = (value = Number.NaN) => `${value.toFixed(Math.abs(value) >= 10 ? 1 : 3)}${unit && ` ${unit}`}`;
  return `${show(min(values))} … ${show(max(values))}, mean ${show(mean(values))}`;
}
