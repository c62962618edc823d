import type { TestContext } from 'node:test'
import { until } from '../../../../test/harness/test-until.ts'
import type { LineOrder, Said } from '../../line-control.ts'
import { startTestControl } from '../test-control.ts'

export const order = { commandId: 'command', sessionGuid: 'session' } as unknown as LineOrder

/** What is asked to be said. */
export const said = (key: string, language: Said['language'] = 'en') => ({
  ...order,
  said: { key, language, text: 'Words.' },
})

/** A control whose engine plays prompts. */
export async function startPrompts(t: TestContext) {
  const started = await startTestControl(t, { prompts: '/prompts' })
  const { engine } = started
  const mediaCommands = () =>
    engine.received
      .map(({ command }) => command)
      .filter(({ command }) => /media/.test(String(command)))
      .map(({ command, 'from-tag': tag, file }) => `${command} ${tag}${file ? ` ${file}` : ''}`)
  const isMuted = () => engine.mutedMedia.has('call agent')
  return { ...started, mediaCommands, isMuted, unmuted: () => until(() => !isMuted()) }
}
