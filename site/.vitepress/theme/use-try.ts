import { onUnmounted, reactive } from 'vue'
import type { TriedOperation } from '../../src/reference/operation-text.ts'
import { NotHere, sandboxSignIn, takePayment, withSandboxClient } from './sandbox-access.ts'
import { type Answer, addressOf, sendRequest } from './send-request.ts'

type Parameter = TriedOperation['parameters'][number]

/** What was answered to one request, for the parameters of the next ones. */
const remembered = reactive<Record<string, string>>({})

/** The state of one form, and how its request is sent. */
export function useTry(operation: () => TriedOperation) {
  const values = reactive<Record<string, string>>({})
  const state = reactive({
    isOpen: false,
    isSending: false,
    token: '',
    body: undefined as string | undefined,
    answer: undefined as Answer | undefined,
    fault: '',
  })
  let sending = new AbortController()
  onUnmounted(stop)

  const valueIn = ({ name, example }: Parameter) => values[name] ?? remembered[name] ?? example

  async function open(): Promise<void> {
    state.isOpen = true
    const { body, showsPage } = operation()
    // Where there is no sandbox, the examples stay as they are.
    if (body?.mediaType.includes('form')) {
      const filled = await withSandboxClient(body.example).catch(() => undefined)
      state.body ??= filled
    }
    if (showsPage) Object.assign(values, { ...(await sandboxSignIn().catch(() => ({}))), ...values })
  }

  async function send(event: Event): Promise<void> {
    event.preventDefault()
    const parameters = operation().parameters.map((each) => ({ ...each, value: valueIn(each) }))
    if (operation().showsPage) {
      window.open(addressOf(operation(), parameters), '_blank', 'noopener')
      return
    }
    sending = new AbortController()
    const { signal } = sending
    const body = state.body ?? operation().body?.example
    await during(() => sendRequest(operation(), { parameters, body, token: state.token }, { take, signal }))
  }

  function take(answer: Answer): void {
    state.answer = answer
    Object.assign(remembered, answer.ids)
  }

  /** Fills in the session of a payment that the sandbox takes now. */
  const pay = () =>
    during(async () => {
      delete values.sessionGuid
      remembered.sessionGuid = await takePayment()
    })

  async function during(work: () => Promise<void>): Promise<void> {
    Object.assign(state, { isSending: true, fault: '', answer: undefined })
    try {
      await work()
    } catch (error) {
      if (!sending.signal.aborted) state.fault = faultOf(error)
    } finally {
      state.isSending = false
    }
  }

  function stop(): void {
    sending.abort()
  }

  return { state, values, valueIn, open, send, pay, stop }
}

const faultOf = (error: unknown): string =>
  error instanceof NotHere ? error.message : 'The request could not be sent. Is the sandbox running?'
