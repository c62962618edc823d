import type { AnyCommand, Options } from './command.ts'
import { commonOptions } from './input/read-arguments.ts'
import type { Start } from './starts.ts'

/** Explains the commands: one with its options, several in a line each. */
export function help(about: readonly AnyCommand[], program: string, starts: readonly Start[] = []): string {
  const [first] = about
  return about.length === 1 && first !== undefined ? ofOne(first, program) : ofSeveral(about, program, starts)
}

/** Explains what starts a process. */
export function helpOfStart({ usage, summary, options = [], help: text }: Start, program: string): string {
  return `${summary}\n\n  ${program} ${usage}\n\n${options.length > 0 ? `${columns(options)}\n` : ''}${text}\n`
}

function ofOne({ name, summary, argument, options }: AnyCommand, program: string): string {
  const place = argument && (argument.optional ? `[<${argument.name}>]` : `<${argument.name}>`)
  const usage = [program, name, place, '[options]'].filter(Boolean).join(' ')
  const behind = argument ? `\n${columns([[`<${argument.name}>`, argument.help]])}` : ''
  return `${summary}\n\n  ${usage}\n${behind}\n${optionLines(options)}\n${optionLines(commonOptions)}`
}

function ofSeveral(about: readonly AnyCommand[], program: string, starts: readonly Start[]): string {
  const rows = about.map(({ name, argument, summary }) => [
    argument === undefined ? name : `${name} <${argument.name}>`,
    summary,
  ])
  const started = starts.map(({ name, summary }) => [name, summary])
  const beginning =
    starts.length > 0 ? `Tonegate takes card payments on live calls.\n\n${columns(started)}\n` : ''
  return `${beginning}Administers a Tonegate installation. The server may be running. Reads the same environment variables as the server.

  ${program} <noun> <verb> [options]

${columns(rows)}
${optionLines(commonOptions)}`
}

function optionLines(options: Options): string {
  const rows = Object.entries(options).map(([name, { value, help: text, required, repeatable, choices }]) => {
    const remarks = [required && 'required', repeatable && 'may be repeated'].filter(Boolean).join(', ')
    const takes = choices === undefined ? '' : `: ${choices.join(', ')}`
    return [
      value === undefined ? `--${name}` : `--${name} ${value}`,
      `${text}${takes}${remarks === '' ? '' : ` (${remarks})`}`,
    ]
  })
  return rows.length === 0 ? '' : columns(rows)
}

function columns(rows: readonly (readonly string[])[]): string {
  const width = Math.max(...rows.map(([left = '']) => left.length))
  return rows.map(([left = '', right = '']) => `  ${left.padEnd(width)}  ${right}\n`).join('')
}
