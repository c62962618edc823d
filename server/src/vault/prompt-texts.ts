import type { Language } from '../base/languages.ts'
import type { PromptKey } from './prompts.ts'

/** What a caller hears. Short sentences, since they are listened to and not read. */
export const promptTexts: Readonly<Record<Language, Readonly<Record<PromptKey, string>>>> = {
  en: {
    'card-number': 'Please type your card number, then the hash key.',
    'expiry-date': 'Please type the expiry date: two digits for the month, two for the year.',
    'security-code': 'Please type the three digits on the back of your card, then the hash key.',
    'security-code-of-four': 'Please type the four digits on the front of your card, then the hash key.',
    'no-security-code': 'If your card has none, press the hash key twice.',
    'wrong-card-number': 'That is not a card number.',
    'wrong-card-type': 'Cards of this kind are not taken here. Please use another card.',
    'wrong-date': 'That is not a valid expiry date.',
    'wrong-security-code': 'That security code does not fit the card.',
    'went-silent': 'We did not hear all of it.',
    'last-attempt': 'This is your last attempt.',
    confirm:
      'You pay {amount} to {merchant} with the card ending in {last4}. Press 1 to pay, or 2 to start again.',
    'confirm-without-last4': 'You pay {amount} to {merchant}. Press 1 to pay, or 2 to start again.',
    'confirm-verification':
      'Your card will be verified for {merchant}. Press 1 to go on, or 2 to start again.',
    'wait-for-agent': 'Thank you. One moment, please.',
    'use-link': 'Please use the link that you were sent.',
    processing: 'Thank you. Your payment is being made.',
    approved: 'Your payment of {amount} was made. Thank you.',
    verified: 'Your card is verified. No money was taken.',
    review: 'Your payment is being checked. Please do not pay again.',
    declined: 'Your card was declined. No payment was made.',
    cancelled: 'The payment was cancelled. No payment was made.',
    failed: 'The payment could not be made.',
    unknown: 'We are checking your payment. Please do not pay again.',
  },
  de: {
    'card-number': 'Bitte geben Sie Ihre Kartennummer ein und danach die Rautetaste.',
    'expiry-date': 'Bitte geben Sie das Ablaufdatum ein: zwei Ziffern für den Monat, zwei für das Jahr.',
    'security-code':
      'Bitte geben Sie die drei Ziffern von der Rückseite Ihrer Karte ein und danach die Rautetaste.',
    'security-code-of-four':
      'Bitte geben Sie die vier Ziffern von der Vorderseite Ihrer Karte ein und danach die Rautetaste.',
    'no-security-code': 'Hat Ihre Karte keine, drücken Sie bitte zweimal die Rautetaste.',
    'wrong-card-number': 'Das ist keine Kartennummer.',
    'wrong-card-type': 'Karten dieser Art werden hier nicht angenommen. Bitte nehmen Sie eine andere Karte.',
    'wrong-date': 'Das ist kein gültiges Ablaufdatum.',
    'wrong-security-code': 'Diese Prüfnummer passt nicht zur Karte.',
    'went-silent': 'Wir haben nicht alles gehört.',
    'last-attempt': 'Dies ist Ihr letzter Versuch.',
    confirm:
      'Sie zahlen {amount} an {merchant} mit der Karte, die auf {last4} endet. Drücken Sie die 1, um zu zahlen, oder die 2, um neu zu beginnen.',
    'confirm-without-last4':
      'Sie zahlen {amount} an {merchant}. Drücken Sie die 1, um zu zahlen, oder die 2, um neu zu beginnen.',
    'confirm-verification':
      'Ihre Karte wird für {merchant} geprüft. Drücken Sie die 1, um fortzufahren, oder die 2, um neu zu beginnen.',
    'wait-for-agent': 'Vielen Dank. Einen Moment, bitte.',
    'use-link': 'Bitte nutzen Sie den Link, den wir Ihnen geschickt haben.',
    processing: 'Vielen Dank. Ihre Zahlung wird ausgeführt.',
    approved: 'Ihre Zahlung über {amount} ist erfolgt. Vielen Dank.',
    verified: 'Ihre Karte ist geprüft. Es wurde nichts abgebucht.',
    review: 'Ihre Zahlung wird geprüft. Bitte zahlen Sie nicht noch einmal.',
    declined: 'Ihre Karte wurde abgelehnt. Es wurde nichts gezahlt.',
    cancelled: 'Die Zahlung wurde abgebrochen. Es wurde nichts gezahlt.',
    failed: 'Die Zahlung war nicht möglich.',
    unknown: 'Wir prüfen Ihre Zahlung. Bitte zahlen Sie nicht noch einmal.',
  },
  pl: {
    'card-number': 'Proszę wpisać numer karty, a potem krzyżyk.',
    'expiry-date': 'Proszę wpisać datę ważności: dwie cyfry miesiąca i dwie cyfry roku.',
    'security-code': 'Proszę wpisać trzy cyfry z tyłu karty, a potem krzyżyk.',
    'security-code-of-four': 'Proszę wpisać cztery cyfry z przodu karty, a potem krzyżyk.',
    'no-security-code': 'Jeśli karta nie ma kodu, proszę nacisnąć krzyżyk dwa razy.',
    'wrong-card-number': 'To nie jest numer karty.',
    'wrong-card-type': 'Nie przyjmujemy kart tego rodzaju. Proszę użyć innej karty.',
    'wrong-date': 'To nie jest prawidłowa data ważności.',
    'wrong-security-code': 'Ten kod zabezpieczający nie pasuje do karty.',
    'went-silent': 'Nie usłyszeliśmy wszystkich cyfr.',
    'last-attempt': 'To ostatnia próba.',
    confirm:
      'Płatność na kwotę {amount} dla {merchant}, kartą o końcówce {last4}. Aby zapłacić, proszę nacisnąć 1. Aby zacząć od nowa, 2.',
    'confirm-without-last4':
      'Płatność na kwotę {amount} dla {merchant}. Aby zapłacić, proszę nacisnąć 1. Aby zacząć od nowa, 2.',
    'confirm-verification':
      'Karta zostanie sprawdzona dla {merchant}. Aby kontynuować, proszę nacisnąć 1. Aby zacząć od nowa, 2.',
    'wait-for-agent': 'Dziękujemy. Proszę chwilę zaczekać.',
    'use-link': 'Proszę skorzystać z przesłanego linku.',
    processing: 'Dziękujemy. Płatność jest realizowana.',
    approved: 'Płatność na kwotę {amount} została wykonana. Dziękujemy.',
    verified: 'Karta została sprawdzona. Nie pobrano żadnych środków.',
    review: 'Płatność jest sprawdzana. Prosimy nie płacić ponownie.',
    declined: 'Karta została odrzucona. Płatność nie została wykonana.',
    cancelled: 'Płatność została anulowana. Nie pobrano żadnych środków.',
    failed: 'Nie udało się wykonać płatności.',
    unknown: 'Sprawdzamy płatność. Prosimy nie płacić ponownie.',
  },
}
