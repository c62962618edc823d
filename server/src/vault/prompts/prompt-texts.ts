import type { Language } from '@tonegate/protocol/languages'
import type { PromptKey } from '../model/prompt-keys.ts'

/** What a caller hears. Short sentences, since they are listened to and not read. */
export const promptTexts: Readonly<Record<Language, Readonly<Record<PromptKey, string>>>> = {
  en: {
    'card-number':
      'Please enter your card number on your keypad, then press the hash key. To start again, press star.',
    'expiry-date':
      'Please enter the expiry date on your keypad: two digits for the month, then two for the year.',
    'security-code':
      'On your keypad, please enter the three digits on the back of your card, then press the hash key.',
    'security-code-of-four':
      'On your keypad, please enter the four digits on the front of your card, then press the hash key.',
    'no-security-code': 'If your card has no code, press the hash key twice.',
    'wrong-card-number': 'That card number was not accepted.',
    'wrong-card-type': 'This type of card is not accepted. Please use another card.',
    'wrong-date': 'That date is not valid, or the card has expired.',
    'wrong-security-code': 'That security code does not match the card.',
    'went-silent': 'We did not receive all the digits.',
    'last-attempt': 'This is your last attempt.',
    confirm:
      'You are about to pay {amount} to {merchant} with the card ending in {last4}. Press 1 to pay, or 2 to start again.',
    'confirm-without-last4':
      'You are about to pay {amount} to {merchant}. Press 1 to pay, or 2 to start again.',
    'confirm-verification':
      'Your card will be verified for {merchant}. Nothing will be charged. Press 1 to continue, or 2 to start again.',
    'wait-for-agent': 'Thank you. One moment, please.',
    'use-link': 'Please use the link we sent you.',
    processing: 'Thank you. We are processing your payment.',
    approved: 'Your payment of {amount} was successful. Thank you.',
    verified: 'Your card has been verified. Nothing was charged.',
    review: 'Your payment is under review. Please do not pay again.',
    declined: 'Your card was declined. Nothing was charged.',
    cancelled: 'The payment was cancelled. Nothing was charged.',
    failed: 'The payment did not go through. Nothing was charged.',
    unknown: 'Your bank has not answered yet. Please do not pay again.',
  },
  de: {
    'card-number':
      'Bitte geben Sie Ihre Kartennummer über die Telefontastatur ein und drücken Sie dann die Rautetaste. Um neu zu beginnen, drücken Sie die Sterntaste.',
    'expiry-date':
      'Bitte geben Sie das Ablaufdatum über die Telefontastatur ein: zwei Ziffern für den Monat, dann zwei für das Jahr.',
    'security-code':
      'Bitte geben Sie die drei Ziffern von der Rückseite Ihrer Karte über die Telefontastatur ein und drücken Sie dann die Rautetaste.',
    'security-code-of-four':
      'Bitte geben Sie die vier Ziffern von der Vorderseite Ihrer Karte über die Telefontastatur ein und drücken Sie dann die Rautetaste.',
    'no-security-code': 'Hat Ihre Karte keine Prüfnummer, drücken Sie bitte zweimal die Rautetaste.',
    'wrong-card-number': 'Die Kartennummer wurde nicht angenommen.',
    'wrong-card-type': 'Diese Kartenart wird nicht angenommen. Bitte verwenden Sie eine andere Karte.',
    'wrong-date': 'Das Datum ist ungültig oder die Karte ist abgelaufen.',
    'wrong-security-code': 'Die Prüfnummer passt nicht zur Karte.',
    'went-silent': 'Es sind nicht alle Ziffern angekommen.',
    'last-attempt': 'Dies ist Ihr letzter Versuch.',
    confirm:
      'Sie zahlen {amount} an {merchant} mit der Karte mit den Endziffern {last4}. Drücken Sie die 1, um zu zahlen, oder die 2, um neu zu beginnen.',
    'confirm-without-last4':
      'Sie zahlen {amount} an {merchant}. Drücken Sie die 1, um zu zahlen, oder die 2, um neu zu beginnen.',
    'confirm-verification':
      'Ihre Karte wird für {merchant} geprüft. Es wird nichts abgebucht. Drücken Sie die 1, um fortzufahren, oder die 2, um neu zu beginnen.',
    'wait-for-agent': 'Vielen Dank. Einen Moment, bitte.',
    'use-link': 'Bitte nutzen Sie den Link, den wir Ihnen geschickt haben.',
    processing: 'Vielen Dank. Ihre Zahlung wird verarbeitet.',
    approved: 'Ihre Zahlung über {amount} war erfolgreich. Vielen Dank.',
    verified: 'Ihre Karte wurde geprüft. Es wurde nichts abgebucht.',
    review: 'Ihre Zahlung wird noch geprüft. Bitte zahlen Sie nicht noch einmal.',
    declined: 'Ihre Karte wurde abgelehnt. Es wurde nichts abgebucht.',
    cancelled: 'Die Zahlung wurde abgebrochen. Es wurde nichts abgebucht.',
    failed: 'Die Zahlung war nicht möglich. Es wurde nichts abgebucht.',
    unknown: 'Ihre Bank hat noch nicht geantwortet. Bitte zahlen Sie nicht noch einmal.',
  },
  pl: {
    'card-number':
      'Prosimy wpisać numer karty na klawiaturze telefonu i nacisnąć krzyżyk. Aby zacząć od nowa, prosimy nacisnąć gwiazdkę.',
    'expiry-date':
      'Prosimy wpisać na klawiaturze telefonu datę ważności: dwie cyfry miesiąca i dwie cyfry roku.',
    'security-code': 'Prosimy wpisać na klawiaturze telefonu trzy cyfry z tyłu karty i nacisnąć krzyżyk.',
    'security-code-of-four':
      'Prosimy wpisać na klawiaturze telefonu cztery cyfry z przodu karty i nacisnąć krzyżyk.',
    'no-security-code': 'Jeśli karta nie ma kodu, prosimy nacisnąć krzyżyk dwa razy.',
    'wrong-card-number': 'Ten numer karty nie został przyjęty.',
    'wrong-card-type': 'Nie przyjmujemy kart tego rodzaju. Prosimy użyć innej karty.',
    'wrong-date': 'Data jest błędna albo karta straciła ważność.',
    'wrong-security-code': 'Ten kod CVC nie pasuje do karty.',
    'went-silent': 'Nie otrzymaliśmy wszystkich cyfr.',
    'last-attempt': 'To ostatnia próba.',
    confirm:
      'Płatność na kwotę {amount} na rzecz {merchant}, kartą o końcówce {last4}. Aby zapłacić, prosimy nacisnąć 1. Aby zacząć od nowa, prosimy nacisnąć 2.',
    'confirm-without-last4':
      'Płatność na kwotę {amount} na rzecz {merchant}. Aby zapłacić, prosimy nacisnąć 1. Aby zacząć od nowa, prosimy nacisnąć 2.',
    'confirm-verification':
      'Karta zostanie zweryfikowana na rzecz {merchant}. Nie pobierzemy żadnych środków. Aby kontynuować, prosimy nacisnąć 1. Aby zacząć od nowa, prosimy nacisnąć 2.',
    'wait-for-agent': 'Dziękujemy. Prosimy chwilę zaczekać.',
    'use-link': 'Prosimy skorzystać z przesłanego linku.',
    processing: 'Dziękujemy. Trwa przetwarzanie płatności.',
    approved: 'Płatność na kwotę {amount} została wykonana. Dziękujemy.',
    verified: 'Karta została zweryfikowana. Nie pobrano żadnych środków.',
    review: 'Płatność wymaga sprawdzenia. Prosimy nie płacić ponownie.',
    declined: 'Karta została odrzucona. Nie pobrano żadnych środków.',
    cancelled: 'Płatność została anulowana. Nie pobrano żadnych środków.',
    failed: 'Nie udało się wykonać płatności. Nie pobrano żadnych środków.',
    unknown: 'Bank jeszcze nie odpowiedział. Prosimy nie płacić ponownie.',
  },
}

type VerificationKey = 'processing' | 'review' | 'cancelled' | 'failed' | 'unknown'

/** What a caller hears in the place of these where the card is only verified: nothing is paid there. */
export const verificationTexts: Readonly<Record<Language, Readonly<Record<VerificationKey, string>>>> = {
  en: {
    processing: 'Thank you. We are verifying your card.',
    review: 'Your card verification is under review. We will let you know the result.',
    cancelled: 'The card verification was cancelled. Nothing was charged.',
    failed: 'Your card could not be verified. Nothing was charged.',
    unknown: 'Your bank has not answered yet. We will let you know the result.',
  },
  de: {
    processing: 'Vielen Dank. Ihre Karte wird geprüft.',
    review: 'Das Ergebnis der Kartenprüfung wird noch geprüft. Wir melden uns bei Ihnen.',
    cancelled: 'Die Kartenprüfung wurde abgebrochen. Es wurde nichts abgebucht.',
    failed: 'Ihre Karte konnte nicht geprüft werden. Es wurde nichts abgebucht.',
    unknown: 'Ihre Bank hat noch nicht geantwortet. Wir informieren Sie über das Ergebnis.',
  },
  pl: {
    processing: 'Dziękujemy. Trwa weryfikacja karty.',
    review: 'Wynik weryfikacji karty wymaga sprawdzenia. Poinformujemy o wyniku.',
    cancelled: 'Weryfikacja karty została anulowana. Nie pobrano żadnych środków.',
    failed: 'Nie udało się zweryfikować karty. Nie pobrano żadnych środków.',
    unknown: 'Bank jeszcze nie odpowiedział. Poinformujemy o wyniku.',
  },
}
