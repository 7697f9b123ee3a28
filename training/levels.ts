import { basename } from 'node:path';
import { loadDespeckler } from '@mtpi/model';
import { type Image, planes, Random, simulateScene, simulateTriplet } from '@mtpi/polsar-priors';
import { mean } from 'd3-array';
import ndarray from 'ndarray';
import { scriptArguments } from './script-arguments';

/**
 * Prints, as Markdown, bias and RMS error of weights for scenes that are darker or brighter than land, as sea and cities are:
 * single looks of simulated landscapes, all dates multiplied by the same factor; see README.md.
 */
const weights = scriptArguments(1, 'npm run ts -- training/levels.ts WEIGHTS...');
const SIZE = 128;
const SCENES = 4;
const FIRST_SEED = 9_000_000;
/** Differences from land in dB. */
const LEVELS = [-20, -15, -10, -5, 0, 5, 10, 15];

const mask = ndarray(new Uint8Array(SIZE * SIZE).fill(1), [SIZE, SIZE]);
const triplets = Array.from({ length: SCENES }, (_, n) => {
  const random = new Random(FIRST_SEED + n);
  const scene = simulateScene({ rows: SIZE, cols: SIZE, random });
  return simulateTriplet({ scene, looks: 1, changed: 0, drift: 0.3, noise: 0, random });
});
const scaled = (image: Image, factor: number) => {
  const intensities = planes(image.hi(2)).flatMap((band) => [...band.map((power) => factor * power)]);
  return { image: ndarray(Float32Array.from(intensities), [2, SIZE, SIZE]), mask };
};

console.log(`| dB | ${weights.map((file) => basename(file, '.safetensors')).join(' | ')} |`);
console.log(`| --: |${' --: |'.repeat(weights.length)}`);
const despecklers = await Promise.all(weights.map((file) => loadDespeckler(file)));
for (const level of LEVELS) {
  const factor = 10 ** (level / 10);
  const cells: string[] = [];
  for (const despeckler of despecklers) {
    const errors: number[][] = [[], []];
    for (const { target, previous, next, truth } of triplets) {
      const result = await despeckler.despeckleWindow([
        scaled(target, factor),
        scaled(previous, factor),
        scaled(next, factor),
      ]);
      const truths = planes(truth);
      for (const [b, band] of planes(result).entries())
        errors[b].push(...band.map((power, i) => 10 * Math.log10(power / factor / truths[b][i])));
    }
    const cell = errors.map((band) => {
      const rms = Math.sqrt(mean(band, (error) => error ** 2) ?? Number.NaN);
      return `${mean(band)?.toFixed(2)} (${rms.toFixed(2)})`;
    });
    cells.push(cell.join(' / '));
  }
  console.log(`| ${level} | ${cells.join(' | ')} |`);
}
for (const despeckler of despecklers) await despeckler.dispose();
