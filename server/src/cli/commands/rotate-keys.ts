import { command } from '../command.ts'

export const rotateKeys = command({
  name: 'keys rotate',
  summary: 'Rotate all signing keys',
  options: {
    compromised: {
      help: 'the keys may have leaked: remove them at once and invalidate every token',
    },
  },
  async run({ keys }, { compromised }) {
    const rotated = await keys.rotate(compromised)
    if (rotated.length === 0) {
      return { kind: 'done', text: 'No keys yet: the server creates them at its first start.', data: [] }
    }
    const from = new Date(Math.max(...rotated.map(({ signsFrom }) => signsFrom))).toISOString()
    const text = compromised
      ? 'The keys were replaced. Every token that the old keys signed is refused within a second.'
      : `The new keys are published, and sign from ${from}. The old keys are removed once their last token has expired.`
    return { kind: 'done', text, data: rotated }
  },
})
