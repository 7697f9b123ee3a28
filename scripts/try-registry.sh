#!/usr/bin/env bash
# Releases the committed packages to a registry on this machine, as a release does to npm: changeset version, build, publish.
# Then installs them from it in an empty folder as a stranger would, on Node 20 and 22, and uses them from there: the
# command, and every package from ES modules, CommonJS and TypeScript. Ends with the size of each package.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mktemp -d)
port=4873
trap 'kill $(jobs -p) 2>/dev/null; rm -rf "$folder"' EXIT
upstream=$(npm config get registry)

cat > "$folder/verdaccio.yaml" <<YAML
storage: $folder/storage
uplinks: { upstream: { url: "$upstream", cache: false } }
packages:
  '@mtpi/*': { access: \$all, publish: \$all }
  '**': { access: \$all, proxy: upstream }
log: { type: stdout, level: error }
YAML
# One of its plugins asks for node-fetch by a tag that mirrors of npm lack.
echo '{ "private": true, "overrides": { "node-fetch": "2.7.0" } }' > "$folder/package.json"
npm install --silent --prefix "$folder" verdaccio@6
"$folder/node_modules/.bin/verdaccio" --config "$folder/verdaccio.yaml" --listen "$port" &
registry=http://localhost:$port/
until curl --silent --fail "$registry-/ping" >/dev/null; do sleep 1; done

echo "--- release"
git clone --quiet "$root" "$folder/repository"
cd "$folder/repository"
npm ci --silent
npx changeset version
NX_DAEMON=false npx nx run-many -t build
for package in packages/*; do
  npx --yes publint@0.3 --strict "$package"
  npx --yes @arethetypeswrong/cli@0.18 --pack "$package" --profile node16 --format ascii
  npm publish --silent "./$package" --registry "$registry" "--${registry#http:}:_authToken=local"
done
version=$(node -p "require('./packages/mtpi-cli/package.json').version")
names=$(node -p "require('fs').readdirSync('packages').map((name) => require('./packages/' + name + '/package.json').name).join(' ')")

cat > "$folder/use.mts" <<'TS'
import { COVARIANCE_BANDS } from '@mtpi/polsar-priors';
import { loadDespeckler, type Despeckler } from '@mtpi/model';
import { openAcquisition, type Acquisition } from '@mtpi/sar-io';
import { Trainer } from '@mtpi/train';
import { evaluate } from '@mtpi/train/evaluate';
import { FeatureExtraction } from '@mtpi/layers';
import { compile } from '@mtpi/tfjs-onnx';
export const used: unknown[] = [COVARIANCE_BANDS, loadDespeckler, openAcquisition, Trainer, evaluate, FeatureExtraction, compile];
export type Used = [Despeckler, Acquisition];
TS

try() { # node's folder
  local node=$1 empty
  empty=$(mktemp -d -p "$folder")
  cd "$empty"
  echo '{ "private": true, "type": "module" }' > package.json
  echo "--- Node $("$node/node" --version)"
  export PATH="$node:$PATH"
  ONNXRUNTIME_NODE_INSTALL=skip npm install --silent --registry "$registry" $(printf "%s@$version " $names)
  [ "$(npx mtpi --version)" = "$version" ]
  npx mtpi demo --size 64 --output demo
  for name in $names; do
    [ "$name" = @mtpi/cli ] && continue
    "$node/node" --input-type=module -e "if (Object.keys(await import('$name')).length === 0) process.exit(1)"
    "$node/node" --input-type=commonjs -e "if (Object.keys(require('$name')).length === 0) process.exit(1)"
  done
  npm install --silent --registry "$registry" typescript@5 @types/node@20 @types/ndarray
  cp "$folder/use.mts" .
  npx tsc --noEmit --strict --skipLibCheck --target es2023 --module nodenext use.mts
  npx tsc --noEmit --strict --skipLibCheck --target es2023 --module esnext --moduleResolution bundler use.mts
}
try "$(dirname "$(command -v node)")"
mkdir "$folder/node22" && cd "$folder/node22"
npm install --silent --prefix . "node-$(node -p 'process.platform + "-" + process.arch')@22"
try "$(dirname "$(find "$folder/node22" -path '*/bin/node' | head -1)")"

echo "--- unpacked"
cd "$folder/repository"
for package in packages/*; do
  npm pack --dry-run --json "./$package" 2>/dev/null |
    node -e "const [p] = JSON.parse(require('fs').readFileSync(0)); console.log((p.unpackedSize / 1e3).toFixed(0).padStart(6), 'kB ', p.name)"
done
echo "registry: ok"
