import { join } from 'node:path';
import { commandLine } from '@mtpi/errors';
import type { JobOptions } from '@mtpi/jobs';
import { writeFileAtomic } from '@mtpi/sar-io/node';
import { EvaluationError } from './errors';
import { type Evaluation, evaluate } from './evaluate';
import { BASELINES, INPUT, type Method, networkMethod, SERIES_BASELINES } from './methods';
import { evaluationCsv } from './report/csv';
import { evaluationHtml } from './report/html';
import { evaluationJson } from './report/json';
import { evaluationMarkdown } from './report/markdown';
import { isPictured } from './report/pictured';
import { exportScenes, openResults } from './scenes/exchange';
import type { SceneSource } from './scenes/scene';
import { readStacks } from './scenes/stack';
import { SCENE_KINDS, type SceneKind, testScenes } from './scenes/test-scenes';
import { type Summary, summarize } from './summary/summary';

/** Warnings are assumptions about the stacks and anomalies of them. */
export interface WriteEvaluationOptions extends JobOptions {
  /** Weights files, or names of shipped weights; see `loadNetwork`. */
  weights: readonly string[];
  /** Folder of stacks for real scenes, see `readStacks`. Default none. */
  timeseries?: string;
  /** Kinds of scenes; default all, without `timeseries` all but real ones. */
  kinds?: readonly SceneKind[];
  /** Few, small scenes. */
  quick?: boolean;
  /**
   * Folders of results that other programs made of exported scenes, by the name of the method; see `openResults`. Scenes that
   * one of them lacks are left out.
   */
  results?: Readonly<Record<string, string>>;
  /** Images in the report. Default true. */
  pictures?: boolean;
  /** Also write the tables as a Markdown document. */
  markdown?: string;
}

export interface WrittenEvaluation {
  /** Path of the HTML report. */
  report: string;
  evaluation: Evaluation;
  summary: Summary;
}

/**
 * Evaluates networks and classical filters on the test scenes and writes evaluation.json, evaluation.csv and
 * evaluation.html.
 *
 * @param folder an existing folder.
 * @throws ModelError if weights can't be loaded; EvaluationError `InvalidArgument` if real scenes are asked for without
 *   `timeseries`, `NoStack` if there is none in `timeseries`, `NoResult` if `results` fit none of the scenes.
 */
export async function writeEvaluation(
  folder: string,
  options: WriteEvaluationOptions,
): Promise<WrittenEvaluation> {
  const { weights, results = {}, pictures = true, markdown, signal, onProgress } = options;
  checkStacksGiven(options);
  const command = commandOf(options);
  const networks: Method[] = [];
  try {
    for (const path of weights) networks.push(await networkMethod(path));
    const peers = Object.entries(results).map(([name, path]) => openResults(name, path));
    const scenes = (await scenesOf(options, networks)).filter(({ info }) =>
      peers.every((peer) => peer.cover(info)),
    );
    if (peers.length > 0 && scenes.length === 0) {
      throw new EvaluationError('NoResult', {
        path: Object.values(results).join(', '),
        expected: 'results of at least one scene, from each',
        found: 'none',
        hint: 'write the scenes with mtpi evaluate --export, with the same --weights, --scenes and --timeseries',
      });
    }
    const evaluation = await evaluate({
      scenes,
      methods: [INPUT, ...BASELINES, ...SERIES_BASELINES, ...peers.map(({ method }) => method), ...networks],
      show: pictures ? isPictured(scenes) : undefined,
      signal,
      onProgress,
    });
    const summary = summarize(evaluation);
    const report = join(folder, 'evaluation.html');
    await writeFileAtomic(join(folder, 'evaluation.json'), evaluationJson(evaluation, summary, command));
    await writeFileAtomic(join(folder, 'evaluation.csv'), evaluationCsv(evaluation));
    await writeFileAtomic(report, evaluationHtml(evaluation, summary, command));
    if (markdown) await writeFileAtomic(markdown, evaluationMarkdown(summary, command));
    return { report, evaluation, summary };
  } finally {
    for (const network of networks) await network.dispose?.();
  }
}

/**
 * Writes the inputs of the test scenes for other programs; see `exportScenes`.
 *
 * @param folder is made if it doesn't exist.
 * @returns number of inputs.
 * @throws ModelError if weights can't be loaded; EvaluationError `InvalidArgument` and `NoStack` as `writeEvaluation`.
 */
export async function exportTestScenes(folder: string, options: WriteEvaluationOptions): Promise<number> {
  checkStacksGiven(options);
  const networks: Method[] = [];
  try {
    for (const path of options.weights) networks.push(await networkMethod(path));
    return await exportScenes(await scenesOf(options, networks), folder, options);
  } finally {
    for (const network of networks) await network.dispose?.();
  }
}

/** Without stacks there are no real scenes, and a wish for them would be an empty report. */
function checkStacksGiven({ kinds, timeseries }: WriteEvaluationOptions): void {
  if (!kinds?.includes('real') || timeseries !== undefined) return;
  throw new EvaluationError('InvalidArgument', "Real scenes need the option 'timeseries'", {
    ...{ expected: 'a folder of stacks for real scenes', found: 'none' },
    hint: 'Each stack is a folder of at least four co-registered acquisitions.',
  });
}

/** The scenes of an evaluation of networks. */
async function scenesOf(
  { timeseries, kinds, quick, signal, onWarning }: WriteEvaluationOptions,
  networks: readonly Method[],
): Promise<SceneSource[]> {
  const stacks = timeseries ? await readStacks(timeseries, { signal, onWarning }) : [];
  const seen = networks.flatMap(({ trainedOn = [] }) => trainedOn);
  return testScenes({ kinds, stacks, seen, quick });
}

/** The command that reproduces the evaluation. */
function commandOf({
  weights,
  timeseries,
  kinds = SCENE_KINDS,
  quick,
  results = {},
}: WriteEvaluationOptions): string {
  return commandLine([
    ...['mtpi', 'evaluate'],
    ...(weights.join() === 'mtpi' ? [] : ['--weights', ...weights]),
    ...(timeseries ? ['--timeseries', timeseries] : []),
    ...(kinds.length === SCENE_KINDS.length ? [] : ['--scenes', kinds.join()]),
    ...(quick ? ['--quick'] : []),
    ...Object.entries(results).flatMap(([name, path]) => ['--results', `${name}=${path}`]),
  ]);
}
