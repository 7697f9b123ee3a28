import type { GeoTIFF } from 'geotiff';
import type { RandomAccessFile } from '../files/random-access-file';

type Source = Parameters<typeof GeoTIFF.fromSource>[0];

/**
 * What geotiff reads from. It asks for more than the file has where a directory lies at its end: what is not there it must
 * not get as zeros, as its own source would have it.
 */
export function fileSource(file: RandomAccessFile): Source {
  const fetchOne = async (offset: number, length: number, signal?: AbortSignal) => {
    const available = Math.max(0, Math.min(length, file.size - offset));
    return (await file.read(offset, available, signal)).buffer;
  };
  return {
    fetch: (slices, signal) =>
      Promise.all(slices.map(({ offset, length }) => fetchOne(offset, length, signal))),
    fetchSlice: async (slice, signal) => ({
      ...slice,
      data: await fetchOne(slice.offset, slice.length, signal),
    }),
    fileSize: file.size,
    close: () => file.close(),
  };
}
