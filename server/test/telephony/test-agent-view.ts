import { request } from 'node:https'
import type { TestContext } from 'node:test'
import type { ViewState } from '@tonegate/protocol/view-state'
import { eventually } from '../harness/test-eventually.ts'

interface Opened {
  readonly iframeUrl: string
  readonly agentAccessToken: string
}

/**
 * What an agent sees of a session, until its test ends. A stream that breaks is opened again, as the agent view does it.
 *
 * @param origin of the vault's TLS.
 */
export function openAgentView(
  t: TestContext,
  { origin, cert, opened }: { readonly origin: string; readonly cert: string; readonly opened: Opened },
) {
  const path = `${new URL(opened.iframeUrl).pathname.replace('/framed', '')}/events`
  const states: ViewState[] = []
  let over = false
  let stop = () => {}

  function open(): void {
    if (over) return
    const again = setTimeout.bind(null, open, 300)
    const asked = request(`${origin}${path}`, {
      ca: cert,
      headers: { authorization: `Bearer ${opened.agentAccessToken}` },
    })
    stop = () => asked.destroy()
    asked.on('error', again)
    asked.on('response', (answer) => {
      if (answer.statusCode !== 200) return void answer.resume().on('end', again)
      let text = ''
      answer.setEncoding('utf8')
      answer.on('error', () => {})
      answer.on('data', (chunk) => {
        text += chunk
        for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
          const data = /^event: state\n(?:.*\n)*?data: (.*)$/m.exec(text.slice(0, end))?.[1]
          if (data) states.push(JSON.parse(data))
          text = text.slice(end + 2)
        }
      })
      answer.on('close', again)
    })
    asked.end()
  }

  open()
  t.after(() => {
    over = true
    stop()
  })
  return {
    states,
    /** Resolves when it shows such a state, or shows it already. */
    shows: (wanted: (state: ViewState) => boolean) =>
      eventually(() => {
        const last = states.at(-1)
        return last && wanted(last) && last
      }),
    /** The warnings that it has shown, each once a time. */
    warnings(): readonly string[] {
      const shown: string[] = []
      let before: readonly string[] = []
      for (const { warnings } of states) {
        shown.push(...warnings.filter((each) => !before.includes(each)))
        before = warnings
      }
      return shown
    },
  }
}
