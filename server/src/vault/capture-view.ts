import type { CaptureResult } from './capture-result.ts'
import type { CardFields, WrongEntries } from './fields/card-fields.ts'
import type { Flow, Launch } from './launch.ts'
import type { TypedCounts } from './payment-link.ts'
import { resultVariables } from './result-variables.ts'
import type { ChargedCard } from './sealed-card.ts'
import type { FieldName, ViewState } from './view-state.ts'

/** What of the view is about the card. */
export type CardView = Pick<ViewState, 'fields' | 'brand' | 'last4'>

/** The card as far as it has been typed: counts, and the last four where the flow allows them. */
export function cardView(fields: CardFields, { showLast4 }: Pick<Flow, 'showLast4'>): CardView {
  return { fields: fields.view(), brand: fields.brand(), last4: showLast4 ? fields.last4() : null }
}

/** A card that is being typed into the payment page, of which the vault has counts alone until the form is sent. */
export function typedView(fields: CardFields, counts: TypedCounts): CardView {
  const field = (name: FieldName) => {
    const { error, attemptsLeft } = fields.view()[name]
    const digits = counts[name]
    const state = digits > 0 ? 'entering' : error ? 'refused' : 'empty'
    return { state, digits, attemptsLeft, ...(error && { error }) } as const
  }
  return {
    fields: { pan: field('pan'), expiry: field('expiry'), securityCode: field('securityCode') },
    brand: null,
    last4: null,
  }
}

/** A card whose digits have gone to the gateway before this process began. */
export function chargedCardView(
  card: ChargedCard | undefined,
  { flow, wrong }: { readonly flow: Flow; readonly wrong: WrongEntries },
): CardView {
  const field = (name: FieldName) => ({
    state: 'complete' as const,
    digits: card?.counts[name] ?? 0,
    attemptsLeft: Math.max(0, flow.attempts - wrong[name]),
  })
  return {
    fields: { pan: field('pan'), expiry: field('expiry'), securityCode: field('securityCode') },
    brand: card?.summary.brand ?? null,
    last4: (flow.showLast4 && card?.summary.last4) || null,
  }
}

export function resultView(result: CaptureResult, launch: Launch): NonNullable<ViewState['result']> {
  const { end, outcome, charge } = result
  const { resultMessage } = launch.flow
  return {
    end,
    outcome,
    ...(charge?.declineReason !== undefined && { declineReason: charge.declineReason }),
    ...(charge?.authorisationCode !== undefined && { authorisationCode: charge.authorisationCode }),
    ...(resultMessage && { variables: resultVariables(resultMessage, result, launch) }),
  }
}
