import { checkBands, createImage, type Image, planes } from '../image';
import type { Random } from '../random';
import { addBrightPoints } from './bright-points';
import { smoothField } from './smooth-field';
import { type Fields, voronoi } from './voronoi';

/** A kind of ground: σ⁰ of VV, VH below VV, |ρ| between them, roughness within a field and coherence over 12 days. */
interface Ground {
  vv: [number, number];
  ratio: [number, number];
  rho: [number, number];
  roughness: [number, number];
  coherence: number;
  weight: number;
}

const grounds: Ground[] = [
  { vv: [-24, -16], ratio: [-9, -5], rho: [0, 0.2], roughness: [0, 0.5], coherence: 0, weight: 2 }, // water
  { vv: [-16, -9], ratio: [-9, -5], rho: [0, 0.3], roughness: [0, 1], coherence: 0.3, weight: 3 }, // bare soil
  { vv: [-13, -7], ratio: [-8, -4], rho: [0, 0.3], roughness: [0, 1.2], coherence: 0, weight: 4 }, // crops
  { vv: [-10, -6], ratio: [-7, -4], rho: [0, 0.15], roughness: [0.3, 1.5], coherence: 0, weight: 3 }, // forest
  { vv: [-7, 4], ratio: [-10, -3], rho: [0, 0.5], roughness: [2, 6], coherence: 0.8, weight: 2 }, // built-up
];

/** Grounds, each as often as its weight says. */
const tickets = grounds.flatMap((ground) => Array<Ground>(ground.weight).fill(ground));

/** Natural logarithm of 1 dB. */
const NEPER = Math.LN10 / 10;

/** A simulated landscape. */
export interface Scene extends Fields {
  /** Clean covariance [4, rows, cols], or intensities [2, rows, cols]. */
  reflectivity: Image;
  /** Coherence of each field's speckle from date to date. */
  coherence: Float32Array;
}

export interface SceneOptions {
  rows: number;
  cols: number;
  random: Random;
}

/**
 * A procedural landscape: regions of water, soil, crops, forest or built-up land, divided into fields, with relief and
 * texture, thin lines and bright points. Sizes and contrasts vary from scene to scene: fields of 3 pixels to the whole
 * image, from alike within a fraction of a dB to unlike as different grounds are.
 */
export function simulateScene({ rows, cols, random }: SceneOptions): Scene {
  const partition = randomFields(rows, cols, random);
  const { fields } = partition;
  const grounds = drawFields(partition, rows, cols, random);
  const gain = relief(rows, cols, random);
  const size = rows * cols;
  const [first, second] = [new Float32Array(size), new Float32Array(size)];
  const texture = smoothField(rows, cols, random.uniform(0.7, 3), random);
  // Relief, stones and crowns as fine as a pixel, which every date shows.
  const grain = smoothField(rows, cols, random.uniform(0, 2), random);
  const graininess = random.chance(0.5) ? random.uniform(0, 2.5) : 0;
  const own = new Float32Array(size);
  random.fillNormal(own);
  for (let i = 0; i < size; i++) {
    const { vv, ratio, roughness } = grounds[fields[i]];
    const rough = roughness * texture[i] + graininess * grain[i];
    first[i] = vv + gain[i] + rough;
    second[i] = vv + ratio + 0.8 * gain[i] + 0.7 * rough + 0.5 * roughness * own[i];
  }
  drawLines([first, second], rows, cols, random);
  const reflectivity = createImage(4, rows, cols);
  const [c11, c22, re, im] = planes(reflectivity);
  for (let i = 0; i < size; i++) {
    c11[i] = Math.exp(NEPER * first[i]);
    c22[i] = Math.exp(NEPER * second[i]);
    const cross = Math.sqrt(c11[i] * c22[i]);
    re[i] = cross * grounds[fields[i]].rhoReal;
    im[i] = cross * grounds[fields[i]].rhoImag;
  }
  // Cities glitter, up to one pixel in 50; elsewhere points are rare.
  const candidates = Array.from({ length: Math.round((size / 50) * random.uniform() ** 2) }, () =>
    random.integer(0, size - 1),
  );
  const bright = candidates.filter((pixel) => grounds[fields[pixel]].coherence > 0.5 || random.chance(0.05));
  addBrightPoints(reflectivity, bright, random);
  return { reflectivity, ...partition, coherence: Float32Array.from(grounds, ({ coherence }) => coherence) };
}

/**
 * A scene made of a given reflectivity, for example a long-averaged image: random fields decide what changes together;
 * speckle has no coherence between dates.
 *
 * @param reflectivity clean covariance [4, rows, cols] or intensities [2, rows, cols], valid everywhere.
 */
export function sceneOf(reflectivity: Image, random: Random): Scene {
  checkBands(reflectivity, 'sceneOf', 2, 4);
  const [, rows, cols] = reflectivity.shape;
  const partition = randomFields(rows, cols, random);
  return { reflectivity, ...partition, coherence: new Float32Array(partition.fieldCount) };
}

/** A scene of intensities as one of covariances: each field has a correlation |ρ| below 0.5 and a phase of its own. */
export function withCorrelation(scene: Scene, random: Random): Scene {
  const [, rows, cols] = scene.reflectivity.shape;
  const covariance = createImage(4, rows, cols);
  const [c11, c22, re, im] = planes(covariance);
  const [vv, vh] = planes(scene.reflectivity);
  const correlations = Array.from({ length: scene.fieldCount }, () => {
    const [magnitude, phase] = [0.5 * random.uniform() ** 2, random.uniform(0, 2 * Math.PI)];
    return [magnitude * Math.cos(phase), magnitude * Math.sin(phase)];
  });
  c11.set(vv);
  c22.set(vh);
  for (let i = 0; i < vv.length; i++) {
    const cross = Math.sqrt(vv[i] * vh[i]);
    const [real, imaginary] = correlations[scene.fields[i]];
    re[i] = cross * real;
    im[i] = cross * imaginary;
  }
  return { ...scene, reflectivity: covariance };
}

function randomFields(rows: number, cols: number, random: Random): Fields {
  const spacing = 3 * (Math.max(rows, cols) / 3) ** random.uniform(0, 1.1);
  return voronoi(rows, cols, Math.max(1, Math.round((rows * cols) / spacing ** 2)), random);
}

/** What each field is made of: a variation, between weak and strong, of the ground of the region it lies in. */
function drawFields({ fields, fieldCount }: Fields, rows: number, cols: number, random: Random) {
  const count = Math.ceil(fieldCount ** random.uniform(0, 1));
  const regions = voronoi(rows, cols, count, random);
  const regionOf = new Uint32Array(fieldCount);
  for (let i = 0; i < fields.length; i++) regionOf[fields[i]] = regions.fields[i];
  const grounds = Array.from({ length: count }, () => drawGround(random));
  const spread = 0.2 * 15 ** random.uniform();
  return Array.from(regionOf, (region) => {
    const { vv, ratio, ...ground } = grounds[region];
    return { ...ground, vv: vv + spread * random.normal(), ratio: ratio + 0.4 * spread * random.normal() };
  });
}

function drawGround(random: Random) {
  const ground = random.pick(tickets);
  const draw = ([low, high]: [number, number]) => random.uniform(low, high);
  const [rho, phase] = [draw(ground.rho), random.uniform(0, 2 * Math.PI)];
  return {
    vv: draw(ground.vv),
    ratio: draw(ground.ratio),
    rhoReal: rho * Math.cos(phase),
    rhoImag: rho * Math.sin(phase),
    roughness: draw(ground.roughness),
    coherence: ground.coherence,
  };
}

/** Slow variation and hills, in dB; between a twentieth of the image and a third of it long. */
function relief(rows: number, cols: number, random: Random): Float32Array {
  const strength = random.chance(0.5) ? random.uniform(0, 1) : random.uniform(1, 3);
  const gain = smoothField(rows, cols, Math.min(rows, cols) * random.uniform(0.05, 0.33), random);
  return gain.map((value) => strength * value);
}

/** Roads, rivers and hedges: straight, bent or winding lines, 1–3 pixels wide, darker or brighter than what they cross. */
function drawLines(logs: Float32Array[], rows: number, cols: number, random: Random): void {
  for (let n = random.integer(0, 5); n > 0; n--) {
    const contrast = random.chance(0.6) ? random.uniform(-10, -2) : random.uniform(2, 8);
    const width = random.uniform(0.5, 1.8);
    let [r, c, angle] = [random.uniform(0, rows), random.uniform(0, cols), random.uniform(0, 2 * Math.PI)];
    const bend = random.chance(0.5) ? 0 : 0.003 * random.normal();
    const winding = random.chance(0.3) ? 0.05 : 0;
    const touched = new Set<number>();
    for (let step = rows + cols; step > 0; step--) {
      angle += bend + winding * random.normal();
      r += Math.sin(angle) / 2;
      c += Math.cos(angle) / 2;
      for (let y = Math.ceil(r - width); y <= r + width; y++) {
        for (let x = Math.ceil(c - width); x <= c + width; x++) {
          if (y >= 0 && y < rows && x >= 0 && x < cols) touched.add(y * cols + x);
        }
      }
    }
    for (const i of touched) for (const log of logs) log[i] += contrast;
  }
}
