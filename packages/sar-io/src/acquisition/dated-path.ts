/** Endings of files that may be netCDF, as part of a regular expression. */
const NETCDF_ENDINGS = 'nc4?|cdf|h5|hdf5|he5';

/** Files that may be netCDF, by their names. */
export const NETCDF_NAME = new RegExp(`\\.(?:${NETCDF_ENDINGS})$`, 'i');

/** A path with the date of one image in a file or collection of several, such as `series.nc#20240305T170815`. */
const DATED = new RegExp(`^(.+\\.(?:${NETCDF_ENDINGS}|zarr|json))/?#([\\dTZ:.-]{4,})$`, 'i');

/** The file that a path names, and the date after its `#` where there is one. */
export function splitDatedPath(path: string): { file: string; date?: string } {
  const [, file, date] = DATED.exec(path) ?? [];
  return file ? { file, date } : { file: path };
}

/** The time of an image as it stands in paths, such as `20240305T170815`. */
export const timeStamp = (time: Date): string => time.toISOString().slice(0, 19).replace(/[-:]/g, '');

/** A path with a date, as `splitDatedPath` takes it apart. */
export const datedPath = (file: string, time: Date): string => `${file}#${timeStamp(time)}`;

/** Whether an image's time is a date, such as `20240305` or `2024-03-05 17:08`, which may be less precise. */
export const matchesDate = (time: Date, date: string): boolean =>
  timeStamp(time).startsWith(date.replace(' ', 'T').replace(/[-:Z]|\.\d*/g, ''));
