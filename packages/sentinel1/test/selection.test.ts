import { expect, it } from 'vitest';
import { selectSwaths } from '../src/coregister/selection';
import type { SlcPass } from '../src/coregister/slc-passes';

const pass = (swaths: string[]) => ({ path: 'S1A.SAFE', swaths }) as unknown as SlcPass;
const products = [pass(['IW1', 'IW2', 'IW3']), pass(['IW2', 'IW3'])];
const area = { type: 'Polygon', coordinates: [] } as const;

it('swaths are those asked for, in any case and order', () => {
  expect(selectSwaths(products, { swaths: ['iw3', 'IW2', 'IW3'] })).toEqual(['IW2', 'IW3']);
  expect(() => selectSwaths(products, { swaths: ['IW1'] })).toThrow(/expected IW1, found IW2, IW3/);
});

it('with an area any that all products have may hold it', () => {
  expect(selectSwaths(products, { area: { ...area, coordinates: [] } })).toEqual(['IW2', 'IW3']);
});

it('without either the first one is taken, and a warning names the others', () => {
  const messages: string[] = [];
  const onWarning = ({ message }: { message: string }) => messages.push(message);
  expect(selectSwaths([products[0]], {}, onWarning)).toEqual(['IW1']);
  expect(messages).toEqual([expect.stringContaining('Only IW1 of IW1, IW2, IW3 is processed')]);
  expect(selectSwaths([pass(['S3'])], {}, onWarning)).toEqual(['S3']);
  expect(messages).toHaveLength(1);
});
