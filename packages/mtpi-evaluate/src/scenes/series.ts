import type { TripletImages } from '@mtpi/model';
import {
  fillInvalid,
  type Image,
  intersectMasks,
  maskedTemporalMean,
  Random,
  simulateScene,
} from '@mtpi/polsar-priors';
import { CHANGE_SIZE, flatScene, spots, withSpots } from './change';
import type { ImageType } from './image-type';
import { type SceneSource, sceneInfo } from './scene';
import { simulate, UNCHANGED } from './simulate';
import { imagesOf, placeOf, type Stack } from './stack';

const FIRST_SEED = 7_400_000;

/**
 * The spots of the change scenes in series of several lengths: the target and its previous date are the same in all of them,
 * and the spots are at the target or at the previous date alone.
 *
 * @param lengths numbers of dates, odd.
 */
export function simulatedSeriesScenes(
  imageTypes: readonly ImageType[],
  places: readonly ('flat' | 'landscape')[],
  lengths: readonly number[],
): SceneSource[] {
  return imageTypes.flatMap((imageType, t) =>
    places.flatMap((place, p) =>
      lengths.map((dates) => {
        const name = `${dates} dates of ${place}, ${imageType.name}`;
        const info = { ...sceneInfo('series', name, place, imageType), dates };
        const draw = () => {
          const random = new Random(FIRST_SEED + 10 * t + p);
          const size = { rows: CHANGE_SIZE, cols: CHANGE_SIZE };
          const scene = place === 'flat' ? flatScene(random) : simulateScene({ ...size, random });
          const pairs = Array.from({ length: (dates - 1) / 2 }, () =>
            simulate(imageType, scene, UNCHANGED, random),
          );
          const [{ target, previous, next, truth }, ...further] = pairs;
          const earlier = further.map((pair) => pair.previous);
          const later = further.map((pair) => pair.next);
          const series: TripletImages = { target, previous, next, earlier, later };
          const inAuxiliary = { ...series, previous: withSpots(previous) };
          const inTarget = { ...series, target: withSpots(target) };
          return { ...info, ...series, truth, change: { spots, inAuxiliary, inTarget } };
        };
        return { info, draw };
      }),
    ),
  );
}

/**
 * Dates of real stacks in series of several lengths, compared with the mean of the dates that none of the series holds.
 *
 * @param seen names of stacks that a network was trained on. @param lengths numbers of dates, odd. @param every take each
 *   date (1), each second (2), …
 */
export function realSeriesScenes(
  stacks: readonly Stack[],
  seen: readonly string[],
  lengths: readonly number[],
  every: number,
): SceneSource[] {
  const reach = (Math.max(...lengths) - 1) / 2;
  return stacks.flatMap((stack) => {
    const { dates } = stack;
    const place = placeOf(stack, seen);
    const inner = [...dates.keys()].slice(reach, -reach).filter((_, k) => k % every === 0);
    return inner
      .filter(() => dates.length > 2 * reach + 1)
      .flatMap((i) =>
        lengths.map((length) => {
          const name = `${length} dates of ${place}, date ${i + 1} of ${dates.length}`;
          const info = { ...sceneInfo('series', name, place, imagesOf(stack)), dates: length };
          const draw = () => {
            const half = (length - 1) / 2;
            const before = dates.slice(i - half, i).reverse();
            const after = dates.slice(i + 1, i + 1 + half);
            const reference = maskedTemporalMean(dates.filter((_, k) => Math.abs(k - i) > reach));
            const used = [dates[i], ...before, ...after];
            const [previous, ...earlier]: Image[] = before.map(fillInvalid);
            const [next, ...later]: Image[] = after.map(fillInvalid);
            const mask = intersectMasks([...used, reference].map((date) => date.mask));
            const series = { target: fillInvalid(dates[i]), previous, next, earlier, later };
            return { ...info, ...series, reference: reference.image, mask };
          };
          return { info, draw };
        }),
      );
  });
}
