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
  readonly until: (time: string) => string
  readonly unexpected: string
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
    until: (time) => `The link is valid until ${time}.`,
    unexpected:
      'If you were not expecting this message, you can ignore it. Nothing is paid unless you enter a card on that page.',
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
    until: (time) => `Der Link gilt bis ${time}.`,
    unexpected:
      'Wenn Sie diese Nachricht nicht erwartet haben, können Sie sie ignorieren. Ohne Eingabe einer Karte wird nichts bezahlt.',
  },
  pl: {
    sms: (merchant, amount) => `${merchant}: prosimy zapłacić ${amount} kartą:`,
    smsVerify: (merchant) => `${merchant}: prosimy zweryfikować kartę, bez pobierania środków:`,
    subject: (merchant, amount) => `Płatność dla ${merchant}: ${amount}`,
    heading: (merchant) => `Płatność dla ${merchant}`,
    intro: (merchant) => `${merchant} przesyła link do strony, na której można zapłacić kartą.`,
    headingVerify: (merchant) => `Weryfikacja karty dla ${merchant}`,
    introVerify: (merchant) =>
      `${merchant} przesyła link do strony, na której można zweryfikować kartę. Nie pobierzemy żadnych środków.`,
    amount: 'Kwota',
    reference: 'Numer referencyjny',
    openPage: 'Przejdź do strony płatności',
    until: (time) => `Link jest ważny do: ${time}.`,
    unexpected:
      'Jeśli nie spodziewali się Państwo tej wiadomości, można ją zignorować. Bez wpisania danych karty płatność nie zostanie wykonana.',
  },
}
