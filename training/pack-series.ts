import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { planes } from '@mtpi/polsar-priors';
import { openAcquisition } from '@mtpi/sar-io/node';
import { scriptArguments } from './script-arguments';

/** Packs folders of `…_VV.tif` and `…_VH.tif`, one pair per date, into the file that `samples.ts` reads; see README.md. */
const [output, ...folders] = scriptArguments(2, 'npm run ts -- training/pack-series.ts OUTPUT.bin SERIES...');
const header: { rows: number; cols: number; dates: number[][] }[] = [];
const parts: Buffer[] = [];
for (const folder of folders) {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('_VV.tif'))
    .sort();
  const entry = { rows: 0, cols: 0, dates: names.map(() => [0, 0]) };
  for (const name of names) {
    const paths = [name, name.replace('_VV.', '_VH.')].map((file) => join(folder, file));
    const acquisition = await openAcquisition(paths);
    const { width, height } = acquisition;
    const { image, mask } = await acquisition.read({ x: 0, y: 0, width, height });
    await acquisition.close();
    Object.assign(entry, { rows: height, cols: width });
    for (const plane of planes(image)) {
      // The few pixels without data get the image's mean.
      const valid = plane.filter((_, i) => mask.data[i]);
      const mean = valid.reduce((a, b) => a + b, 0) / valid.length;
      parts.push(Buffer.from(plane.map((value, i) => (mask.data[i] ? value : mean)).buffer));
    }
  }
  header.push(entry);
}
const json = Buffer.from(JSON.stringify(header));
const length = Buffer.alloc(4);
length.writeUInt32LE(json.length);
writeFileSync(output, Buffer.concat([length, json, ...parts]));
