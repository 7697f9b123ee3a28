import { createImage, type Image, planes } from '../image';
import type { Random } from '../random';
import { smoothField } from './smooth-field';

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

/** A simulated landscape. */
export interface Scene {
  /** Clean covariance [4, rows, cols]. */
  reflectivity: Image;
  /** Field that each pixel belongs to. */
  fields: Uint16Array;
  fieldCount: number;
  /** Coherence of each field's speckle from date to date. */
  coherence: Float32Array;
}

export interface SceneOptions {
  rows: number;
  cols: number;
  random: Random;
}

const power = (decibel: number): number => 10 ** (decibel / 10);

/**
 * A procedural landscape: fields of water, soil, crops, forest and built-up land with relief and texture, thin lines,
 * and bright points. Sizes and contrasts vary from scene to scene.
 */
export function simulateScene({ rows, cols, random }: SceneOptions): Scene {
  const spacing = 6 * (Math.max(rows, cols) / 6) ** random.uniform(0.1, 1.1);
  const { fields, fieldCount } = voronoi(
    rows,
    cols,
    Math.max(1, Math.round((rows * cols) / spacing ** 2)),
    random,
  );
  const chosen = Array.from({ length: fieldCount }, () => drawField(random));
  const gain = relief(rows, cols, random);
  const size = rows * cols;
  const logs = [new Float32Array(size), new Float32Array(size)];
  const texture = smoothField(rows, cols, random.uniform(0.7, 3), random);
  const own = new Float32Array(size);
  random.fillNormal(own);
  for (let i = 0; i < size; i++) {
    const { vv, ratio, roughness } = chosen[fields[i]];
    const rough = roughness * texture[i];
    logs[0][i] = vv + gain[i] + rough;
    logs[1][i] = vv + ratio + 0.8 * gain[i] + 0.7 * rough + 0.5 * roughness * own[i];
  }
  drawLines(logs, rows, cols, random);
  drawPoints(logs, rows, cols, random);
  const reflectivity = createImage(4, rows, cols);
  const [c11, c22, re, im] = planes(reflectivity);
  for (let i = 0; i < size; i++) {
    const { rho, phase } = chosen[fields[i]];
    c11[i] = power(logs[0][i]);
    c22[i] = power(logs[1][i]);
    const cross = rho * Math.sqrt(c11[i] * c22[i]);
    re[i] = cross * Math.cos(phase);
    im[i] = cross * Math.sin(phase);
  }
  return {
    reflectivity,
    fields,
    fieldCount,
    coherence: Float32Array.from(chosen, ({ coherence }) => coherence),
  };
}

function drawField(random: Random) {
  let ticket = random.uniform(
    0,
    grounds.reduce((sum, { weight }) => sum + weight, 0),
  );
  const ground = grounds.find(({ weight }) => (ticket -= weight) < 0) ?? grounds[0];
  const draw = ([low, high]: [number, number]) => random.uniform(low, high);
  return {
    vv: draw(ground.vv),
    ratio: draw(ground.ratio),
    rho: draw(ground.rho),
    phase: random.uniform(0, 2 * Math.PI),
    roughness: draw(ground.roughness),
    coherence: ground.coherence,
  };
}

/** Nearest of random seeds, in a metric stretched along a random direction: elongated fields with straight borders. */
function voronoi(
  rows: number,
  cols: number,
  count: number,
  random: Random,
): { fields: Uint16Array; fieldCount: number } {
  const seeds = Array.from({ length: count }, () => [random.uniform(0, rows), random.uniform(0, cols)]);
  const angle = random.uniform(0, Math.PI);
  const stretch = random.uniform(1, 3);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const fields = new Uint16Array(rows * cols);
  const u = seeds.map(([r, c]) => r * cos + c * sin);
  const v = seeds.map(([r, c]) => (c * cos - r * sin) * stretch);
  for (let r = 0, i = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++, i++) {
      const [x, y] = [r * cos + c * sin, (c * cos - r * sin) * stretch];
      let best = Number.POSITIVE_INFINITY;
      for (let s = 0; s < count; s++) {
        const distance = (x - u[s]) ** 2 + (y - v[s]) ** 2;
        if (distance < best) {
          best = distance;
          fields[i] = s;
        }
      }
    }
  }
  return { fields, fieldCount: count };
}

/** Slow variation and hills, in dB. */
function relief(rows: number, cols: number, random: Random): Float32Array {
  const strength = random.chance(0.5) ? random.uniform(0, 1) : random.uniform(1, 4);
  const gain = smoothField(rows, cols, random.uniform(3, 20), random);
  return gain.map((value) => strength * value);
}

/** Roads, rivers and hedges: straight or bent lines, 1–3 pixels wide, darker or brighter than what they cross. */
function drawLines(logs: Float32Array[], rows: number, cols: number, random: Random): void {
  for (let n = random.integer(0, 5); n > 0; n--) {
    const contrast = random.chance(0.6) ? random.uniform(-10, -2) : random.uniform(2, 8);
    const width = random.uniform(0.5, 1.8);
    let [r, c, angle] = [random.uniform(0, rows), random.uniform(0, cols), random.uniform(0, 2 * Math.PI)];
    const bend = random.normal() * 0.02;
    const touched = new Set<number>();
    for (let step = rows + cols; step > 0; step--, angle += bend) {
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

/** Buildings, masts and ships: bright single pixels or small blocks. */
function drawPoints(logs: Float32Array[], rows: number, cols: number, random: Random): void {
  for (let n = random.integer(0, Math.ceil((rows * cols) / 400)); n > 0; n--) {
    const [r, c] = [random.integer(0, rows - 1), random.integer(0, cols - 1)];
    const brightness = random.uniform(3, 20);
    const [height, width] = random.chance(0.7) ? [1, 1] : [random.integer(1, 3), random.integer(1, 3)];
    const crossPolarised = brightness * random.uniform(0.4, 1);
    for (let y = r; y < Math.min(rows, r + height); y++) {
      for (let x = c; x < Math.min(cols, c + width); x++) {
        logs[0][y * cols + x] += brightness;
        logs[1][y * cols + x] += crossPolarised;
      }
    }
  }
}
