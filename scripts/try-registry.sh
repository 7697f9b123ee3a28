#!/usr/bin/env bash
# Releases the working tree to a registry on this machine, as a release does to npm: changeset version, build, publish.
# Then installs the packages from it in an empty folder as a stranger would, on this Node and on Node 22, and uses them
# from there: the command, every package from ES modules, CommonJS and TypeScript, and the network for a page. Ends with
# the size of each package.
set -euo pipefail
source "$(dirname "$0")/local-registry.sh"
npx knip --no-progress
scripts/check-packages.sh
npm run --silent ts -- scripts/simulate-triplet.ts "$folder/triplet" 160 96
modules='@mtpi/errors @mtpi/evaluate @mtpi/jobs @mtpi/layers @mtpi/model @mtpi/polsar-priors @mtpi/sar-io @mtpi/sar-io/node @mtpi/sentinel1 @mtpi/tfjs-onnx @mtpi/train @mtpi/workflows @mtpi/workflows/inspect'

# Modules whose types do not need those of TensorFlow.js.
files='@mtpi/errors @mtpi/jobs @mtpi/model/types @mtpi/polsar-priors @mtpi/sar-io @mtpi/sar-io/node @mtpi/sentinel1 @mtpi/tfjs-onnx/types @mtpi/workflows @mtpi/workflows/inspect'

# Writes exports of these modules to use.mts and use.cts.
use() {
  for module in "$@"; do echo "export * as ${module//[^a-z0-9]/_} from '$module';"; done | tee use.mts > use.cts
}

# Compiles, declarations included.
compile() { npx tsc --noEmit --strict --target es2023 "$@"; }

# The same, but for the declarations of TensorFlow.js, which have errors of their own.
typecheck() {
  local errors
  errors=$(compile "$@" | grep -vE '^( |node_modules/@tensorflow/)') || true
  [ -z "$errors" ] || { echo "$errors"; return 1; }
}

# Despeckles three files by the program of the README of @mtpi/workflows, from an ES module, CommonJS and TypeScript.
despeckle_files() {
  cp "$folder"/triplet/*.tif .
  sed -n '/^```ts$/,/^```$/p' "$folder/repository/packages/mtpi-workflows/README.md" | sed '1d; /^```$/,$d' > program.mts
  cp program.mts program.mjs
  { sed "s/^import \(.*\) from \(.*\);/const \1 = require(\2);\n(async () => {/" program.mts; echo '})();'; } > program.cjs
  npx tsc --strict --module nodenext --target es2023 --outDir compiled program.mts
  for program in program.mjs program.cjs compiled/program.mjs; do
    rm -f despeckled.*
    node "$program"
    [ -s despeckled.tif ]
    [ -s despeckled.html ]
  done
}

# Installs and uses everything on the Node that PATH names.
try() {
  echo "--- Node $(node --version)"
  cd "$(mktemp -d -p "$folder")"
  echo '{ "private": true }' > package.json
  npm install --loglevel=error "${ours[@]}" "@mtpi/cli@$version" @mtpi/{errors,evaluate,jobs,layers,model,polsar-priors,sar-io,sentinel1,tfjs-onnx,train,workflows}@"$version" \
    typescript@5 @types/node@20
  [ "$(npx mtpi --version)" = "$version" ]
  npx mtpi demo --size 64 2>&1 | tee demo.log
  if grep -q wasm demo.log; then echo "expected the native runtime, found wasm" >&2; exit 1; fi
  despeckle_files
  node --input-type=commonjs -e "require('@mtpi/model').loadNetwork()" # finds the shipped weights from CommonJS too
  for module in $modules; do
    node --input-type=module -e "if (Object.keys(await import('$module')).length === 0) process.exit(1)"
    node --input-type=commonjs -e "if (Object.keys(require('$module')).length === 0) process.exit(1)"
  done
  use $files
  compile --module nodenext use.mts use.cts
  compile --module esnext --moduleResolution bundler use.mts
  use $modules
  typecheck --module nodenext use.mts use.cts
  typecheck --module esnext --moduleResolution bundler use.mts
  # As docs/recipes.md has it for a page.
  echo "export { Despeckler, decodeNetwork } from '@mtpi/model';" > page.ts
  npx --yes esbuild@0.28 page.ts --bundle --format=esm --external:onnxruntime-node '--external:node:*' --external:module \
    --outfile=page.js --log-level=error
}

try
mkdir "$folder/node22" && cd "$folder/node22"
npm install --loglevel=error --prefix . "node-$(node -p 'process.platform + "-" + process.arch')@22"
PATH=$(echo "$PWD"/node_modules/node-*/bin):$PATH
try

echo "--- unpacked"
du -sh node_modules/@mtpi/*
echo "registry: ok"
