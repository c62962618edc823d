/** The languages that pages are written in; the first where none other is asked for. */
export const languages = ['en', 'de', 'pl'] as const

export type Language = (typeof languages)[number]

/** A browser names a handful. What comes after so many is not read. */
const maxTags = 20

/**
 * The language of a page: the first of `ui_locales` that there is (OpenID Connect Core §3.1.2.1), else the
 * one that the browser likes best (RFC 9110 §12.5.4), else `otherwise`. A region does not matter: `de-AT` is German.
 *
 * @param uiLocales language tags (RFC 5646), with a space between each.
 * @param acceptLanguage the `Accept-Language` header.
 * @param otherwise English unless it says otherwise.
 */
export function chooseLanguage({
  uiLocales,
  acceptLanguage,
  otherwise = languages[0],
}: {
  readonly uiLocales: string | undefined
  readonly acceptLanguage: string | undefined
  readonly otherwise?: Language
}): Language {
  const asked = (uiLocales ?? '').split(' ', maxTags).map(languageOf).find(isLanguage)
  return asked ?? preferred(acceptLanguage ?? '', otherwise) ?? otherwise
}

/**
 * The tag that dates are written by: the language of the page with the region that the browser names for it first. English
 * without a region is British, as it is spelt on the pages: `en` alone would be American to `Intl`.
 *
 * @param tags language tags (RFC 5646), as `navigator.languages` has them or {@link acceptedTags} reads them.
 */
export function regionalTag(language: Language, tags: readonly string[]): string {
  for (const tag of tags) {
    const [, primary = '', region = ''] = regionPattern.exec(tag) ?? []
    if (primary.toLowerCase() === language) return `${language}-${region.toUpperCase()}`
  }
  return language === 'en' ? 'en-GB' : language
}

const regionPattern = /^([a-z]{2,3})(?:-[a-z]{4})?-([a-z]{2}|\d{3})(?:-|$)/i

/** The tags of an `Accept-Language` header, in the order in which they stand there, which is that of browsers. */
export const acceptedTags = (acceptLanguage = ''): readonly string[] =>
  acceptLanguage.split(',', maxTags).map((range) => range.split(';', 1)[0]?.trim() ?? '')

const isLanguage = (language: Language | undefined): language is Language => language !== undefined

function languageOf(tag: string): Language | undefined {
  const [primary = ''] = tag.split('-', 1)
  return languages.find((language) => language === primary.toLowerCase())
}

/** What is not well-formed is passed over. Of two that are liked alike, the first. */
function preferred(acceptLanguage: string, any: Language): Language | undefined {
  let best: { readonly language: Language; readonly quality: number } | undefined
  for (const range of acceptLanguage.split(',', maxTags)) {
    const [, tag = '', weight = '1'] = rangePattern.exec(range) ?? []
    const language = tag === '*' ? any : languageOf(tag)
    const quality = Number(weight)
    if (language !== undefined && quality > (best?.quality ?? 0)) best = { language, quality }
  }
  return best?.language
}

const rangePattern =
  /^[ \t]*(\*|[a-z]{1,8}(?:-[a-z0-9]{1,8})*)[ \t]*(?:;[ \t]*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)[ \t]*)?$/i
