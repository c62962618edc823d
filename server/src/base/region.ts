/** The regions; an account lives in exactly one. */
export const regionNames = ['nam', 'emea', 'apac'] as const

export type RegionName = (typeof regionNames)[number]

/** A region as a value: what it is called and where it is reached. Nothing crosses from one to another. */
export interface Region {
  readonly name: RegionName
  /** The issuer of its tokens, `https://nam.example.com/auth`. */
  readonly issuer: string
  /** The base of its Payment API, `https://nam.api.example.com/globalpci`; the audience of its tokens. */
  readonly apiUrl: string
  /** The origin of the agent view and the payment page, `https://nam.pay.example.com`. */
  readonly paymentOrigin: string
}
