/**
 * Minor units of ISO 4217, where they are not two. `Intl` is not asked: it knows what is customary in shops,
 * not what a gateway counts in (none for HUF and IDR, where ISO 4217 says two, and none for IQD, where it
 * says three).
 */
const exponents: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF'.split(' ').map((code) => [code, 0]),
  ),
  ...Object.fromEntries('BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code) => [code, 3])),
}

/** How many digits of a currency's amounts stand behind the decimal sign. */
export function exponentOf(currency: string): number {
  return exponents[currency] ?? 2
}
