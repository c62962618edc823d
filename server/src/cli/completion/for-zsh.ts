import {
  type CompleteCommand,
  type CompleteOption,
  firstWords,
  nounsOf,
  type Place,
} from './complete-words.ts'

/** What zsh completes by: read by the shell’s start, or kept as a file `_tonegate` in a folder of `$fpath`. */
export function completionForZsh(commands: readonly CompleteCommand[]): string {
  const alone = commands.filter(({ words: [, verb] }) => verb === undefined)
  return `#compdef tonegate
# Completion of tonegate for zsh. In ~/.zshrc, behind compinit: source <(tonegate completion zsh)
_tonegate() {
  local -a found
  if ((CURRENT == 2)); then
    found=(
${described(firstWords(commands), '      ')}
    )
    _describe -t commands command found
    return
  fi
  case $words[2] in
${alone.map((command) => `    ${command.words[0]})\n${behind(command, 1)}      ;;`).join('\n')}
${nounsOf(commands)
  .map(
    ([noun, own]) => `    ${noun})
      if ((CURRENT == 3)); then
        found=(
${described(
  own.map(({ verb, summary }) => [verb, summary]),
  '          ',
)}
        )
        _describe -t commands '${noun} command' found
        return
      fi
      case $words[3] in
${own.map((command) => `      ${command.verb})\n${behind(command, 2)}        ;;`).join('\n')}
      esac
      ;;`,
  )
  .join('\n')}
  esac
}
if [[ $funcstack[1] == _tonegate ]]; then
  _tonegate "$@"
else
  compdef _tonegate tonegate
fi
`
}

/** What may stand behind a command of so many words. */
function behind({ argument, options }: CompleteCommand, count: number): string {
  const specs = options.map(optionSpec)
  if (argument !== undefined) specs.push(quoted(`1:argument:${action(argument)}`))
  return `        shift ${count} words; ((CURRENT -= ${count})); _arguments ${specs.join(' ')}\n`
}

function optionSpec({ name, help, value, isRepeatable }: CompleteOption): string {
  const explained = `[${escaped(help, /[[\]\\:]/g)}]`
  const spec =
    value === undefined ? `${name}${explained}` : `${name}=${explained}:${name.slice(2)}:${action(value)}`
  return quoted(`${isRepeatable ? '*' : ''}${spec}`)
}

function action(place: Place): string {
  if (place === 'file') return '_files'
  if (place === 'folder') return '_files -/'
  return place === 'anything' ? ' ' : `(${place.join(' ')})`
}

const described = (rows: readonly (readonly [string, string])[], indent: string): string =>
  rows.map(([word, help]) => `${indent}${quoted(`${word}:${escaped(help, /[\\:]/g)}`)}`).join('\n')

const escaped = (text: string, special: RegExp): string => text.replaceAll(special, '\\$&')

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
