/**
 * The borders between the packages. A package imports others by name, through what their entry points export, and only
 * those listed here; no import leads back in a circle.
 */
const BORDERS = {
  errors: [],
  'polsar-priors': ['errors'],
  'tfjs-onnx': ['errors'],
  'sar-io': ['errors', 'polsar-priors'],
  sentinel1: ['errors', 'polsar-priors', 'sar-io'],
  'mtpi-layers': ['errors'],
  'mtpi-model': ['errors', 'mtpi-layers', 'polsar-priors', 'tfjs-onnx'],
  'mtpi-train': ['errors', 'mtpi-layers', 'mtpi-model', 'polsar-priors', 'sar-io', 'tfjs-onnx'],
  pages: [],
  'mtpi-evaluate': ['errors', 'mtpi-model', 'mtpi-train', 'pages', 'polsar-priors', 'sar-io'],
  'mtpi-workflows': ['errors', 'mtpi-model', 'pages', 'polsar-priors', 'sar-io', 'sentinel1', 'tfjs-onnx'],
  'mtpi-cli': [
    'errors',
    'mtpi-evaluate',
    'mtpi-model',
    'mtpi-train',
    'mtpi-workflows',
    'polsar-priors',
    'sar-io',
    'sentinel1',
    'tfjs-onnx',
  ],
};

const sources = (names) => `^packages/(${names.join('|')})/`;

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'sources-do-not-import-tests',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/' },
      to: { path: '^packages/[^/]+/test/' },
    },
    {
      name: 'other-packages-by-name-only',
      severity: 'error',
      from: { path: '^packages/([^/]+)/src/' },
      to: { path: '^packages/', pathNot: '^packages/$1/', dependencyTypes: ['local'] },
    },
    ...Object.entries(BORDERS).map(([name, allowed]) => ({
      name: `border-of-${name}`,
      severity: 'error',
      from: { path: `^packages/${name}/src/` },
      to: { path: '^packages/', pathNot: sources([name, ...allowed]) },
    })),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/(dist|out-tsc)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      conditionNames: ['@mtpi/source', 'import', 'require', 'node', 'default'],
      exportsFields: ['exports'],
    },
  },
};
