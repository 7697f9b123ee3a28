/** Runs the benchmarks one after the other, each in its own process, and writes bench/results.md. Run: npm run bench */
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';

const PARTS = ['inference', 'training', 'priors', 'tiles', 'geotiff', 'memory', 'event-loop', 'cold-start'];

/** What a script prints; shown as it comes. */
async function outputOf(name: string): Promise<string> {
  const script = fileURLToPath(new URL(`./${name}.ts`, import.meta.url));
  const child = spawn(process.execPath, [...process.execArgv, script], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let text = '';
  for await (const chunk of child.stdout) {
    process.stdout.write(chunk);
    text += chunk;
  }
  return text || 'It failed.\n';
}

const sections = [`${cpus()[0].model}, ${availableParallelism()} cores, Node.js ${process.versions.node}\n`];
for (const name of PARTS) {
  console.log(`\n## ${name}\n`);
  sections.push(`## ${name}\n\n${await outputOf(name)}`);
}
await writeFile(new URL('./results.md', import.meta.url), sections.join('\n'));
