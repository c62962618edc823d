import type { SandboxCard } from '@tonegate/protocol/simulator-page-data'

/**
 * The published test cards: one for each outcome, and for each brand and length one that is approved. Every
 * other valid card is approved too.
 */
export const sandboxCards: readonly SandboxCard[] = [
  { pan: '4111111111111111', brand: 'visa', outcome: 'approved' },
  { pan: '4222222222222', brand: 'visa', outcome: 'approved' },
  { pan: '4000000000000000006', brand: 'visa', outcome: 'approved' },
  { pan: '5555555555554444', brand: 'mastercard', outcome: 'approved' },
  { pan: '2223003122003222', brand: 'mastercard', outcome: 'approved' },
  { pan: '378282246310005', brand: 'american-express', outcome: 'approved' },
  { pan: '6011111111111117', brand: 'discover', outcome: 'approved' },
  { pan: '3566002020360505', brand: 'jcb', outcome: 'approved' },
  { pan: '30569309025904', brand: 'diners-club', outcome: 'approved' },
  { pan: '6759649826438453', brand: 'maestro', outcome: 'approved' },
  { pan: '6799990100000000019', brand: 'maestro', outcome: 'approved' },
  { pan: '6200000000000005', brand: 'unionpay', outcome: 'approved' },
  { pan: '4000000000000002', brand: 'visa', outcome: 'declined', declineReason: 'do-not-honour' },
  { pan: '4000000000009995', brand: 'visa', outcome: 'declined', declineReason: 'insufficient-funds' },
  { pan: '4000000000000069', brand: 'visa', outcome: 'declined', declineReason: 'expired-card' },
  { pan: '4000000000004046', brand: 'visa', outcome: 'declined', declineReason: 'invalid-card-number' },
  { pan: '4000000000000127', brand: 'visa', outcome: 'declined', declineReason: 'invalid-security-code' },
  { pan: '4000000000009987', brand: 'visa', outcome: 'declined', declineReason: 'lost-or-stolen' },
  { pan: '4000000000006975', brand: 'visa', outcome: 'declined', declineReason: 'limit-exceeded' },
  { pan: '4000000000005035', brand: 'visa', outcome: 'declined', declineReason: 'card-not-supported' },
  { pan: '4100000000000019', brand: 'visa', outcome: 'declined', declineReason: 'suspected-fraud' },
  { pan: '4000000000009235', brand: 'visa', outcome: 'review' },
  { pan: '4000000000000119', brand: 'visa', outcome: 'error' },
  { pan: '4000000000006009', brand: 'visa', outcome: 'no-answer' },
  { pan: '4000000000006017', brand: 'visa', outcome: 'late-answer' },
  { pan: '4000000000006025', brand: 'visa', outcome: 'lost-answer' },
  { pan: '4000000000003220', brand: 'visa', outcome: 'challenge' },
  { pan: '4000000000006033', brand: 'visa', outcome: 'other-amount' },
]
