#!/usr/bin/env bash
# Checks the built packages as npm would publish them: entry points, and types for ESM, CommonJS and bundlers.
set -euo pipefail
cd "$(dirname "$0")/.."
for package in packages/*; do
  [ "$(node -p "require('./$package/package.json').private === true")" = true ] && continue
  [ "$package" = packages/onnxruntime-node ] && continue # as published, 100 MB
  npx publint --strict "$package"
  # The command has no types.
  [ "$package" = packages/mtpi-cli ] || npx attw --pack "$package" --profile node16 --quiet
done
