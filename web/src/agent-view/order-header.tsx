import type { ViewState } from '@tonegate/protocol/view-state'
import { useTexts } from './use-texts.ts'

/** Whose payment, how much, and for what. */
export function OrderHeader({
  state: { order, merchantName },
  amount,
}: {
  readonly state: ViewState
  readonly amount: string
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
      </div>
      {order.amountMinor === 0 ? (
        <p class="card-check">{texts.cardCheckOnly}</p>
      ) : (
        <p class="amount">{amount}</p>
      )}
    </header>
  )
}
