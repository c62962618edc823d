/**
 * ISO 4217, list one as of January 2026: what has a minor unit, by how many digits of it stand behind the decimal
 * sign. Codes without one (metals, units of account such as XDR, XTS, XXX) are nothing that can be paid in, and
 * neither are those that were withdrawn.
 *
 * `Intl` is not asked: it knows what is customary in shops, not what a gateway counts in (none for HUF and IDR, where
 * ISO 4217 says two, and none for IQD, where it says three), and each version of it knows something else.
 */
const listOne: Readonly<Record<number, string>> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  2: `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW
    CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR
    ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV
    MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD
    SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG`,
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
}

/** By their codes in upper case. */
export const exponents: ReadonlyMap<string, number> = new Map(
  Object.entries(listOne).flatMap(([exponent, codes]) =>
    codes.split(/\s+/).map((code) => [code, Number(exponent)] as const),
  ),
)

/**
 * How many digits of a currency's amounts stand behind the decimal sign. Two for a code that is not known: those that
 * were withdrawn of late had so many, and payments in them can still be refunded.
 */
export function exponentOf(currency: string): number {
  return exponents.get(currency) ?? 2
}
