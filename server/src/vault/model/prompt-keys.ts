/** What can be said to a caller. `wrong-…` comes before the field's own prompt, `no-security-code` behind it. */
export const promptKeys = [
  'card-number',
  'expiry-date',
  'security-code',
  'security-code-of-four',
  'no-security-code',
  'wrong-card-number',
  'wrong-card-type',
  'wrong-date',
  'wrong-security-code',
  'went-silent',
  'last-attempt',
  'confirm',
  'confirm-without-last4',
  'confirm-verification',
  'wait-for-agent',
  'use-link',
  'processing',
  'approved',
  'verified',
  'review',
  'declined',
  'cancelled',
  'failed',
  'unknown',
] as const

export type PromptKey = (typeof promptKeys)[number]
