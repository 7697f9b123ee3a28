import { COVARIANCE_BANDS, Random, simulateScene, simulateTriplet } from '@mtpi/polsar-priors';
import { createGeoTiffBlob, crsOf } from '@mtpi/sar-io';

/** Rows and columns of the example. */
export const EXAMPLE_SIZE = 320;

/** Chosen for a landscape with fields, lines and built-up land. */
const SEED = 21;

const DATES = { previous: '2024-05-03', target: '2024-05-15', next: '2024-05-27' } as const;

/** Three simulated acquisitions of one place, single-look covariances, as GeoTIFFs. */
export async function exampleFiles(size = EXAMPLE_SIZE): Promise<File[]> {
  const random = new Random(SEED);
  const scene = simulateScene({ rows: size, cols: size, random });
  const triplet = simulateTriplet({ random, scene, looks: 1 });
  const files: File[] = [];
  for (const role of ['previous', 'target', 'next'] as const) {
    const sink = await createGeoTiffBlob({
      ...{ width: size, height: size, bands: COVARIANCE_BANDS },
      georeference: { crs: crsOf(32633), transform: [412_000, 20, 0, 5_404_000, 0, -20] },
      metadata: { ACQUISITION_TIME: `${DATES[role]}T05:16:00.000Z` },
    });
    await sink.write(triplet[role]);
    files.push(new File([await sink.close()], `simulated_${DATES[role].replaceAll('-', '')}_C2.tif`));
  }
  return files;
}
