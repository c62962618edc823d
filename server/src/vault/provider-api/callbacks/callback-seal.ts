import type { Sealer } from '../../../base/seal.ts'
import { sealedColumn } from '../../../store/reseal.ts'
import type { ChosenCallback } from '../provider-session.ts'
import type { CallbackBody } from './callback-message.ts'

/** What is to be posted, and where. */
export type CallbackMessage = CallbackBody &
  Pick<ChosenCallback, 'url' | 'privateAddresses' | 'signingSecret'> & {
    /** The number of the session's item that it tells of; 0 where it tells of the whole. */
    readonly item: number
  }

const messageOf = (id: string) => `provider callback ${id}`

/** What callbacks that wait are sealed as. */
export const sealedCallbacks = sealedColumn({
  what: 'callbacks',
  table: 'provider_callback',
  column: 'sealed_message',
  key: ['id'],
  purposes: ({ id }) => [messageOf(String(id))],
})

/** Seals a message for its row alone. */
export const createCallbackSeal = (sealer: Sealer) => ({
  seal: (id: string, message: CallbackMessage): Buffer =>
    sealer.seal(messageOf(id), Buffer.from(JSON.stringify(message))),
  open: (id: string, sealed: Uint8Array): CallbackMessage =>
    JSON.parse(sealer.open(messageOf(id), sealed).toString()),
})

export type CallbackSeal = ReturnType<typeof createCallbackSeal>
