import type { RegionName } from '../base/region.ts'
import { inCommand } from '../base/request-scope.ts'
import { type Answer, printAnswer } from './answer.ts'
import type { AdminContext, Command } from './command.ts'
import { commands } from './commands.ts'
import type { Databases } from './databases.ts'
import { help, helpOfStart } from './help.ts'
import { readArguments } from './input/read-arguments.ts'
import { type OperatorSources, operatorOf, requirePerson } from './operator.ts'
import { Refused, WrongUsage } from './refused.ts'
import type { Asking } from './sandbox/asking.ts'
import type { Start } from './starts.ts'
import type { ToolsOfProcess } from './tools.ts'

/** What the commands run in. */
export interface Surroundings {
  /** How the operator calls it: `npm run admin --`. */
  readonly program: string
  /** What the program starts besides, for its help. */
  readonly starts?: readonly Start[]
  /**
   * Opens the region to be administered.
   *
   * @throws {Refused} when there is none.
   */
  open(region: RegionName | undefined, command: Command): Promise<OpenAdmin>
  /**
   * The region's database, for a command that works on it as a whole.
   *
   * @throws {Refused} when the region is not served here.
   */
  openDatabases(region: RegionName | undefined): Promise<Databases>
  /** What a command works with that asks a sandbox; called once, where there is such a command. */
  asking(form: 'text' | 'json'): Asking
  /** For a command that needs no region to be there. */
  readonly tools: ToolsOfProcess
  /** What the operator asked for, and nothing else: it may be piped into another program. */
  answer(text: string): Promise<void> | void
  complain(text: string): void
  /** Who runs it. */
  readonly operator: OperatorSources
}

export interface OpenAdmin {
  readonly context: AdminContext
  close(): Promise<void>
}

/**
 * Runs the command that was typed.
 *
 * @returns the exit code: 0 done, 1 refused or something is wrong, 2 not understood.
 */
export async function runAdmin(typed: readonly string[], surroundings: Surroundings): Promise<0 | 1 | 2> {
  const { program, starts = [], answer, complain } = surroundings
  try {
    const start = starts.find(({ name }) => name === typed[0])
    if (start) {
      await answer(helpOfStart(start, program))
      return 0
    }
    const asked = readArguments(typed, commands)
    if (asked.kind === 'help') {
      await answer(help(asked.about, program, asked.about === commands ? starts : []))
      return 0
    }
    const said = await runCommand(asked, surroundings)
    await answer(printAnswer(said, asked.form))
    return said.kind === 'checked' && !said.isInOrder ? 1 : 0
  } catch (error) {
    if (error instanceof WrongUsage) {
      complain(`${error.message}\nSee: ${program} ${nounOf(typed)}--help\n`)
      return 2
    }
    if (error instanceof Refused) {
      complain(`${error.message}\n`)
      return 1
    }
    throw error
  }
}

type AskedCommand = Extract<ReturnType<typeof readArguments>, { kind: 'command' }>

async function runCommand(
  { command, given, argument, region, form, as }: AskedCommand,
  { program, open, openDatabases, asking, tools, operator }: Surroundings,
): Promise<Answer> {
  if ('runAsking' in command) return command.runAsking(asking(form), given, argument)
  const actor = operatorOf(operator, as)
  if (command.needsPerson) requirePerson(actor)
  if ('runUnopened' in command)
    return inCommand(command.name, actor, async () =>
      command.runUnopened(await openDatabases(region), given, argument),
    )
  if ('runTool' in command) {
    const ofCommand = { program, region, form, completionScript: scriptFor }
    return command.runTool({ ...tools, ...ofCommand }, given, argument)
  }
  const { context, close } = await open(region, command)
  try {
    return await inCommand(command.name, actor, () => command.run(context, given, argument))
  } finally {
    await close()
  }
}

async function scriptFor(shell: string): Promise<string> {
  const { completionScript } = await import('./completion/completion-script.ts')
  return completionScript(shell, commands)
}

/** The command whose help is worth reading, if there is one of this name. */
function nounOf(typed: readonly string[]): string {
  const [noun = '', verb = ''] = typed
  const isNamed = (named: string) => commands.some(({ name }) => name === named)
  if (isNamed(`${noun} ${verb}`)) return `${noun} ${verb} `
  return isNamed(noun) || commands.some(({ name }) => name.startsWith(`${noun} `)) ? `${noun} ` : ''
}
