import type { FieldName } from './view-state.ts'

/** What the agent can do. */
export type ViewCommand =
  | { readonly command: 'ask'; readonly field: FieldName }
  | { readonly command: 'slow-mode'; readonly on: 'on' | 'off' }
  | { readonly command: 'pay' }
  | { readonly command: 'cancel' }
