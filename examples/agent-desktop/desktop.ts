import { openAgentView } from '@tonegate/client/agent-view'

const [button, status, frame] = ['button', '[role=status]', 'iframe'].map((name) =>
  document.querySelector(name),
)
const say = (text: string) => status?.replaceChildren(text)

button?.addEventListener('click', async () => {
  if (!(frame instanceof HTMLIFrameElement)) return
  const answer = await fetch('/payments', { method: 'POST' })
  const session = await answer.json()
  if (!answer.ok) return say(session.text)
  frame.hidden = false
  openAgentView({
    session,
    frame,
    onState: ({ state }) => say(`${state.fields.pan.digits} digits of the card number`),
    onResult: ({ transactionResult }) => say(`The payment: ${transactionResult}`),
  })
})
