#!/usr/bin/env bash
# Packs all packages, installs them in an empty folder as a stranger would, and uses them from there:
# the command, and @mtpi/model from ES modules, CommonJS and TypeScript.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$root"
npx nx run-many -t build
for package in packages/*; do npm pack --silent --pack-destination "$folder" "./$package" >/dev/null; done
cd "$folder"
echo '{"private": true}' > package.json
ONNXRUNTIME_NODE_INSTALL=skip npm install --silent ./*.tgz
npx mtpi --version
npx mtpi demo --size 96 --output demo
npx mtpi info demo/despeckled.tif
cat > esm.mjs <<'E2'
import { loadDespeckler, MtpiNet } from '@mtpi/model';
import { createImage } from '@mtpi/polsar-priors';
import ndarray from 'ndarray';
const image = createImage(2, 32, 32);
image.data.fill(0.1);
const acquired = { image, mask: ndarray(new Uint8Array(32 * 32).fill(1), [32, 32]) };
const despeckler = await loadDespeckler();
const result = await despeckler.despeckleWindow([acquired, acquired, acquired]);
if (typeof MtpiNet !== 'function' || result.shape.join() !== '2,32,32' || !(result.data[0] > 0)) throw new Error('ES modules');
console.log('ES modules: ok');
E2
cat > cjs.cjs <<'E2'
for (const name of ['model', 'train', 'layers', 'tfjs-onnx', 'polsar-priors', 'sar-io']) {
  if (Object.keys(require(`@mtpi/${name}`)).length === 0) throw new Error(`CommonJS: ${name} exports nothing`);
}
const { loadNetwork } = require('@mtpi/model');
loadNetwork().then(({ network }) => console.log(`CommonJS: ok, ${network.trainableVariables.length} variables`));
E2
node esm.mjs
node cjs.cjs
echo "packages: ok"
