import { expect, it } from 'vitest';
import { nameOf } from '../src/inputs/selection';

it.each([
  ['https://example.org/a/S1_20240305_VV.tif?signature=1', 'S1_20240305_VV.tif'],
  ['https://example.org/a%20b.tif', 'a b.tif'],
  ['https://example.org/100%_VV.tif', '100%_VV.tif'],
  ['no address', 'no address'],
  ['100%', '100%'],
])('the name of %s is %s', (address, name) => expect(nameOf(address)).toBe(name));
