#!/usr/bin/env bash
# Despeckles a small simulated scene by the Python example and by the command, with packages from PyPI in a temporary
# environment, and compares. PYTHON: the interpreter, python3 by default.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mtpi() { npm run --silent mtpi -- "$@"; }

"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet numpy rasterio onnxruntime
python() { "$work/venv/bin/python" -W ignore "$@"; }

npm run --silent ts -- scripts/simulate-triplet.ts "$work" 320 300
python - "$work" << 'END'
# Invalid pixels, others on each date; intensities alone.
import sys
import numpy as np
import rasterio

for k, name in enumerate(('previous', 'target', 'next')):
    with rasterio.open(f'{sys.argv[1]}/{name}.tif') as file:
        image, bands = file.read(), file.descriptions
    image[:, 20 * k : 20 * k + 40, 100:180] = np.nan
    image[:, :, : 5 * k + 3] = np.nan
    for kind, count in ('covariance', 4), ('intensity', 2):
        profile = dict(driver='GTiff', height=320, width=300, count=count, dtype='float32', nodata=np.nan)
        with rasterio.open(f'{sys.argv[1]}/{name}-{kind}.tif', 'w', **profile) as file:
            file.write(image[:count])
            file.descriptions = bands if count == 4 else ('VV', 'VH')
END

try() { # weights, input
  local dates=()
  for date in target previous next; do dates+=("$work/$date-$2.tif"); done
  mtpi convert "$1" "$work/$1.onnx" --input "$2" --dynamic --quiet
  python examples/python/despeckle.py "$work/$1.onnx" "${dates[@]}" "$work/python.tif"
  mtpi despeckle --weights "$1" --target "${dates[0]}" --previous "${dates[1]}" --next "${dates[2]}" \
    --output "$work/command.tif" --quiet
  python - "$1, $2" "$work/python.tif" "$work/command.tif" << 'END'
import sys
import numpy as np
import rasterio

found, expected = (rasterio.open(path).read() for path in sys.argv[2:])
expected = expected[: len(found)]
assert (np.isfinite(found) == np.isfinite(expected)).all(), 'other pixels are valid'
difference = np.nanmax(np.abs(found - expected) / np.sqrt(expected[0] * expected[1]))
intensities = np.nanmax(np.abs(found / expected - 1)[:2])
print(f'{sys.argv[1]}: intensities agree to {intensities:.1e}, all bands to {difference:.1e} of √(C11·C22)')
assert intensities < 1e-4 and difference < 1e-4
END
}

try mtpi covariance
try mtpi-small intensity
