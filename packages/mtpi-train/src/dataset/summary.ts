import { type DatasetAcquisition, type DatasetOptions, openDataset, type Region } from './dataset';
import { patchWindows } from './patches';

/** Contents of a region. */
export interface RegionSummary {
  name: string;
  target?: AcquisitionSummary;
  auxiliaries: AcquisitionSummary[];
  /** 0 for a region with problems. */
  patches: number;
  /** As of `Region`, and images smaller than a patch. */
  problems: readonly string[];
}

/** An acquisition of a region; `acquired` in ISO 8601. */
export interface AcquisitionSummary extends Omit<DatasetAcquisition, 'path' | 'acquired'> {
  acquired?: string;
}

/** Contents of a dataset, serializable as JSON. */
export interface DatasetSummary {
  path: string;
  /** Rows and columns of a patch. */
  patch: number;
  /** In all regions. */
  patches: number;
  regions: RegionSummary[];
}

/**
 * Summarizes the regions of a dataset: acquisitions, number of patches, problems.
 *
 * @throws as `openDataset`.
 */
export async function summarizeDataset(
  folder: string,
  { patch = 256, ...options }: DatasetOptions & { patch?: number } = {},
): Promise<DatasetSummary> {
  const { path, regions } = await openDataset(folder, options);
  const summaries = regions.map((region) => summarizeRegion(region, patch));
  return {
    path,
    patch,
    patches: summaries.reduce((sum, { patches }) => sum + patches, 0),
    regions: summaries,
  };
}

function summarizeRegion({ name, target, auxiliaries, problems }: Region, patch: number): RegionSummary {
  const { width = 0, height = 0 } = target ?? {};
  const patches = problems.length === 0 ? patchWindows({ width, height }, patch).length : 0;
  const tooSmall = `expected images of at least ${patch} × ${patch} pixels, one patch, found ${width} × ${height}`;
  return {
    name,
    ...(target && { target: summarizeAcquisition(target) }),
    auxiliaries: auxiliaries.map(summarizeAcquisition),
    patches,
    problems: problems.length === 0 && patches === 0 ? [tooSmall] : problems,
  };
}

function summarizeAcquisition({
  name,
  acquired,
  width,
  height,
  polarimetry,
}: DatasetAcquisition): AcquisitionSummary {
  return { name, ...(acquired && { acquired: acquired.toISOString() }), width, height, polarimetry };
}

/** A dataset as text: its regions with their acquisitions and problems, and a line about all. */
export function formatDataset({ regions, patches, patch }: DatasetSummary): string {
  const wrong = regions.filter(({ problems }) => problems.length > 0).length;
  const validity =
    wrong === 0 ? 'all regions valid' : `${wrong} ${wrong === 1 ? 'region has' : 'regions have'} problems`;
  return [
    ...regions.flatMap(formatRegion),
    `${regions.length} ${regions.length === 1 ? 'region' : 'regions'}, ${patches} patches of ${patch} × ${patch}; ${validity}`,
  ].join('\n');
}

function formatRegion({ name, target, auxiliaries, patches, problems }: RegionSummary): string[] {
  const line = (role: string, { acquired, width, height, polarimetry, name }: AcquisitionSummary) =>
    [
      `  ${role.padEnd(10)}`,
      (acquired?.slice(0, 19) ?? 'no date').padEnd(20),
      (width ? `${width} × ${height} ${polarimetry}` : 'unreadable').padEnd(26),
      name,
    ].join(' ');
  return [
    `${name}: ${patches} patches`,
    ...(target ? [line('target', target)] : []),
    ...auxiliaries.map((auxiliary) => line('auxiliary', auxiliary)),
    ...problems.map((problem) => `  problem: ${problem}`),
    '',
  ];
}
