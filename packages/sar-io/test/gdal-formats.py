"""Writes small rasters in the ways that GDAL knows, and prints as JSON the values and valid pixels that GDAL reads.

    gdal-formats.py FOLDER
"""
import json
import os
import sys

import numpy as np
from osgeo import gdal, osr

gdal.UseExceptions()
WIDTH, HEIGHT = 23, 17
FOLDER = sys.argv[1]
CASES = {}


def values(kind, band=0):
    """Numbers that fit the type, with some zeros."""
    a = (np.arange(WIDTH * HEIGHT).reshape(HEIGHT, WIDTH) * 7 + 31 * band) % 200
    if kind in (gdal.GDT_Int16, gdal.GDT_Int32, gdal.GDT_Float32, gdal.GDT_Float64):
        a = a - 100
    return a / 8 if kind in (gdal.GDT_Float32, gdal.GDT_Float64) else a


def write(name, kind, bands=1, driver='GTiff', options=(), change=None, reopen=None, hole=None):
    """`change` gets the new data set; `reopen` the closed one, whose sidecar it makes; `hole` fills the left columns."""
    path = os.path.join(FOLDER, name)
    d = gdal.GetDriverByName(driver).Create(path, WIDTH, HEIGHT, bands, kind, list(options))
    for b in range(bands):
        a = values(kind, b).astype('f8')
        if hole is not None:
            a[:, :5] = hole
        d.GetRasterBand(b + 1).WriteArray(a)
    if change:
        change(d)
    d = None
    if reopen:
        d = gdal.Open(path)
        reopen(d)
        d = None
    CASES[name] = path


def band(b=1, **properties):
    """Sets properties of a band, such as scale=0.01."""
    def change(d):
        for name, value in properties.items():
            getattr(d.GetRasterBand(b), 'Set' + name)(value)
    return change


def all_of(*changes):
    return lambda d: [change(d) for change in changes] and None


def mask(flags=gdal.GMF_PER_DATASET, internal=True, bits=True):
    def change(d):
        gdal.SetConfigOption('GDAL_TIFF_INTERNAL_MASK', 'YES' if internal else 'NO')
        m = np.where((np.arange(WIDTH * HEIGHT).reshape(HEIGHT, WIDTH) % 5) == 0, 0, 255)
        if flags == gdal.GMF_PER_DATASET:
            d.CreateMaskBand(flags)
            d.GetRasterBand(1).GetMaskBand().WriteArray(m)
        else:
            for b in range(d.RasterCount):
                d.GetRasterBand(b + 1).CreateMaskBand(0)
                d.GetRasterBand(b + 1).GetMaskBand().WriteArray(np.roll(m, b, axis=1))
        gdal.SetConfigOption('GDAL_TIFF_INTERNAL_MASK', 'NO')
    return change


def alpha(d):
    a = np.full((HEIGHT, WIDTH), 255)
    a[3:9, 4:11] = 0
    d.GetRasterBand(d.RasterCount).WriteArray(a)


TILED = ('TILED=YES', 'BLOCKXSIZE=16', 'BLOCKYSIZE=16')
F32, F64, I16, I32, U16, BYTE = (gdal.GDT_Float32, gdal.GDT_Float64, gdal.GDT_Int16, gdal.GDT_Int32, gdal.GDT_UInt16, gdal.GDT_Byte)

write('plain.tif', F32)
write('nodata-nan.tif', F32, change=band(NoDataValue=float('nan')), hole=float('nan'))
write('nodata-9999.tif', F32, 2, change=band(NoDataValue=-9999), hole=-9999)
write('nodata-float-min.tif', F32, change=band(NoDataValue=-3.4028234663852886e38), hole=-3.4028234663852886e38)
write('nodata-inf.tif', F32, hole=float('-inf'))
write('nodata-float64.tif', F64, change=band(NoDataValue=-1.7976931348623157e308), hole=-1.7976931348623157e308)
write('nodata-0-int16.tif', I16, change=band(NoDataValue=0))
write('nodata-int32.tif', I32, change=band(NoDataValue=-2147483648), hole=-2147483648)
write('nodata-out-of-range.tif', BYTE, change=band(NoDataValue=-9999))
write('scale-int16.tif', I16, change=band(Scale=0.01, NoDataValue=-32768), hole=-32768)
write('scale-offset-uint16.tif', U16, change=band(Scale=0.25, Offset=-80, NoDataValue=0), hole=0)
write('scale-float32.tif', F32, change=band(Scale=1e-4))
write('offset-only.tif', F32, change=band(Offset=12.5))
write('scale-second-band.tif', I16, 2, change=band(2, Scale=0.5, Offset=3), options=('INTERLEAVE=BAND',))
write('scale-tiled-lzw-2.tif', I16, options=('COMPRESS=LZW', 'PREDICTOR=2', *TILED), change=band(Scale=0.01, NoDataValue=-32768), hole=-32768)
write('scale-deflate-3.tif', F32, options=('COMPRESS=DEFLATE', 'PREDICTOR=3', *TILED), change=band(Scale=2, NoDataValue=-9999), hole=-9999)
write('scale-lzw-3-strips.tif', F32, 2, options=('COMPRESS=LZW', 'PREDICTOR=3', 'BLOCKYSIZE=5'), change=band(Offset=-1))
write('scale-big-endian.tif', I16, options=('ENDIANNESS=BIG',), change=band(Scale=0.01, NoDataValue=-32768), hole=-32768)
write('scale-bigtiff.tif', U16, options=('BIGTIFF=YES',), change=band(Scale=0.1, Offset=-40))
write('mask-internal.tif', F32, change=mask())
write('mask-internal-two-bands.tif', U16, 2, options=(*TILED, 'COMPRESS=DEFLATE'), change=mask())
write('mask-internal-strips.tif', F32, options=('BLOCKYSIZE=3', 'COMPRESS=LZW'), change=mask())
write('mask-internal-big-endian.tif', I16, options=('ENDIANNESS=BIG',), change=mask())
write('mask-and-nodata.tif', I16, change=all_of(mask(), band(NoDataValue=-32768)))
write('mask-sidecar.tif', F32, 2, change=mask(internal=False))
write('mask-sidecar-per-band.tif', F32, 2, change=mask(flags=0, internal=False))
write('alpha-byte.tif', BYTE, 2, options=('ALPHA=YES',), change=alpha)
write('alpha-uint16.tif', U16, 2, options=('ALPHA=YES', *TILED), change=alpha)
write('alpha-rgba.tif', BYTE, 4, change=alpha)
write('sidecar-nodata.tif', F32, reopen=band(NoDataValue=-9999), hole=-9999)
write('sidecar-nodata-per-band.tif', F32, 2, reopen=all_of(band(1, NoDataValue=-9999), band(2, NoDataValue=7)), hole=-9999)
write('sidecar-scale.tif', I16, reopen=band(Scale=0.01, Offset=1, UnitType='dB', Description='Sigma0_VV'))
write('sidecar-statistics.tif', F32, reopen=lambda d: d.GetRasterBand(1).ComputeStatistics(False) and None)
write('names.tif', F32, 2, change=all_of(band(1, Description='Sigma0_VV_db', UnitType='dB'), band(2, Description='VH & "x" <y>')))
write('envi.bin', F32, 2, driver='ENVI', change=band(NoDataValue=-9999), hole=-9999)
write('envi-int16-big.bin', I16, driver='ENVI', options=('INTERLEAVE=BIP',), reopen=band(Scale=0.01, NoDataValue=-32768), hole=-32768)
write('envi-mask.bin', F32, driver='ENVI', change=mask(internal=False))

write('scale-per-band.tif', I16, 3, change=all_of(band(1, Scale=0.01, NoDataValue=-32768), band(2, Scale=0.5, Offset=3), band(3, Offset=-1)), hole=-32768)
write('scale-per-band-tiled.tif', U16, 2, options=('INTERLEAVE=PIXEL', *TILED), change=all_of(band(1, Scale=0.1), band(2, Scale=2, Offset=-7)))
write('big-endian-tiled.tif', F32, 2, options=('ENDIANNESS=BIG', *TILED), change=band(NoDataValue=-9999), hole=-9999)
write('big-endian-bigtiff.tif', I32, options=('ENDIANNESS=BIG', 'BIGTIFF=YES', 'COMPRESS=DEFLATE'), change=band(NoDataValue=-2147483648), hole=-2147483648)
write('bigtiff-tiled-mask.tif', F32, 2, options=('BIGTIFF=YES', 'COMPRESS=LZW', *TILED), change=mask())
write('zstd-2.tif', I16, options=('COMPRESS=ZSTD', 'PREDICTOR=2', *TILED), change=band(NoDataValue=-32768), hole=-32768)
write('packbits.tif', BYTE, options=('COMPRESS=PACKBITS',), change=band(NoDataValue=0))
write('palette.tif', BYTE, change=lambda d: d.GetRasterBand(1).SetColorTable(gdal.ColorTable()) and None)
write('alpha-premultiplied.tif', U16, 2, options=('ALPHA=PREMULTIPLIED',), change=alpha)
write('overviews-mask.tif', F32, options=TILED, change=all_of(mask(), lambda d: d.BuildOverviews('NEAREST', [2, 4]) and None))
write('overviews-external.tif', F32, change=band(NoDataValue=-9999), reopen=lambda d: d.BuildOverviews('NEAREST', [2]) and None, hole=-9999)
write('envi-bil.bin', F32, 2, driver='ENVI', options=('INTERLEAVE=BIL',), change=band(NoDataValue=-9999), hole=-9999)
write('envi-bip.bin', U16, 3, driver='ENVI', options=('INTERLEAVE=BIP',))
write('envi-float64.bin', F64, driver='ENVI', change=band(NoDataValue=-1e30), hole=-1e30)


def cog(name, source, *options):
    path = os.path.join(FOLDER, name)
    gdal.GetDriverByName('COG').CreateCopy(path, gdal.Open(CASES[source]), options=['BLOCKSIZE=128', 'OVERVIEWS=IGNORE_EXISTING', *options])
    CASES[name] = path


gdal.SetConfigOption('GDAL_TIFF_INTERNAL_MASK', 'YES')
cog('cog-mask.tif', 'mask-internal.tif', 'COMPRESS=DEFLATE', 'OVERVIEW_COUNT=2')
cog('cog-mask-two-bands.tif', 'mask-internal-two-bands.tif', 'COMPRESS=LZW')
cog('cog-nodata-scale.tif', 'scale-int16.tif', 'COMPRESS=ZSTD', 'OVERVIEW_COUNT=2')
cog('cog-bigtiff.tif', 'nodata-9999.tif', 'BIGTIFF=YES')
gdal.SetConfigOption('GDAL_TIFF_INTERNAL_MASK', 'NO')

with open(os.path.join(FOLDER, 'envi.hdr'), 'a') as f:
    f.write('data gain values = {0.5, 2}\ndata offset values = {1, -3}\n')
# GDAL may have kept what it wrote in a sidecar, which would count for more.
for sidecar in ('envi.bin.aux.xml',):
    if os.path.exists(os.path.join(FOLDER, sidecar)):
        os.remove(os.path.join(FOLDER, sidecar))

UTM = osr.SpatialReference()
UTM.ImportFromEPSG(32733)


def place(*transform, point=False):
    def change(d):
        d.SetProjection(UTM.ExportToWkt())
        d.SetGeoTransform(transform)
        if point:
            d.SetMetadataItem('AREA_OR_POINT', 'Point')
    return change


def beside(name, ending, text):
    stem = name if ending.startswith('.aux') else os.path.splitext(name)[0]
    with open(os.path.join(FOLDER, stem + ending), 'w') as f:
        f.write(text)


NORTH_UP, SOUTH_UP, ROTATED = (5e5, 10, 0, 52e5, 0, -20), (5e5, 10, 0, 52e5, 0, 20), (5e5, 9, 2, 52e5, 3, -8)
write('place.tif', F32, change=place(*NORTH_UP))
write('place-south-up.tif', F32, change=place(*SOUTH_UP))
write('place-rotated.tif', F32, change=place(*ROTATED))
write('place-point.tif', F32, change=place(*NORTH_UP, point=True))
write('place-rotated-point.tif', F32, change=place(*ROTATED, point=True))
write('place-sidecar.tif', F32)
srs = UTM.ExportToWkt().replace('"', '&quot;')
beside('place-sidecar.tif', '.aux.xml', f'<PAMDataset><SRS>{srs}</SRS><GeoTransform>5e5, 9, 2, 52e5, 3, -8</GeoTransform></PAMDataset>')
write('place-sidecar-first.tif', F32, change=place(*NORTH_UP))
beside('place-sidecar-first.tif', '.aux.xml', '<PAMDataset><GeoTransform>1, 2, 0, 3, 0, -4</GeoTransform></PAMDataset>')
write('place-tfw.tif', F32)
beside('place-tfw.tif', '.tfw', '10\n1\n2\n-20\n500005\n5199990\n')
write('place-tiffw.tif', F32)
beside('place-tiffw.tif', '.tifw', '10\n0\n0\n-20\n500005\n5199990')
write('place-wld.tif', F32)
beside('place-wld.tif', '.wld', '10\r\n0\r\n0\r\n20\r\n500005\r\n5199990\r\n')
write('place-own-first.tif', F32, change=place(*NORTH_UP))
beside('place-own-first.tif', '.tfw', '1\n0\n0\n-1\n0\n0\n')
write('envi-place.bin', F32, driver='ENVI', change=all_of(place(*NORTH_UP), band(Description='VV')))
write('envi-place-south-up.bin', F32, driver='ENVI', change=all_of(place(*SOUTH_UP), band(Description='VV')))

# Products of SNAP and PolSARpro: GDAL reads their bands, as ENVI rasters with the same numbers in their headers.
BANDS = {}


def product(name, files, prepare, scale=(1, 0)):
    folder = os.path.join(FOLDER, name)
    os.mkdir(folder)
    BANDS[name] = []
    for b, file in enumerate(files):
        own = os.path.join(folder, file)
        d = gdal.GetDriverByName('ENVI').Create(own, WIDTH, HEIGHT, 1, F32 if scale == (1, 0) else I16)
        d.GetRasterBand(1).WriteArray(values(I16, b))
        d.GetRasterBand(1).SetDescription(os.path.splitext(file)[0])
        place(*NORTH_UP)(d)
        d = None
        if scale != (1, 0):
            with open(os.path.splitext(own)[0] + '.hdr', 'a') as f:
                f.write('data gain values = {%g}\ndata offset values = {%g}\n' % scale)
        if os.path.exists(own + '.aux.xml'):
            os.remove(own + '.aux.xml')
        BANDS[name].append(own)
    prepare(folder, files)


def dimap(scale):
    def prepare(folder, files):
        names = [os.path.splitext(file)[0] for file in files]
        infos = ''.join(
            f'<Spectral_Band_Info><BAND_INDEX>{i}</BAND_INDEX><BAND_NAME>{n}</BAND_NAME><SCALING_FACTOR>{scale[0]}</SCALING_FACTOR>'
            f'<SCALING_OFFSET>{scale[1]}</SCALING_OFFSET></Spectral_Band_Info>' for i, n in enumerate(names))
        data = os.path.basename(folder)
        access = ''.join(
            f'<Data_File><DATA_FILE_PATH href="{data}/{n}.hdr"/><BAND_INDEX>{i}</BAND_INDEX></Data_File>' for i, n in enumerate(names))
        size = f'<Raster_Dimensions><NCOLS>{WIDTH}</NCOLS><NROWS>{HEIGHT}</NROWS></Raster_Dimensions>'
        where = ('<Geoposition><IMAGE_TO_MODEL_TRANSFORM>10.0,0.0,0.0,-20.0,500000.0,5200000.0</IMAGE_TO_MODEL_TRANSFORM></Geoposition>'
                 f'<Coordinate_Reference_System><WKT>{UTM.ExportToWkt()}</WKT></Coordinate_Reference_System>')
        with open(folder[:-len('data')] + 'dim', 'w') as f:
            f.write(f'<Dimap_Document>{size}{where}<Image_Interpretation>{infos}</Image_Interpretation><Data_Access>{access}</Data_Access></Dimap_Document>')
    return prepare


def config(folder, files):
    with open(os.path.join(folder, 'config.txt'), 'w') as f:
        f.write(f'Nrow\n{HEIGHT}\n---------\nNcol\n{WIDTH}\n')


product('dimap.data', ['Sigma0_VV.img', 'Sigma0_VH.img'], dimap((1, 0)))
product('dimap-scaled.data', ['Sigma0_VV.img', 'Sigma0_VH.img'], dimap((0.25, -7)), (0.25, -7))
product('polsarpro', ['C11.bin', 'C22.bin', 'C12_real.bin', 'C12_imag.bin'], config)


def all_bands():
    for name, path in CASES.items():
        d = gdal.Open(path)
        yield name, d, [d.GetRasterBand(b) for b in range(1, d.RasterCount + 1)]
    for name, paths in BANDS.items():
        opened = [gdal.Open(path) for path in paths]
        yield name, opened[0], [d.GetRasterBand(1) for d in opened]


result = {}
for name, d, opened in all_bands():
    bands = []
    for own in opened:
        if own.GetColorInterpretation() == gdal.GCI_AlphaBand:
            continue
        scale, offset = own.GetScale(), own.GetOffset()
        numbers = own.ReadAsArray().astype('f8')
        numbers = np.where(np.isfinite(numbers), numbers, 0) * (1 if scale is None else scale) + (offset or 0)
        stored = own.ReadAsArray().astype('f4')
        nodata = own.GetNoDataValue()
        valid = (own.GetMaskBand().ReadAsArray() != 0) & np.isfinite(stored)
        if nodata is not None:
            # A mask goes before nodata in GDAL's mask band; statistics heed both.
            valid &= stored != np.float32(nodata)
        bands.append({
            'name': own.GetDescription(),
            'unit': own.GetUnitType(),
            'valid': valid.astype(int).ravel().tolist(),
            'values': np.where(valid, numbers, 0).ravel().tolist(),
        })
    transform = d.GetGeoTransform(can_return_null=True)
    epsg = d.GetSpatialRef() and d.GetSpatialRef().GetAuthorityCode(None)
    result[name] = {'bands': bands, 'transform': transform, 'epsg': epsg and int(epsg)}
print(json.dumps(result))
