import { reactive } from 'vue'
import type { TriedOperation } from '../../src/reference/operation-text.ts'
import { type Answer, NoSandbox, sendRequest, withSandboxClient } from './send-request.ts'

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

  const valueIn = ({ name, example }: Parameter) => values[name] ?? remembered[name] ?? example

  async function open(): Promise<void> {
    state.isOpen = true
    const { access, body } = operation()
    if (access !== 'client' || !body) return
    // Where there is no sandbox, the example stays as it is.
    const filled = await withSandboxClient(body.example).catch(() => undefined)
    state.body ??= filled
  }

  async function send(event: Event): Promise<void> {
    event.preventDefault()
    Object.assign(state, { isSending: true, fault: '', answer: undefined })
    try {
      const parameters = operation().parameters.map((each) => ({ ...each, value: valueIn(each) }))
      const body = state.body ?? operation().body?.example
      state.answer = await sendRequest(operation(), { parameters, body, token: state.token })
      Object.assign(remembered, state.answer.ids)
    } catch (error) {
      const isKnown = error instanceof NoSandbox
      state.fault = isKnown ? error.message : 'The request could not be sent. Is the sandbox running?'
    } finally {
      state.isSending = false
    }
  }

  return { state, values, valueIn, open, send }
}
