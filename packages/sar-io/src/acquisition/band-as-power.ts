import type { Window } from '@mtpi/polsar-priors';
import type { MaskedImage, RasterSource, ReadOptions } from '../raster/raster';
import { namesOf } from './channels';
import { countValid, sampleRaster } from './sample';
import { detectScale, type Scale, toPower } from './scale';
import { dataValues } from './stored-powers';

/**
 * One band of a raster as power, whatever its scale: that of its unit or name, or what its values look like.
 *
 * @param band its index.
 * @throws SarIoError `UnsupportedFormat` for values that are neither power, amplitude nor dB, such as angles below zero.
 */
export async function bandAsPower(
  source: RasterSource,
  band: number,
  { signal }: ReadOptions = {},
): Promise<{ scale: Scale; read(window: Window, options?: ReadOptions): Promise<MaskedImage> }> {
  const { path, dataType, bands } = source;
  const read = (window: Window, options?: ReadOptions) => source.read(window, { ...options, bands: [band] });
  const channel = { source, band, name: bands[band].name };
  const parts = await sampleRaster(source, (window) => read(window, { signal }), countValid);
  const values = dataValues(parts, channel, 0);
  const { scale } = detectScale({ path, dataType, info: bands[band], names: namesOf(channel), values });
  return {
    scale,
    read: async (window, options) => {
      const part = await read(window, options);
      const { data } = part.image;
      for (let i = 0; i < data.length; i++) data[i] = toPower[scale](data[i]);
      return part;
    },
  };
}
