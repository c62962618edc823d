import { type AgentViewMessage, type ResultMessage, readMessage, type StateMessage } from './read-message.ts'

export type { AgentViewMessage, ResultMessage, StateMessage } from './read-message.ts'
export type { FieldName, FieldView, ViewState } from './view-state.ts'

/** What `POST /v1/session` and `POST /v1/digitalsession` answer, as far as the agent view needs it. */
export interface AgentViewSession {
  readonly iframeUrl: string
  readonly agentAccessToken: string
  readonly agentRefreshToken: string
}

/** An agent view that has been opened. */
export interface OpenedAgentView {
  /**
   * Stops listening, and closes a pop-up. What stands in a frame stays there, so that the agent can read the result.
   * The payment goes on: it is cancelled by the agent, or by `POST /v1/session/{sessionGuid}/cancel`.
   */
  close(): void
}

/**
 * Opens the agent view of a session in a frame, or in a pop-up, and calls back with what happens in it.
 *
 * The two tokens go by form POST; they are never in a URL, and the form is gone from the page before this returns.
 * A message is believed only when it comes from the origin of `iframeUrl` and from this very window. Opened again
 * for the same session (the agent has reloaded the desktop), the view shows where the payment stands.
 *
 * The origin of your page has to be one of the account configuration's `frameAncestors`, and for `onState` one of its
 * `stateMessages` too; `onResult` reads the usual names of the result. The form names the origin (`X-HOST-ORIGIN`), for a
 * browser does not where your page has a `Referrer-Policy` such as `no-referrer`.
 *
 * @param frame an iframe that stands in the page, or `popup`, which browsers allow in the handler of a click alone.
 * @throws {Error} when the browser did not let the pop-up open, when the frame does not stand in the page, or shows
 *   another origin's page and has no name.
 *
 * @example
 * ```ts
 * import { openAgentView } from '@tonegate/client'
 *
 * const answer = await fetch('/our-server/open-payment', { method: 'POST' })
 * const frame = document.querySelector('iframe')
 * if (!frame) throw new Error('The page has no frame.')
 * const view = openAgentView({
 *   session: await answer.json(),
 *   frame,
 *   onState: ({ state }) => console.log(state.fields.pan.digits, 'digits of the card number'),
 *   onResult({ transactionResult, transactionAuthCode }) {
 *     console.log(transactionResult, transactionAuthCode)
 *     view.close()
 *   },
 * })
 * ```
 */
export function openAgentView({
  session,
  frame,
  onState,
  onResult,
  onMessage,
}: {
  readonly session: AgentViewSession
  readonly frame: HTMLIFrameElement | 'popup'
  readonly onState?: (message: StateMessage) => void
  readonly onResult?: (message: ResultMessage) => void
  /** Hears both kinds. */
  readonly onMessage?: (message: AgentViewMessage) => void
}): OpenedAgentView {
  const { origin, pathname } = new URL(session.iframeUrl)
  const target = frame === 'popup' ? openPopup(pathname) : windowOf(frame, pathname)

  function hear({ origin: sender, source, data }: MessageEvent<unknown>): void {
    if (sender !== origin || source !== target.window) return
    const message = readMessage(data)
    if (!message) return
    onMessage?.(message)
    if (message.type === 'state') onState?.(message)
    else onResult?.(message)
  }

  window.addEventListener('message', hear)
  postTokens(session, target.name)
  return {
    close() {
      window.removeEventListener('message', hear)
      if (frame === 'popup') target.window.close()
    },
  }
}

interface Target {
  readonly window: Window
  readonly name: string
}

function openPopup(path: string): Target {
  const name = targetName(path)
  const popup = window.open('', name, 'popup,width=480,height=760')
  if (!popup) throw new Error('The browser did not let the pop-up open.')
  return { window: popup, name }
}

/**
 * A form finds its target by the window's name, which a browser takes from the attribute only when it makes the
 * window. While nothing of another origin stands in the frame, the window can be named itself.
 */
function windowOf(frame: HTMLIFrameElement, path: string): Target {
  const window = frame.contentWindow
  if (!window) throw new Error('The frame does not stand in the page.')
  const name = frame.name || targetName(path)
  try {
    window.name = name
  } catch {
    if (frame.name === '') throw new Error('A frame that shows a page already needs a name attribute.')
  }
  frame.name = name
  return { window, name }
}

/** One window for each session, also when it is opened twice. */
const targetName = (path: string): string => `tonegate${path.replace(/\W+/g, '-')}`

function postTokens({ iframeUrl, agentAccessToken, agentRefreshToken }: AgentViewSession, target: string) {
  const form = document.createElement('form')
  form.method = 'post'
  form.action = iframeUrl
  form.target = target
  form.hidden = true
  const fields = {
    'X-BEARER-TOKEN': agentAccessToken,
    'X-REFRESH-TOKEN': agentRefreshToken,
    'X-HOST-ORIGIN': location.origin,
  }
  for (const [name, value] of Object.entries(fields)) {
    const input = document.createElement('input')
    Object.assign(input, { type: 'hidden', name, value })
    form.append(input)
  }
  document.body.append(form)
  form.submit()
  form.remove()
}
