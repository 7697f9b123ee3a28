#!/usr/bin/env bash
# Sourced by scripts that use the packages as strangers do: releases the working tree to a registry on this machine, as a
# release does to npm (changeset version, build, publish). Sets folder (removed in the end), ours (options of npm that
# take @mtpi from there) and version.
root=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mktemp -d)
registry=http://localhost:${PORT:-4873}/
trap 'kill $(jobs -p) 2>/dev/null; rm -rf "$folder"' EXIT
export NX_DAEMON=false
# Our packages go to and come from the registry on this machine, all others come from where npm always has them.
ours=("--@mtpi:registry=$registry" "--${registry#http:}:_authToken=any")

echo "--- registry"
mkdir "$folder/registry" && cd "$folder/registry"
# A plugin asks for node-fetch by a tag that mirrors of npm lack.
echo '{ "private": true, "overrides": { "node-fetch": "2.7.0" } }' > package.json
cat > config.yaml <<'YAML'
storage: ./storage
max_body_size: 300mb
packages: { '@mtpi/*': { access: $all, publish: $all } }
log: { type: stdout, level: error }
YAML
npm install --loglevel=error verdaccio@6.8.0 # the last one for Node 20
node_modules/.bin/verdaccio --config config.yaml --listen "$registry" &
until curl --silent --fail "$registry-/ping" >/dev/null; do sleep 1; done

echo "--- release"
git clone --quiet --no-checkout "$root" "$folder/repository"
cd "$root"
git ls-files -z --cached --others --exclude-standard | tar -c --null -T - --ignore-failed-read 2>/dev/null | tar -x -C "$folder/repository"
cd "$folder/repository"
npm ci --loglevel=error
npm run --silent version
npm run --silent build
npm publish --loglevel=error --workspaces "${ours[@]}"
version=$(node -p "require('./packages/mtpi-cli/package.json').version")
