"""sarsen's terrain correction beside this repository's: CPU seconds and memory, or the difference of the rasters.

    pip install sarsen
    OMP_NUM_THREADS=1 python3 bench/terrain_sarsen.py SAFE [--flatten]
    python3 bench/terrain_sarsen.py SAFE --dem DEM

The first measures sarsen on hills of 500 m on 2000 x 1440 cells of one second of arc, around the middle of a GRD product with
VV; bench:terrain is its counterpart. The second terrain-corrects the product onto the grid of a DEM in EPSG:4326 by both, with
pixels that are known: amplitudes that increase by line or by sample, so that the backscatter of a cell tells where in the image
it comes from, and equal ones, flattened.
"""
import resource
import shutil
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import rasterio
import sarsen
from rasterio.transform import from_origin
from rasterio.windows import Window

warnings.filterwarnings('ignore', category=rasterio.errors.NotGeoreferencedWarning)
SARSEN = f'sarsen {sarsen.__version__}'


def annotation_of(safe):
    return ElementTree.parse(next(Path(safe).glob('annotation/*-vv-*.xml')))


def values(annotation, name):
    return np.array([float(element.text) for element in annotation.iter(name)])


def measure(safe, flatten):
    """CPU seconds and memory of sarsen."""
    width, height, step = 2000, 1440, 1 / 3600
    product = sarsen.Sentinel1SarProduct(safe, 'IW/VV')
    annotation = annotation_of(safe)
    longitude, latitude = values(annotation, 'longitude').mean(), values(annotation, 'latitude').mean()
    left, top = longitude - width * step / 2, latitude + height * step / 2
    rows, columns = np.mgrid[0:height, 0:width]
    heights = (250 + 250 * np.sin(0.06 * columns) * np.sin(0.05 * rows)).astype('float32')

    with tempfile.TemporaryDirectory() as folder:
        dem = f'{folder}/dem.tif'
        profile = dict(driver='GTiff', width=width, height=height, count=1, dtype='float32', crs='EPSG:4326')
        with rasterio.open(dem, 'w', transform=from_origin(left, top, step, step), **profile) as file:
            file.write(heights, 1)
        before = resource.getrusage(resource.RUSAGE_SELF)
        options = {'correct_radiometry': 'gamma_bilinear'} if flatten else {}
        result = sarsen.terrain_correction(product, dem_urlpath=dem, output_urlpath=f'{folder}/out.tif', **options)
        after = resource.getrusage(resource.RUSAGE_SELF)

    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    valid = float(np.isfinite(np.asarray(result)).mean())
    print(f'{SARSEN}: {result.size / 1e6:.2f} million cells, {100 * valid:.0f} % valid')
    print(f'{seconds:.0f} CPU seconds, {1e6 * seconds / result.size:.2f} per million cells, {after.ru_maxrss / 2**20:.2f} GiB')


# Amplitudes: FIRST + STEP for each pixel within REACH of the middle of the DEM.
FIRST, STEP, REACH = 10_000, 20, 1_100


def middle_pixel(annotation, dem):
    """Line and sample of the middle of a DEM, to some tens of pixels: a polynomial through the geolocation grid."""
    with rasterio.open(dem) as file:
        (west, south, east, north) = file.bounds
    terms = lambda x, y: np.stack([x**0, x, y, x * y, x * x, y * y], -1)
    grid = list(annotation.iter('geolocationGridPoint'))
    of = lambda name: np.array([float(point.find(name).text) for point in grid])
    known, wanted = terms(of('longitude'), of('latitude')), terms(np.array((west + east) / 2), np.array((south + north) / 2))
    return [round(float(wanted @ np.linalg.lstsq(known, of(name), rcond=None)[0])) for name in ('line', 'pixel')]


def with_pixels(safe, folder, annotation, middle, pixels):
    """A copy of the product with other pixels: pixels(lines, samples) around the middle, elsewhere none."""
    copy = Path(tempfile.mkdtemp(dir=folder)) / Path(safe).name  # readers keep files open by name
    shutil.copytree(safe, copy)
    lines, samples = (int(values(annotation, name)[0]) for name in ('numberOfLines', 'numberOfSamples'))
    line, sample = (center - REACH for center in middle)
    path = next(copy.glob('measurement/*-vv-*.tiff'))
    path.unlink()
    profile = dict(driver='GTiff', width=samples, height=lines, count=1, dtype='uint16', tiled=True, SPARSE_OK=True)
    with rasterio.open(path, 'w', **profile) as file:
        amplitudes = pixels(*np.mgrid[0 : 2 * REACH, 0 : 2 * REACH]).astype('uint16')
        file.write(amplitudes, 1, window=Window(sample, line, 2 * REACH, 2 * REACH))
    return str(copy)


def by_sarsen(safe, dem, folder, **options):
    sarsen.terrain_correction(
        sarsen.Sentinel1SarProduct(safe, 'IW/VV'), dem_urlpath=dem, output_urlpath=f'{folder}/sarsen.tif', **options
    )
    return read(f'{folder}/sarsen.tif')


def by_mtpi(safe, dem, folder, *options):
    Path(f'{folder}/mtpi.tif').unlink(missing_ok=True)
    script = ['npm', 'run', '--silent', 'ts', '--', 'bench/terrain-on-dem.ts']
    subprocess.run([*script, safe, dem, f'{folder}/mtpi.tif', *options], check=True)
    return read(f'{folder}/mtpi.tif')


def read(path):
    """Rows from north to south, NaN where invalid."""
    with rasterio.open(path) as file:
        result = file.read(1, masked=True).astype('float64').filled(np.nan)
        return result[::-1] if file.transform.e > 0 else result


def statistics(name, difference):
    difference = difference[np.isfinite(difference)]
    low, median, high = np.percentile(difference, [2.5, 50, 97.5])
    worst = np.abs(difference).max()
    print(f'| {name} | {difference.size} | {difference.mean():.4f} | {difference.std():.4f} | {median:.4f} | {low:.4f} … {high:.4f} | {worst:.4f} |')


def compare(safe, dem):
    """Differences of the rasters: mtpi less sarsen, in pixels and dB."""
    annotation = annotation_of(safe)
    middle = middle_pixel(annotation, dem)
    print('| mtpi − sarsen | cells | mean | deviation | median | 95 % | largest |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |')
    with tempfile.TemporaryDirectory() as folder:
        ramps = {'lines': lambda line, sample: FIRST + STEP * line, 'samples': lambda line, sample: FIRST + STEP * sample}
        for name, pixels in ramps.items():
            copy = with_pixels(safe, folder, annotation, middle, pixels)
            theirs = place(by_sarsen(copy, dem, folder, interp_method='linear'), safe)
            statistics(name, place(by_mtpi(copy, dem, folder), safe) - theirs)
            statistics(f'{name}, times as annotated', place(by_mtpi(copy, dem, folder, '--annotated'), safe) - theirs)
        copy = with_pixels(safe, folder, annotation, middle, lambda line, sample: FIRST + 0 * line)
        decibels = lambda ours, theirs: 10 * np.log10(ours / theirs)
        statistics('beta0, dB', decibels(by_mtpi(copy, dem, folder), by_sarsen(copy, dem, folder, interp_method='linear')))
        bilinear = dict(interp_method='linear', correct_radiometry='gamma_bilinear')
        theirs = by_sarsen(copy, dem, folder, **bilinear)
        statistics('gamma0, dB', decibels(by_mtpi(copy, dem, folder, '--flatten'), theirs))
        # How much its flattening depends on the radar cells that areas are summed in.
        larger = by_sarsen(copy, dem, folder, **bilinear, grouping_area_factor=(3.2, 3.2))
        statistics('sarsen with radar cells 7 % larger − sarsen, gamma0, dB', decibels(larger, theirs))


def place(beta0, safe):
    """Line or sample that a cell shows, less the first: beta0 is the square of the amplitude over its constant."""
    calibration = ElementTree.parse(next(Path(safe).glob('annotation/calibration/calibration-*-vv-*.xml')))
    constant = float(next(calibration.iter('betaNought')).text.split()[0])
    return (np.sqrt(beta0) * constant - FIRST) / STEP


safe, *options = sys.argv[1:]
if '--dem' in options:
    compare(safe, options[options.index('--dem') + 1])
else:
    measure(safe, '--flatten' in options)
