import { expect, it } from 'vitest';
import { abortable, atOnce, inTurns, ownTurn } from '../src/index';

function* count(to: number, each: (n: number) => void) {
  for (let n = 1; n <= to; n++) {
    each(n);
    yield;
  }
  return `counted to ${to}`;
}

it('runs steps at once, or with a turn of the event loop for each', async () => {
  const order: string[] = [];
  expect(atOnce(count(2, (n) => order.push(`first ${n}`)))).toBe('counted to 2');
  const [a, b] = [count(2, (n) => order.push(`a ${n}`)), count(2, (n) => order.push(`b ${n}`))];
  setImmediate(() => order.push('an event'));
  expect(await Promise.all([inTurns(a), inTurns(b)])).toEqual(['counted to 2', 'counted to 2']);
  expect(order).toEqual(['first 1', 'first 2', 'a 1', 'b 1', 'an event', 'a 2', 'b 2']);
});

it('passes errors of steps on', async () => {
  const failing = () =>
    count(2, (n) => {
      if (n === 2) throw new Error('step 2');
    });
  expect(() => atOnce(failing())).toThrow('step 2');
  await expect(inTurns(failing())).rejects.toThrow('step 2');
});

it('gives each caller a turn of its own', async () => {
  const order: number[] = [];
  const turn = async (n: number) => {
    await ownTurn();
    order.push(n);
    setImmediate(() => order.push(-n));
  };
  await Promise.all([turn(1), turn(2)]);
  expect(order).toEqual([1, -1, 2]);
});

it('rejects as soon as the signal aborts, and else settles as the work does', async () => {
  const controller = new AbortController();
  const never = abortable(new Promise<void>(() => {}), controller.signal);
  controller.abort(new Error('enough'));
  await expect(never).rejects.toThrow('enough');
  await expect(abortable(Promise.resolve(1), controller.signal)).rejects.toThrow('enough');
  expect(await abortable(Promise.resolve(1), new AbortController().signal)).toBe(1);
  await expect(abortable(Promise.reject(new Error('failed')), undefined)).rejects.toThrow('failed');
});
