import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type ByteSource, SarIoError } from '@mtpi/sar-io';
import { identifyZarr, listFolder, openFile, ZipArchive } from '@mtpi/sar-io/node';

/** The files of a SAFE product, in a folder or a zip. */
export interface SafeFiles {
  /** The folder or the zip. */
  readonly path: string;
  /** The product's name, without `.SAFE`. */
  readonly product: string;
  /** Paths within the product, with `/`, such as `annotation/s1a-iw1-slc-vv-….xml`; empty files are left out. */
  readonly names: readonly string[];
  /** @throws SarIoError `NotFound`, `CorruptFile`. */
  text(name: string): Promise<string>;
  /** @throws SarIoError `NotFound`, `CorruptFile`. */
  openFile(name: string, signal?: AbortSignal): Promise<ByteSource>;
  close(): Promise<void>;
}

const MANIFEST = 'manifest.safe';

/** Deepest folder of a product that is read; `annotation/calibration` is the deepest there is. */
const DEPTH = 3;

/**
 * Opens a SAFE folder, a folder containing exactly one, its `manifest.safe`, or a zip of one, at any depth.
 *
 * @throws SarIoError `NotFound`, `UnsupportedFormat` (no product, or several), `CorruptFile` (a damaged zip).
 */
export async function openSafeFiles(path: string): Promise<SafeFiles> {
  const found = await stat(path).catch((cause) => {
    throw new SarIoError('NotFound', `${path} does not exist or cannot be read`, { path, cause });
  });
  if (found.isDirectory()) return openFolder(await productFolder(path));
  if (basename(path) === MANIFEST) return openFolder(dirname(path));
  if (/\.zip$/i.test(path)) return openZip(path);
  throw notOne(path, 'a SAFE folder, its manifest.safe or a zip of it', `the file ${basename(path)}`);
}

async function productFolder(path: string): Promise<string> {
  const names = await readdir(path);
  if (names.includes(MANIFEST)) return path;
  const products = names.filter((name) => /\.SAFE$/i.test(name));
  if (products.length === 1) return join(path, products[0]);
  const zarr = await identifyZarr(path);
  if (zarr) throw notOne(path, 'a SAFE product', zarr.name, zarr.hint);
  throw notOne(path, 'manifest.safe or one folder .SAFE', `${products.length} folders .SAFE`);
}

async function openFolder(path: string): Promise<SafeFiles> {
  const names = await filesBelow(path, '', DEPTH);
  const fileOf = (name: string) => {
    if (names.includes(name)) return join(path, name);
    throw new SarIoError('NotFound', { path, expected: `a file ${name}`, found: 'none' });
  };
  return {
    path,
    product: productName(path),
    names,
    text: async (name) => readFile(fileOf(name), 'utf8'),
    openFile: async (name) => openFile(fileOf(name)),
    close: async () => {},
  };
}

/** Paths of the files that are not empty, below a folder within the product. */
async function filesBelow(product: string, folder: string, depth: number): Promise<string[]> {
  const names: string[] = [];
  for (const { name, isFolder } of await listFolder(join(product, folder))) {
    const path = folder ? `${folder}/${name}` : name;
    if (!isFolder) {
      const found = await stat(join(product, path)).catch(() => undefined); // broken links are none
      if (found?.isFile() && found.size > 0) names.push(path);
    } else if (depth > 0) names.push(...(await filesBelow(product, path, depth - 1)));
  }
  return names;
}

async function openZip(path: string): Promise<SafeFiles> {
  const zip = await ZipArchive.open(path);
  try {
    const all = zip.names.filter((name) => !/(^|\/)__MACOSX\//.test(name));
    const roots = all
      .filter((name) => basename(name) === MANIFEST)
      .map((name) => name.slice(0, -MANIFEST.length));
    if (roots.length !== 1) throw notOne(path, 'one manifest.safe in the zip', `${roots.length}`);
    const [root] = roots;
    const names = all
      .filter((name) => name.startsWith(root) && zip.sizeOf(name) > 0)
      .map((name) => name.slice(root.length));
    return {
      path,
      product: productName(root || path),
      names,
      text: (name) => zip.text(root + name),
      openFile: (name, signal) => zip.openFile(root + name, signal),
      close: () => zip.close(),
    };
  } catch (error) {
    await zip.close();
    throw error;
  }
}

const productName = (path: string) => basename(path).replace(/(\.SAFE)?(\.zip)?$/i, '');

const notOne = (path: string, expected: string, found: string, hint?: string) =>
  new SarIoError('UnsupportedFormat', { path, expected, found, ...(hint && { hint }) });
