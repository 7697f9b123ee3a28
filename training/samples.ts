import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { encode, logTransform } from '@mtpi/model';
import { compile, type TensorLike } from '@mtpi/tfjs-onnx';
import { parseSettings } from '@mtpi/train';
import type * as tf from '@tensorflow/tfjs';
import { type ImageBatch, sampleOf } from '../packages/mtpi-train/src/batches/batch';
import { openSource } from '../packages/mtpi-train/src/run/sources';
import { scriptArguments } from './script-arguments';

/** Writes encoded samples of the data of a settings file for `run.py`; see README.md. */
const [path, seed, folder, validationBatches] = scriptArguments(
  3,
  'npm run ts -- training/samples.ts SETTINGS.yaml SEED FOLDER [VALIDATION_BATCHES]',
);
/** Files that wait to be read: no more are written until some of them are. */
const WAITING = 300;

mkdirSync(folder, { recursive: true });
const settings = parseSettings({ seed, output: folder }, { path, text: readFileSync(path, 'utf8') });
const source = await openSource(settings, validationBatches ? 'validation' : 'training');
const encoder = compile(
  (images, masks) => encode(logTransform, images as tf.Tensor4D, 5, masks as tf.Tensor3D),
  { workers: 0, threads: 1 },
);
const encoded = async ({ image, mask }: ImageBatch): Promise<TensorLike> =>
  (await encoder.run([image, mask]))[0];

// Each file: per sample 4 images NHWC, the loss weights, and 1 where C12 is known, else 0.
const count = Number(validationBatches ?? Number.POSITIVE_INFINITY);
for (let index = 0; index < count; index++) {
  while (!validationBatches && readdirSync(folder).length > WAITING) await setTimeout(200);
  const { target, previous, next, reference, phase, lossWeight } = await source.batch(index);
  const images = await Promise.all([target, previous, next, reference].map(encoded));
  const tensors = [...images, lossWeight, phase];
  const parts = Array.from({ length: settings.batch }, (_, b) =>
    tensors.map((tensor) => sampleOf(tensor, b)),
  );
  const name = join(folder, randomUUID());
  writeFileSync(
    `${name}.part`,
    Buffer.concat(parts.flat().map((p) => Buffer.from(p.buffer, p.byteOffset, p.byteLength))),
  );
  renameSync(`${name}.part`, `${name}.f32`);
}
await source.close();
await encoder.dispose();
