/** Whether a card's security code is asked for; `optional`: who has none may leave it out. */
export const securityCodePolicies = ['required', 'optional', 'never'] as const

export type SecurityCodePolicy = (typeof securityCodePolicies)[number]
