/** Writes reference/command-line.md: what the help of every command says. Run: npm run docs */
import { mkdir, writeFile } from 'node:fs/promises';
import { mtpiProgram } from '../packages/mtpi-cli/src/program';

type Command = Awaited<ReturnType<typeof mtpiProgram>>;

const cell = (text: string) => text.replaceAll(/[|<>]/g, '\\$&').replaceAll('\n', ' ');

/** What a command prints below its options: its examples. */
function examples(command: Command): string {
  let text = '';
  const writeOut = (part: string) => {
    text += part;
  };
  command.configureOutput({ writeOut });
  command.outputHelp();
  const after = text.slice(command.helpInformation().length).trim();
  return after && `\`\`\`text\n${after}\n\`\`\`\n`;
}

function section(command: Command): string {
  const help = command.createHelp();
  const rows = [
    ...help.visibleArguments(command).map((a) => [help.argumentTerm(a), help.argumentDescription(a)]),
    ...help.visibleOptions(command).map((o) => [help.optionTerm(o), help.optionDescription(o)]),
  ];
  return `## mtpi ${command.name()}

${cell(help.commandDescription(command))}

\`\`\`sh
${help.commandUsage(command)}
\`\`\`

| option | |
|---|---|
${rows.map(([term, about]) => `| \`${term}\` | ${cell(about)} |`).join('\n')}

${examples(command)}`;
}

const { stdout, stderr } = process;
const context = { stdout, stderr, signal: new AbortController().signal, words: [], exitCode: 0 };
const { commands } = await mtpiProgram(context);
const folder = new URL('reference/', import.meta.url);
await mkdir(folder, { recursive: true });
await writeFile(
  new URL('command-line.md', folder),
  `# Command line\n\nWhat \`mtpi COMMAND --help\` says.\n\n${commands.map(section).join('\n')}`,
);
