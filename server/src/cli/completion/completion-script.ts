import type { AnyCommand } from '../command.ts'
import { starts } from '../starts.ts'
import { completeWords } from './complete-words.ts'
import { completionForBash } from './for-bash.ts'
import { completionForFish } from './for-fish.ts'
import { completionForZsh } from './for-zsh.ts'

const scripts = { bash: completionForBash, zsh: completionForZsh, fish: completionForFish }

/**
 * A script for a shell, which then completes the words of `tonegate`.
 *
 * @param shell one of those that the command takes.
 */
export function completionScript(shell: string, commands: readonly AnyCommand[]): string {
  return scripts[shell as keyof typeof scripts](completeWords(commands, starts))
}
