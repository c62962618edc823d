import type { SessionResult } from '@tonegate/protocol/outcome'
import type { FieldName, FieldView, ViewState } from '@tonegate/protocol/view-state'
import type { CardFields, WrongEntries } from '../fields/card-fields.ts'
import { byName } from '../fields/field.ts'
import type { ChargedCard } from '../fields/sealed-card.ts'
import type { TypedCounts } from '../links/payment-link.ts'
import type { Flow, Launch } from '../model/launch.ts'
import { resultVariables } from '../model/result-variables.ts'

/** What of the view is about the card. */
export type CardView = Pick<ViewState, 'fields' | 'brand' | 'last4'>

/** The card as far as it has been typed: counts, and the last four where the flow allows them. */
export function cardView(fields: CardFields, { showLast4 }: Pick<Flow, 'showLast4'>): CardView {
  return { fields: fields.view(), brand: fields.brand(), last4: showLast4 ? fields.last4() : null }
}

/** A card whose caller's keys are not taken: no field is asked for. */
export function closedCardView(fields: CardFields, flow: Pick<Flow, 'showLast4'>): CardView {
  const view = cardView(fields, flow)
  const field = (name: FieldName): FieldView => {
    const each = view.fields[name]
    return each.state === 'asked' ? { ...each, state: 'empty' } : each
  }
  return { ...view, fields: byName(field) }
}

/** A card that is being typed into the payment page, of which the vault has counts alone until the form is sent. */
export function pageEntryView(fields: CardFields, counts: TypedCounts): CardView {
  const inFields = fields.view()
  const field = (name: FieldName): FieldView => {
    const view = inFields[name]
    const digits = counts[name]
    if (view.state === 'not-asked') return view
    return { ...view, digits, state: digits > 0 ? 'entering' : view.error ? 'refused' : 'empty' }
  }
  return {
    fields: byName(field),
    brand: null,
    last4: null,
  }
}

/** A card whose digits have gone to the gateway before this process began. */
export function chargedCardView(
  card: ChargedCard | undefined,
  { flow, wrong }: { readonly flow: Flow; readonly wrong: WrongEntries },
): CardView {
  const isOptional = card && flow.securityCode === 'optional'
  const field = (name: FieldName): FieldView => ({
    state: name === 'securityCode' && flow.securityCode === 'never' ? 'not-asked' : 'complete',
    digits: card?.counts[name] ?? 0,
    attemptsLeft: Math.max(0, flow.attempts - wrong[name]),
    ...(name === 'securityCode' && isOptional && { optional: true }),
  })
  return {
    fields: byName(field),
    brand: card?.summary.brand ?? null,
    last4: (flow.showLast4 && card?.summary.last4) || null,
  }
}

/** A card that the gateway keeps: nothing of it is typed, so that no field is asked for. */
export function keptCardView(
  card: ChargedCard | undefined,
  { attempts, showLast4 }: Pick<Flow, 'attempts' | 'showLast4'>,
): CardView {
  const field = (): FieldView => ({ state: 'not-asked', digits: 0, attemptsLeft: attempts })
  return {
    fields: byName(field),
    brand: card?.summary.brand ?? null,
    last4: (showLast4 && card?.summary.last4) || null,
  }
}

export function resultView(result: SessionResult, launch: Launch): NonNullable<ViewState['result']> {
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
