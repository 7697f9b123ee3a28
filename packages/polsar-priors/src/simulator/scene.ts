import { checkCount } from '../errors';
import { checkBands, createImage, type Image, planes } from '../image';
import type { Random } from '../random';
import { addBrightPoints } from './bright-points';
import { smoothField } from './smooth-field';
import { type Fields, voronoi } from './voronoi';

/** Land cover: sigma0 of VV and VH / VV in dB, |ρ| between them, texture within a field in dB, 12-day coherence, frequency. */
interface LandCover {
  vv: [number, number];
  ratio: [number, number];
  rho: [number, number];
  roughness: [number, number];
  coherence: number;
  weight: number;
}

const LAND_COVERS: LandCover[] = [
  { vv: [-24, -16], ratio: [-9, -5], rho: [0, 0.2], roughness: [0, 0.5], coherence: 0, weight: 2 }, // water
  { vv: [-16, -9], ratio: [-9, -5], rho: [0, 0.3], roughness: [0, 1], coherence: 0.3, weight: 3 }, // bare soil
  { vv: [-13, -7], ratio: [-8, -4], rho: [0, 0.3], roughness: [0, 1.2], coherence: 0, weight: 4 }, // crops
  { vv: [-10, -6], ratio: [-7, -4], rho: [0, 0.15], roughness: [0.3, 1.5], coherence: 0, weight: 3 }, // forest
  { vv: [-7, 4], ratio: [-10, -3], rho: [0, 0.5], roughness: [2, 6], coherence: 0.8, weight: 2 }, // built-up
];

/** Each land cover as often as its weight. */
const WEIGHTED_LAND_COVERS = LAND_COVERS.flatMap((cover) => Array<LandCover>(cover.weight).fill(cover));

/** ln of a power ratio of 1 dB. */
const LN_PER_DECIBEL = Math.LN10 / 10;

/** A simulated landscape. */
export interface Scene extends Fields {
  /** Speckle-free covariance [4, rows, cols] or intensities [2, rows, cols]. */
  reflectivity: Image;
  /** Coherence of the speckle of each field between dates, in [0, 1]. */
  coherence: Float32Array;
}

export interface SceneOptions {
  rows: number;
  cols: number;
  random: Random;
}

/**
 * A procedural landscape: regions of water, soil, crops, forest or built-up land, divided into fields, with relief,
 * texture, thin lines and bright points. Sizes and contrasts vary between scenes: fields from 3 pixels to the whole image,
 * contrasts from a fraction of a dB to those between land covers.
 */
export function simulateScene({ rows, cols, random }: SceneOptions): Scene {
  checkCount(rows, 1, 'simulateScene', 'rows');
  checkCount(cols, 1, 'simulateScene', 'cols');
  const partition = randomFields(rows, cols, random);
  const { fields } = partition;
  const covers = drawFields(partition, rows, cols, random);
  const gain = relief(rows, cols, random);
  const size = rows * cols;
  const [first, second] = [new Float32Array(size), new Float32Array(size)];
  const texture = smoothField(rows, cols, random.uniform(0.7, 3), random);
  // Pixel-scale texture (rocks, tree crowns) that is the same at every date.
  const grain = smoothField(rows, cols, random.uniform(0, 2), random);
  const graininess = random.chance(0.5) ? random.uniform(0, 2.5) : 0;
  const own = new Float32Array(size);
  random.fillNormal(own);
  for (let i = 0; i < size; i++) {
    const { vv, ratio, roughness } = covers[fields[i]];
    const rough = roughness * texture[i] + graininess * grain[i];
    first[i] = vv + gain[i] + rough;
    second[i] = vv + ratio + 0.8 * gain[i] + 0.7 * rough + 0.5 * roughness * own[i];
  }
  drawLines([first, second], rows, cols, random);
  const reflectivity = createImage(4, rows, cols);
  const [c11, c22, re, im] = planes(reflectivity);
  for (let i = 0; i < size; i++) {
    c11[i] = Math.exp(LN_PER_DECIBEL * first[i]);
    c22[i] = Math.exp(LN_PER_DECIBEL * second[i]);
    const cross = Math.sqrt(c11[i] * c22[i]);
    re[i] = cross * covers[fields[i]].rhoReal;
    im[i] = cross * covers[fields[i]].rhoImag;
  }
  // Up to one pixel in 50 is a bright point in built-up land; elsewhere they are rare.
  const candidates = Array.from({ length: Math.round((size / 50) * random.uniform() ** 2) }, () =>
    random.integer(0, size - 1),
  );
  const bright = candidates.filter((pixel) => covers[fields[pixel]].coherence > 0.5 || random.chance(0.05));
  addBrightPoints(reflectivity, bright, random);
  return { reflectivity, ...partition, coherence: Float32Array.from(covers, ({ coherence }) => coherence) };
}

/**
 * A scene with a given reflectivity, for example a long temporal mean, divided into random fields that can change between
 * dates; speckle is incoherent between dates.
 *
 * @param reflectivity speckle-free covariance [4, rows, cols] or intensities [2, rows, cols], valid everywhere.
 */
export function sceneFromReflectivity(reflectivity: Image, random: Random): Scene {
  checkBands(reflectivity, 'sceneFromReflectivity', 2, 4);
  const [, rows, cols] = reflectivity.shape;
  const partition = randomFields(rows, cols, random);
  return { reflectivity, ...partition, coherence: new Float32Array(partition.fieldCount) };
}

/**
 * A scene of covariances from one of intensities: each field gets a random correlation of VV and VH, |ρ| below 0.5, with a
 * random phase.
 */
export function withPolarimetricCorrelation(scene: Scene, random: Random): Scene {
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

/** Backscatter of each field: a weak to strong variation of the land cover of its region. */
function drawFields({ fields, fieldCount }: Fields, rows: number, cols: number, random: Random) {
  const count = Math.ceil(fieldCount ** random.uniform(0, 1));
  const regions = voronoi(rows, cols, count, random);
  const regionOf = new Uint32Array(fieldCount);
  for (let i = 0; i < fields.length; i++) regionOf[fields[i]] = regions.fields[i];
  const covers = Array.from({ length: count }, () => drawLandCover(random));
  const spread = 0.2 * 15 ** random.uniform();
  return Array.from(regionOf, (region) => {
    const { vv, ratio, ...cover } = covers[region];
    return { ...cover, vv: vv + spread * random.normal(), ratio: ratio + 0.4 * spread * random.normal() };
  });
}

function drawLandCover(random: Random) {
  const cover = random.pick(WEIGHTED_LAND_COVERS);
  const draw = ([low, high]: [number, number]) => random.uniform(low, high);
  const [rho, phase] = [draw(cover.rho), random.uniform(0, 2 * Math.PI)];
  return {
    vv: draw(cover.vv),
    ratio: draw(cover.ratio),
    rhoReal: rho * Math.cos(phase),
    rhoImag: rho * Math.sin(phase),
    roughness: draw(cover.roughness),
    coherence: cover.coherence,
  };
}

/** Smooth relief in dB, with a scale of 1/20 to 1/3 of the image. */
function relief(rows: number, cols: number, random: Random): Float32Array {
  const strength = random.chance(0.5) ? random.uniform(0, 1) : random.uniform(1, 3);
  const gain = smoothField(rows, cols, Math.min(rows, cols) * random.uniform(0.05, 0.33), random);
  return gain.map((value) => strength * value);
}

/** Roads, rivers and hedges: straight, bent or winding lines, 1–3 pixels wide, darker or brighter than their surroundings. */
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
