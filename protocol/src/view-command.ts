import type { EntryMode, FieldName, LinkChannel } from './view-state.ts'

/** What the agent can do. */
export type ViewCommand =
  | { readonly command: 'ask'; readonly field: FieldName }
  | { readonly command: 'slow-mode'; readonly on: 'on' | 'off' }
  /** How long is waited between two digits. */
  | { readonly command: 'inter-digit'; readonly seconds: number }
  | { readonly command: 'entry'; readonly entry: EntryMode }
  /** Without an address: where it was sent last, or what the program sent along. */
  | { readonly command: 'send-link'; readonly channel: LinkChannel; readonly to?: string }
  | { readonly command: 'pay' }
  | { readonly command: 'cancel' }
