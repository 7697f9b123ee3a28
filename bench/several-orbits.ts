import { BASELINES, INPUT, networkMethod } from '@mtpi/evaluate';
import { fillInvalid, intersectMasks, planes, ratioError } from '@mtpi/polsar-priors';
import { listAcquisitions, openStackDates } from '@mtpi/sar-io/node';
import { mean } from 'd3-array';
import { scriptArguments } from '../training/script-arguments';

/**
 * Prints, as Markdown, how close methods come in a stack of several orbits to other dates of the target's own orbit, whose
 * repeat is twelve days: three successive dates are used, whatever their orbits; see README.md.
 */
const [path, weights] = scriptArguments(1, 'npm run ts -- bench/several-orbits.ts STACK [WEIGHTS]');
const REPEAT = 12 * 86_400_000;
const LOOKS = 4;

const opened = await openStackDates(await listAcquisitions(path));
const dates = await Promise.all(
  opened.map(async ({ acquired, read, width, height }) => ({
    time: Number(acquired),
    ...(await read({ x: 0, y: 0, width, height })),
  })),
);
const network = await networkMethod(weights);
const methods = [INPUT, ...BASELINES, network];
const errors = new Map(methods.map((method) => [method, [[], []] as [number[], number[]]]));
for (let i = 1; i < dates.length - 1; i++) {
  const others = dates.filter(({ time }, k) => Math.abs(k - i) > 1 && (time - dates[i].time) % REPEAT === 0);
  const used = [dates[i], dates[i - 1], dates[i + 1]];
  const [target, previous, next] = used.map((date) => fillInvalid(date));
  const mask = intersectMasks(used.map((date) => date.mask));
  for (const [method, found] of errors) {
    const result = await method.apply({ target, previous, next, looks: LOOKS, mask });
    for (const other of others)
      for (const [band, values] of planes(result).entries())
        found[band]?.push(ratioError(values, planes(fillInvalid(other))[band]));
  }
}
await network.dispose?.();
for (const date of opened) await date.close();

console.log('| method | VV, dB | VH, dB |\n| --- | --: | --: |');
for (const [{ name }, bands] of errors)
  console.log(`| ${name} | ${bands.map((band) => mean(band)?.toFixed(2)).join(' | ')} |`);
