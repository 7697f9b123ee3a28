import { existsSync, mkdirSync, readdirSync, rmdirSync, symlinkSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DATA, temporaryFolder, withoutData } from '../../sar-io/test/support';
import { noisePower, openSafe, openSlc, type SlcProduct } from '../src/index';
import { SAFE_ARCHIVES, unpackSafe, withoutSafe } from './safe-support';
import { nameOf, SMALL, smallPixels, smallSafe, writeFolder, writeZip, type ZipOptions } from './small-safe';

const folder = temporaryFolder();
const inside = (name: string) => {
  const path = join(folder, name);
  mkdirSync(path);
  return path;
};
const scratchFolders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('sar-io-zip-'));

async function expectSmall(product: SlcProduct) {
  expect(product).toMatchObject({
    name: SMALL.name,
    mission: 'S1A',
    absoluteOrbit: 52852,
    relativeOrbit: 5,
    pass: 'ascending',
    epoch: '2024-03-05',
    start: 86399.25,
    stop: 86404.500001,
    processorVersion: 3.71,
    swaths: ['IW2'],
    polarizations: ['VV', 'VH'],
  });
  for (const polarization of product.polarizations) {
    const annotation = await product.annotation('IW2', polarization);
    expect(annotation).toMatchObject({ polarization, swath: 'IW2', epoch: '2024-03-05' });
    const measurement = await product.measurement('IW2', polarization);
    expect(await measurement.readBurst(0)).toEqual(smallPixels.slice(0, smallPixels.length / 2));
    expect(await measurement.readBurst(1)).toEqual(smallPixels.slice(smallPixels.length / 2));
    expect((await product.calibration('IW2', polarization)).lut('sigma0', 0, 1).interpolate(3)[0]).toBe(20);
    const noise = await product.noise('IW2', polarization);
    expect(noisePower(noise.burst(annotation.bursts[0], 0, 1), 4)[0]).toBe(100);
  }
}

describe('a folder', () => {
  it.each([
    ['of the product', (path: string) => path],
    ['named by its manifest', (path: string) => join(path, 'manifest.safe')],
    ['around one product', (path: string) => join(path, '..')],
  ])('%s opens', async (name, pathOf) => {
    const path = writeFolder(join(inside(`folder ${name}`), `${SMALL.name}.SAFE`), smallSafe());
    const product = await openSlc(pathOf(path));
    expect(product.path).toBe(path);
    await expectSmall(product);
    await product.close();
  });

  it('and what lies in it may be links', async () => {
    const elsewhere = writeFolder(inside('elsewhere'), smallSafe());
    const path = join(inside('links'), `${SMALL.name}.SAFE`);
    mkdirSync(path);
    for (const name of ['annotation', 'manifest.safe']) symlinkSync(join(elsewhere, name), join(path, name));
    mkdirSync(join(path, 'measurement'));
    for (const name of [nameOf('measurement', 'vv'), nameOf('measurement', 'vh')])
      symlinkSync(join(elsewhere, name), join(path, name));
    for (const [i, to] of ['..', 'gone'].entries()) symlinkSync(to, join(path, `link-${i}`));
    symlinkSync(path, join(folder, `${SMALL.name}.SAFE`));
    const product = await openSlc(join(folder, `${SMALL.name}.SAFE`));
    await expectSmall(product);
    await product.close();
  });

  it('reads each file once', async () => {
    const product = await openSlc(writeFolder(inside('once.SAFE'), smallSafe()));
    const [first, second] = [product.annotation('IW2', 'VV'), product.annotation('IW2', 'VV')];
    expect(await first).toBe(await second);
    expect(await product.measurement('IW2', 'VV')).toBe(await product.measurement('IW2', 'VV'));
    expect(product.missing).toEqual([]);
    await product.close();
  });

  it('can be opened again after a cancellation', async () => {
    const path = writeFolder(inside('stopped.SAFE'), smallSafe());
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(openSafe(path, { signal })).rejects.toThrow('enough');
    const product = await openSlc(path);
    await product.annotation('IW2', 'VV');
    await expect(product.measurement('IW2', 'VV', signal)).rejects.toThrow('enough');
    await product.measurement('IW2', 'VV');
    await product.close();
  });

  it('without pixels still opens', async () => {
    const files = smallSafe();
    files.delete(nameOf('measurement', 'vv'));
    files.set(nameOf('measurement', 'vh'), '');
    const product = await openSlc(writeFolder(inside('metadata.SAFE'), files));
    expect((await product.annotation('IW2', 'VH')).bursts.length).toBe(2);
    expect(product.missing).toEqual(['measurement of IW2 VV', 'measurement of IW2 VH']);
    for (const polarization of product.polarizations) {
      await expect(product.measurement('IW2', polarization)).rejects.toMatchObject({ code: 'NotFound' });
    }
    await product.close();
  });

  it('of HH and HV opens', async () => {
    const files = new Map<string, string | Buffer>();
    for (const [name, content] of smallSafe()) {
      const text =
        typeof content === 'string' ? content.replace(/\bVV\b/g, 'HH').replace(/\bVH\b/g, 'HV') : content;
      files.set(name.replace('-vv-', '-hh-').replace('-vh-', '-hv-'), text);
    }
    const product = await openSlc(writeFolder(inside('hh.SAFE'), files));
    expect(product.polarizations).toEqual(['HH', 'HV']);
    expect((await product.annotation('IW2', 'HV')).polarization).toBe('HV');
    await product.close();
  });

  it('cut by another program still has the version of its processor', async () => {
    const files = smallSafe();
    const manifest = (files.get('manifest.safe') as string)
      .replace('Sentinel-1 IPF" version="003.71"', 'Cutter" version="1.0"')
      .replace(
        '</safe:processing>',
        '<safe:resource><safe:processing><safe:facility><safe:software name="Sentinel-1 IPF" version="003.40"/></safe:facility></safe:processing></safe:resource></safe:processing>',
      );
    const product = await openSlc(writeFolder(inside('cut.SAFE'), files.set('manifest.safe', manifest)));
    expect(product.processorVersion).toBe(3.4);
    await product.close();
  });
});

describe('a zip', () => {
  const cases: [string, ZipOptions][] = [
    ['stored', { compress: false }],
    ['deflated', {}],
    ['stored as ZIP64', { compress: false, zip64: true }],
    ['deflated as ZIP64', { zip64: true }],
    ['with a folder around', { root: `some/where/${SMALL.name}.SAFE/` }],
    [
      'with a copy made by macOS',
      {
        extra: { [`__MACOSX/${SMALL.name}.SAFE/manifest.safe`]: 'x', [`${SMALL.name}.SAFE/.DS_Store`]: 'x' },
      },
    ],
    ['without a folder', { root: '' }],
  ];

  it.each(cases)('%s opens as its folder does', async (name, options) => {
    const path = await writeZip(join(inside(`zip ${name}`), `${SMALL.name}.zip`), smallSafe(), options);
    const product = await openSlc(path);
    await expectSmall(product);
    await product.close();
  });

  it('needs a scratch file for deflated pixels only, and removes it', async () => {
    const before = scratchFolders();
    for (const compress of [false, true]) {
      const product = await openSlc(
        await writeZip(join(folder, `scratch-${compress}.zip`), smallSafe(), { compress }),
      );
      await product.measurement('IW2', 'VV');
      await product.measurement('IW2', 'VH');
      expect(scratchFolders().filter((name) => !before.includes(name))).toHaveLength(compress ? 1 : 0);
      await product.close();
    }
    expect(scratchFolders().filter((name) => !before.includes(name))).toEqual([]);
  });

  it('removes the scratch files of killed processes, not those of others', async () => {
    const [dead, alive] = [2 ** 22 + 1, process.ppid].map((pid) =>
      join(tmpdir(), `sar-io-zip-${hostname()}-${pid}-abcdef`),
    );
    for (const path of [dead, alive]) mkdirSync(path);
    const product = await openSlc(await writeZip(join(folder, 'killed.zip'), smallSafe()));
    await product.measurement('IW2', 'VV');
    await product.close();
    expect([dead, alive].map((path) => existsSync(path))).toEqual([false, true]);
    rmdirSync(alive);
  });

  it('can be asked again after a cancelled extraction', async () => {
    const product = await openSlc(await writeZip(join(folder, 'cancel.zip'), smallSafe()));
    await product.annotation('IW2', 'VV');
    await expect(product.measurement('IW2', 'VV', AbortSignal.abort())).rejects.toThrow(/abort/i);
    const measurement = await product.measurement('IW2', 'VV');
    expect((await measurement.readBurst(0)).length).toBe(48);
    await product.close();
  });

  it.skipIf(withoutData)('of real metadata opens', async () => {
    const path = join(
      DATA,
      'safe-zips/S1A_IW_SLC__1SDV_20200511T135117_20200511T135144_032518_03C421_7768.zip',
    );
    const product = await openSlc(path);
    expect(product).toMatchObject({
      name: basename(path, '.zip'),
      mission: 'S1A',
      absoluteOrbit: 32518,
      relativeOrbit: 71,
      pass: 'descending',
      epoch: '2020-05-11',
      processorVersion: 3.2,
      swaths: ['IW1', 'IW2', 'IW3'],
      polarizations: ['VV', 'VH'],
    });
    for (const swath of product.swaths) {
      for (const polarization of product.polarizations) {
        const { bursts } = await product.annotation(swath, polarization);
        expect(bursts.length).toBe(9);
        const noise = await product.noise(swath, polarization);
        expect(noisePower(noise.burst(bursts[8], 10000, 1), 13000)[0]).toBeGreaterThan(0);
        const calibration = await product.calibration(swath, polarization);
        expect(calibration.lut('beta0', 10000, 1).interpolate(13000)[0]).toBeCloseTo(237, 0);
        await expect(product.measurement(swath, polarization)).rejects.toMatchObject({ code: 'NotFound' });
      }
    }
    await product.close();
  });
});

describe.skipIf(withoutSafe)('real products', () => {
  const versions = { 2019: 2.91, 2021: 3.31, 2023: 3.61, 2025: 3.91 } as const;

  it.each(SAFE_ARCHIVES)(
    'of %s: σ⁰, β⁰ and γ⁰ imply one incidence angle, noise a plausible NESZ',
    async (archive) => {
      for (const path of unpackSafe(archive, temporaryFolder())) {
        const product = await openSlc(path);
        const [, year, absolute] = /_(\d{4})\d{4}T.*_(\d{6})_[0-9A-F]{6}_/.exec(product.name)!;
        expect(product.processorVersion).toBe(versions[Number(year) as keyof typeof versions]);
        expect(product.absoluteOrbit).toBe(Number(absolute));
        const cycle = product.mission === 'S1A' ? 73 : 27;
        expect(product.relativeOrbit).toBe(((product.absoluteOrbit - cycle) % 175) + 1);
        const swath = product.swaths[0];
        const { bursts, linesPerBurst, grid } = await product.annotation(swath, 'VH');
        const calibration = await product.calibration(swath, 'VH');
        for (const { line, sample, incidenceAngle } of grid) {
          const [sigma, beta, gamma] = (['sigma0', 'beta0', 'gamma0'] as const).map(
            (kind) => calibration.lut(kind, sample, 1).interpolate(line)[0],
          );
          const [sine, tangent] = [(beta / sigma) ** 2, (beta / gamma) ** 2];
          expect(Math.abs((tangent * Math.sqrt(1 - sine ** 2)) / sine - 1)).toBeLessThan(1e-5);
          // The tables refer to the mean height, the grid to the terrain.
          expect(Math.abs((Math.asin(sine) * 180) / Math.PI - incidenceAngle)).toBeLessThan(0.5);
        }
        const noise = await product.noise(swath, 'VH');
        for (const [b, burst] of bursts.entries()) {
          const x = Math.round(grid[20].sample / 2);
          const sigma = calibration.lut('sigma0', x, 1).interpolate(b * linesPerBurst + 700)[0];
          const nesz =
            10 * Math.log10(noisePower(noise.burst(burst, x, 1), b * linesPerBurst + 700)[0] / sigma ** 2);
          expect(nesz).toBeGreaterThan(-30);
          expect(nesz).toBeLessThan(-20);
        }
        for (const name of product.swaths) {
          const measurement = await product.measurement(name, 'VH').catch((error) => {
            expect(error.code).toBe('NotFound');
          });
          // Blanked by those who published them, but of full size.
          const pixels = await measurement?.readBurst(3, { firstLine: 700, lines: 2 });
          if (pixels) expect(new Set(pixels)).toEqual(new Set(product.mission === 'S1B' ? [0, 1] : [0]));
        }
        await product.close();
      }
    },
  );
});
