import { basename } from 'node:path';
import { loadDespeckler } from '@mtpi/model';
import { haAlpha, type Image, planes, Random, simulateScene, simulateTriplet } from '@mtpi/polsar-priors';
import { mean } from 'd3-array';
import ndarray from 'ndarray';
import { scriptArguments } from './script-arguments';

/**
 * Prints, as Markdown, the errors of the correlation ρ of VV and VH and of the entropy H that weights make: simulated
 * landscapes whose |ρ| is the same everywhere, or as simulated; see README.md.
 */
const weights = scriptArguments(1, 'npm run ts -- training/correlations.ts WEIGHTS...');
const SIZE = 128;
const SCENES = 2;
const FIRST_SEED = 9_000_000;
const LOOKS = [1, 4, 16];
const MAGNITUDES = [undefined, 0, 0.3, 0.5, 0.8, 0.95];
const PHASE = 0.7;

const mask = ndarray(new Uint8Array(SIZE * SIZE).fill(1), [SIZE, SIZE]);
const triplets = (looks: number, magnitude: number | undefined) =>
  Array.from({ length: SCENES }, (_, n) => {
    const random = new Random(FIRST_SEED + n);
    const scene = simulateScene({ rows: SIZE, cols: SIZE, random });
    const [c11, c22, re, im] = planes(scene.reflectivity);
    for (let i = 0; magnitude !== undefined && i < re.length; i++) {
      const amplitude = magnitude * Math.sqrt(c11[i] * c22[i]);
      [re[i], im[i]] = [amplitude * Math.cos(PHASE), amplitude * Math.sin(PHASE)];
    }
    return simulateTriplet({ scene, looks, changed: 0, drift: 0.3, noise: 0, random });
  });
const correlations = (image: Image) => {
  const [c11, c22, re, im] = planes(image);
  return [re, im].map((part) => part.map((value, i) => value / Math.sqrt(c11[i] * c22[i])));
};
const rms = (errors: readonly number[]) => Math.sqrt(mean(errors, (error) => error ** 2) ?? Number.NaN);

console.log(
  `| looks | \\|ρ\\| | ${weights.map((file) => `ρ error, H error of ${basename(file, '.safetensors')}`).join(' | ')} |`,
);
console.log(`| --: | --: |${' --: |'.repeat(weights.length)}`);
const despecklers = await Promise.all(weights.map((file) => loadDespeckler(file)));
for (const looks of LOOKS)
  for (const magnitude of MAGNITUDES) {
    const cells: string[] = [];
    for (const despeckler of despecklers) {
      const errors = { rho: [] as number[], entropy: [] as number[] };
      for (const { target, previous, next, truth } of triplets(looks, magnitude)) {
        const dates = [target, previous, next].map((image) => ({ image, mask }));
        const result = await despeckler.despeckleWindow([dates[0], dates[1], dates[2]]);
        const [[re, im], [trueRe, trueIm]] = [result, truth].map(correlations);
        re.forEach((value, i) => errors.rho.push(Math.hypot(value - trueRe[i], im[i] - trueIm[i])));
        const [[found], [expected]] = [result, truth].map((image) => planes(haAlpha(image)));
        found.forEach((value, i) => errors.entropy.push(value - expected[i]));
      }
      cells.push(`${rms(errors.rho).toFixed(3)}, ${rms(errors.entropy).toFixed(3)}`);
    }
    console.log(`| ${looks} | ${magnitude ?? 'as simulated'} | ${cells.join(' | ')} |`);
  }
for (const despeckler of despecklers) await despeckler.dispose();
