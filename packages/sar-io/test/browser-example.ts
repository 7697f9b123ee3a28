import { createGeoTiffBlob, openGeoTiff } from '../src/index';

const file = document.querySelector<HTMLInputElement>('input[type=file]')?.files?.[0];
if (!file) throw new Error('Choose a file first');
const source = await openGeoTiff(file);
const { width, height, georeference } = source;
const sink = await createGeoTiffBlob({ width, height, bands: ['VV'], georeference });
const { image, mask } = await source.read({ x: 0, y: 0, width, height }, { bands: [0] });
await sink.write(image, mask);
export const blob = await sink.close();
