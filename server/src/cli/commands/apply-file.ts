import { command } from '../command.ts'

export const applyFile = command({
  name: 'apply',
  summary: 'Make accounts and all that is theirs as a file declares them; nothing is deleted',
  argument: { name: 'file', help: 'JSON, as docs/apply.md describes it; - reads standard input' },
  options: { 'dry-run': { help: 'say what would be done, and do nothing' } },
  async run(context, given, file) {
    const text = await context.readText(file)
    const { apply } = await import('../apply/apply.ts')
    return apply(context, text, given['dry-run'] ? 'tried' : 'done')
  },
})
