import { type CompleteCommand, firstWords, nounsOf, type Place } from './complete-words.ts'

/** What bash completes by; 3.2, which macOS has, and later. */
export function completionForBash(commands: readonly CompleteCommand[]): string {
  const nouns = nounsOf(commands)
  return `# Completion of tonegate for bash. In ~/.bashrc: source <(tonegate completion bash)
_tonegate() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="" command="\${COMP_WORDS[1]}" options="" values="" argument="" word
  local IFS=$' \\t\\n'
  COMPREPLY=()
  # bash makes three words of --region=nam.
  if [[ $current == "=" ]]; then
    before="\${COMP_WORDS[COMP_CWORD - 1]}" current=""
  elif ((COMP_CWORD > 2)) && [[ \${COMP_WORDS[COMP_CWORD - 1]} == "=" ]]; then
    before="\${COMP_WORDS[COMP_CWORD - 2]}"
  elif ((COMP_CWORD > 0)); then
    before="\${COMP_WORDS[COMP_CWORD - 1]}"
  fi
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W "${[...firstWords(commands).map(([word]) => word), 'help', '--help', '--version'].join(' ')}" -- "$current"))
    return
  fi
  case "$command" in
${nouns.map(([noun, own]) => `    ${noun}) values="${own.map(({ verb }) => verb).join(' ')}" ;;`).join('\n')}
  esac
  if [[ $values ]]; then
    if ((COMP_CWORD == 2)); then
      COMPREPLY=($(compgen -W "$values --help" -- "$current"))
      return
    fi
    command="$command \${COMP_WORDS[2]}" values=""
  fi
  case "$command" in
${commands.map(forCommand).join('\n')}
  *) return ;;
  esac
  case "$command $before" in
${commands.flatMap(forValues).join('\n')}
  esac
  if [[ $values == "file" || $values == "folder" ]]; then
    _tonegate_paths "$values" "$current"
  elif [[ $values == "anything" ]]; then
    return
  elif [[ $values ]]; then
    COMPREPLY=($(compgen -W "$values" -- "$current"))
  elif [[ $argument == "file" && $current != -* ]]; then
    _tonegate_paths file "$current"
  else
    [[ $current != -* && $argument ]] && values="$argument"
    [[ $current == -* || ! $argument ]] && for word in $options; do
      [[ " \${COMP_WORDS[*]} " == *" $word "* ]] || values="$values \${word%+}"
    done
    COMPREPLY=($(compgen -W "$values" -- "$current"))
  fi
}
_tonegate_paths() {
  local IFS=$'\\n' kind="-f"
  [[ $1 == "folder" ]] && kind="-d"
  COMPREPLY=($(compgen "$kind" -- "$2"))
  type compopt &>/dev/null && compopt -o filenames 2>/dev/null
}
complete -F _tonegate tonegate
`
}

/** An option that may be repeated ends with a plus, so that it is never found among the words that stand there. */
function forCommand({ words, argument, options }: CompleteCommand): string {
  const names = options.map(({ name, isRepeatable }) => (isRepeatable ? `${name}+` : name))
  const known = argument === undefined || argument === 'anything' ? '' : ` argument="${spoken(argument)}"`
  return `  "${words.join(' ')}") options="${names.join(' ')}"${known} ;;`
}

function forValues({ words, options }: CompleteCommand): readonly string[] {
  return options.flatMap(({ name, value }) =>
    value === undefined ? [] : [`  "${words.join(' ')} ${name}") values="${spoken(value)}" ;;`],
  )
}

const spoken = (place: Place): string => (typeof place === 'string' ? place : place.join(' '))
