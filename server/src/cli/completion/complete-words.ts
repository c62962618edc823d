import type { AnyCommand, Option } from '../command.ts'
import { commonOptions } from '../input/read-arguments.ts'
import type { Start } from '../starts.ts'

/** What may stand in a place: one of these words, the path of a file or a folder, or anything. */
export type Place = 'anything' | 'file' | 'folder' | readonly string[]

export interface CompleteOption {
  /** `--region` */
  readonly name: string
  readonly help: string
  /** Undefined: it is a switch. */
  readonly value: Place | undefined
  readonly isRepeatable: boolean
}

export interface CompleteCommand {
  /** One word, or a noun and a verb. */
  readonly words: readonly [string, string?]
  readonly summary: string
  readonly argument: Place | undefined
  readonly options: readonly CompleteOption[]
}

/** The first words and what each does, a noun’s by its verbs. */
export function firstWords(commands: readonly CompleteCommand[]): readonly (readonly [string, string])[] {
  const names = [...new Set(commands.map(({ words: [first] }) => first))]
  return names.map((name) => {
    const own = commands.filter(({ words: [first] }) => first === name)
    const verbs = own.flatMap(({ words: [, verb] }) => (verb === undefined ? [] : [verb]))
    return [name, verbs.length === 0 ? (own[0]?.summary ?? '') : verbs.join(', ')]
  })
}

/** The nouns, each with its commands. */
export function nounsOf(
  commands: readonly CompleteCommand[],
): readonly (readonly [string, readonly (CompleteCommand & { readonly verb: string })[]])[] {
  const withVerb = commands.flatMap((command) => {
    const [, verb] = command.words
    return verb === undefined ? [] : [{ ...command, verb }]
  })
  return [...Map.groupBy(withVerb, ({ words: [noun] }) => noun)]
}

/** All that the program can be asked for, in the order of its help. */
export function completeWords(
  commands: readonly AnyCommand[],
  starts: readonly Start[],
): readonly CompleteCommand[] {
  return [
    ...starts.map(({ name, summary, options = [] }) => ({
      words: [name] as const,
      summary,
      argument: undefined,
      options: [...options.map(startOption), helpOption],
    })),
    ...commands.map(({ name, summary, argument, options }) => ({
      words: name.split(' ', 2) as [string, string?],
      summary,
      argument: argument && placeOf(argument.name, argument.choices),
      options: Object.entries({ ...options, ...commonOptions }).map(commandOption),
    })),
  ]
}

function commandOption([name, { value, help, choices, repeatable }]: [string, Option]): CompleteOption {
  return {
    name: `--${name}`,
    help,
    value: value === undefined ? undefined : placeOf(value, choices),
    isRepeatable: repeatable === true,
  }
}

function startOption([usage, help]: readonly [string, string]): CompleteOption {
  const [name = '', value] = usage.split(' ')
  return { name, help, value: value === undefined ? undefined : placeOf(value), isRepeatable: false }
}

const helpOption = commandOption(['help', commonOptions.help])

function placeOf(name: string, choices?: readonly string[]): Place {
  if (choices !== undefined) return choices
  const kind = name.toLowerCase()
  return kind === 'file' || kind === 'folder' ? kind : 'anything'
}
