import { useData, withBase } from 'vitepress'
import { defineComponent, h, useId, type VNode } from 'vue'
import type { TriedOperation } from '../../src/reference/operation-text.ts'
import type { Answer } from './send-request.ts'
import { useTry } from './use-try.ts'

/** A form that sends an operation to the sandbox that serves the page, and shows the answer. */
export const TryIt = defineComponent({
  props: { operation: { type: String, required: true } },
  setup(props) {
    const { frontmatter } = useData()
    const operation = (): TriedOperation => frontmatter.value.operations[props.operation]
    const id = useId()
    const { state, values, valueIn, open, send, pay, stop } = useTry(operation)

    function fields(): readonly VNode[] {
      const { parameters, body, access } = operation()
      const input = (name: string, text: string, take: (text: string) => void) =>
        entry('input', { id: `${id}-${name}`, value: text }, take)
      return [
        ...parameters.map((each) =>
          field(
            `${id}-${each.name}`,
            labelOf(each),
            input(each.name, valueIn(each), (text) => (values[each.name] = text)),
          ),
        ),
        ...(access === 'none' || access === 'client'
          ? []
          : [
              field(
                `${id}-token`,
                tokenLabels[access],
                input('token', state.token, (text) => (state.token = text)),
              ),
            ]),
        ...(body ? [field(`${id}-body`, 'Body', textarea(`${id}-body`, state.body ?? body.example))] : []),
      ]
    }

    const textarea = (name: string, text: string) =>
      entry(
        'textarea',
        { id: name, value: text, rows: Math.min(18, text.split('\n').length + 1) },
        (entered) => {
          state.body = entered
        },
      )

    function buttons(): (VNode | undefined)[] {
      const { showsPage, isStream, needsPayment } = operation()
      const { isSending } = state
      const label = showsPage ? 'Open in a new tab' : isSending ? 'Sending…' : 'Send'
      return [
        h('button', { type: 'submit', disabled: isSending }, label),
        needsPayment && !isSending ? button('Take a payment first', pay) : undefined,
        isSending && isStream ? button('Stop', stop) : undefined,
      ]
    }

    return () =>
      state.isOpen
        ? h('form', { class: 'try-it open', 'aria-label': `Try ${props.operation}`, onSubmit: send }, [
            ...fields(),
            h('p', { class: 'try-buttons' }, buttons()),
            h('div', { 'aria-live': 'polite' }, [
              state.fault ? h('p', { class: 'try-status bad' }, state.fault) : undefined,
              state.answer ? answerOf(state.answer) : undefined,
            ]),
          ])
        : h('p', { class: 'try-it' }, button('Try it', open))
  },
})

const tokenLabels = {
  globalpci: 'Access token (left empty, the sandbox’s own client gets one)',
  platform: 'Platform key (left empty, that of the sandbox’s demo platform)',
  provider: 'Access token (left empty, the sandbox’s own client of the contract gets one)',
  user: 'Access token of a user who has signed in, with the scope openid',
} as const

const button = (text: string, onClick: () => void) => h('button', { type: 'button', onClick }, text)

const labelOf = ({ name, in: place, required }: TriedOperation['parameters'][number]) =>
  `${name} (${place}${required ? '' : ', optional'})`

const field = (id: string, label: string, input: VNode): VNode =>
  h('p', { class: 'try-field' }, [h('label', { for: id }, label), input])

function entry(
  element: 'input' | 'textarea',
  attributes: Readonly<Record<string, unknown>>,
  take: (text: string) => void,
): VNode {
  return h(element, {
    ...attributes,
    spellcheck: false,
    autocomplete: 'off',
    onInput: ({ target }: Event) => take((target as HTMLInputElement).value),
  })
}

const answerOf = ({ status, milliseconds, text, problem }: Answer): (VNode | undefined)[] => [
  h('p', { class: ['try-status', status < 400 ? 'good' : 'bad'] }, [
    h('strong', String(status)),
    ` after ${milliseconds} ms`,
    ...(problem ? [', ', h('a', { href: withBase(`/errors#${problem}`) }, 'what to do')] : []),
  ]),
  text ? h('pre', { tabindex: 0, 'aria-label': 'Answer' }, h('code', text)) : undefined,
]
