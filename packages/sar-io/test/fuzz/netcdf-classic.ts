const [CHAR, INT, FLOAT, DOUBLE] = [2, 4, 5, 6];
const [DIMENSIONS, VARIABLES, ATTRIBUTES] = [10, 11, 12];

const int = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};
const padded = (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
const name = (text: string) => Buffer.concat([int(text.length), padded(Buffer.from(text))]);
const list = (tag: number, items: Buffer[]) =>
  Buffer.concat([int(items.length && tag), int(items.length), ...items]);
const doubles = (values: readonly number[]) => {
  const bytes = Buffer.alloc(8 * values.length);
  values.forEach((value, i) => bytes.writeDoubleBE(value, 8 * i));
  return bytes;
};
const floats = (values: readonly number[]) => {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => bytes.writeFloatBE(value, 4 * i));
  return bytes;
};

const attributes = (items: Readonly<Record<string, string | number>>) =>
  list(
    ATTRIBUTES,
    Object.entries(items).map(([key, value]) =>
      typeof value === 'string'
        ? Buffer.concat([name(key), int(CHAR), name(value)])
        : Buffer.concat([name(key), int(DOUBLE), int(1), doubles([value])]),
    ),
  );

/** A netCDF file of the classic format: VV and VH of one date in UTM zone 33N (netCDF User Guide, "The NetCDF Classic Format Specification"). */
export function classicNetcdf(): Buffer {
  const [width, height] = [8, 6];
  const image = (first: number) =>
    floats(Array.from({ length: width * height }, (_, i) => 0.1 * (first + (i % 7))));
  const variables: [
    string,
    dimensions: number[],
    items: Record<string, string | number>,
    type: number,
    data: Buffer,
  ][] = [
    ['time', [0], { units: 'days since 2024-01-01 05:00:00', standard_name: 'time' }, DOUBLE, doubles([3])],
    [
      'y',
      [1],
      { standard_name: 'projection_y_coordinate', units: 'm' },
      DOUBLE,
      doubles(Array.from({ length: height }, (_, i) => 5e6 - 10 * i)),
    ],
    [
      'x',
      [2],
      { standard_name: 'projection_x_coordinate', units: 'm' },
      DOUBLE,
      doubles(Array.from({ length: width }, (_, i) => 5e5 + 10 * i)),
    ],
    [
      'crs',
      [],
      {
        grid_mapping_name: 'transverse_mercator',
        longitude_of_central_meridian: 15,
        scale_factor_at_central_meridian: 0.9996,
        false_easting: 5e5,
      },
      INT,
      int(0),
    ],
    [
      'VV',
      [0, 1, 2],
      { grid_mapping: 'crs', units: '1', scale_factor: 0.5, _FillValue: -9999 },
      FLOAT,
      image(2),
    ],
    ['VH', [0, 1, 2], { grid_mapping: 'crs', units: '1' }, FLOAT, image(1)],
  ];
  const headerAt = (begins: readonly number[]) =>
    Buffer.concat([
      Buffer.from('CDF\x01'),
      int(0),
      list(
        DIMENSIONS,
        ['time', 'y', 'x'].map((key, i) => Buffer.concat([name(key), int([1, height, width][i])])),
      ),
      attributes({ Conventions: 'CF-1.8' }),
      list(
        VARIABLES,
        variables.map(([key, dimensions, items, type, data], i) =>
          Buffer.concat([
            name(key),
            int(dimensions.length),
            ...dimensions.map(int),
            attributes(items),
            ...[type, data.length, begins[i]].map(int),
          ]),
        ),
      ),
    ]);
  let next = headerAt(variables.map(() => 0)).length;
  const begins = variables.map(({ 4: data }) => {
    next += data.length;
    return next - data.length;
  });
  return Buffer.concat([headerAt(begins), ...variables.map(({ 4: data }) => data)]);
}
