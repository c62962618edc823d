import { browserInputNames } from '@tonegate/protocol/payment-page-data'

/**
 * What the customer's bank wants to know of the browser (EMV 3-D Secure), as fields of the form.
 *
 * @param accept the header that the page was asked for with.
 */
export function tellBrowser(accept: string): readonly (readonly [name: string, value: string])[] {
  const { colorDepth, height, width } = screen
  const told: Readonly<Record<keyof typeof browserInputNames, string>> = {
    acceptHeader: accept,
    colorDepth: String(colorDepth),
    javaEnabled: String(navigator.javaEnabled?.() ?? false),
    language: navigator.language,
    screenHeight: String(height),
    screenWidth: String(width),
    timeZoneOffset: String(new Date().getTimezoneOffset()),
  }
  return (Object.keys(told) as (keyof typeof told)[]).map((name) => [browserInputNames[name], told[name]])
}
