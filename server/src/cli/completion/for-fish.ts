import {
  type CompleteCommand,
  type CompleteOption,
  firstWords,
  nounsOf,
  type Place,
} from './complete-words.ts'

/** What fish completes by. */
export function completionForFish(commands: readonly CompleteCommand[]): string {
  const lines = [
    ...firstWords(commands).map(
      ([word, help]) => `complete -c tonegate -n __tonegate_at -a ${word} -d ${quoted(help)}`,
    ),
    ...nounsOf(commands).flatMap(([noun, own]) =>
      own.map(
        ({ verb, summary }) =>
          `complete -c tonegate -n '__tonegate_at ${noun}' -a ${verb} -d ${quoted(summary)}`,
      ),
    ),
    ...commands.flatMap(behind),
  ]
  return `# Completion of tonegate for fish: tonegate completion fish > ~/.config/fish/completions/tonegate.fish
function __tonegate_at -d 'these words stand there, and no more'
  set -l words (commandline -opc)
  test "$words[2..]" = "$argv"
end
function __tonegate_in -d 'these words stand there first'
  set -l words (commandline -opc)
  string match -q -- "$argv *" "$words[2..] "
end
complete -c tonegate -f
${lines.join('\n')}
`
}

/** What may stand behind a command. */
function behind({ words, argument, options }: CompleteCommand): readonly string[] {
  const here = `complete -c tonegate -n '__tonegate_in ${words.join(' ')}'`
  const place = argument === undefined ? '' : argumentPlace(argument)
  return [
    ...(place === '' ? [] : [`${here} ${place}`]),
    ...options.map((option) => `${here} ${optionWords(option)}`),
  ]
}

function optionWords({ name, help, value }: CompleteOption): string {
  const takes = value === undefined ? '' : ` ${valuePlace(value)}`
  return `-l ${name.slice(2)}${takes} -d ${quoted(help)}`
}

function valuePlace(place: Place): string {
  if (place === 'file') return '-rF'
  if (place === 'folder') return `-xa '(__fish_complete_directories)'`
  return place === 'anything' ? '-x' : `-xa ${quoted(place.join(' '))}`
}

function argumentPlace(place: Place): string {
  if (place === 'file') return '-F'
  if (place === 'folder') return `-a '(__fish_complete_directories)'`
  return place === 'anything' ? '' : `-a ${quoted(place.join(' '))}`
}

const quoted = (text: string): string => `'${text.replaceAll(/['\\]/g, '\\$&')}'`
