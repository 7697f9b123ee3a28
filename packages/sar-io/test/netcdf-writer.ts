import h5wasm from 'h5wasm/node';

type Value = string | number;

/** A variable of a netCDF-4 file; its dimensions name other variables, or none. */
export interface TestVariable {
  dimensions?: readonly string[];
  shape?: readonly number[];
  data: Float32Array | Float64Array | Int16Array | Int32Array | Uint8Array | Uint16Array | string[];
  chunks?: readonly number[];
  deflate?: number;
  attributes?: Readonly<Record<string, Value | Value[]>>;
}

/** Writes a netCDF-4 file as netCDF's library lays it out: dimensions are scales attached to variables. */
export async function writeNetcdf(
  path: string,
  variables: Readonly<Record<string, TestVariable>>,
  attributes: Readonly<Record<string, string>> = {},
): Promise<string> {
  await h5wasm.ready;
  const file = new h5wasm.File(path, 'w');
  for (const [name, value] of Object.entries(attributes)) file.create_attribute(name, value);
  for (const [name, variable] of Object.entries(variables)) {
    const { data, shape = [data.length], chunks, deflate } = variable;
    const dataset = file.create_dataset({
      ...{ name, data, shape: [...shape] },
      ...(chunks && { chunks: [...chunks] }),
      ...(deflate && { compression: deflate }),
    });
    for (const [key, value] of Object.entries(variable.attributes ?? {}))
      dataset.create_attribute(key, Array.isArray(value) ? (value as number[]) : value);
    if (variable.dimensions?.[0] === name) dataset.make_scale(name);
  }
  for (const [name, { dimensions = [] }] of Object.entries(variables)) {
    const dataset = file.get(name) as InstanceType<typeof h5wasm.Dataset>;
    for (const [axis, dimension] of dimensions.entries())
      if (dimension !== name && variables[dimension]) dataset.attach_scale(axis, `/${dimension}`);
  }
  file.close();
  return path;
}

/** Coordinates at the centers of pixels. */
export const axis = (first: number, step: number, count: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => first + i * step);

export interface TestSeries {
  width?: number;
  height?: number;
  /** Days since 2024-01-01. */
  days?: readonly number[];
  /** Step of y: positive where rows lie from south to north. */
  dy?: number;
  /** Instead of, or besides, what a good file has. */
  change?: Readonly<Record<string, Partial<TestVariable> | undefined>>;
}

/** The number of a pixel: differs between dates, bands, rows and columns. */
export const numberAt = (band: number, day: number, row: number, column: number): number =>
  1 + band + 10 * day + 100 * row + 1000 * column;

/** A series of VV and VH over time, y and x in UTM zone 33N, changed in some respect. */
export function writeSeries(path: string, options: TestSeries = {}): Promise<string> {
  const { width = 5, height = 4, days = [3, 15, 27], dy = -10, change = {} } = options;
  const image = (band: number): TestVariable => ({
    dimensions: ['time', 'y', 'x'],
    shape: [days.length, height, width],
    data: Float32Array.from({ length: days.length * height * width }, (_, i) => {
      const [t, r, c] = [Math.floor(i / (height * width)), Math.floor(i / width) % height, i % width];
      return numberAt(band, days[t], dy < 0 ? r : height - 1 - r, c);
    }),
    attributes: { grid_mapping: 'crs', units: '1' },
  });
  const good: Record<string, TestVariable> = {
    time: {
      dimensions: ['time'],
      data: Float64Array.from(days),
      attributes: { units: 'days since 2024-01-01 05:00:00', calendar: 'standard', standard_name: 'time' },
    },
    y: {
      dimensions: ['y'],
      data: axis(dy < 0 ? 5_000_000 - 5 : 5_000_000 - 10 * height + 5, dy, height),
      attributes: { standard_name: 'projection_y_coordinate', units: 'm' },
    },
    x: {
      dimensions: ['x'],
      data: axis(500_005, 10, width),
      attributes: { standard_name: 'projection_x_coordinate', units: 'm' },
    },
    crs: {
      data: Uint8Array.of(0),
      attributes: {
        grid_mapping_name: 'transverse_mercator',
        longitude_of_central_meridian: 15,
        latitude_of_projection_origin: 0,
        scale_factor_at_central_meridian: 0.9996,
        false_easting: 500_000,
        false_northing: 0,
        inverse_flattening: 298.257223563,
      },
    },
    VV: image(0),
    VH: image(1),
  };
  const changed = { ...good };
  for (const [name, own] of Object.entries(change)) {
    if (own === undefined) delete changed[name];
    else
      changed[name] = {
        ...good[name],
        ...own,
        attributes: { ...good[name]?.attributes, ...own.attributes },
      } as TestVariable;
  }
  return writeNetcdf(path, changed);
}

/** Another number below 256, which no library knows, for the deflate filter of the only compressed variable; the checksum follows. */
export function replaceDeflate(bytes: Buffer, filter: number): void {
  // Version 2 of the message: filter 1, no flags, one number, level 4.
  const at = bytes.indexOf(Buffer.from([1, 0, 0, 0, 1, 0, 4, 0, 0, 0]));
  const start = bytes.lastIndexOf('OHDR', at);
  const flags = bytes[start + 5];
  const sizeAt = start + 6 + (flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0);
  const sizeBytes = 1 << (flags & 3);
  const end = sizeAt + sizeBytes + bytes.readUIntLE(sizeAt, sizeBytes);
  bytes.writeUInt16LE(filter, at);
  bytes.writeUInt32LE(lookup3(bytes.subarray(start, end)), end);
}

/** Bob Jenkins' hash, the checksum of HDF5's headers. */
function lookup3(bytes: Uint8Array): number {
  let a = (0xdeadbeef + bytes.length) | 0;
  let [b, c] = [a, a];
  const turn = (value: number, bits: number) => (value << bits) | (value >>> (32 - bits));
  const word = (at: number) => [0, 1, 2, 3].reduce((sum, i) => sum | ((bytes[at + i] ?? 0) << (8 * i)), 0);
  let at = 0;
  for (; bytes.length - at > 12; at += 12) {
    [a, b, c] = [(a + word(at)) | 0, (b + word(at + 4)) | 0, (c + word(at + 8)) | 0];
    a = ((a - c) ^ turn(c, 4)) | 0;
    c = (c + b) | 0;
    b = ((b - a) ^ turn(a, 6)) | 0;
    a = (a + c) | 0;
    c = ((c - b) ^ turn(b, 8)) | 0;
    b = (b + a) | 0;
    a = ((a - c) ^ turn(c, 16)) | 0;
    c = (c + b) | 0;
    b = ((b - a) ^ turn(a, 19)) | 0;
    a = (a + c) | 0;
    c = ((c - b) ^ turn(b, 4)) | 0;
    b = (b + a) | 0;
  }
  [a, b, c] = [(a + word(at)) | 0, (b + word(at + 4)) | 0, (c + word(at + 8)) | 0];
  c = ((c ^ b) - turn(b, 14)) | 0;
  a = ((a ^ c) - turn(c, 11)) | 0;
  b = ((b ^ a) - turn(a, 25)) | 0;
  c = ((c ^ b) - turn(b, 16)) | 0;
  a = ((a ^ c) - turn(c, 4)) | 0;
  b = ((b ^ a) - turn(a, 14)) | 0;
  return ((c ^ b) - turn(b, 24)) >>> 0;
}
