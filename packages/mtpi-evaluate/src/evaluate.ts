import type { JobOptions } from '@mtpi/jobs';
import type { Image } from '@mtpi/polsar-priors';
import { applyMethod } from './apply-method';
import { EvaluationError } from './errors';
import type { Method } from './methods';
import { type Scores, scorer } from './metrics/score';
import { changeScores, type SpotResponse, spotResponses } from './metrics/spot-response';
import type { SceneInfo, SceneSource, TestScene } from './scenes/scene';

/** Metrics of one method on one scene. */
export interface SceneScore extends SceneInfo {
  method: string;
  kind: Method['kind'];
  scores: Scores;
  /** Of computation, for all pixels of the scene. */
  seconds: number;
}

/** A scene and the result of each method, to be shown. */
export interface Gallery {
  scene: TestScene;
  results: { method: string; kind: Method['kind']; image: Image }[];
}

/** Results of all methods on all scenes. */
export interface Evaluation {
  methods: Pick<Method, 'name' | 'kind'>[];
  scores: SceneScore[];
  /** Of each spot of the change scenes. */
  responses: SpotResponse[];
  galleries: Gallery[];
}

export interface EvaluateOptions extends Pick<JobOptions, 'signal' | 'onProgress'> {
  scenes: readonly SceneSource[];
  methods: readonly Method[];
  /** Scenes whose images are kept. Default none. */
  show?: (info: SceneInfo) => boolean;
}

/**
 * Runs all methods on all scenes.
 *
 * @throws EvaluationError `NameTaken` where two methods have one name, `InvalidResult` where a method fails; the signal's reason
 *   when aborted.
 */
export async function evaluate(options: EvaluateOptions): Promise<Evaluation> {
  const { scenes, methods, show, signal, onProgress } = options;
  const names = methods.map(({ name }) => name);
  const taken = names.find((name, i) => names.indexOf(name) < i);
  if (taken !== undefined)
    throw new EvaluationError('NameTaken', {
      ...{ expected: 'methods of different names', found: `two named ${taken}` },
      hint: 'choose another NAME in --results',
    });
  const evaluation: Evaluation = {
    methods: methods
      .filter((method) => scenes.some(({ info }) => isFor(method, info)))
      .map(({ name, kind }) => ({ name, kind })),
    scores: [],
    responses: [],
    galleries: [],
  };
  for (const [done, { info, draw }] of scenes.entries()) {
    const scene = draw();
    const score = scorer(scene);
    const gallery: Gallery = { scene, results: [] };
    for (const method of methods) {
      if (!isFor(method, info)) continue;
      signal?.throwIfAborted();
      const start = performance.now();
      const image = await applyMethod(method, scene, signal);
      const seconds = (performance.now() - start) / 1000;
      const scores = score(image);
      if (scene.change) {
        const { name, looks, mask, change } = scene;
        const { inAuxiliary, inTarget } = change;
        const responses = spotResponses(
          { scene: scene.name, imageType: scene.imageType, place: scene.place, method: method.name },
          change.spots,
          image,
          await applyMethod(method, { ...inAuxiliary, name, variant: 'auxiliary', looks, mask }, signal),
          await applyMethod(method, { ...inTarget, name, variant: 'target', looks, mask }, signal),
        );
        evaluation.responses.push(...responses);
        Object.assign(scores, changeScores(responses));
      }
      evaluation.scores.push({ ...info, method: method.name, kind: method.kind, scores, seconds });
      gallery.results.push({ method: method.name, kind: method.kind, image });
      await new Promise(setImmediate); // lets an abort arrive between filters, which are synchronous
    }
    if (show?.(info)) evaluation.galleries.push(gallery);
    onProgress?.({ stage: 'evaluating', done: done + 1, total: scenes.length, unit: 'images' });
  }
  return evaluation;
}

/** Whether a method is compared on a scene: baselines for series on series, the others on triplets. */
const isFor = ({ kind, series = false }: Method, { group }: SceneInfo) =>
  kind !== 'baseline' || series === (group === 'series');
