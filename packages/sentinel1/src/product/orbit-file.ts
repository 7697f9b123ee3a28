import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { formatUtc, parseUtc, SarIoError } from '@mtpi/sar-io';
import { XmlElement, ZipArchive } from '@mtpi/sar-io/node';
import type { StateVector } from '../geocoding/orbit';

/** Seconds that an orbit file must cover before and after a product. */
const MARGIN = 60;

/** State vectors are kept up to this many seconds before and after a product. */
const KEPT = 100;

/** Precise orbits are published weeks after an acquisition, restituted orbits after hours. */
export type OrbitType = 'POEORB' | 'RESORB';

const TYPES: readonly OrbitType[] = ['POEORB', 'RESORB'];

const NAME =
  /^(S1[A-D])_OPER_AUX_(POEORB|RESORB)_OPOD_(\d{8}T\d{6})_V(\d{8}T\d{6})_(\d{8}T\d{6})\.EOF(?:\.zip)?$/i;

/** An ESA orbit file (EOF). Times are seconds since 00:00 UTC of `epoch`. */
export interface OrbitFile {
  path: string;
  /** `S1A` … `S1D`. */
  mission: string;
  type: OrbitType;
  epoch: string;
  /** Validity. */
  start: number;
  stop: number;
  /** State vectors of nominal quality. */
  vectors: readonly StateVector[];
}

/**
 * @param xml Content of the `.EOF` file.
 * @param epoch Day that times count from, `YYYY-MM-DD`; default: the day of the start of validity.
 * @throws SarIoError `CorruptFile`, `UnsupportedFormat` unless it is a POEORB or RESORB in the Earth-fixed frame.
 */
export function parseOrbitFile(xml: string, path: string, epoch?: string): OrbitFile {
  const root = XmlElement.parse(xml, path, 'Earth_Explorer_File');
  const header = root.child('Earth_Explorer_Header/Fixed_Header');
  const type = TYPES.find((name) => header.text('File_Type') === `AUX_${name}`);
  const frame = root.text('Earth_Explorer_Header/Variable_Header/Ref_Frame');
  if (!type || frame !== 'EARTH_FIXED') {
    throw new SarIoError('UnsupportedFormat', {
      path,
      expected: 'AUX_POEORB or AUX_RESORB, EARTH_FIXED',
      found: `${header.text('File_Type')}, ${frame}`,
    });
  }
  const day = epoch ?? header.day('Validity_Period/Validity_Start');
  const vectors = root
    .all('Data_Block/List_of_OSVs/OSV')
    .filter((vector) => vector.text('Quality') === 'NOMINAL')
    .map((vector) => parseVector(vector, day));
  if (vectors.length === 0) root.fail('state vectors of nominal quality', 'none');
  return {
    path,
    mission: header.text('Mission').replace(/^Sentinel-1/i, 'S1'),
    type,
    epoch: day,
    start: header.time('Validity_Period/Validity_Start', day),
    stop: header.time('Validity_Period/Validity_Stop', day),
    vectors,
  };
}

function parseVector(vector: XmlElement, epoch: string): StateVector {
  const triple = (x: string, y: string, z: string) =>
    [vector.number(x), vector.number(y), vector.number(z)] as const;
  return {
    time: vector.time('UTC', epoch),
    position: triple('X', 'Y', 'Z'),
    velocity: triple('VX', 'VY', 'VZ'),
  };
}

/** The product or acquisition that an orbit file must cover. */
export interface OrbitRequest {
  name: string;
  mission: string;
  epoch: string;
  start: number;
  stop: number;
}

/**
 * The orbit file of a product, with the state vectors around it: the named file (`.EOF` or `.EOF.zip`), or the best one in a
 * folder and its subfolders, POEORB before RESORB, then the latest created. Times count from the product's epoch.
 *
 * @throws SarIoError `InvalidArgument` where the named file is of another mission or time; `NotFound` where no file in the
 *   folder covers the product; else as `parseOrbitFile`.
 */
export async function findOrbit(fileOrFolder: string, product: OrbitRequest): Promise<OrbitFile> {
  const found = await stat(fileOrFolder).catch((cause) => {
    throw new SarIoError('NotFound', `${fileOrFolder} does not exist or cannot be read`, {
      path: fileOrFolder,
      cause,
    });
  });
  const path = found.isDirectory() ? await bestIn(fileOrFolder, product) : fileOrFolder;
  const orbit = parseOrbitFile(await readOrbitText(path), path, product.epoch);
  const covers = orbit.start <= product.start - MARGIN && orbit.stop >= product.stop + MARGIN;
  if (orbit.mission !== product.mission || !covers) {
    throw new SarIoError('InvalidArgument', {
      path,
      expected: `an orbit of ${request(product)}`,
      found: `${orbit.mission} ${span(orbit)}`,
    });
  }
  const vectors = orbit.vectors.filter(
    ({ time }) => time >= product.start - KEPT && time <= product.stop + KEPT,
  );
  if (
    !(vectors[0]?.time <= product.start - MARGIN && vectors[vectors.length - 1].time >= product.stop + MARGIN)
  ) {
    throw new SarIoError('CorruptFile', {
      path,
      expected: `state vectors of ${request(product)}`,
      found: `${vectors.length} around it`,
    });
  }
  return { ...orbit, vectors };
}

/** By file name, which holds mission, type, creation time and validity. */
async function bestIn(folder: string, product: OrbitRequest): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter(({ name }) => NAME.test(name));
  const fitting = files
    .filter(({ name }) => {
      const { mission, start, stop } = parseName(name, product.epoch);
      return mission === product.mission && start <= product.start - MARGIN && stop >= product.stop + MARGIN;
    })
    .sort((a, b) => {
      const [x, y] = [parseName(a.name, product.epoch), parseName(b.name, product.epoch)];
      return TYPES.indexOf(x.type) - TYPES.indexOf(y.type) || (x.created < y.created ? 1 : -1);
    });
  if (fitting.length === 0) {
    throw new SarIoError('NotFound', {
      path: folder,
      expected: `an orbit of ${request(product)}`,
      found: `${files.length} orbit files, none of them`,
      hint: 'download the POEORB or RESORB file of that time',
    });
  }
  return join(fitting[0].parentPath, fitting[0].name);
}

function parseName(name: string, epoch: string) {
  const [, mission, type, created, start, stop] = NAME.exec(name)!;
  const time = (text: string) =>
    parseUtc(text.replace(/(....)(..)(..)T(..)(..)(..)/i, '$1-$2-$3T$4:$5:$6'), epoch);
  return {
    mission: mission.toUpperCase(),
    type: type.toUpperCase() as OrbitType,
    created,
    start: time(start),
    stop: time(stop),
  };
}

async function readOrbitText(path: string): Promise<string> {
  if (!/\.zip$/i.test(path)) return readFile(path, 'utf8');
  const zip = await ZipArchive.open(path);
  try {
    const names = zip.names.filter((name) => /\.EOF$/i.test(name) && !name.startsWith('__MACOSX/'));
    if (names.length !== 1) {
      throw new SarIoError('UnsupportedFormat', {
        path,
        expected: 'one .EOF in the zip',
        found: `${names.length}`,
      });
    }
    return await zip.text(names[0]);
  } finally {
    await zip.close();
  }
}

const span = ({ epoch, start, stop }: Pick<OrbitFile, 'epoch' | 'start' | 'stop'>) =>
  `${formatUtc(start, epoch)} … ${formatUtc(stop, epoch)}`;

const request = (product: OrbitRequest) =>
  `${product.mission} ${span(product)} (${product.name}, ±${MARGIN} s)`;
