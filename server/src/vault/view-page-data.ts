import type { ViewState } from './view-state.ts'

/** What the agent view's script finds in its page, under the id `view-data`. */
export interface ViewPageData {
  /** The path of the view's own endpoints: `/session/7/view/0198…`. */
  readonly path: string
  readonly tokens: ViewTokenPair
  readonly state: ViewState
  readonly entry: 'keypad' | 'link'
  /** Whether the caller may confirm with 1. */
  readonly confirmByKeypad: boolean
}

/** The tokens of the agent view, renewed long before the first of them ends. */
export interface ViewTokenPair {
  readonly accessToken: string
  readonly refreshToken: string
  /** After so many seconds the pair is to be renewed. */
  readonly renewInSeconds: number
}
