import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobOptions } from '@mtpi/jobs';
import type { TripletImages } from '@mtpi/model';
import { createImage, type Image, type Mask } from '@mtpi/polsar-priors';
import type { RasterSink } from '@mtpi/sar-io';
import { createGeoTiff, createNpy, readNpy, writeFileAtomic } from '@mtpi/sar-io/node';
import type { Method, MethodInput } from '../methods';
import type { SceneInfo, SceneSource } from './scene';
import { TRAINED_ON } from './stack';

/** An input of a method in a folder of exported scenes. */
interface ExportedInput extends Pick<SceneInfo, 'imageType' | 'looks' | 'phase' | 'place' | 'group'> {
  /** Its folder, and its result without the extension. */
  id: string;
  rows: number;
  cols: number;
  /** Dates before and after the target, the nearest first: names of files without extension. */
  before: string[];
  after: string[];
}

/** A scene, or the same with spots that changed at its previous date or at its target. */
type Variant = MethodInput['variant'];
const VARIANTS: readonly Variant[] = [undefined, 'auxiliary', 'target'];

/** Identifies an input in files: the name of its scene in lower case, words joined by hyphens, and its variant. */
const idOf = (name: string, variant?: Variant): string =>
  [name.replace(TRAINED_ON, '').toLowerCase(), variant ?? '']
    .join(' ')
    .trim()
    .replaceAll(/[^a-z0-9]+/g, '-');

/**
 * Writes the inputs of test scenes for other programs: a folder each with `target`, `previous`, `next`, further dates of a
 * series (`earlier-1`, `later-1`, …) and `mask` as .npy (float32, [bands, rows, cols]; NaN where invalid) and .tif, and a
 * list of all, `scenes.json`. Bands are C11, C22, Re C12, Im C12, or the intensities of VV and VH, in linear power.
 *
 * @param folder is made if it doesn't exist.
 * @returns number of inputs.
 */
export async function exportScenes(
  scenes: readonly SceneSource[],
  folder: string,
  { signal, onProgress }: Pick<JobOptions, 'signal' | 'onProgress'> = {},
): Promise<number> {
  const exported: ExportedInput[] = [];
  for (const [done, { info, draw }] of scenes.entries()) {
    const scene = draw();
    const { group, place, imageType, looks, phase } = info;
    const inputs: TripletImages[] = [scene];
    if (scene.change) inputs.push(scene.change.inAuxiliary, scene.change.inTarget);
    for (const [i, input] of inputs.entries()) {
      signal?.throwIfAborted();
      const id = idOf(info.name, VARIANTS[i]);
      const { target, previous, next, earlier = [], later = [] } = input;
      const [, rows, cols] = target.shape;
      const before = ['previous', ...earlier.map((_, k) => `earlier-${k + 1}`)];
      const after = ['next', ...later.map((_, k) => `later-${k + 1}`)];
      const names = ['target', ...before, ...after];
      const images = [target, previous, ...earlier, next, ...later];
      await mkdir(join(folder, id), { recursive: true });
      for (const [k, image] of images.entries())
        await writeImage(join(folder, id, names[k]), image, scene.mask);
      await writeImage(join(folder, id, 'mask'), maskImage(scene.mask, rows, cols));
      exported.push({ id, group, place, imageType, looks, phase, rows, cols, before, after });
    }
    onProgress?.({ stage: 'writing', done: done + 1, total: scenes.length, unit: 'scenes' });
  }
  await writeFileAtomic(join(folder, 'scenes.json'), `${JSON.stringify(exported, null, 1)}\n`);
  return exported.length;
}

async function writeImage(path: string, image: Image, mask?: Mask): Promise<void> {
  const [bands, height, width] = image.shape;
  const names = { 1: ['mask'], 2: ['VV', 'VH'], 4: ['C11', 'C22', 'Re C12', 'Im C12'] }[bands] ?? [];
  const write = async (sink: RasterSink<unknown>) => {
    await sink.write(image, mask);
    await sink.close();
  };
  await write(await createNpy(`${path}.npy`, { bands, width, height }));
  await write(await createGeoTiff(`${path}.tif`, { bands: names, width, height, overviews: false }));
}

function maskImage(mask: Mask | undefined, rows: number, cols: number): Image {
  const image = createImage(1, rows, cols);
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < cols; c++) image.set(0, r, c, (mask?.get(r, c) ?? 1) ? 1 : 0);
  return image;
}

/** Results that another program made of exported scenes. */
export interface Results {
  method: Method;
  /** Whether there is a result for a scene. */
  cover(scene: SceneInfo): boolean;
}

/**
 * The results of another program as a method: `ID.npy` in a folder for each input of `scenes.json`, float32,
 * [bands, rows, cols] with the bands of the input, or its intensities alone.
 *
 * @param name of the method in tables.
 * @throws from its `apply`: SarIoError `NotFound`, `UnsupportedFormat`, `CorruptFile`.
 */
export function openResults(name: string, folder: string): Results {
  const pathOf = (id: string) => join(folder, `${id}.npy`);
  return {
    cover: ({ name: scene, group }) => {
      const variants = group === 'change' ? VARIANTS : [undefined];
      return variants.every((variant) => existsSync(pathOf(idOf(scene, variant))));
    },
    method: {
      name,
      kind: 'peer',
      apply: ({ name: scene = '', variant }) => readNpy(pathOf(idOf(scene, variant))) as Promise<Image>,
    },
  };
}
