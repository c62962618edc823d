import type { RegionName } from '../base/region.ts'

/** What a command works with that needs no region to be there. */
export interface Tools {
  /** The one that was asked for; undefined: the default region. */
  readonly region: RegionName | undefined
  readonly form: 'text' | 'json'
  /** The variables of the process: settings, and what a command reads by a name of its own. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** What a shell completes the words of the program by. */
  completionScript(shell: string): Promise<string>
  /** What is said while the command runs; resolves when more may be written. */
  print(text: string): Promise<void>
}
