/** A format that this package does not read, and the way from it to one that it does. */
export interface ForeignFormat {
  name: string;
  hint: string;
}

const TRANSLATE = 'Convert it to GeoTIFF, for example with gdal_translate';
/** Advice for pictures. */
export const RADIOMETRY = 'Use the original GeoTIFF: rendered images have lost the radiometry';
const UNPACK = 'Unpack it and use the files inside';

const NETCDF = 'Rename it to end in .nc; if it is on a server, download it first';
const PAGE = 'The server returned a web page, perhaps a login form; download the file again';

/** Formats by their first bytes, as Latin-1 text. */
const SIGNATURES: readonly [starts: readonly string[], name: string, hint: string][] = [
  [['\x89HDF\r\n'], 'an HDF5 or netCDF-4 file', NETCDF],
  [['CDF\x01', 'CDF\x02', 'CDF\x05'], 'a netCDF file', NETCDF],
  [['\x89PNG'], 'a PNG picture', RADIOMETRY],
  [['\xff\xd8\xff'], 'a JPEG picture', RADIOMETRY],
  [['GIF8', 'BM'], 'a picture', RADIOMETRY],
  [['\0\0\0\x0cjP  ', '\xff\x4f\xff\x51'], 'a JPEG 2000 file', `${TRANSLATE}, if it holds powers`],
  [['PK\x03\x04', 'PK\x05\x06'], 'a zip archive', UNPACK],
  [['\x1f\x8b'], 'a gzip file', UNPACK],
  [['BZh', '\xfd7zXZ', '7z\xbc\xaf', 'Rar!', '\x28\xb5\x2f\xfd'], 'a compressed archive', UNPACK],
  [['\x93NUMPY'], 'a NumPy file', 'NumPy files have no georeference; convert it to GeoTIFF'],
  [['EHFA_HEADER_TAG'], 'an ERDAS Imagine file', TRANSLATE],
  [['SQLite format 3'], 'a GeoPackage or SQLite file', TRANSLATE],
  [['%PDF'], 'a PDF document', 'Use the raster itself'],
  [['version https://git-lfs'], 'a Git LFS pointer', 'Fetch the file itself with git lfs pull'],
  [['ENVI'], 'an ENVI header', 'Use the data file, with its header FILE.hdr beside it'],
];

/** Documents, by the first tag. */
const DOCUMENTS: readonly [start: RegExp, name: string, hint: string][] = [
  [/^<VRTDataset/i, 'a GDAL virtual raster (VRT)', 'Rename it to end in .vrt'],
  [/^<(?:!doctype html|html)/i, 'a web page', PAGE],
  [/^<(?:\?xml|[a-z])/i, 'an XML document', 'Use the raster, or the product folder that it describes'],
];

/** Where a tar archive says that it is one. */
const TAR_MAGIC = 257;

/** The format that a file begins like, where it is a known one. */
export function identifyForeignFormat(start: Uint8Array): ForeignFormat | undefined {
  const text = String.fromCharCode(...start.subarray(0, 512));
  if (text.startsWith('ustar', TAR_MAGIC)) return { name: 'a tar archive', hint: UNPACK };
  const document = text.replace('\xef\xbb\xbf', '').trimStart();
  const [, name, hint] =
    SIGNATURES.find(([starts]) => starts.some((signature) => text.startsWith(signature))) ??
    DOCUMENTS.find(([tag]) => tag.test(document)) ??
    [];
  return name && hint ? { name, hint } : undefined;
}
