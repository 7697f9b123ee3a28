"""Despeckles scenes that `mtpi evaluate --export` wrote with a published method, for `mtpi evaluate --results`; see README.md."""

import argparse
import ctypes
import json
import pathlib
import re
import sys
import time

import numpy as np

# Amplitudes of sigma0 are multiplied by this to the range of digital numbers that SAR2SAR was trained on: of 500, 1000 and
# 2000 the factor with the least error.
SAR2SAR_GAIN = 1000
# The same for MERLIN, of 100, 500 and 2000.
MERLIN_GAIN = 500
# Least intensity: logarithms of 0 spoil a whole neighborhood.
FLOOR = 1e-6
# Both networks halve the image five times.
MULTIPLE = 32


def through(network, image):
    """The output of a network of deepdespeckling for one image, mirrored to a multiple of 32."""
    import torch

    rows, cols = image.shape
    pad = [(0, -size % MULTIPLE) for size in image.shape]
    padded = np.pad(image, pad, "reflect").astype(np.float32)
    network.height, network.width = padded.shape
    with torch.no_grad():
        output = network(torch.from_numpy(padded)[None, :, :, None])
    return output.numpy()[0, 0, :rows, :cols]


def load_network(path, key=None):
    import deepdespeckling
    import torch
    from deepdespeckling.model import Model

    folder = pathlib.Path(deepdespeckling.__file__).parent
    state = torch.load(folder / path, map_location="cpu", weights_only=False)
    network = Model(torch.device("cpu"), height=MULTIPLE, width=MULTIPLE)
    network.load_state_dict(state[key] if key else state)
    return network.eval()


def sar2sar():
    from deepdespeckling.utils.constants import M, m

    network = load_network("sar2sar/saved_model/sar2sar.pth", "model_state_dict")

    def despeckle(intensity):
        amplitude = SAR2SAR_GAIN * np.sqrt(np.maximum(intensity, FLOOR))
        output = through(network, (np.log(amplitude) - m) / (M - m))
        return (np.exp(np.maximum(output, 0) * (M - m) + m) / SAR2SAR_GAIN) ** 2

    return lambda scene: np.stack([despeckle(band) for band in scene.load("target")[:2]])


def merlin():
    """On single looks: with a random phase, real and imaginary part are independent, as those of speckle are."""
    from deepdespeckling.utils.constants import M_s, m_s

    network = load_network("merlin/saved_models/sentinel_tops.pth")
    random = np.random.default_rng(1)

    def despeckle(intensity):
        phase = random.uniform(0, 2 * np.pi, intensity.shape)
        amplitude = MERLIN_GAIN * np.sqrt(np.maximum(intensity, FLOOR))
        estimates = []
        for part in (amplitude * np.cos(phase), amplitude * np.sin(phase)):
            encoded = (np.log(part**2 + 1e-3) - 2 * m_s) / (2 * (M_s - m_s))
            estimates.append(np.exp(2 * through(network, encoded) * (M_s - m_s) + 2 * m_s))
        # Each part alone is enough to estimate the intensity.
        return np.mean(estimates, 0) / MERLIN_GAIN**2

    return lambda scene: np.stack([despeckle(band) for band in scene.load("target")[:2]])


def mulog():
    """MuLoG with BM3D, of each intensity."""
    from mulog import run_autoscaled_bm3d, run_mulog

    def despeckle(scene):
        target = np.maximum(scene.load("target")[:2], FLOOR)
        return np.stack([run_mulog(band.astype(np.float64), scene.looks, run_autoscaled_bm3d) for band in target]).real

    return despeckle


def rabasar():
    """RABASAR of all dates of a scene, with MuLoG and BM3D for the super-image and for the ratio of the target to it."""
    from mulog import run_autoscaled_bm3d
    from rabasar import compute_sar_super_image, run_rabasar_residue_filtering

    def despeckle(scene):
        dates = [np.maximum(scene.load(name)[:2], FLOOR).astype(np.float64) for name in ["target", *scene.before, *scene.after]]
        results = []
        for stack in np.stack(dates, 1):
            mean = compute_sar_super_image(stack, denoiser=run_autoscaled_bm3d)
            ratio = run_rabasar_residue_filtering(stack[:1], mean, scene.looks, run_autoscaled_bm3d)
            results.append(ratio[0].real)
        return np.stack(results)

    return despeckle


class NlsarImage(ctypes.Structure):
    """A complex covariance of NL-SAR: [rows, cols, channels, channels]."""

    _fields_ = [
        ("rows", ctypes.c_int),
        ("cols", ctypes.c_int),
        ("channels", ctypes.c_int),
        ("values", ctypes.c_void_p),
        ("extra", ctypes.c_char * 1024),
    ]


def load_nlsar():
    """The library that setup.sh compiled."""
    path = pathlib.Path(sys.prefix) / "lib" / "libnlsar.so"
    if not path.exists():
        sys.exit(f"{path} is missing: compile the sources of NL-SAR with setup.sh, see README.md")
    library = ctypes.CDLL(str(path))
    image = ctypes.POINTER(NlsarImage)
    library.sarnlsar.argtypes = [image, image, ctypes.c_float, ctypes.c_int]
    library.sarnlsar.restype = image
    library.sardata_free.argtypes = [image]
    return library


def nlsar():
    """NL-SAR, of each intensity."""
    library = load_nlsar()

    def despeckle(intensity, looks):
        values = intensity.astype(np.complex64)
        image = NlsarImage(*values.shape, 1, values.ctypes.data)
        # Without messages, search radius, greatest half-width of patches, and speckle without correlation.
        options = [ctypes.c_int(0), ctypes.c_int(12), ctypes.c_int(5), ctypes.c_void_p()]
        result = library.sarnlsar(image, None, looks, len(options), *options)
        if not result:
            raise RuntimeError((ctypes.c_char * 2048).in_dll(library, "sarerror").value.decode())
        floats = ctypes.cast(result.contents.values, ctypes.POINTER(ctypes.c_float))
        real = np.ctypeslib.as_array(floats, (*values.shape, 2))[..., 0].copy()
        library.sardata_free(result)
        return real

    return lambda scene: np.stack([despeckle(np.maximum(band, FLOOR), scene.looks) for band in scene.load("target")[:2]])


METHODS = {"sar2sar": sar2sar, "merlin": merlin, "mulog": mulog, "rabasar": rabasar, "nlsar": nlsar}


class Scene:
    """An input in a folder of exported scenes."""

    def __init__(self, folder, entry):
        self.folder = pathlib.Path(folder)
        self.__dict__.update(entry)

    def load(self, name):
        """[bands, rows, cols]; invalid pixels have the median of their band."""
        image = np.load(self.folder / self.id / f"{name}.npy")
        medians = np.nanmedian(image, axis=(1, 2), keepdims=True)
        return np.where(np.isnan(image), medians, image)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenes", help="folder of exported scenes")
    parser.add_argument("method", choices=METHODS)
    parser.add_argument("results", type=pathlib.Path, help="folder; scenes that it has a result of are left out")
    parser.add_argument("--only", default="", help="regular expression that the ids of scenes have to match")
    flags = parser.parse_args()
    entries = json.loads((pathlib.Path(flags.scenes) / "scenes.json").read_text())
    despeckle = METHODS[flags.method]()
    flags.results.mkdir(parents=True, exist_ok=True)
    spent, pixels = 0.0, 0
    for entry in entries:
        scene = Scene(flags.scenes, entry)
        path = flags.results / f"{scene.id}.npy"
        if path.exists() or not re.search(flags.only, scene.id) or (flags.method == "merlin" and scene.looks > 1):
            continue
        start = time.process_time()
        result = despeckle(scene)
        spent += time.process_time() - start
        pixels += scene.rows * scene.cols
        partial = path.with_suffix(".part")
        with open(partial, "wb") as file:
            np.save(file, np.maximum(result, 1e-12).astype("<f4"))
        partial.rename(path)
        print(f"{scene.id}: {1e6 * spent / pixels:.1f} CPU-seconds per megapixel so far", flush=True)


if __name__ == "__main__":
    main()
