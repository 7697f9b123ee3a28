import { formatUtc } from '@mtpi/sar-io';
import type { BurstOffset, SwathDescription, SwathOffsets } from '../stack/stack-description';
import { type BurstOffsets, lineOffset, sampleOffsets } from './burst-offsets';
import { isSignificant } from './residual-offset';
import { startTime, validColumns } from './stack-grid';
import type { SwathStack } from './swath-stack';

/** @param looks Equivalent number of looks. */
export function describeSwath(
  { swath, annotation, grid }: SwathStack,
  looks: number | undefined,
): SwathDescription {
  const { burstSegments, burstStartRows, burstSeams, rows } = grid;
  const bursts = burstSegments.map(({ burst }) => annotation.bursts[burst]);
  const last = bursts.length - 1;
  const valid = (lines: Int32Array) => [lines.findIndex((x) => x >= 0), lines.findLastIndex((x) => x >= 0)];
  return {
    name: swath,
    firstBurst: burstSegments[0].burst + 1,
    lastBurst: burstSegments[burstSegments.length - 1].burst + 1,
    ...(bursts.every(({ id }) => id !== undefined) && { burstIds: bursts.map(({ id }) => id!) }),
    ...(looks !== undefined && { equivalentLooks: looks }),
    burstStartRows,
    burstSeams,
    validColumns: validColumns({ bursts }),
    validRows: [
      Math.max(0, burstStartRows[0] + valid(bursts[0].firstValidSample)[0]),
      Math.min(rows - 1, burstStartRows[last] + valid(bursts[last].firstValidSample)[1]),
    ],
    firstLineTime: formatUtc(startTime({ annotation, grid }), annotation.epoch),
    lineInterval: annotation.azimuthTimeInterval,
    slantRangeTime: annotation.slantRangeTime,
    samplingRate: annotation.rangeSamplingRate,
  };
}

/** @param index Index of the acquisition. */
export function describeOffsets(
  { swath, grid, acquisitions, residuals }: SwathStack,
  index: number,
): SwathOffsets {
  const residual = residuals[index];
  const { offsets } = acquisitions[index];
  return {
    name: swath,
    bursts: grid.burstSegments.flatMap(({ burst }) => {
      const found = offsets?.get(burst);
      return found ? [describeBurst(burst, found)] : [];
    }),
    ...(residual && { residual: { ...residual, corrected: isSignificant(residual) } }),
  };
}

function describeBurst(burst: number, offsets: BurstOffsets): BurstOffset {
  const { lineScale, sampleScale, lines, samples } = offsets;
  const along = sampleOffsets(offsets, lineScale / 2, new Float64Array(sampleScale));
  return {
    burst: burst + 1,
    secondaryBurst: offsets.secondaryBurst + 1,
    lines: lineOffset(offsets, lineScale / 2, sampleScale / 2),
    samples: along[sampleScale >> 1],
    linesPolynomial: [...lines],
    samplesPolynomial: [...samples],
  };
}
