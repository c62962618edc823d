const minute = 60_000
const day = 24 * 60 * minute

/** `paymentResultData` is removed so long after it came, or after its webhook was delivered (contract/payment-api §4). */
export const resultMilliseconds = 15 * minute

/** Ids, times and state stay so long after the end (contract/payment-api §4). */
export const sessionRetentionMilliseconds = 90 * day

/** The first answer to an `Idempotency-Key` is kept so long (contract/payment-api §6). */
export const idempotencyMilliseconds = day
