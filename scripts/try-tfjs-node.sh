#!/usr/bin/env bash
# Builds the native binding of @tensorflow/tfjs-node against the TensorFlow library of a wheel from PyPI (the one that
# its own install script downloads is often not to be had), puts both where @mtpi/tfjs-onnx finds them, and runs the
# tests that need them. Needs Linux, Node ≤ 22 with its headers, g++ and pip. TENSORFLOW: the wheel, tensorflow-cpu==2.18.0
# by default; a GPU's is tensorflow==2.18.0.
set -euo pipefail
cd "$(dirname "$0")/.."
version=4.22.0
modules=packages/tfjs-onnx/node_modules
module=$modules/@tensorflow/tfjs-node
headers=$(dirname "$(readlink -f "$(command -v node)")")/../include/node
[ -f "$headers/node_api.h" ] || { echo "skipped: no node_api.h in $headers"; exit 0; }

if [ ! -f $module/lib/napi-v8/tfjs_binding.node ]; then
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  (cd "$work" && npm init --yes > /dev/null && npm install --silent --ignore-scripts "@tensorflow/tfjs-node@$version")
  # The rest of TensorFlow.js is the repository's own.
  find "$work/node_modules/@tensorflow" -mindepth 1 -maxdepth 1 ! -name tfjs-node -exec rm -r {} +
  python3 -m pip download --quiet --no-deps --dest "$work" "${TENSORFLOW:-tensorflow-cpu==2.18.0}"
  deps=$work/node_modules/@tensorflow/tfjs-node/deps
  mkdir -p "$deps/lib" "$deps/../lib/napi-v8"
  unzip -q "$work"/*.whl 'tensorflow/libtensorflow_*' 'tensorflow/include/tensorflow/*' 'tensorflow/include/xla/*' \
    'tensorflow/include/tsl/*' -d "$work/wheel"
  mv "$work"/wheel/tensorflow/libtensorflow_* "$deps/lib"
  g++ -shared -fPIC -O2 -std=c++17 -DNAPI_VERSION=8 -I "$headers" -I "$work/wheel/tensorflow/include" \
    "$deps"/../binding/*.cc -o "$deps/../lib/napi-v8/tfjs_binding.node" \
    -L "$deps/lib" -l:libtensorflow_cc.so.2 -l:libtensorflow_framework.so.2 -Wl,-rpath,'$ORIGIN/../../deps/lib'
  mkdir -p $modules
  cp -r "$work"/node_modules/. $modules
fi
cd packages/tfjs-onnx
node --eval "require('@tensorflow/tfjs-node')" # else the tests would be skipped
npx vitest run test/backends.test.ts --config ../../vitest.config.ts --root .
