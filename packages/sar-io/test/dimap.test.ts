import { mkdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { openAcquisition, openDimap, openRaster } from '../src/node';
import { temporaryFolder, testImage } from './support';

const folder = temporaryFolder();
const [ROWS, COLS] = [31, 43];
const whole = { x: 0, y: 0, width: COLS, height: ROWS };
const path = join(folder, 'scene.dim');
const data = join(folder, 'scene.data');

/** A file as SNAP writes it: big-endian, with a header beside it. */
function writeImg(file: string, values: Float32Array, width: number, height: number) {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => bytes.writeFloatBE(value, 4 * i));
  writeFileSync(join(data, `${file}.img`), bytes);
  const header = ['ENVI', 'description = {made for a test}', `samples = ${width}`, `lines = ${height}`];
  header.push('bands = 1', 'header offset = 0', 'file type = ENVI Standard', 'data type = 4');
  header.push('interleave = bsq', 'byte order = 1', `band names = { ${file.split('/').at(-1)} }`);
  writeFileSync(join(data, `${file}.hdr`), header.join('\n'));
}

const TIE_POINTS = `
  <Coordinate_Reference_System><Horizontal_CS><HORIZONTAL_CS_TYPE>GEOGRAPHIC</HORIZONTAL_CS_TYPE>
  </Horizontal_CS></Coordinate_Reference_System>
  <Geoposition><Geoposition_Points><TIE_POINT_GRID_NAME_LAT>latitude</TIE_POINT_GRID_NAME_LAT>
    <TIE_POINT_GRID_NAME_LON>longitude</TIE_POINT_GRID_NAME_LON></Geoposition_Points></Geoposition>
  <Tie_Point_Grids>${['latitude', 'longitude']
    .map(
      (name, i) => `<Tie_Point_Grid_Info><TIE_POINT_GRID_INDEX>${i}</TIE_POINT_GRID_INDEX>
    <TIE_POINT_GRID_NAME>${name}</TIE_POINT_GRID_NAME><NCOLS>3</NCOLS><NROWS>2</NROWS>
    <OFFSET_X>-1.5</OFFSET_X><OFFSET_Y>0.0</OFFSET_Y><STEP_X>20.0</STEP_X><STEP_Y>30.0</STEP_Y></Tie_Point_Grid_Info>`,
    )
    .join('')}</Tie_Point_Grids>`;

const projected = (
  wkt: string,
) => `<Coordinate_Reference_System><WKT>${wkt}</WKT></Coordinate_Reference_System>
  <Geoposition><IMAGE_TO_MODEL_TRANSFORM>10.0,0.0,0.0,-12.5,500020.0,4600010.0</IMAGE_TO_MODEL_TRANSFORM></Geoposition>`;

interface Band {
  name: string;
  values?: Float32Array;
  more?: string;
}

function writeProduct(bands: readonly Band[], place = TIE_POINTS) {
  rmSync(data, { recursive: true, force: true });
  mkdirSync(join(data, 'tie_point_grids'), { recursive: true });
  for (const { name, values } of bands) if (values) writeImg(name, values, COLS, ROWS);
  writeImg('tie_point_grids/latitude', Float32Array.of(45, 45.1, 45.2, 44, 44.1, 44.2), 3, 2);
  writeImg('tie_point_grids/longitude', Float32Array.of(10, 11, 12, 10.5, 11.5, 12.5), 3, 2);
  const file = (kind: string, path: string, index: string, i: number, name: string) =>
    `<${kind}><${path} href="scene.data/${name}.hdr"/><${index}>${i}</${index}></${kind}>`;
  const grids = ['latitude', 'longitude'].map((name, i) =>
    file(
      'Tie_Point_Grid_File',
      'TIE_POINT_GRID_FILE_PATH',
      'TIE_POINT_GRID_INDEX',
      i,
      `tie_point_grids/${name}`,
    ),
  );
  const files = bands.map(({ name, values }, i) =>
    values ? file('Data_File', 'DATA_FILE_PATH', 'BAND_INDEX', i, name) : '',
  );
  const infos = bands.map(
    ({ name, more = '' }, i) =>
      `<Spectral_Band_Info><BAND_INDEX>${i}</BAND_INDEX><BAND_NAME>${name}</BAND_NAME>
      <PHYSICAL_UNIT>intensity</PHYSICAL_UNIT>${more}</Spectral_Band_Info>`,
  );
  writeFileSync(
    path,
    `<?xml version="1.0" encoding="ISO-8859-1"?><Dimap_Document name="scene.dim">
    <Production><PRODUCT_SCENE_RASTER_START_TIME>05-MAR-2024 21:46:32.812250</PRODUCT_SCENE_RASTER_START_TIME></Production>
    ${place}
    <Raster_Dimensions><NCOLS>${COLS}</NCOLS><NROWS>${ROWS}</NROWS><NBANDS>${bands.length}</NBANDS></Raster_Dimensions>
    <Data_Access>${[...files, ...grids].join('\n')}</Data_Access>
    <Image_Interpretation>${infos.join('\n')}</Image_Interpretation></Dimap_Document>`,
  );
}

const image = testImage(4, ROWS, COLS);
const plane = (b: number) => image.data.slice(b * ROWS * COLS, (b + 1) * ROWS * COLS);
const C2: Band[] = [
  { name: 'C11', values: plane(3) },
  { name: 'C12_real', values: plane(0) },
  { name: 'C12_imag', values: plane(1) },
  { name: 'C22', values: plane(2) },
];

beforeEach(() => writeProduct(C2));

describe('a covariance', () => {
  it('is read big-endian, its channels by their names', async () => {
    const acquisition = await openAcquisition(path);
    expect(acquisition).toMatchObject({ polarimetry: 'covariance', width: COLS, height: ROWS });
    expect(acquisition.acquired).toEqual(new Date('2024-03-05T21:46:32.812Z'));
    const window = { x: 5, y: 7, width: 30, height: 20 };
    const { image: read } = await acquisition.read(window);
    for (const [to, from] of [
      [0, 3],
      [1, 2],
      [2, 0],
      [3, 1],
    ]) {
      expect(read.get(to, 11, 13)).toBe(image.get(from, 18, 18));
    }
    await acquisition.close();
  });

  it('by its data folder, and renamed by hand', async () => {
    for (const name of ['moved.dim', 'moved.data'])
      rmSync(join(folder, name), { recursive: true, force: true });
    renameSync(data, join(folder, 'moved.data'));
    renameSync(path, join(folder, 'moved.dim'));
    const source = await openRaster(join(folder, 'moved.data'));
    expect((await source.read(whole, { bands: [0] })).image.data).toEqual(plane(3));
    await source.close();
  });

  it('of a stack, where the names of bands have dates', async () => {
    writeProduct(C2.map((band) => ({ ...band, name: `${band.name}_slv1_17Mar2024` })));
    const acquisition = await openAcquisition(path);
    expect(acquisition.polarimetry).toBe('covariance');
    expect(acquisition.acquired).toEqual(new Date('2024-03-17T00:00:00Z'));
    await acquisition.close();
  });

  it('of a stack of several dates, by the day', async () => {
    const dates = ['mst_05Mar2024', 'slv1_17Mar2024', 'slv2_29Mar2024'];
    writeProduct(
      dates.flatMap((date, d) =>
        C2.map(({ name, values }) => ({ name: `${name}_${date}`, values: values!.map((v) => v + d) })),
      ),
    );
    await expect(openAcquisition(path)).rejects.toMatchObject({ code: 'UnsupportedFormat' });
    const acquisition = await openAcquisition(path, { date: new Date('2024-03-29T21:46:00Z') });
    expect(acquisition.acquired).toEqual(new Date('2024-03-29T00:00:00Z'));
    expect((await acquisition.read(whole)).image.get(0, 4, 5)).toBe(Math.fround(image.get(3, 4, 5) + 2));
    await acquisition.close();
    await expect(openAcquisition(path, { date: new Date('2024-04-10') })).rejects.toThrow(
      /expected bands of 2024-04-10, found C11_mst_05Mar2024/,
    );
  });
});

describe('bands', () => {
  it('i and q are one complex band; virtual ones are left out', async () => {
    writeProduct([
      { name: 'i_VV', values: plane(0) },
      { name: 'q_VV', values: plane(1) },
      { name: 'Intensity_VV', more: '<VIRTUAL_BAND>true</VIRTUAL_BAND>' },
      { name: 'i_VH', values: plane(2) },
      { name: 'q_VH', values: plane(3) },
      { name: 'elevation', values: plane(0) },
    ]);
    const source = await openRaster(path);
    expect(source).toMatchObject({ complex: true, dataType: 'cfloat32' });
    expect(source.bands.map(({ name }) => name)).toEqual(['VV', 'VH']);
    expect((await source.read(whole)).image.data).toEqual(image.data);
    await source.close();
    const acquisition = await openAcquisition(path);
    expect(acquisition).toMatchObject({ scale: 'complex', channels: ['VV', 'VH'] });
    const { image: c2 } = await acquisition.read(whole);
    const [a, b, c, d] = [0, 1, 2, 3].map((plane) => image.get(plane, 9, 8));
    expect(c2.get(0, 9, 8)).toBeCloseTo(a * a + b * b, 4);
    expect(c2.get(2, 9, 8)).toBeCloseTo(a * c + b * d, 4);
    expect(c2.get(3, 9, 8)).toBeCloseTo(b * c - a * d, 4);
    await acquisition.close();
    const elevation = await openDimap(path, { bands: ['elevation'] });
    expect(elevation).toMatchObject({ complex: false, bands: [{ name: 'elevation', unit: 'intensity' }] });
    await elevation.close();
  });

  it('are scaled, and nodata is masked', async () => {
    const values = plane(0);
    values[17] = 0;
    const more =
      '<SCALING_FACTOR>0.5</SCALING_FACTOR><SCALING_OFFSET>-1.0</SCALING_OFFSET>' +
      '<NO_DATA_VALUE_USED>true</NO_DATA_VALUE_USED><NO_DATA_VALUE>0.0</NO_DATA_VALUE>';
    writeProduct([{ name: 'Sigma0_VV', values, more }]);
    const source = await openDimap(path);
    expect(source.bands[0]).toMatchObject({ scale: 0.5, offset: -1, nodata: 0 });
    const { image: read, mask } = await source.read(whole);
    expect(mask.data.indexOf(0)).toBe(17);
    expect(mask.data.reduce((sum, valid) => sum + valid, 0)).toBe(ROWS * COLS - 1);
    expect(read.data[18]).toBe(Math.fround(0.5 * values[18] - 1));
    await source.close();
  });
});

describe('valid-pixel expressions', () => {
  const numbers = Float32Array.from({ length: ROWS * COLS }, (_, i) => i % 7);
  const write = (expression: string, scale = 1) =>
    writeProduct([
      { name: 'Sigma0_VV', values: plane(0), more: `<VALID_MASK_TERM>${expression}</VALID_MASK_TERM>` },
      { name: 'Sigma0_VH', values: plane(1) },
      { name: 'angle', values: numbers, more: `<SCALING_FACTOR>${scale}</SCALING_FACTOR>` },
      { name: 'sum', more: '<VIRTUAL_BAND>true</VIRTUAL_BAND>' },
    ]);

  it.each<[string, (n: number) => boolean]>([
    ['angle &gt; 2', (n) => n > 2],
    ['2 &gt;= angle', (n) => n <= 2],
    ['(angle != 3.0) &amp;&amp; angle &lt;= 5', (n) => n !== 3 && n <= 5],
    ["'angle' == 1e0 and true", (n) => n === 1],
    ['fneq(angle, 4.0)', (n) => n !== 4],
    ['!nan(angle)', () => true],
  ])('%s', async (expression, holds) => {
    write(expression);
    const source = await openDimap(path, { bands: ['Sigma0_VV', 'Sigma0_VH'] });
    const { mask } = await source.read({ x: 3, y: 2, width: 20, height: 11 });
    for (let row = 0; row < 11; row++)
      for (let column = 0; column < 20; column++)
        expect(mask.get(row, column)).toBe(Number(holds(numbers[(row + 2) * COLS + column + 3])));
    // Of another band alone it says nothing.
    expect((await source.read(whole, { bands: [1] })).mask.data.every((valid) => valid === 1)).toBe(true);
    await source.close();
  });

  it('compare values, not stored numbers', async () => {
    write('angle &lt; 1', 0.5);
    const source = await openDimap(path, { bands: ['Sigma0_VV'] });
    const { mask } = await source.read(whole);
    expect(Array.from(mask.data)).toEqual(Array.from(numbers, (n) => Number(n < 2)));
    await source.close();
  });

  it.each([
    'flags.LAND',
    'angle &gt; 2 || angle == 0',
    '!water',
    'sum &gt; 1',
    'angle &gt; Sigma0_VH',
    'nan(angle)',
  ])('of another kind are refused: %s', async (expression) => {
    write(expression);
    await expect(openDimap(path)).rejects.toMatchObject({
      code: 'UnsupportedFormat',
      hint: expect.stringContaining('Band Maths'),
    });
    await (await openDimap(path, { bands: ['Sigma0_VH'] })).close();
  });
});

describe('place', () => {
  it('by tie points', async () => {
    const source = await openDimap(path);
    expect(source.georeference.crs).toMatchObject({ epsg: 4326 });
    expect(source.georeference.gcps).toHaveLength(6);
    expect(source.georeference.gcps![4]).toEqual({
      column: 18.5,
      row: 30,
      x: 11.5,
      y: Math.fround(44.1),
      z: 0,
    });
    await source.close();
  });

  it.each([
    ['GEOGCS["WGS84(DD)", DATUM["WGS84", SPHEROID["WGS84", 6378137.0, 298.257223563]]]', 4326],
    ['PROJCS["WGS 84 / UTM zone 33N", GEOGCS["WGS 84"], AUTHORITY["EPSG","32633"]]', 32633],
    [
      'PROJCS["UTM Zone 51 / World Geodetic System 1984", GEOGCS["World Geodetic System 1984"], PARAMETER["false_northing", 10000000.0]]',
      32751,
    ],
  ])('by a map projection: %s', async (wkt, epsg) => {
    writeProduct(C2, projected(wkt.replaceAll('"', '&quot;')));
    const source = await openDimap(path);
    expect(source.georeference.crs).toMatchObject({ epsg, geographic: epsg === 4326 });
    expect(source.georeference.transform).toEqual([500020, 10, 0, 4600010, 0, -12.5]);
    expect(source.georeference.gcps).toBeUndefined();
    await source.close();
  });
});

describe('wrong products', () => {
  const edit = (file: string, from: string | RegExp, to: string) =>
    writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));

  it.each([
    ['CorruptFile', 'Dimap_Document name', 'Other name', /scene.dim: expected/],
    ['CorruptFile', '</Data_Access>', '', /scene.dim: expected well-formed XML/],
    ['CorruptFile', `<NCOLS>${COLS}`, '<NCOLS>many', /expected a number in Raster_Dimensions\/NCOLS.*'many'/],
    [
      'CorruptFile',
      `<NCOLS>${COLS}`,
      '<NCOLS>40',
      /C11.hdr: expected 40 × 31 pixels as in .*, found 43 × 31/,
    ],
    ['CorruptFile', /<Data_File>.*\n/g, '', /expected a band with a file, found none/],
    ['NotFound', 'scene.data/C11.hdr', 'scene.data/C99.hdr', /C99.hdr does not exist/],
    ['CorruptFile', 'href', 'ref', /expected an attribute href/],
    [
      'UnsupportedFormat',
      '</Spectral_Band_Info>',
      '<LOG10_SCALED>true</LOG10_SCALED></Spectral_Band_Info>',
      /C11 on a linear scale/,
    ],
  ])('%s, where %s is %j', async (code, from, to, message) => {
    edit(path, from, to);
    await expect(openDimap(path)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it('missing or truncated files', async () => {
    truncateSync(join(data, 'C22.img'), 100);
    await expect(openRaster(path)).rejects.toThrow(/C22.img: expected 5332 bytes .*, found 100/);
    rmSync(join(data, 'C22.img'));
    await expect(openRaster(path)).rejects.toMatchObject({ code: 'NotFound' });
    await expect(openRaster(join(folder, 'none.dim'))).rejects.toMatchObject({ code: 'NotFound' });
    await expect(openDimap(path, { bands: ['C33'] })).rejects.toThrow(/expected a band C33, found C11/);
  });
});

it('all bands in an order of one’s own', async () => {
  const source = await openDimap(path, { bands: ['C12_real', 'C12_imag', 'C22', 'C11'] });
  const { image: read, mask } = await source.read(whole);
  expect(read.data).toEqual(image.data);
  expect(mask.data.every(Boolean)).toBe(true);
  await source.close();
});
