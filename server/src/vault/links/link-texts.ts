import type { Language } from '@tonegate/protocol/languages'

/** What is asked of the customer: to pay an amount, or to have a card verified and nothing charged. */
export interface LinkTexts {
  /** A text message, whose link follows. */
  readonly sms: (merchant: string, amount: string) => string
  readonly smsVerify: (merchant: string) => string
  readonly subject: (merchant: string, amount: string) => string
  readonly heading: (merchant: string) => string
  readonly intro: (merchant: string) => string
  readonly headingVerify: (merchant: string) => string
  readonly introVerify: (merchant: string) => string
  readonly amount: string
  readonly reference: string
  readonly openPage: string
  readonly until: (end: LinkEnd) => string
  readonly unexpected: string
}

/** Until when a link is valid, where it was sent from: `Thursday 29 January`, `14:05`, `CET`. */
export interface LinkEnd {
  readonly date: string
  readonly time: string
  readonly zone: string
}

export const linkTexts: Readonly<Record<Language, LinkTexts>> = {
  en: {
    sms: (merchant, amount) => `${merchant}: please pay ${amount} by card:`,
    smsVerify: (merchant) => `${merchant}: please verify your card, nothing is charged:`,
    subject: (merchant, amount) => `Payment to ${merchant}: ${amount}`,
    heading: (merchant) => `Payment to ${merchant}`,
    intro: (merchant) => `${merchant} has sent you a link to pay by card.`,
    headingVerify: (merchant) => `Card verification for ${merchant}`,
    introVerify: (merchant) =>
      `${merchant} has sent you a link to verify your card. Nothing will be charged.`,
    amount: 'Amount',
    reference: 'Reference',
    openPage: 'Open the payment page',
    until: ({ date, time, zone }) => `The link is valid until ${date} at ${time} ${zone}.`,
    unexpected:
      'If you were not expecting this message, you can ignore it. Nothing is paid unless you enter card details on that page.',
  },
  de: {
    sms: (merchant, amount) => `${merchant}: Bitte zahlen Sie ${amount} mit Karte:`,
    smsVerify: (merchant) => `${merchant}: Bitte Karte prüfen lassen, nichts wird abgebucht:`,
    subject: (merchant, amount) => `Zahlung an ${merchant}: ${amount}`,
    heading: (merchant) => `Zahlung an ${merchant}`,
    intro: (merchant) => `${merchant} hat Ihnen einen Link geschickt, mit dem Sie per Karte zahlen können.`,
    headingVerify: (merchant) => `Kartenprüfung für ${merchant}`,
    introVerify: (merchant) =>
      `${merchant} hat Ihnen einen Link geschickt, mit dem Sie Ihre Karte prüfen lassen können. Es wird nichts abgebucht.`,
    amount: 'Betrag',
    reference: 'Referenz',
    openPage: 'Zahlungsseite öffnen',
    until: ({ date, time, zone }) => `Der Link gilt bis ${date}, ${time} Uhr (${zone}).`,
    unexpected:
      'Wenn Sie diese Nachricht nicht erwartet haben, können Sie sie ignorieren. Ohne Eingabe von Kartendaten wird nichts bezahlt.',
  },
  pl: {
    sms: (merchant, amount) => `${merchant}: prosimy zapłacić ${amount} kartą:`,
    smsVerify: (merchant) => `${merchant}: prosimy zweryfikować kartę, bez pobierania środków:`,
    subject: (merchant, amount) => `Płatność na rzecz ${merchant}: ${amount}`,
    heading: (merchant) => `Płatność na rzecz ${merchant}`,
    intro: (merchant) => `${merchant} przesyła link do strony, na której można zapłacić kartą.`,
    headingVerify: (merchant) => `Weryfikacja karty na rzecz ${merchant}`,
    introVerify: (merchant) =>
      `${merchant} przesyła link do strony, na której można zweryfikować kartę. Nie pobierzemy żadnych środków.`,
    amount: 'Kwota',
    reference: 'Numer referencyjny',
    openPage: 'Przejdź do strony płatności',
    until: ({ date, time, zone }) => `Link jest ważny do ${date}, godz. ${time} (${zone}).`,
    unexpected:
      'Jeśli ta wiadomość to pomyłka, można ją zignorować. Bez wpisania danych karty płatność nie zostanie wykonana.',
  },
}
