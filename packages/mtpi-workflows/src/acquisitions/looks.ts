import { type Acquisition, statedLooks } from '@mtpi/sar-io/node';
import { inputName, type Warning } from '../job';

/** Most equivalent looks of the images that networks are trained on; the least is 1. */
const MOST_TRAINED = 16;

/** The equivalent number of looks as an image states it, of SLC one for each swath; networks find the level of speckle themselves. */
export const describeLooks = ({ metadata }: Pick<Acquisition, 'metadata'>): string =>
  metadata.EQUIVALENT_LOOKS ?? `not stated, 1 to ${MOST_TRAINED} assumed`;

/** Warns of images with more looks than networks are trained on. */
export function looksWarnings(acquisitions: readonly Acquisition[]): Warning[] {
  return acquisitions.flatMap(({ metadata, paths }): Warning[] => {
    const looks = statedLooks({ metadata }) ?? 1;
    if (looks <= MOST_TRAINED) return [];
    const message = `${looks} equivalent looks, more than the ${MOST_TRAINED} that networks are trained on; details may be lost`;
    return [{ code: 'ManyLooks', message, input: inputName(paths) }];
  });
}
