/** The alphabet that 160 characters of a text message are written in (3GPP TS 23.038 §6.2.1). */
const gsmText =
  /^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà^{}\\[~\]|€]*$/

/** What has no accent to be taken off, and a plain form all the same. */
const plainForms: Readonly<Record<string, string>> = {
  ł: 'l',
  Ł: 'L',
  đ: 'd',
  Đ: 'D',
  ı: 'i',
  œ: 'oe',
  Œ: 'OE',
  ẞ: 'SS',
  '’': "'",
  '‘': "'",
  '‚': "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '«': '"',
  '»': '"',
  '–': '-',
  '—': '-',
  '‑': '-',
  '…': '...',
  '·': '-',
  '•': '-',
}

/** Whether a text can be sent in the alphabet of 160 characters. */
export const isGsmText = (text: string): boolean => gsmText.test(text)

/** How many of the 160 characters a text in that alphabet takes: those of its extension take two (§6.2.1.1). */
export const gsmLength = (text: string): number => text.length + (text.match(/[\^{}\\[~\]|€]/g) ?? []).length

/**
 * Writes a text in that alphabet, as businesses do in text messages: `płatność` becomes `platnosc`, and a message costs
 * one part instead of three. A text in another script stays as it is.
 */
export function toGsmText(text: string): string {
  const plain = [...text.normalize('NFC')].map(plainForm).join('')
  return isGsmText(plain) ? plain : text
}

function plainForm(character: string): string {
  if (isGsmText(character)) return character
  if (/^\s$/u.test(character)) return ' '
  return plainForms[character] ?? character.normalize('NFD').replace(/\p{M}+/gu, '')
}
