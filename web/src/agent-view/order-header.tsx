import type { ViewState } from '@tonegate/protocol/view-state'
import { useTexts } from './use-texts.ts'

/** Whose payment, how much, for what, and who is on the telephone. */
export function OrderHeader({
  state: { order, merchantName },
  amount,
  callerNumber,
}: {
  readonly state: ViewState
  readonly amount: string
  readonly callerNumber: string | null
}) {
  const texts = useTexts()
  return (
    <header class="order">
      <div class="purpose">
        <h1>{merchantName}</h1>
        {order.reference !== undefined && (
          <p class="reference">
            {texts.reference}: {order.reference}
          </p>
        )}
        {callerNumber !== null && (
          <p class="reference caller">
            {texts.callerNumber}: <bdi>{callerNumber}</bdi>
          </p>
        )}
      </div>
      {order.amountMinor === 0 ? (
        <p class="card-check">{texts.cardCheckOnly}</p>
      ) : (
        <p class="amount">{amount}</p>
      )}
    </header>
  )
}
