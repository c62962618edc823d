import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { type RegionName, regionNames } from '../../base/region.ts'
import type { AnyCommand, GivenOptions, Option, Options } from '../command.ts'
import { WrongUsage } from '../refused.ts'

/** What an operator asks for. */
export type Asked =
  /** All commands, those of a noun, or one. */
  | { readonly kind: 'help'; readonly about: readonly AnyCommand[] }
  | {
      readonly kind: 'command'
      readonly command: AnyCommand
      readonly given: GivenOptions<Options>
      readonly argument: string
      /** Undefined: the default region. */
      readonly region: RegionName | undefined
      readonly form: 'text' | 'json'
      /** Who says that they give the command. */
      readonly as: string | undefined
    }

/** What every command takes besides its own options. */
export const commonOptions = {
  region: { value: 'REGION', choices: regionNames, help: 'the region; default: TONEGATE_DEFAULT_REGION' },
  json: { help: 'answer in JSON, for programs' },
  as: { value: 'NAME', help: 'who you are, for the audit log; default: TONEGATE_OPERATOR' },
  help: { help: 'explain the command' },
} as const satisfies Options

/**
 * Reads what was typed behind the program's name.
 *
 * @throws {WrongUsage} when there is no such command or option, or a value is missing or not one it takes.
 */
export function readArguments(typed: readonly string[], commands: readonly AnyCommand[]): Asked {
  const wantsHelp = typed.some((word) => word === '--help' || word === '-h')
  const words = typed.filter((word, index) => index < 2 && !word.startsWith('-'))
  const [noun, verb] = words
  if (noun === undefined || noun === 'help') return { kind: 'help', about: commands }
  const alone = commands.find(({ name }) => name === noun)
  if (alone) return readCommand(alone, typed.slice(1), wantsHelp)
  const ofNoun = commands.filter(({ name }) => name.startsWith(`${noun} `))
  if (ofNoun.length === 0) throw new WrongUsage(`Unknown command '${noun}'.`)
  const command = ofNoun.find(({ name }) => name === `${noun} ${verb}`)
  if (command === undefined) {
    if (verb === 'help' || wantsHelp || typed.length === 1) return { kind: 'help', about: ofNoun }
    const verbs = ofNoun.map(({ name }) => name.slice(noun.length + 1)).join(', ')
    if (verb === undefined) throw new WrongUsage(`'${noun}' needs a verb: ${verbs}.`)
    throw new WrongUsage(`Unknown command '${noun} ${verb}'. '${noun}' has the verbs ${verbs}.`)
  }
  return readCommand(command, typed.slice(2), wantsHelp)
}

/** @param words what stands behind the command’s name. */
function readCommand(command: AnyCommand, words: readonly string[], wantsHelp: boolean): Asked {
  if (wantsHelp) return { kind: 'help', about: [command] }
  const options: Options = { ...command.options, ...commonOptions }
  const { values, positionals } = parse(words, options)
  for (const [name, option] of Object.entries(options)) checkOption(name, option, values[name])
  return {
    kind: 'command',
    command,
    given: values as GivenOptions<Options>,
    argument: onlyArgument(command, positionals),
    region: values.region as RegionName | undefined,
    form: values.json === true ? 'json' : 'text',
    as: values.as as string | undefined,
  }
}

function parse(words: readonly string[], options: Options) {
  const config: ParseArgsOptionsConfig = Object.fromEntries(
    Object.entries(options).map(([name, { value, repeatable }]) => [
      name,
      { type: value === undefined ? 'boolean' : 'string', multiple: repeatable === true },
    ]),
  )
  const { tokens } = parseArgs({
    args: [...words],
    options: config,
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const values: Record<string, string | boolean | string[] | undefined> = {}
  const positionals: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value)
    if (token.kind !== 'option') continue
    const { name, rawName, value } = token
    const option = Object.hasOwn(options, name) ? options[name] : undefined
    if (option === undefined) throw new WrongUsage(`Unknown option ${rawName}.`)
    if (option.value === undefined && value !== undefined)
      throw new WrongUsage(`${rawName} accepts no value.`)
    const looksLikeOption = token.inlineValue !== true && /^-./.test(value ?? '')
    if (option.value !== undefined && (value === undefined || looksLikeOption)) {
      throw new WrongUsage(`${rawName} needs a value: ${rawName} ${option.value}`)
    }
    if (option.repeatable) values[name] = [...((values[name] as string[] | undefined) ?? []), value ?? '']
    else if (values[name] !== undefined) throw new WrongUsage(`${rawName} is given twice.`)
    else values[name] = value ?? true
  }
  for (const [name, { value }] of Object.entries(options)) if (value === undefined) values[name] ??= false
  return { values, positionals }
}

function checkOption(name: string, option: Option, given: unknown): void {
  if (given === undefined) {
    if (option.required) throw new WrongUsage(`Missing option: --${name} ${option.value}`)
    return
  }
  const { choices } = option
  if (choices === undefined) return
  for (const value of [given].flat() as string[]) {
    if (value === '' && option.repeatable) continue
    if (!choices.includes(value)) throw new WrongUsage(`--${name} must be one of ${choices.join(', ')}.`)
  }
}

function onlyArgument({ name, argument }: AnyCommand, positionals: readonly string[]): string {
  const [first, second] = positionals
  if (argument === undefined && first !== undefined) {
    throw new WrongUsage(`'${name}' accepts no arguments, but got '${first}'.`)
  }
  if (second !== undefined)
    throw new WrongUsage(`'${name}' accepts one ${argument?.name}; unexpected '${second}'.`)
  if (argument !== undefined && !argument.optional && !first)
    throw new WrongUsage(`'${name}' needs a ${argument.name}.`)
  if (first !== undefined && argument?.choices && !argument.choices.includes(first))
    throw new WrongUsage(`The ${argument.name} must be one of ${argument.choices.join(', ')}.`)
  return first ?? ''
}
