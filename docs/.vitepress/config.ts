import { defineConfig } from 'vitepress';

const page = (text: string, name: string) => ({ text, link: `/docs/${name}` });
const packages = [
  'workflows',
  'model',
  'train',
  'evaluate',
  'layers',
  'sentinel1',
  'sar-io',
  'polsar-priors',
  'tfjs-onnx',
  'errors',
  'jobs',
];

const base = process.env.DOCS_BASE ?? '/';

/** A site of the pages that are read in the repository too: its root is the repository's. */
export default defineConfig({
  title: 'mtpi',
  description: 'Despeckling of Sentinel-1 images in TypeScript',
  base,
  srcDir: '..',
  srcExclude: ['**/CHANGELOG.md', 'coverage/**', 'demo/**', 'runs/**'],
  rewrites: (id) => id.replace(/README\.md$/, 'index.md'),
  cleanUrls: true,
  markdown: {
    /** Links to the folder of the page in the browser open the page itself, which is beside this site. */
    config: ({ renderer: { rules } }) => {
      const open = rules.link_open!;
      rules.link_open = (tokens, index, ...others) => {
        const link = tokens[index];
        if (/(^|\/)apps\/web\/$/.test(link.attrGet('href') ?? '')) {
          link.attrSet('href', `${base}web/`);
          link.attrSet('target', '_self');
        }
        return open(tokens, index, ...others);
      };
    },
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'In the browser', link: '/web/', target: '_self' }, // beside this site, not part of it
      { text: 'Get started', link: '/docs/get-started' },
      { text: 'Recipes', link: '/docs/recipes' },
      { text: 'Command line', link: '/docs/reference/command-line' },
    ],
    sidebar: [
      {
        text: 'Guide',
        items: [
          page('Get started', 'get-started'),
          page('Inputs', 'inputs'),
          page('Recipes', 'recipes'),
          page('Preparing Sentinel-1 products', 'prepare'),
          page('Training', 'training'),
          page('Backends', 'backends'),
        ],
      },
      {
        text: 'Background',
        items: [
          page('Concepts', 'concepts'),
          page('Glossary', 'glossary'),
          page('Features', 'features'),
          page('Limitations', 'limitations'),
          page('Differences from the published code', 'differences'),
          page('Evaluation', 'evaluation'),
          page('Comparison with published methods', 'published-methods'),
          page('Variants of the network', 'ablation'),
          page('Performance', 'performance'),
        ],
      },
      {
        text: 'Reference',
        items: [
          page('Command line', 'reference/command-line'),
          ...packages.map((name) => page(`@mtpi/${name}`, `reference/api/@mtpi/${name}`)),
        ],
      },
      { text: 'Contributing', link: '/CONTRIBUTING' },
    ],
  },
});
