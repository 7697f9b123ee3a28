/** Makes the pictures of concepts.md from a simulated scene and the shipped weights. Run: npm run pictures -w docs */
import { loadDespeckler } from '@mtpi/model';
import {
  boxcar,
  createImage,
  haAlpha,
  type Image,
  planes,
  Random,
  sentinel1Swaths,
  simulateScene,
  simulateTriplet,
} from '@mtpi/polsar-priors';
import { writePng } from '@mtpi/sar-io/node';
import ndarray from 'ndarray';
import { sideBySide } from '../packages/mtpi-workflows/src/side-by-side';

const SIZE = 176;
const SEED = 21;
const RANGE = { min: -22, max: 2 };

/** The same landscape and changes in any number of looks. */
function acquired(looks: number) {
  const random = new Random(SEED);
  const scene = simulateScene({ rows: SIZE, cols: SIZE, random });
  return simulateTriplet({ random, scene, looks, changed: 0.2, correlation: sentinel1Swaths.IW2 });
}

const write = (name: string, images: Image[]) =>
  writePng(new URL(name, import.meta.url).pathname, sideBySide(images, RANGE));

/** A band of values from 0 to `most`, as powers that are shown from black to white. */
function shown(image: Image, band: number, most: number): Image {
  const result = createImage(1, SIZE, SIZE);
  const { min, max } = RANGE;
  result.data.set(planes(image)[band].map((v) => 10 ** ((min + ((max - min) * v) / most) / 10)));
  return result;
}

const { target, previous, next, truth } = acquired(1);
await write('looks.png', [target, acquired(4).target, acquired(16).target, truth]);

const mask = ndarray(new Uint8Array(SIZE * SIZE).fill(1), [SIZE, SIZE]);
const despeckler = await loadDespeckler('mtpi');
const at = (image: Image) => ({ image, mask });
const despeckled = await despeckler.despeckleWindow([at(target), at(previous), at(next)]);
await despeckler.dispose();
await write('dates.png', [previous, target, next, despeckled]);

const [averaged, sharp] = [haAlpha(boxcar(target, 5)), haAlpha(despeckled)];
await write('h-a-alpha.png', [
  shown(averaged, 0, 1),
  shown(sharp, 0, 1),
  shown(averaged, 2, 45),
  shown(sharp, 2, 45),
]);
