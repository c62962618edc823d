import type { PaymentPageTexts } from './payment-page-texts.ts'

const bankKnows = 'Bank nie zgodził się na płatność. O powód można zapytać w banku.'
const newLink = 'Płatność nie została wykonana. Nowy link można otrzymać od konsultanta.'

export const pl: PaymentPageTexts = {
  payTo: 'Płatność dla {merchant}',
  verifyFor: 'Weryfikacja karty dla {merchant}',
  verifyAmount: 'Nic nie zostanie pobrane',
  reference: 'Numer referencyjny {reference}',
  fields: { pan: 'Numer karty', expiry: 'Data ważności', securityCode: 'Kod zabezpieczający' },
  expiryHint: 'Miesiąc i rok, na przykład 09/28',
  securityCodeHints: {
    any: '3 cyfry na odwrocie, a na kartach American Express 4 z przodu',
    3: '3 cyfry na odwrocie karty',
    4: '4 cyfry z przodu karty',
  },
  noSecurityCode: 'Prosimy zostawić to pole puste, jeśli karta nie ma kodu.',
  pay: 'Zapłać {amount}',
  verify: 'Zweryfikuj kartę',
  paying: 'Trwa płatność {amount}…',
  verifying: 'Trwa weryfikacja karty…',
  privacy: 'Konsultant nie widzi, co Pan/Pani tu wpisuje.',
  keypadInUse: 'Konsultant czeka na wpisanie danych na klawiaturze telefonu. Można je wpisać także tutaj.',
  errorTitle: 'Błąd: {title}',
  errorHeading: 'Prosimy sprawdzić dane karty',
  errorAdvice:
    'Ze względów bezpieczeństwa wpisane dane nie zostały zapisane. Prosimy ponownie wpisać wszystkie dane karty.',
  oneAttemptLeft: 'Można spróbować jeszcze raz.',
  attemptsLeft: 'Można spróbować jeszcze {count} razy.',
  fieldErrors: {
    'missing-card-number': 'Prosimy wpisać numer karty.',
    'missing-expiry-date': 'Prosimy wpisać datę ważności karty.',
    'missing-security-code': 'Prosimy wpisać kod zabezpieczający.',
    'invalid-card-number': 'To nie jest numer karty. Prosimy sprawdzić każdą cyfrę.',
    'invalid-card-type': 'Karty tego rodzaju nie są tu przyjmowane. Prosimy użyć innej.',
    'invalid-date': 'To nie jest data w przyszłości.',
    'invalid-security-code': 'Ten kod nie pasuje do karty tego rodzaju.',
    timeout: 'Trwało to zbyt długo. Prosimy wpisać jeszcze raz.',
  },
  notSent: {
    heading: 'Nie wysłano. Płatność nie została wykonana',
    advice: 'Urządzenie nie ma połączenia. Prosimy spróbować jeszcze raz, gdy wróci.',
  },
  notPaid: {
    heading: 'Połączenie zostało przerwane. Płatność nie została wykonana',
    advice: 'Z karty nic nie pobrano. Prosimy spróbować jeszcze raz.',
  },
  unknownYet: {
    heading: 'Nie wiemy jeszcze, czy płatność została wykonana',
    advice:
      'Połączenie zostało przerwane. Prosimy pozostać na tej stronie i nie płacić ponownie: wciąż to sprawdzamy.',
  },
  processing: {
    heading: 'Płatność jest w toku',
    advice: 'Prosimy czekać i nie płacić ponownie. Wynik pojawi się tutaj.',
  },
  challenge: {
    heading: 'Bank prosi o potwierdzenie płatności',
    advice: 'Prosimy potwierdzić płatność w swoim banku. Wcześniej nic nie zostanie pobrane.',
  },
  toBank: 'Przejdź do banku',
  bank: 'Bank',
  challengeDone: {
    heading: 'Dziękujemy',
    advice: 'Bank odpowiedział. Dalszy ciąg płatności nastąpi automatycznie.',
  },
  toPayment: 'Wróć do płatności',
  outcomes: {
    approved: { heading: 'Zapłacono', advice: 'Dziękujemy. Można zamknąć tę stronę.' },
    review: {
      heading: 'Płatność jest sprawdzana',
      advice: 'Sprzedawca ją sprawdzi i poinformuje o wyniku. Prosimy nie płacić ponownie.',
    },
    declined: { heading: 'Karta została odrzucona', advice: newLink },
    cancelled: {
      heading: 'Płatność została anulowana',
      advice: 'Płatność nie została wykonana. Aby mimo to zapłacić, można poprosić konsultanta o nowy link.',
    },
    failed: { heading: 'Nie udało się zapłacić', advice: newLink },
    unknown: {
      heading: 'Sprawdzamy płatność',
      advice: 'Odpowiedź banku nie nadeszła. Prosimy nie płacić ponownie: o wyniku poinformuje sprzedawca.',
    },
  },
  cancelledAtBank: {
    heading: 'Płatność została anulowana',
    advice: 'Bank jeszcze tego nie potwierdził. Jeśli mimo to pobrano jakąś kwotę, zostanie ona zwrócona.',
  },
  verified: { heading: 'Karta jest zweryfikowana', advice: 'Nic nie pobrano. Można zamknąć tę stronę.' },
  paidAlready: { heading: 'To zostało już zapłacone', advice: 'Nie trzeba nic robić.' },
  verifiedAlready: {
    heading: 'Karta została już zweryfikowana',
    advice: 'Nic nie pobrano. Nie trzeba nic robić.',
  },
  tooManyAttempts: {
    heading: 'Nie można było przyjąć karty',
    advice: `Dane były zbyt wiele razy nieprawidłowe. ${newLink}`,
  },
  ranOut: { heading: 'Ten link stracił ważność', advice: newLink },
  newerLink: {
    heading: 'Jest nowszy link',
    advice: 'Ten już nie działa. Prosimy użyć linku, który został wysłany jako ostatni.',
  },
  unknownLink: {
    heading: 'Ten link nie prowadzi do płatności',
    advice:
      'Jest niepełny albo już nie działa. Nowy można otrzymać od konsultanta. Jeśli płatność została właśnie wykonana, prosimy nie płacić ponownie.',
  },
  ourFault: {
    heading: 'Coś poszło nie tak po naszej stronie',
    advice: 'Prosimy za chwilę otworzyć link jeszcze raz: pokaże, czy płatność została wykonana.',
  },
  notUnderstood: {
    heading: 'To żądanie nie zostało zrozumiane',
    advice: 'Prosimy otworzyć link jeszcze raz. Jeśli to nie pomoże, prosimy zapytać konsultanta.',
  },
  declineReasons: {
    'do-not-honour': bankKnows,
    'insufficient-funds': 'Na karcie nie ma wystarczających środków.',
    'expired-card': 'Karta straciła ważność.',
    'invalid-card-number': 'Bank nie zna tego numeru karty.',
    'invalid-security-code': 'Kod zabezpieczający jest nieprawidłowy.',
    'lost-or-stolen': bankKnows,
    'limit-exceeded': 'Kwota przekracza limit karty.',
    'card-not-supported': 'Karty tego rodzaju nie są tu przyjmowane.',
    'suspected-fraud': bankKnows,
    'authentication-failed': 'Bank nie mógł potwierdzić tożsamości płacącego.',
  },
  merchantLabel: 'Sprzedawca',
  amountLabel: 'Kwota',
  referenceLabel: 'Numer referencyjny',
}
