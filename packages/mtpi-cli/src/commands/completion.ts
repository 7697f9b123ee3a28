import { Argument, type Command } from 'commander';

const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

const examples = `
Examples:
  $ mtpi completion bash >> ~/.bashrc
  $ mtpi completion zsh >> ~/.zshrc
  $ mtpi completion fish > ~/.config/fish/completions/mtpi.fish`;

/** `mtpi completion`: what makes a shell complete commands and options. */
export function completionCommand(program: Command): void {
  program
    .command('completion')
    .summary('print what makes a shell complete commands and options')
    .addArgument(new Argument('<shell>').choices(shells))
    .addHelpText('after', examples)
    .action((shell: Shell) => {
      process.stdout.write(shell === 'fish' ? fish(program) : bash(program, shell));
    });
}

/** The words that may follow `mtpi`, `mtpi despeckle`, `mtpi dataset info` and so on. */
function wordsOf(command: Command, path = command.name()): [string, string[]][] {
  const options = command.options.flatMap(({ long }) => long ?? []);
  const here: [string, string[]] = [
    path,
    [...command.commands.map((sub) => sub.name()), ...options, '--help'],
  ];
  return [here, ...command.commands.flatMap((sub) => wordsOf(sub, `${path} ${sub.name()}`))];
}

/**
 * zsh runs bash's completions; where none fits, both complete files. Slices, since zsh counts from 1; and no variables
 * called `path` or `words`, which zsh keeps for itself.
 */
function bash(program: Command, shell: Shell): string {
  const cases = wordsOf(program).map(([path, words]) => `    '${path}') choices='${words.join(' ')}' ;;`);
  const head = shell === 'zsh' ? 'autoload -Uz compinit bashcompinit && compinit && bashcompinit\n' : '';
  return `${head}_mtpi() {
  local called=mtpi word choices=
  for word in "\${COMP_WORDS[@]:1:$((COMP_CWORD - 1))}"; do
    [[ $word == -* ]] && break
    called="$called $word"
  done
  case "$called" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$choices" -- "\${COMP_WORDS[@]:$COMP_CWORD:1}"))
}
complete -o default -F _mtpi mtpi
`;
}

const quote = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;

function fish(program: Command): string {
  const lines = program.commands.flatMap((command) => [
    `complete -c mtpi -n __fish_use_subcommand -f -a ${command.name()} -d ${quote(command.summary())}`,
    ...command.commands.map(
      (sub) =>
        `complete -c mtpi -n '__fish_seen_subcommand_from ${command.name()}' -a ${sub.name()} -d ${quote(sub.summary())}`,
    ),
    ...[command, ...command.commands].flatMap((owner) =>
      owner.options.flatMap(({ long, short, required, description, argChoices }) => {
        if (!long) return [];
        const name = `-l ${long.slice(2)}${short ? ` -s ${short.slice(1)}` : ''}`;
        const value = argChoices ? ` -x -a ${quote(argChoices.join(' '))}` : required ? ' -r' : '';
        return `complete -c mtpi -n '__fish_seen_subcommand_from ${owner.name()}' ${name}${value} -d ${quote(description)}`;
      }),
    ),
  ]);
  return `${lines.join('\n')}\n`;
}
