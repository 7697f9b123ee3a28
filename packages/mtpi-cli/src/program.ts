import { createRequire } from 'node:module';
import { Command } from 'commander';
import type { Context } from './context';

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };

/** Adds arguments, options and action of a command. */
export type Definition = (command: Command, context: Context) => void | Promise<void>;

/** Of a command: its summary, and the module that defines it, loaded when it is called. */
type Entry = [summary: string, load: () => Promise<{ define: Definition }>];

const GROUPS: Record<string, Record<string, Entry>> = {
  'Despeckling:': {
    demo: ['despeckle a simulated scene and compare with the truth', () => import('./commands/demo')],
    prepare: ['bring Sentinel-1 SLC or GRD products to one grid', () => import('./commands/prepare')],
    despeckle: ['despeckle acquisitions using those before and after', () => import('./commands/despeckle')],
    merge: ['merge the shards written by mtpi despeckle --shard', () => import('./commands/merge')],
    clean: ['remove leftovers of interrupted runs', () => import('./commands/clean')],
  },
  'Inspection:': {
    info: ['show information about a raster, product or weights file', () => import('./commands/info')],
    view: ['render a quicklook (PNG)', () => import('./commands/view')],
  },
  'Networks:': {
    train: ['train a network', () => import('./commands/train')],
    dataset: ['inspect and validate a dataset', () => import('./commands/dataset')],
    evaluate: ['compare networks and classical filters on test scenes', () => import('./commands/evaluate')],
    convert: ['convert weights from one format to another', () => import('./commands/convert')],
  },
  'System:': {
    doctor: ['list available inference backends and benchmark them', () => import('./commands/doctor')],
  },
};

/**
 * The program with its commands.
 *
 * @param wanted the command to define; the others have a summary alone. Default: all of them.
 */
export async function mtpiProgram(context: Context, wanted?: string): Promise<Command> {
  const program = new Command('mtpi')
    .description('Despeckles dual-polarization Sentinel-1 images with MTPI-Net.')
    .version(version)
    .option('--debug', 'print the stack trace of an error')
    .addHelpText('after', '\nStart with mtpi demo. mtpi COMMAND --help shows options and examples.')
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      outputError: () => {}, // `main` prints errors
    })
    .exitOverride();
  for (const [heading, commands] of Object.entries(GROUPS)) {
    program.commandsGroup(heading);
    for (const [name, [summary, load]] of Object.entries(commands)) {
      const command = program.command(name).summary(summary);
      if (wanted === undefined || wanted === name) await (await load()).define(command, context);
    }
  }
  await addCompletion(program, context.words);
  return program;
}

/** `mtpi completion SHELL` prints a script that calls `mtpi complete` for every word. */
async function addCompletion(program: Command, words: readonly string[]): Promise<void> {
  if (words[0] === 'completion' || words[0] === 'complete') {
    const { default: complete } = await import('@bomb.sh/tab/commander');
    complete(program, { completionCommandName: 'completion' });
  } else {
    program.command('completion').argument('<shell>');
  }
  const completion = program.commands.find((command) => command.name() === 'completion') as Command;
  completion.registeredArguments[0].description = 'bash, zsh, fish or powershell';
  completion
    .summary('print a shell completion script')
    .description('Prints a script that lets a shell complete commands, options and their values.')
    .addHelpText('after', '\nExamples:\n  $ mtpi completion bash > mtpi.bash  # to source in ~/.bashrc');
}
