import { fillInvalid, intersectMasks, maskedTemporalMean } from '@mtpi/polsar-priors';
import { type SceneSource, sceneInfo } from './scene';
import { imagesOf, placeOf, type Stack } from './stack';

/**
 * Each inner date of each stack between its neighbors, with the mean of the dates more than one step away as
 * reference. The middle one of three dates has none and is left out.
 *
 * @param seen names of stacks that a network was trained on. @param every take each date (1), each second (2), …
 */
export function realScenes(stacks: readonly Stack[], seen: readonly string[] = [], every = 1): SceneSource[] {
  return stacks.flatMap((stack) => {
    const { dates } = stack;
    const place = placeOf(stack, seen);
    const inner = dates.map((_, i) => i).slice(1, -1);
    return inner
      .filter((i) => i % every === 0 && dates.some((_, k) => Math.abs(k - i) > 1))
      .map((i) => {
        const name = `${place}, date ${i + 1} of ${dates.length}`;
        const info = sceneInfo('real', name, place, imagesOf(stack));
        const draw = () => {
          const used = [dates[i], dates[i - 1], dates[i + 1]];
          const reference = maskedTemporalMean(dates.filter((_, k) => Math.abs(k - i) > 1));
          const [target, previous, next] = used.map(fillInvalid);
          const mask = intersectMasks([...used, reference].map((date) => date.mask));
          return { ...info, target, previous, next, reference: reference.image, mask };
        };
        return { info, draw };
      });
  });
}
