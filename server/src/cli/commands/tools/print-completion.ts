import { toolCommand } from '../../command.ts'

export const printCompletion = toolCommand({
  name: 'completion',
  summary: 'Print a script that completes the words of tonegate in a shell',
  argument: { name: 'shell', help: 'bash, zsh or fish', choices: ['bash', 'zsh', 'fish'] },
  options: {},
  async run({ completionScript, print }, _, shell) {
    await print(await completionScript(shell))
    return { kind: 'written' }
  },
})
