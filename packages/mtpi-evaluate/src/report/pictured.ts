import type { SceneInfo, SceneSource } from '../scenes/scene';

/** Selects the scenes that a report shows: one of each place, two of the chart. */
export function isPictured(scenes: readonly SceneSource[]): (info: SceneInfo) => boolean {
  const infos = scenes.map(({ info }) => info);
  const places = [...new Set(infos.map(({ group, place }) => `${group} ${place}`))];
  const chosen = places.flatMap((place) => {
    const here = infos.filter((info) => `${info.group} ${info.place}` === place);
    switch (here[0].group) {
      case 'procedural':
        return here.filter(
          ({ imageType }) =>
            imageType === 'SLC IW2' || (here[0].place === 'chart' && imageType === '4 looks'),
        );
      case 'reflectivity':
        return here.filter(({ imageType }) => imageType === 'SLC IW2').slice(0, 1);
      case 'real':
        return here.slice(Math.floor(here.length / 2)).slice(0, 1);
      case 'change':
      case 'series':
        return [];
    }
  });
  const names = new Set(chosen.map(({ name }) => name));
  return ({ name }) => names.has(name);
}
