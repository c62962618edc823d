import type { Language } from '@tonegate/protocol/languages'
import type { Html } from '../../../http/html.ts'
import { html } from '../../../http/html.ts'
import type { Texts } from './texts/texts.ts'

/** What a page is made of. */
export interface Page {
  readonly title: string
  readonly body: Html
  /** Its sources in the Content-Security-Policy; no form when it is left out. */
  readonly formAction?: string
}

/** In which language a page is written. */
export interface Wording {
  readonly language: Language
  readonly texts: Texts
}

/** A name that somebody chose: whatever its script or direction, the sentence around it stays as it is. */
export const name = (text: string): Html => html`<strong><bdi>${text}</bdi></strong>`
