import { existsSync, readdirSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { type Difference, exceeds } from './check';
import { checkEvaluation } from './evaluation';
import { checkFilterBanks } from './filter-banks';
import { Fixture } from './fixture';
import { checkLoss } from './loss';
import { checkTraining } from './training';

type Check = (fixture: Fixture) => Promise<Difference[]>;

/** Checks by the stem of a file. */
const CHECKS: [stems: RegExp, check: Check][] = [
  [/^collaborative_loss/, checkLoss],
  [/^filter_banks/, checkFilterBanks],
  [/^train_/, checkTraining],
  [/^(afg|hfa|spp_|ddcr|r2a|net_)|_io$/, checkEvaluation],
];

const [folder] = process.argv.slice(2);
if (!folder || !existsSync(folder)) {
  if (folder) console.error(`${folder}: no such folder`);
  console.error('usage: npm run parity -- FOLDER\nCompares with the numbers in FOLDER/*.safetensors.');
  process.exit(2);
}
tf.enableProdMode();
await tf.setBackend('cpu');
const files = readdirSync(folder)
  .filter((file) => file.endsWith('.safetensors'))
  .sort();
const width = Math.max(...files.map((file) => file.length)) - '.safetensors'.length;
let checked = 0;
let failed = 0;
for (const file of files) {
  const stem = file.slice(0, -'.safetensors'.length);
  const check = CHECKS.find(([stems]) => stems.test(stem))?.[1];
  if (!check) {
    console.log(`skip  ${stem.padEnd(width)}  unknown stem`);
    continue;
  }
  const [verdict, details] = await report(() => check(new Fixture(folder, file)));
  console.log(`${verdict.padEnd(4)}  ${stem.padEnd(width)}  ${details}`);
  checked++;
  if (verdict !== 'ok') failed++;
}
if (!checked) console.error(`${folder}: nothing to check: no known .safetensors file`);
process.exitCode = failed || !checked ? 1 : 0;

async function report(differences: () => Promise<Difference[]>): Promise<['ok' | 'FAIL', string]> {
  try {
    const found = await differences();
    const details = found.map(
      (difference) =>
        `${difference.name} ${difference.error.toExponential(1)}${exceeds(difference) ? ` > ${difference.limit}` : ''}`,
    );
    return [found.some(exceeds) ? 'FAIL' : 'ok', details.join('  ')];
  } catch (error) {
    return ['FAIL', error instanceof Error ? error.message : String(error)];
  }
}
