import { command } from '../command.ts'

export const rotateKeys = command({
  name: 'keys rotate',
  summary: 'Give every signing key a successor',
  options: {
    compromised: {
      help: 'somebody else may have the keys: remove them at once, and with them every token there is',
    },
  },
  async run({ keys }, { compromised }) {
    const rotated = await keys.rotate(compromised)
    if (rotated.length === 0) {
      return { kind: 'done', text: 'There are no keys; the server makes them at its first start.', data: [] }
    }
    const from = new Date(Math.max(...rotated.map(({ signsFrom }) => signsFrom))).toISOString()
    const text = compromised
      ? 'The keys were replaced. Every token that they signed is refused within a second.'
      : `The new keys are published, and sign from ${from}. The old ones go when their last token has expired.`
    return { kind: 'done', text, data: rotated }
  },
})
