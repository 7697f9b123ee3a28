import { join } from 'node:path';
import { createImage, planes } from '@mtpi/polsar-priors';
import ndarray from 'ndarray';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../sar-io/test/support';
import { grdBackscatter, openGrd } from '../src/index';
import { findGrdBorder } from '../src/product/grd-border';
import { amplitudeTiff, grdName, smallGrd } from './small-grd';
import { writeFolder } from './small-safe';

const folder = temporaryFolder();

/** A of sigma0 of the small product at a line and a sample, bilinear by hand. */
function sigmaTable(line: number, sample: number): number {
  const tables = [
    { line: -2, at: (x: number) => (x < 2 ? 10 + 2 * x : 14 + 2 * (x - 2)) },
    { line: 3, at: (x: number) => (x < 3 ? 20 + 4 * x : 32 + 2 * (x - 3)) },
    { line: 9, at: (x: number) => (x < 2 ? 26 + 2 * x : 30 + 7 * (x - 2)) },
  ];
  const [a, b] = line < 3 ? [tables[0], tables[1]] : [tables[1], tables[2]];
  return a.at(sample) + ((b.at(sample) - a.at(sample)) * (line - a.line)) / (b.line - a.line);
}

describe('backscatter of GRD', () => {
  it('is calibrated power less thermal noise, negative where noise is larger', async () => {
    const product = await openGrd(writeFolder(join(folder, 'small'), smallGrd()));
    const plain = await grdBackscatter(product);
    const window = { x: 1, y: 2, width: 4, height: 3 };
    const read = await plain.read(window);
    const clean = await (await grdBackscatter(product, { denoise: true })).read(window);
    expect([...read.mask.data]).toEqual(Array(12).fill(1));
    for (const [c, base] of [100, 50].entries()) {
      for (let i = 0; i < 12; i++) {
        const [line, sample] = [2 + Math.floor(i / 4), 1 + (i % 4)];
        const a = sigmaTable(line, sample) ** 2;
        const dn = base + 6 * line + sample;
        expect(planes(read.image)[c][i]).toBeCloseTo(dn ** 2 / a, 4);
        expect(planes(clean.image)[c][i]).toBeCloseTo((dn ** 2 - 2000) / a, 4);
      }
    }
    await product.close();
  });

  it('is of one polarization where one is asked for, and invalid where both edges are 0', async () => {
    const files = smallGrd();
    const pixels = Int16Array.from({ length: 48 }, (_, i) => (i % 6 === 0 || i < 6 || i === 21 ? 0 : 9));
    files.set(grdName('measurement'), amplitudeTiff(pixels));
    const product = await openGrd(writeFolder(join(folder, 'edges'), files));
    const image = await grdBackscatter(product, {
      polarizations: ['VV'],
      calibration: 'beta0',
      denoise: true,
    });
    expect(image.bands).toBe(1);
    const { image: values, mask } = await image.read({ x: 0, y: 0, width: 6, height: 8 });
    // The zero inside, at line 3 and sample 3, is valid.
    expect([...mask.data]).toEqual(Array.from({ length: 48 }, (_, i) => (i % 6 === 0 || i < 6 ? 0 : 1)));
    expect(values.data[21]).toBeCloseTo(-2000 / (sigmaTable(3, 3) / 2) ** 2, 4);
    expect(values.data[0]).toBe(0);
    await product.close();
  });

  it.each([[['VV', 'VH']], [['VH', 'VV']], [['VH']], [undefined]] as const)(
    'is valid where the co-polarized channel is, for polarizations %j',
    async (polarizations) => {
      const files = smallGrd();
      const pixels = (edge: number) =>
        amplitudeTiff(Int16Array.from({ length: 48 }, (_, i) => (i % 6 < edge ? 0 : 9)));
      files.set(grdName('measurement'), pixels(1));
      files.set(grdName('measurement', 'vh'), pixels(3));
      const product = await openGrd(writeFolder(join(folder, `both${polarizations}`), files));
      const image = await grdBackscatter(product, { polarizations });
      const { mask } = await image.read({ x: 0, y: 0, width: 6, height: 8 });
      expect([...mask.data]).toEqual(Array.from({ length: 48 }, (_, i) => (i % 6 < 1 ? 0 : 1)));
      await product.close();
    },
  );

  it('of no polarization is refused', async () => {
    const product = await openGrd(writeFolder(join(folder, 'none'), smallGrd()));
    await expect(grdBackscatter(product, { polarizations: [] })).rejects.toMatchObject({
      code: 'InvalidArgument',
      expected: 'polarizations among VV, VH',
    });
    await product.close();
  });

  it('is refused where thermal noise was subtracted already', async () => {
    const files = smallGrd();
    const text = files.get(grdName('annotation')) as string;
    files.set(grdName('annotation'), text.replace('Performed>false<', 'Performed>true<'));
    const product = await openGrd(writeFolder(join(folder, 'clean'), files));
    await expect(grdBackscatter(product, { denoise: true })).rejects.toMatchObject({
      code: 'InvalidArgument',
      hint: 'process it without thermal noise correction',
    });
    await product.close();
  });
});

describe('the border of GRD', () => {
  const [width, height] = [400, 600];
  const imageOf = (amplitude: (x: number, y: number) => number) => ({
    width,
    height,
    async read(window: { x: number; y: number; width: number; height: number }) {
      const image = createImage(1, window.height, window.width);
      for (let i = 0; i < image.data.length; i++) {
        image.data[i] = amplitude(window.x + (i % window.width), window.y + Math.floor(i / window.width));
      }
      return {
        image,
        mask: ndarray(new Uint8Array(image.data.length).fill(1), [window.height, window.width]),
      };
    },
  });
  /** The edge of the image, slanted, on the left. */
  const edge = (y: number) => 20 + Math.floor(y / 50);

  it('is where zeros end, line by line, for new processors; inside, areas of zeros are gaps', async () => {
    const border = await findGrdBorder(
      imageOf((x, y) =>
        x < edge(y) || x > 390 || y < 3 || (x > 100 && x < 150) || (x >= 200 && x < 215) ? 0 : 12,
      ),
      3.4,
    );
    expect([...border.firstSample.slice(0, 4)]).toEqual([0, 0, 0, 20]);
    expect([...border.lastSample.slice(0, 4)]).toEqual([-1, -1, -1, 390]);
    for (let y = 3; y < height; y++)
      expect([border.firstSample[y], border.lastSample[y]]).toEqual([edge(y), 390]);
    expect([...border.gaps]).toEqual(Array.from({ length: height - 3 }, (_, i) => [3 + i, [[101, 149]]]));
    expect(border.firstLine[40]).toBe(3);
    expect(border.lastLine[40]).toBe(height - 1);
  });

  it('covers the noise of old processors, and not a calm sea', async () => {
    const noisy = (x: number, y: number) => {
      if (x < edge(y)) return (x * 7 + y * 13) % 25;
      return y >= 200 && y < 300 ? 20 : 100;
    };
    const border = await findGrdBorder(imageOf(noisy), 2.43);
    for (let y = 0; y < height; y++) {
      // Not narrower than the widest edge around, and not much wider.
      const lines = [Math.max(0, y - 250), Math.min(height - 1, y + 250)];
      expect(border.firstSample[y]).toBeGreaterThanOrEqual(edge(lines[1]) - 1);
      expect(border.firstSample[y]).toBeLessThan(edge(lines[1]) + 16);
      expect(border.lastSample[y]).toBe(width - 1);
    }
    const clean = await findGrdBorder(imageOf(noisy), 2.9);
    expect(clean.firstSample.every((first) => first <= 1)).toBe(true);
  });

  it('covers the noise above and below the image', async () => {
    const border = await findGrdBorder(
      imageOf((_, y) => (y < 20 || y >= 570 ? 8 : 100)),
      2.36,
    );
    expect(Math.min(...border.firstLine)).toBeGreaterThanOrEqual(20);
    expect(Math.max(...border.firstLine)).toBeLessThan(36);
    expect(Math.max(...border.lastLine)).toBeLessThan(570);
    expect(Math.min(...border.lastLine)).toBeGreaterThan(554);
  });
});
