import { access } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { acquisitionDate } from '../acquisition/acquisition-date';
import { BandFile } from '../envi/band-file';
import { enviLayout, readEnviHeader } from '../envi/open';
import { SarIoError } from '../errors';
import { readText } from '../files/read-text';
import type { Gcp } from '../georeference/georeference';
import { type Plane, planarSource } from '../raster/planar-source';
import type { DataType, RasterSource } from '../raster/raster';
import { chooseBands, complexPlane, complexType, snapBand } from './complex-pairs';
import { type DimapBand, type DimapDocument, parseDimap, refuseLog10 } from './document';
import { type TiePointGrid, tiePointGcps } from './tie-points';
import { snapAcquired } from './time';
import { validMask } from './valid-mask';

export interface SnapOptions {
  /**
   * Names of the bands to read. A complex one, stored as `i_VV` and `q_VV`, is `VV`. Default: the complex bands; where
   * there are none, all.
   */
  bands?: readonly string[];
}

/**
 * Opens a BEAM-DIMAP product of ESA SNAP: `name.dim`, and beside it the folder `name.data`. A map projection becomes a
 * transform; tie points of latitude and longitude become ground control points at height 0. Virtual bands are left out.
 *
 * @throws SarIoError `NotFound` (a file, a band), `CorruptFile`, `UnsupportedFormat`, `InvalidArgument`.
 */
export async function openDimap(path: string, { bands }: SnapOptions = {}): Promise<RasterSource> {
  const xml = await readText(path);
  const document = parseDimap(xml, path);
  const chosen = chooseBands(path, document.bands, bands);
  if (chosen.length === 0) {
    throw new SarIoError('CorruptFile', `${path}: expected a band with a file, found none`);
  }
  const files: BandFile[] = [];
  const close = async () => {
    await Promise.all(files.map((file) => file.close()));
  };
  try {
    const planes: Plane[] = [];
    let dataType: DataType | undefined;
    for (const { parts } of chosen) {
      const own: Plane[] = [];
      for (const part of parts) {
        const file = await openBand(path, document, part);
        files.push(file);
        own.push(file.plane(0));
        dataType ??= file.dataType;
      }
      planes.push(own.length === 2 ? complexPlane(own) : own[0]);
    }
    const mask = await validMask(path, chosen, async (name) => {
      const band = document.bands.find((candidate) => candidate.name === name);
      if (!band) return undefined;
      const file = await openBand(path, document, band);
      files.push(file);
      return { ...band, plane: file.plane(0) };
    });
    const gcps = document.georeference.transform ? [] : await readGcps(path, document);
    return planarSource({
      ...{ path, width: document.width, height: document.height, planes, close },
      bands: chosen.map(snapBand),
      encodings: chosen.map(({ parts }) => parts),
      ...(mask && { masks: [mask] }),
      dataType: chosen[0].parts.length === 2 ? complexType(dataType!) : dataType!,
      georeference: { ...document.georeference, ...(gcps.length > 0 && { gcps }) },
      acquired: snapAcquired(document.acquired, chosen) ?? acquisitionDate(path),
    });
  } catch (error) {
    await close();
    throw error;
  }
}

async function openBand(path: string, { width, height }: DimapDocument, band: DimapBand): Promise<BandFile> {
  refuseLog10(band, path);
  const header = await findHeader(path, band.header);
  const layout = enviLayout(await readEnviHeader(header), header);
  if (layout.width !== width || layout.height !== height) {
    const [expected, found] = [`${width} × ${height}`, `${layout.width} × ${layout.height}`];
    throw new SarIoError(
      'CorruptFile',
      `${header}: expected ${expected} pixels as in ${path}, found ${found}`,
    );
  }
  return BandFile.open(dataFileOf(header), layout);
}

async function readGcps(path: string, { geolocation, tiePoints }: DimapDocument): Promise<Gcp[]> {
  const [latitude, longitude] = [geolocation?.latitude, geolocation?.longitude].map((name) =>
    tiePoints.find((grid) => grid.name === name),
  );
  if (!latitude || !longitude) return [];
  const grids: TiePointGrid[] = [];
  for (const { header: href, offset, step } of [latitude, longitude]) {
    const header = await findHeader(path, href);
    const layout = enviLayout(await readEnviHeader(header), header);
    const file = await BandFile.open(dataFileOf(header), layout);
    try {
      const { width: columns, height: rows } = layout;
      const values = new Float32Array(columns * rows);
      await file.plane(0).read({ x: 0, y: 0, width: columns, height: rows }, [values]);
      grids.push({ columns, rows, offset, step, values });
    } finally {
      await file.close();
    }
  }
  return tiePointGcps(grids[0], grids[1]);
}

/** A header named in the document; products that were renamed still name their old data folder. */
async function findHeader(path: string, href: string): Promise<string> {
  const parts = href.split(/[\\/]/);
  if (parts.includes('..') || isAbsolute(href)) {
    throw new SarIoError('CorruptFile', {
      path,
      expected: 'files beside the product',
      found: `href ${href}`,
    });
  }
  const own = join(dirname(path), `${basename(path).replace(/\.dim$/i, '')}.data`, ...parts.slice(1));
  const exists = await access(own).then(
    () => true,
    () => false,
  );
  return exists ? own : join(dirname(path), ...parts);
}

const dataFileOf = (header: string) => header.replace(/\.hdr$/i, '.img');
