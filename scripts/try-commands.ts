/**
 * Runs every command that README, docs, the READMEs of packages, examples and the help of commands name, from source and
 * on small files under the names that they use, each in a folder of its own:
 *
 *   npm run ts -- scripts/try-commands.ts [PATTERN]
 *
 * PATTERN, a regular expression, chooses commands; --list only prints them. A command that fails is printed with its place
 * and its output, and makes the exit status 1.
 */
import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { mtpiProgram } from '../packages/mtpi-cli/src/program';
import { MTPI_FROM_SOURCE, ROOT } from './from-source';
import { writeStandIns } from './stand-ins';

const AT_ONCE = 2;
const TIME_LIMIT = 600_000;

/** Commands that are not run, and why. */
const NOT_RUN: readonly (readonly [RegExp, string])[] = [
  [/^npm ci && npm test$/, 'CI runs the tests'],
  [/^npm (i|install) /, 'try-registry.sh installs the packages in an empty folder'],
  [/^(pip install|python) /, 'try-python.sh runs the program'],
  [/^ONNXRUNTIME_NODE_INSTALL=\S+ npm install /, 'downloads the libraries for CUDA'],
  [/^(npm run ts --|python3) training\//, 'trains for hours'],
  [/--weights (half-image|residual)\.safetensors/, 'needs weights from hours of training'],
  [/^(npx )?esbuild /, 'try-registry.sh bundles for the browser'],
  [/^cp (-r )?node_modules\//, 'copies what a bundle for the browser needs'],
  [/^(job=\$\()?sbatch /, 'try-slurm.sh runs the job file on a Slurm'],
  [/^(job=\$\()?aws batch /, 'needs AWS Batch'],
  [/^mtpi evaluate .*--results /, 'needs results of another program; evaluate.test.ts makes some'],
  [/^tensorboard /, 'is another program'],
  [/(https?|s3):\/\//, 'needs a server; tests of sar-io read from one'],
  [/mtpi_epoch_060\.pth/, existsSync(join(ROOT, '../shared/fixtures')) ? '' : 'needs a published checkpoint'],
];

/** What stands for `…` and for places and sizes of real scenes. */
const REPLACED: readonly (readonly [RegExp, string])[] = [
  [/^npm ci && npm run demo$/, 'mtpi demo'],
  [/^npm ci && npm run mtpi -- /, 'mtpi '],
  [/(--target|-t) …/, '$1 t.tif'],
  [/(--previous|-p) …/, '$1 p.tif'],
  [/(--next|-n) …/, '$1 n.tif'],
  [/^mtpi despeckle …/, 'mtpi despeckle --target t.tif --previous p.tif --next n.tif'],
  [/\*GRDH\*\.zip/, 'grd/*.zip'],
  // The small products have one swath, elsewhere.
  [/--swath IW2 --aoi \S+/, '--swath IW1 --aoi AREA'],
  [/--swath IW1,IW2,IW3/, '--swath IW1'],
];

/** Options that make long commands short. */
const SHORTENED: readonly (readonly [RegExp, string])[] = [
  [/^mtpi demo\b(?!.*--size)/, '--size 64'],
  [/^mtpi evaluate\b/, '--quick --scenes change'],
  [/^mtpi train\b.*--resume/, '--batch 1 --patch 16 --validation-batches 1 --workers 0'],
  [/^mtpi train\b(?!.*--print-config)/, '--steps 1 --batch 1 --patch 16 --validation-batches 1 --workers 0'],
];

interface Command {
  place: string;
  text: string;
}

function documents(): string[] {
  const pages = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));
  const examples = readdirSync(join(ROOT, 'examples'), { recursive: true, encoding: 'utf8' });
  const packages = readdirSync(join(ROOT, 'packages'));
  return [
    'README.md',
    ...pages.map((name) => `docs/${name}`),
    ...packages.map((name) => `packages/${name}/README.md`).filter((path) => existsSync(join(ROOT, path))),
    ...examples.filter((name) => name.endsWith('.md')).map((name) => `examples/${name}`),
  ];
}

/** The commands of the shell blocks of a Markdown document; a backslash continues a line. */
function commandsOf(document: string): Command[] {
  const commands: Command[] = [];
  let shell = false;
  let continued = '';
  for (const [i, line] of readFileSync(join(ROOT, document), 'utf8').split('\n').entries()) {
    if (line.startsWith('```')) shell = !shell && /^```(sh|bash)$/.test(line);
    else if (shell && line.endsWith('\\')) continued += `${line.slice(0, -1).trim()} `;
    else if (shell) {
      const text = withoutComment(continued + line.trim());
      if (text) commands.push({ place: `${document}:${i + 1}`, text });
      continued = '';
    }
  }
  return commands;
}

const withoutComment = (line: string): string => line.replace(/(^|\s)#.*$/, '').trim();

/** The examples below the help of every command, with their place in its source. */
async function examplesOfHelp(): Promise<Command[]> {
  const { stdout, stderr } = process;
  const context = { stdout, stderr, signal: new AbortController().signal, words: [], exitCode: 0 };
  const { commands } = await mtpiProgram(context);
  return [...commands].flatMap((command) => {
    const file = `packages/mtpi-cli/src/commands/${command.name()}.ts`;
    const source = existsSync(join(ROOT, file)) ? readFileSync(join(ROOT, file), 'utf8').split('\n') : [];
    return [command, ...command.commands].flatMap((each) => {
      let help = '';
      each.configureOutput({
        writeOut: (part) => {
          help += part;
        },
      });
      each.outputHelp();
      return [...help.matchAll(/^ *\$ (.+)$/gm)].map(([, text]) => ({
        place: `${file}:${source.findIndex((line) => line.includes(text)) + 1}`,
        text: text.trim(),
      }));
    });
  });
}

/** The command as it is run: `mtpi`, inputs for `…`, little work. */
function runnable({ text }: Command): string {
  let line = text.replace(/^npx (--yes )?@mtpi\/cli/, 'mtpi');
  for (const [pattern, replacement] of REPLACED) line = line.replace(pattern, replacement);
  const [, options] = SHORTENED.find(([pattern]) => pattern.test(line)) ?? [];
  return options ? line.replace(/^(.*?)(?= [|>] |$)/, `$1 ${options}`) : line;
}

const reasonNotToRun = (text: string) =>
  NOT_RUN.find(([pattern, reason]) => reason && pattern.test(text))?.[1];

const { values, positionals } = parseArgs({ options: { list: { type: 'boolean' } }, allowPositionals: true });
const pattern = new RegExp(positionals[0] ?? '');
const all = [...documents().flatMap(commandsOf), ...(await examplesOfHelp())];
const chosen = all.filter(({ place, text }) => pattern.test(`${place}: ${text}`));
const skipped = chosen.filter(({ text }) => reasonNotToRun(text));
const wanted = new Map<string, string[]>();
for (const command of chosen.filter(({ text }) => !reasonNotToRun(text)))
  wanted.set(runnable(command), [...(wanted.get(runnable(command)) ?? []), command.place]);

for (const { place, text } of skipped) console.log(`not run: ${place}: ${text} (${reasonNotToRun(text)})`);
if (values.list) {
  for (const [line, places] of wanted) console.log(`${places.join(', ')}: ${line}`);
  process.exit();
}

const work = mkdtempSync(join(tmpdir(), 'try-commands-'));
const inputs = join(work, 'inputs');
let failed = 0;
try {
  const programs = join(work, 'bin');
  mkdirSync(programs);
  const words = [process.execPath, ...MTPI_FROM_SOURCE].map((word) => `'${word}'`).join(' ');
  writeFileSync(join(programs, 'mtpi'), `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
  const environment = { ...process.env, PATH: `${programs}:${process.env.PATH}` };
  const area = await writeStandIns(inputs);

  /** Runs a line of shell in a folder with all inputs. @returns its output where it failed. */
  const run = (line: string, folder: string) =>
    new Promise<string | undefined>((resolve) => {
      const shell = ['-euo', 'pipefail', '-c', line.replace('AREA', area)];
      execFile(
        'bash',
        shell,
        { cwd: folder, env: environment, timeout: TIME_LIMIT },
        (error, stdout, stderr) => resolve(error ? `${stdout}${stderr}`.trim() || String(error) : undefined),
      );
    });

  let next = 0;
  const queue = [...wanted];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (next < queue.length) {
        const number = next++;
        const [line, places] = queue[number];
        const folder = join(work, String(number));
        cpSync(inputs, folder, { recursive: true });
        const output = await run(line, folder);
        rmSync(folder, { recursive: true });
        if (output === undefined) continue;
        failed++;
        console.log(`${places.join(', ')}: ${line}\n${output.replace(/^/gm, '  ')}`);
      }
    }),
  );
} finally {
  rmSync(work, { recursive: true, force: true });
}
const places = [...wanted.values()].flat().length;
console.log(
  JSON.stringify({
    named: chosen.length,
    run: places,
    distinct: wanted.size,
    failed,
    'not run': skipped.length,
  }),
);
process.exitCode = failed > 0 ? 1 : 0;
