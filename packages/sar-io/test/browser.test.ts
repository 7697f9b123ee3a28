import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { gdalInfo, withoutGdal } from './support';

/** What a browser has, as far as this package needs it; none of Node's own globals. */
const browserGlobals = () => ({
  ...{ AbortController, AbortSignal, Blob, CompressionStream, DecompressionStream, DOMException, fetch },
  ...{ Response, TextDecoder, TextEncoder, URL, WebAssembly, atob, btoa, clearTimeout, console, setTimeout },
  ...{ MessageChannel, performance, queueMicrotask },
});

/** Writes a small GeoTIFF to a Blob, reads it again as an acquisition, and encodes a quicklook. */
const PROGRAM = `
  import { acquisitionOf, createGeoTiffBlob, crsOf, encodePng, openGeoTiff, toDecibelImage } from '@mtpi/sar-io';
  import ndarray from 'ndarray';
  globalThis.run = async () => {
    const values = Float32Array.from({ length: 300 * 200 }, (_, i) => 1 + (i % 7));
    const georeference = { crs: crsOf(32633), transform: [5e5, 10, 0, 5e6, 0, -10] };
    const sink = await createGeoTiffBlob({ width: 300, height: 200, bands: ['VH', 'VV'], georeference });
    await sink.write(ndarray(new Float32Array([...values.map((value) => value / 4), ...values]), [2, 200, 300]));
    const blob = await sink.close();
    const source = await openGeoTiff(blob);
    const acquisition = await acquisitionOf([source]);
    const { image } = await acquisition.read({ x: 0, y: 0, width: 300, height: 200 });
    const png = encodePng(toDecibelImage(image.pick(0)));
    const { channels, width, height } = acquisition;
    await acquisition.close();
    const same = values.every((value, i) => value === image.data[i]);
    return { blob, channels, width, height, same, png };
  };
`;

it('the root entry bundles for browsers without warnings or Node built-ins, and runs there', async () => {
  const folder = fileURLToPath(new URL('..', import.meta.url));
  const { outputFiles, metafile, warnings } = await build({
    stdin: { contents: PROGRAM, resolveDir: folder, sourcefile: 'program.ts', loader: 'ts' },
    ...{ bundle: true, write: false, metafile: true, format: 'iife', platform: 'browser', target: 'es2022' },
    conditions: ['@mtpi/source'],
    logLevel: 'silent',
  });
  expect(warnings).toEqual([]);
  const imports = Object.values(metafile.inputs).flatMap((input) => input.imports.map(({ path }) => path));
  const builtins = imports.filter((path) => path.startsWith('node:') || builtinModules.includes(path));
  expect(builtins).toEqual([]);

  const context = createContext(browserGlobals());
  runInContext('globalThis.self = globalThis; globalThis.window = globalThis;', context);
  runInContext(outputFiles[0].text, context);
  const { blob, png, channels, ...result } = await (context.run as () => Promise<Record<string, unknown>>)();
  expect(result).toEqual({ width: 300, height: 200, same: true });
  expect(JSON.stringify(channels)).toBe('["VV","VH"]');
  expect([...(png as Uint8Array).subarray(1, 4)]).toEqual([...Buffer.from('PNG')]);
  if (withoutGdal) return;
  const temporary = mkdtempSync(join(tmpdir(), 'sar-io-'));
  writeFileSync(join(temporary, 'a.tif'), Buffer.from(await (blob as Blob).arrayBuffer()));
  expect(gdalInfo(join(temporary, 'a.tif'))).toMatchObject({ size: [300, 200] });
  rmSync(temporary, { recursive: true });
});
