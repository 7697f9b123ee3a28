import type { GeoTIFF } from 'geotiff';
import type { ByteSource } from '../bytes/byte-source';

type Source = Parameters<typeof GeoTIFF.fromSource>[0];

/**
 * Bytes as geotiff.js reads them. It asks for more than there are where a directory lies at the end of a file; it must not
 * get zeros for those that are missing, as its own source returns.
 */
export function geotiffJsSource(bytes: ByteSource): Source {
  const fetchOne = async (offset: number, length: number, signal?: AbortSignal) => {
    const available = Math.max(0, Math.min(length, bytes.size - offset));
    return (await bytes.read(offset, available, signal)).buffer;
  };
  return {
    fetch: (slices, signal) =>
      Promise.all(slices.map(({ offset, length }) => fetchOne(offset, length, signal))),
    fetchSlice: async (slice, signal) => ({
      ...slice,
      data: await fetchOne(slice.offset, slice.length, signal),
    }),
    fileSize: Number.isFinite(bytes.size) ? bytes.size : null,
    close: () => bytes.close(),
  };
}
