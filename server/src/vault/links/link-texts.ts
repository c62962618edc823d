import type { Language } from '../../base/languages.ts'

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
    sms: (merchant, amount) => `${merchant}: card payment of ${amount}`,
    smsVerify: (merchant) => `${merchant}: card verification, no money is taken`,
    subject: (merchant, amount) => `Payment to ${merchant}: ${amount}`,
    heading: (merchant) => `Payment to ${merchant}`,
    intro: (merchant) => `${merchant} sends you the link to a page on which you can pay by card.`,
    headingVerify: (merchant) => `Card verification for ${merchant}`,
    introVerify: (merchant) =>
      `${merchant} sends you the link to a page on which your card is verified. No money is taken.`,
    amount: 'Amount',
    reference: 'Reference',
    openPage: 'Open the payment page',
    until: (time) => `The link is good until ${time}.`,
    unexpected:
      'If you were not expecting this message, you need not do anything: nothing is paid unless you enter a card on that page.',
  },
  de: {
    sms: (merchant, amount) => `${merchant}: Kartenzahlung über ${amount}`,
    smsVerify: (merchant) => `${merchant}: Kartenprüfung, es wird nichts abgebucht`,
    subject: (merchant, amount) => `Zahlung an ${merchant}: ${amount}`,
    heading: (merchant) => `Zahlung an ${merchant}`,
    intro: (merchant) =>
      `${merchant} sendet Ihnen den Link zu einer Seite, auf der Sie mit Karte zahlen können.`,
    headingVerify: (merchant) => `Kartenprüfung für ${merchant}`,
    introVerify: (merchant) =>
      `${merchant} sendet Ihnen den Link zu einer Seite, auf der Ihre Karte geprüft wird. Es wird nichts abgebucht.`,
    amount: 'Betrag',
    reference: 'Referenz',
    openPage: 'Zahlungsseite öffnen',
    until: (time) => `Der Link gilt bis ${time}.`,
    unexpected:
      'Wenn Sie diese Nachricht nicht erwartet haben, brauchen Sie nichts zu tun: Solange Sie auf der Seite keine Karte eingeben, wird nichts bezahlt.',
  },
  pl: {
    sms: (merchant, amount) => `${merchant}: płatność kartą ${amount}`,
    smsVerify: (merchant) => `${merchant}: weryfikacja karty, bez pobierania środków`,
    subject: (merchant, amount) => `Płatność dla ${merchant}: ${amount}`,
    heading: (merchant) => `Płatność dla ${merchant}`,
    intro: (merchant) => `${merchant} przesyła link do strony, na której można zapłacić kartą.`,
    headingVerify: (merchant) => `Weryfikacja karty dla ${merchant}`,
    introVerify: (merchant) =>
      `${merchant} przesyła link do strony, na której można zweryfikować kartę. Żadne środki nie zostaną pobrane.`,
    amount: 'Kwota',
    reference: 'Numer referencyjny',
    openPage: 'Przejdź do strony płatności',
    until: (time) => `Link jest ważny do: ${time}.`,
    unexpected:
      'Jeśli ta wiadomość jest dla Państwa nieoczekiwana, nie trzeba nic robić: bez podania danych karty na tej stronie płatność nie zostanie wykonana.',
  },
}
