#!/usr/bin/env bash
# Plays what three newcomers do, each from an empty folder with packages from a registry on this machine: a radar scientist
# with a folder of acquisitions, a TypeScript developer, and the owner of a trained model. Before that, every documented way
# to install is tried where the CUDA libraries of onnxruntime-node cannot be downloaded; each must run on its CPU library.
set -euo pipefail
source "$(dirname "$0")/local-registry.sh"
npm run --silent ts -- scripts/simulate-triplet.ts "$folder/triplet" 160 96 20240301T050000 20240313T050000 20240325T050000
export ONNXRUNTIME_NODE_INSTALL= GLOBAL_AGENT_HTTPS_PROXY=http://localhost:9 # no server is there

# An empty folder in which all package managers find the registry.
newcomer() {
  echo "--- $1"
  cd "$(mktemp -d -p "$folder")"
  echo '{ "private": true }' > package.json
  { echo "registry=$(npm config get registry)"; printf '%s\n' "${ours[@]#--}"; } > .npmrc
}

# Fails unless the command runs on ONNX Runtime's CPU library.
native() {
  "$@" doctor --probe cpu | tee probe.json
  grep -q gflops probe.json
}

for npm in npm@10 npm@11; do
  newcomer "$npm"
  npx --yes "$npm" install --loglevel=error "@mtpi/cli@$version"
  native npx --no-install mtpi
done
newcomer npx
native npx --yes "@mtpi/cli@$version"
newcomer pnpm
npx --yes pnpm@10 add --reporter=append-only "@mtpi/cli@$version"
native npx --yes pnpm@10 exec mtpi
newcomer yarn
npx --yes yarn@1.22.22 add --silent "@mtpi/cli@$version"
native npx --yes yarn@1.22.22 --silent mtpi

newcomer "a radar scientist"
npm install --loglevel=error "@mtpi/cli@$version"
cp -r "$folder/triplet" sentinel1
npx mtpi info sentinel1
npx mtpi despeckle sentinel1 -o despeckled --dry-run
npx mtpi despeckle sentinel1 -o despeckled -w mtpi-small --stac --quicklook --report reports
npx mtpi info despeckled/20240313T050000.tif | tee info.txt
grep -q 'SHA-256' info.txt
grep -q 'ONNX Runtime on cpu' info.txt
for file in despeckled/20240313T050000.json despeckled/20240313T050000_quicklook.tif reports/20240313T050000.html; do [ -s "$file" ]; done
if npx mtpi despeckle sentinel1/20240301T050000.tif -o one --json > error.json; then
  echo "expected a failure of a single acquisition" >&2; exit 1
fi
node -e "const { event, code, hint } = JSON.parse(require('fs').readFileSync('error.json', 'utf8').trim().split('\n').at(-1)); if (event !== 'error' || code !== 'InvalidStack' || !hint) process.exit(1)"

newcomer "a TypeScript developer"
npm install --loglevel=error @mtpi/{workflows,model,polsar-priors,sar-io,errors}@"$version" typescript@5 @types/node@20
cp "$folder/triplet/20240301T050000.tif" previous.tif
cp "$folder/triplet/20240313T050000.tif" target.tif
cp "$folder/triplet/20240325T050000.tif" next.tif
sed -n '/^```ts$/,/^```$/p' "$folder/repository/packages/mtpi-workflows/README.md" | sed '1d; /^```$/,$d' > program.mts
npx tsc --strict --module nodenext --target es2023 --outDir compiled program.mts
node compiled/program.mjs 2> errors.txt
[ -s despeckled.tif ]
if grep -q TensorFlow errors.txt; then echo "expected no banner of TensorFlow.js" >&2; exit 1; fi

newcomer "the owner of a model"
npm install --loglevel=error "@mtpi/cli@$version"
npx mtpi convert mtpi-small own.safetensors
npx mtpi info own.safetensors
npx mtpi despeckle "$folder/triplet" -o despeckled -w own.safetensors --target-date 20240313
npx mtpi convert own.safetensors own.onnx --input covariance
[ -s own.onnx ]
echo "newcomers: ok"
