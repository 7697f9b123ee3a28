"""Despeckles three co-registered GeoTIFFs tile by tile with a graph of `mtpi convert`, as `mtpi despeckle` does."""

import argparse

import numpy as np
import onnxruntime
import rasterio

MARGIN = 4  # pixels at the border of a tile that are not kept
MULTIPLE = 16  # of rows and columns of a dynamic graph
BANDS = {"covariance": ("C11", "C22", "C12_real", "C12_imag"), "intensity": ("VV", "VH")}


def read(path, bands):
    """The image [bands, rows, cols], 0 where it is invalid, the mask of valid pixels, and the profile of a GeoTIFF."""
    with rasterio.open(path) as file:
        if file.count < bands:
            raise ValueError(f"{path}: expected {bands} bands, found {file.count}")
        image = file.read(list(range(1, bands + 1)), out_dtype="float32")
        profile = file.profile
    least, most = image[:2].min(axis=0), image[:2].max(axis=0)
    valid = np.isfinite(image).all(axis=0) & ((least >= 0) & (most > 0) if bands == 4 else least > 0)
    if profile["nodata"] is not None:
        valid &= (image != profile["nodata"]).all(axis=0)
    return np.where(valid, image, 0), valid.astype("float32"), profile


def tile_starts(length, tile, overlap):
    """First pixels of tiles that cover `length` and share at least `overlap` pixels with their neighbors."""
    if length <= tile:
        return [0]
    count = -(-(length - overlap) // (tile - overlap))
    return [int(i * (length - tile) / (count - 1) + 0.5) for i in range(count)]


def blending_ramp(tile, overlap, first, last):
    """Weights along a tile that rise and fall over `overlap` pixels, but not at the border of the scene."""
    i = np.arange(tile) + 0.5
    rise = 1 if first else np.sin(np.pi / 2 * np.minimum(1, i / overlap)) ** 2
    fall = 1 if last else np.sin(np.pi / 2 * np.minimum(1, (tile - i) / overlap)) ** 2
    return np.ones(tile) * rise * fall


def mirror_sources(valid):
    """For each pixel, the index of the valid one that stands for it, mirrored at the edge of the valid pixels; -1 without any."""
    rows, cols = valid.shape
    line, column = np.indices(valid.shape)
    nearest = np.where(valid, line * cols + column, -1)
    sources = nearest.copy()
    mirrored = lambda i, size: np.where(i < 0, -1 - i, np.where(i >= size, 2 * size - 1 - i, i))
    while valid.any() and (nearest < 0).any():
        beside = np.pad(nearest, 1, constant_values=-1)
        found = np.full_like(nearest, -1)
        for y, x in ((-1, 0), (0, -1), (0, 1), (1, 0), (-1, -1), (-1, 1), (1, -1), (1, 1)):
            found = np.where(found < 0, beside[1 + y : 1 + y + rows, 1 + x : 1 + x + cols], found)
        ring = (nearest < 0) & (found >= 0)
        edge = found[ring]
        across = mirrored(2 * (edge // cols) - line[ring], rows), mirrored(2 * (edge % cols) - column[ring], cols)
        sources[ring] = np.where(sources[across] < 0, edge, sources[across])
        nearest[ring] = edge
    return sources


def despeckle(session, acquisitions, tile, overlap, batch=4):
    """The despeckled target [bands, rows, cols] of (image, mask) of target, previous and next."""
    bands, rows, cols = acquisitions[0][0].shape
    kept = tile - 2 * MARGIN
    feeds = {}  # mirrored at the borders of the scene
    pads = [(MARGIN, MARGIN + max(0, kept - length)) for length in (rows, cols)]
    for name, (image, mask) in zip(("target", "previous", "next"), acquisitions):
        feeds[name] = np.pad(image, [(0, 0), *pads], "symmetric")
        feeds[f"{name}_mask"] = np.pad(mask, pads, "symmetric")
    ys, xs = tile_starts(rows, kept, overlap), tile_starts(cols, kept, overlap)
    sums, weights = np.zeros((bands, rows, cols)), np.zeros((rows, cols))
    corners = [(y, x) for y in ys for x in xs]
    for first in range(0, len(corners), batch):
        part = corners[first : first + batch]
        inputs = {
            name: np.stack([array[..., y : y + tile, x : x + tile] for y, x in part])
            for name, array in feeds.items()
        }
        for i, valid in enumerate(inputs["target_mask"] > 0):
            if valid.any() and not valid.all():
                sources = mirror_sources(valid).ravel()
                for array in inputs.values():
                    array[i] = array[i].reshape(-1, tile * tile)[:, sources].reshape(array[i].shape)
        (tiles,) = session.run(["despeckled"], inputs)
        for (y, x), result in zip(part, tiles[..., MARGIN:-MARGIN, MARGIN:-MARGIN]):
            weight = np.outer(
                blending_ramp(kept, overlap, y == ys[0], y == ys[-1]),
                blending_ramp(kept, overlap, x == xs[0], x == xs[-1]),
            )[: rows - y, : cols - x]
            area = np.s_[..., y : y + kept, x : x + kept]
            sums[area] += weight * result[:, : rows - y, : cols - x]
            weights[area] += weight
    return np.where(acquisitions[0][1] > 0, sums / weights, np.nan).astype("float32")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("graph", "target", "previous", "next", "output"):
        parser.add_argument(name)
    parser.add_argument("--tile", type=int, help="multiple of 16; default: that of the weights")
    options = parser.parse_args()
    session = onnxruntime.InferenceSession(options.graph, providers=onnxruntime.get_available_providers())
    described = session.get_modelmeta().custom_metadata_map
    tile = options.tile or int(described["tile"])
    if tile % MULTIPLE or "target_mask" not in [port.name for port in session.get_inputs()]:
        parser.error("expected a tile in multiples of 16 and a graph of --input covariance or intensity with --dynamic")
    bands = BANDS[described["input"]]
    *dates, profiles = zip(*(read(path, len(bands)) for path in (options.target, options.previous, options.next)))
    result = despeckle(session, list(zip(*dates)), tile, min(8, tile // 16))
    profile = {key: profiles[0][key] for key in ("width", "height", "crs", "transform")}
    profile.update(driver="GTiff", count=len(bands), dtype="float32", nodata=np.nan)
    with rasterio.open(options.output, "w", **profile) as file:
        file.write(result)
        file.descriptions = bands


if __name__ == "__main__":
    main()
