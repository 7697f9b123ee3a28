"""CPU seconds and memory of sarsen's terrain correction, for comparison with bench:terrain.

    pip install sarsen
    OMP_NUM_THREADS=1 python3 bench/terrain_sarsen.py SAFE [--flatten]

Hills of 500 m on 2000 x 1440 cells of one second of arc, around the middle of a GRD product with VV.
"""
import resource
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import rasterio
import sarsen
from rasterio.transform import from_origin

WIDTH, HEIGHT, STEP = 2000, 1440, 1 / 3600

safe, *options = sys.argv[1:]
product = sarsen.Sentinel1SarProduct(safe, 'IW/VV')
annotation = ElementTree.parse(next(Path(safe).glob('annotation/*-vv-*.xml')))
longitude, latitude = (
    np.mean([float(element.text) for element in annotation.iter(name)]) for name in ('longitude', 'latitude')
)
left, top = longitude - WIDTH * STEP / 2, latitude + HEIGHT * STEP / 2
rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
heights = (250 + 250 * np.sin(0.06 * columns) * np.sin(0.05 * rows)).astype('float32')

with tempfile.TemporaryDirectory() as folder:
    dem = f'{folder}/dem.tif'
    profile = dict(driver='GTiff', width=WIDTH, height=HEIGHT, count=1, dtype='float32', crs='EPSG:4326')
    with rasterio.open(dem, 'w', transform=from_origin(left, top, STEP, STEP), **profile) as file:
        file.write(heights, 1)
    before = resource.getrusage(resource.RUSAGE_SELF)
    flatten = {'correct_radiometry': 'gamma_bilinear'} if '--flatten' in options else {}
    result = sarsen.terrain_correction(product, dem_urlpath=dem, output_urlpath=f'{folder}/out.tif', **flatten)
    after = resource.getrusage(resource.RUSAGE_SELF)

seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
valid = float(np.isfinite(np.asarray(result)).mean())
print(f'sarsen {sarsen.__version__}: {result.size / 1e6:.2f} million cells, {100 * valid:.0f} % valid')
print(f'{seconds:.0f} CPU seconds, {1e6 * seconds / result.size:.2f} per million cells, {after.ru_maxrss / 2**20:.2f} GiB')
