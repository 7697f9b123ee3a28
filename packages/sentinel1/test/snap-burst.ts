import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DATA } from '../../sar-io/test/support';
import type { StateVector } from '../src/geocoding/orbit';
import type { Annotation } from '../src/product/annotation';

/** A part of SNAP's metadata. */
interface Metadata {
  name: string;
  attributes?: { name: string; data: { elems: unknown } }[];
  elements?: Metadata[];
}

/** Seconds between lines, and Hz, of the pair. */
export const [LINE, BANDWIDTH] = [0.002055556299999998, 327];

/** SNAP's metadata of the burst that contains the pair. Times are seconds of its day. */
export function burstOfReference(samples: number) {
  const path = join(DATA, 's1-coregistered-pair/20230331-coreg.znap/SNAP/product_metadata.json');
  const [abstracted, original] = ['Abstracted_Metadata', 'Original_Product_Metadata'].map(
    (name) => (JSON.parse(readFileSync(path, 'utf8')) as Metadata[]).find((root) => root.name === name)!,
  );
  /** Those of a name, wherever they are. */
  const all = (node: Metadata, name: string): Metadata[] =>
    (node.elements ?? []).flatMap((child) => [...(child.name === name ? [child] : []), ...all(child, name)]);
  const text = (node: Metadata, name: string) =>
    String(node.attributes?.find((attribute) => attribute.name === name)?.data.elems);
  const numbers = (node: Metadata, name: string) => text(node, name).split(/[ ,]+/).map(Number);
  const seconds = (node: Metadata, name: string) => {
    const [hours, minutes, rest] = text(node, name).split('T')[1].split(':').map(Number);
    return 3600 * hours + 60 * minutes + rest;
  };
  /** SNAP's own times: days, seconds, microseconds. */
  const snapTime = (node: Metadata, name: string) => {
    const [, whole, micros] = numbers(node, name);
    return whole + micros / 1e6;
  };
  const [information] = all(original, 'productInformation');
  const [burst] = all(abstracted, 'Burst0');
  const vectors = all(abstracted, 'Orbit_State_Vectors')[0].elements!;
  const [offset] = numbers(abstracted, 'subset_offset_x');
  const [rate] = numbers(information, 'rangeSamplingRate');
  const start = numbers(burst, 'FirstLineTime')[0] % 86400;
  const polynomials = (kind: string, list: string) =>
    all(original, kind).map((node) => ({
      time: seconds(node, 'azimuthTime'),
      t0: Number(text(node, 't0')),
      coefficients: numbers(all(node, list)[0], list),
    }));
  const annotation = {
    azimuthTimeInterval: LINE,
    linesPerBurst: Math.round(numbers(burst, 'LastLineDeburst')[0]) + 1,
    samples,
    slantRangeTime: 2 * numbers(burst, 'FirstPixelTime')[0] + offset / rate,
    rangeSamplingRate: rate,
    radarFrequency: numbers(information, 'radarFrequency')[0],
    azimuthSteeringRate: numbers(information, 'azimuthSteeringRate')[0],
    bursts: [{ time: start }],
    azimuthFmRates: polynomials('azimuthFmRate', 'azimuthFmRatePolynomial'),
    dopplerCentroids: polynomials('dcEstimate', 'dataDcPolynomial'),
  } as unknown as Annotation;
  const triple = (node: Metadata, names: string[]) => names.map((name) => numbers(node, name)[0]);
  const orbit = vectors.map((node) => ({
    time: snapTime(node, 'time'),
    position: triple(node, ['x_pos', 'y_pos', 'z_pos']),
    velocity: triple(node, ['x_vel', 'y_vel', 'z_vel']),
  })) as unknown as StateVector[];
  const firstLine = Math.round((snapTime(abstracted, 'first_line_time') - start) / LINE);
  return { annotation, orbit, firstLine };
}
