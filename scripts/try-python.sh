#!/usr/bin/env bash
# Despeckles a small simulated scene by the Python example and by the command, and compares; validates a STAC Item by the
# official schemas; then has PyTorch load weights and write them again. Packages come from PyPI into a temporary environment. PYTHON: the interpreter, python3 by default.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mtpi() { npm run --silent mtpi -- "$@"; }

"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet numpy rasterio onnxruntime torch 'pystac[validation]==1.11.*'
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

python - "$work" << 'END'
# Dates in file names, and a place on Earth, which a STAC Item needs.
import sys
import rasterio
from rasterio.transform import from_origin

for date, name in ('20240105', 'previous'), ('20240117', 'target'), ('20240129', 'next'):
    with rasterio.open(f'{sys.argv[1]}/{name}-intensity.tif') as file:
        profile = file.profile | dict(crs='EPSG:32633', transform=from_origin(5e5, 5e6, 10, 10))
        with rasterio.open(f'{sys.argv[1]}/S1A_IW_GRDH_{date}T051523.tif', 'w', **profile) as placed:
            placed.write(file.read())
            placed.descriptions = file.descriptions
END
mtpi despeckle "$work"/S1A_IW_GRDH_*.tif -w mtpi-small --output "$work/stac" --stac --quiet
python - "$work"/stac/*.json << 'END'
# pystac brings the schemas of the core; those of the extensions are on a server.
import json
import logging
import sys
from pystac import STACObjectType
from pystac.validation.stac_validator import GetSchemaError, JsonSchemaSTACValidator

logging.disable()
item = json.load(open(sys.argv[1]))
validator, kind, version = JsonSchemaSTACValidator(), STACObjectType.ITEM, item['stac_version']
assert item['geometry'] and item['bbox']
print('STAC:', validator.validate_core(item, kind, version))
for address in item['stac_extensions']:
    try:
        print('STAC:', validator.validate_extension(item, kind, version, address))
    except GetSchemaError:
        print('STAC:', address, 'cannot be reached')
END

npm run --silent ts -- --input-type=module --eval "
  import { writeFileSync } from 'node:fs';
  import { encodeWeights, MtpiNet } from '@mtpi/model';
  const info = { transform: { kind: 'raw' }, tile: 256, training: {} };
  writeFileSync('$work/weights.safetensors', encodeWeights(new MtpiNet({ baseChannels: 16, ddcrUnits: 1 }), info));"
mtpi convert "$work/weights.safetensors" "$work/model.pth" --quiet
python - "$work/model.pth" "$work/again.pth" << 'END'
# Modules under the names in the file, batch normalizations among them.
import sys
import torch

state = torch.load(sys.argv[1], weights_only=True)['model']
root = torch.nn.Module()
for name, tensor in state.items():
    module, (*path, last) = root, name.split('.')
    for i, part in enumerate(path):
        if part not in module._modules:
            is_normalization = '.'.join(path[: i + 1]) + '.running_mean' in state
            module.add_module(part, torch.nn.BatchNorm2d(len(tensor)) if is_normalization else torch.nn.Module())
        module = module._modules[part]
    if last not in module.state_dict():
        module.register_parameter(last, torch.nn.Parameter(torch.zeros_like(tensor)))
print('PyTorch:', root.load_state_dict(state, strict=True))
torch.save({'model': root.state_dict()}, sys.argv[2])
END
for name in model again; do mtpi convert "$work/$name.pth" "$work/$name.safetensors" --quiet; done
cmp "$work/model.safetensors" "$work/again.safetensors"
