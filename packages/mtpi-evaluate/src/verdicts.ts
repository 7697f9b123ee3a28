import { group, least, max, mean, min } from 'd3-array';
import type { SceneScore } from './evaluate';
import type { Method } from './methods';
import { BANDS, type Scores } from './score';

/** Whether a network keeps a limit. */
export interface Criterion {
  method: string;
  /** What is asked. */
  limit: string;
  /** Range and mean of what was found. */
  found: string;
  /** Cases that keep it, and all. */
  passed: number;
  total: number;
}

/** What is asked of weights: a figure for each case, such as a band of a scene, and which figures are good enough. */
interface Limit {
  limit: string;
  unit: '' | 'dB' | '%' | '°';
  figures(network: NetworkScores): number[];
  keeps(figure: number): boolean;
}

const positive = (figure: number): boolean => figure > 0;
const unbiased = (decibel: number): boolean => Math.abs(decibel) < 0.1;

const LIMITS: readonly Limit[] = [
  {
    ...{ limit: 'PSNR at least 2 dB above the best baseline', unit: 'dB', keeps: (margin) => margin >= 2 },
    figures: ({ simulated }) => simulated.margins('psnr', 'high'),
  },
  {
    ...{ limit: 'SSIM above the best baseline', unit: '', keeps: positive },
    figures: ({ simulated }) => simulated.margins('ssim', 'high'),
  },
  {
    ...{ limit: 'EPI above the best baseline', unit: '', keeps: positive },
    figures: ({ simulated }) => simulated.margins('epi', 'high'),
  },
  {
    ...{ limit: 'bias within ±0.1 dB', unit: 'dB', keeps: unbiased },
    figures: ({ simulated }) => simulated.values('bias'),
  },
  {
    ...{ limit: 'bias within ±0.1 dB, mean of a kind of image', unit: 'dB', keeps: unbiased },
    figures: ({ products }) => products.values('bias'),
  },
  {
    limit: 'ratio mean 1.00 ± 0.01, mean of a kind of image',
    unit: '',
    keeps: (ratio) => Math.abs(ratio - 1) <= 0.01,
    figures: ({ products }) => products.values('ratioMean'),
  },
  {
    ...{ limit: 'H error below the 5×5 boxcar’s', unit: '', keeps: positive },
    figures: ({ simulated }) => simulated.margins('entropyError', 'low', 'boxcar 5×5'),
  },
  {
    ...{ limit: 'α error below the 5×5 boxcar’s', unit: '°', keeps: positive },
    figures: ({ simulated }) => simulated.margins('alphaError', 'low', 'boxcar 5×5'),
  },
  {
    ...{ limit: 'a valid covariance at every pixel', unit: '%', keeps: (share) => share === 100 },
    figures: ({ simulated }) => simulated.values('psd'),
  },
  {
    ...{ limit: 'leakage below 5 %', unit: '%', keeps: (share) => share < 5 },
    figures: ({ change }) => change.values('leakage'),
  },
  {
    ...{ limit: 'at least 90 % of a change stay', unit: '%', keeps: (share) => share >= 90 },
    figures: ({ change }) => change.values('retention'),
  },
  {
    ...{ limit: 'real series: error below every baseline’s', unit: 'dB', keeps: positive },
    figures: ({ series }) => series.margins('error', 'low'),
  },
  {
    limit: 'real series: ENL over the best baseline’s, taken as 0 where its edge index is better',
    unit: '',
    keeps: (ratio) => ratio > 1,
    figures: ({ series }) => series.enlOverBest(),
  },
  {
    ...{ limit: 'real series: ENL over the best of baselines with as good an edge index', unit: '' },
    keeps: (ratio) => ratio > 1,
    figures: ({ series }) => series.enlAtEqualEdges(),
  },
];

/** How each network keeps each limit that the scenes can tell of. */
export function verdicts(
  methods: readonly Pick<Method, 'name' | 'kind'>[],
  scores: SceneScore[],
): Criterion[] {
  return methods
    .filter(({ kind }) => kind === 'network')
    .flatMap(({ name }) => {
      const of = (cases: SceneScore[]) => new Cases(cases, name);
      const real = scores.filter(({ group }) => group === 'real');
      const simulated = scores.filter(({ group }) => group === 'reflectivity' || group === 'procedural');
      const network: NetworkScores = {
        simulated: of(simulated),
        products: of(meansBy(simulated, 'product')),
        series: of(meansBy(real, 'place')),
        change: of(scores.filter(({ group }) => group === 'change')),
      };
      return LIMITS.flatMap(({ limit, unit, figures, keeps }) => {
        const found = figures(network);
        if (found.length === 0) return [];
        const passed = found.filter(keeps).length;
        return [{ method: name, limit, found: rangeOf(found, unit), passed, total: found.length }];
      });
    });
}

/** Scores of one network and its rivals. */
interface NetworkScores {
  simulated: Cases;
  /** Means over the simulated scenes of one kind of image. */
  products: Cases;
  /** Means over the dates of one real series. */
  series: Cases;
  change: Cases;
}

/** A network beside the baselines, scene by scene. */
class Cases {
  private readonly scenes: { own: Scores; rivals: { method: string; scores: Scores }[] }[];

  constructor(scores: SceneScore[], network: string) {
    this.scenes = [...group(scores, ({ name }) => name).values()].map((all) => ({
      own: all.find(({ method }) => method === network)?.scores ?? {},
      rivals: all.filter(({ kind }) => kind === 'baseline'),
    }));
  }

  /** A figure of the network in each scene, for VV and VH where it is one of a band. */
  values(key: string): number[] {
    return this.scenes.flatMap(({ own }) => keysOf(key).flatMap((name) => own[name] ?? []));
  }

  /** By how much it is better than the best of the baselines, or than the named one. */
  margins(key: string, goal: 'high' | 'low', rival?: string): number[] {
    return this.scenes.flatMap(({ own, rivals }) =>
      keysOf(key).flatMap((name) => {
        const others = rivals
          .filter(({ method }) => !rival || method === rival)
          .flatMap(({ scores }) => scores[name] ?? []);
        if (own[name] === undefined || others.length === 0) return [];
        return goal === 'high' ? own[name] - Math.max(...others) : Math.min(...others) - own[name];
      }),
    );
  }

  /** ENL over that of the baseline with the least error; 0 where that has the better edge index. */
  enlOverBest(): number[] {
    return this.edges(({ epi, enl }, rivals) => {
      const best = least(rivals, ({ error }) => error) as EdgeScores;
      return epi >= best.epi ? [enl / best.enl] : [0];
    });
  }

  /** ENL over the highest of the baselines whose edge index is as good or better, where there are any. */
  enlAtEqualEdges(): number[] {
    return this.edges(({ epi, enl }, rivals) => {
      const highest = max(rivals, (rival) => (rival.epi >= epi ? rival.enl : undefined));
      return highest === undefined ? [] : [enl / highest];
    });
  }

  /** What `figures` makes of the network's and the baselines' scores of each band. */
  private edges(figures: (own: EdgeScores, rivals: EdgeScores[]) => number[]): number[] {
    return this.scenes.flatMap(({ own, rivals }) =>
      BANDS.flatMap((band) => {
        const of = (scores: Scores): EdgeScores => ({
          epi: scores[`epi ${band}`],
          enl: scores[`enl ${band}`],
          error: scores[`error ${band}`],
        });
        const network = of(own);
        const known = rivals.map(({ scores }) => of(scores)).filter(({ epi }) => epi !== undefined);
        return network.epi === undefined || known.length === 0 ? [] : figures(network, known);
      }),
    );
  }
}

/** How smooth a result of a band is, and what that costs. */
type EdgeScores = Record<'epi' | 'enl' | 'error', number>;

const keysOf = (key: string): string[] => [key, ...BANDS.map((band) => `${key} ${band}`)];

/** Scores of each method as means over the scenes of one place or product. */
function meansBy(scores: SceneScore[], property: 'place' | 'product'): SceneScore[] {
  const groups = group(scores, (score) => `${score[property]} ${score.method}`);
  return [...groups.values()].map((scenes) => {
    const [first] = scenes;
    const keys = Object.keys(first.scores);
    const means = keys.map((key) => [key, mean(scenes, ({ scores }) => scores[key]) as number]);
    return { ...first, name: first[property], scores: Object.fromEntries(means) };
  });
}

function rangeOf(figures: number[], unit: string): string {
  const show = (value = Number.NaN) => `${value.toFixed(Math.abs(value) >= 10 ? 1 : 3)}${unit && ` ${unit}`}`;
  return `${show(min(figures))} … ${show(max(figures))}, mean ${show(mean(figures))}`;
}
