import type { PaymentPageTexts } from '@tonegate/protocol/payment-page-texts'

const bankKnows = 'Bank odrzucił płatność. Powód można poznać w banku.'
const bankKnowsOfCheck = 'Bank nie potwierdził karty. Powód można poznać w banku.'
const newLink = 'Nie pobrano żadnych środków. O nowy link prosimy zwrócić się tam, skąd przyszedł ten.'

export const pl: PaymentPageTexts = {
  payTo: 'Płatność na rzecz {merchant}',
  verifyFor: 'Weryfikacja karty na rzecz {merchant}',
  verifyAmount: 'Bez pobierania środków',
  reference: 'Numer referencyjny: {reference}',
  fields: { pan: 'Numer karty', expiry: 'Data ważności', securityCode: 'Kod CVC/CVV' },
  expiryHint: 'Miesiąc i rok, na przykład 09/28',
  securityCodeHints: {
    any: '3 cyfry na odwrocie, a na kartach American Express 4 z przodu',
    3: '3 cyfry na odwrocie karty',
    4: '4 cyfry z przodu karty',
  },
  noSecurityCode: 'Prosimy zostawić to pole puste, jeśli karta nie ma kodu CVC/CVV.',
  pay: 'Zapłać {amount}',
  verify: 'Zweryfikuj kartę',
  paying: 'Trwa płatność na kwotę {amount}…',
  verifying: 'Trwa weryfikacja karty…',
  privacy: 'Wpisywanych tu danych karty nie widzi nikt inny.',
  privacyOnPhone: 'Nikt przy telefonie nie widzi wpisywanych tu danych karty.',
  keypadInUse: 'Telefon czeka teraz na wpisanie danych na klawiaturze. Można je zamiast tego wpisać tutaj.',
  errorTitle: 'Błąd: {title}',
  errorHeading: 'Prosimy sprawdzić dane karty',
  errorAdvice:
    'Ze względów bezpieczeństwa wpisane dane nie zostały zapisane. Prosimy ponownie wpisać wszystkie dane karty.',
  oneAttemptLeft: 'Pozostała jedna próba.',
  attemptsLeft: 'Pozostało prób: {count}.',
  fieldErrors: {
    'missing-card-number': 'Prosimy wpisać numer karty.',
    'missing-expiry-date': 'Prosimy wpisać datę ważności.',
    'missing-security-code': 'Prosimy wpisać kod CVC/CVV.',
    'invalid-card-number': 'Ten numer karty jest nieprawidłowy. Prosimy sprawdzić każdą cyfrę.',
    'invalid-card-type': 'Karty tego rodzaju nie są przyjmowane. Prosimy użyć innej karty.',
    'invalid-date': 'Karta straciła ważność albo data jest błędna. Prosimy sprawdzić miesiąc i rok.',
    'invalid-security-code': 'Kod CVC/CVV ma niewłaściwą liczbę cyfr dla tej karty.',
    timeout: 'Upłynął czas. Prosimy wpisać te dane jeszcze raz.',
  },
  notSent: {
    heading: 'Płatność nie została wysłana',
    advice:
      'Nie pobrano żadnych środków. Urządzenie nie ma połączenia z internetem. Prosimy spróbować ponownie, gdy połączenie wróci.',
  },
  notPaid: {
    heading: 'Płatność nie została wykonana: połączenie zostało przerwane',
    advice: 'Nie pobrano żadnych środków. Prosimy spróbować jeszcze raz.',
  },
  unknownYet: {
    heading: 'Nie wiemy jeszcze, czy płatność została wykonana',
    advice:
      'Połączenie zostało przerwane. Prosimy pozostać na tej stronie i nie płacić ponownie. Wciąż czekamy na wynik.',
  },
  processing: {
    heading: 'Płatność jest w toku',
    advice: 'Prosimy czekać i nie płacić ponownie. Wynik pojawi się tutaj.',
  },
  challenge: {
    heading: 'Bank prosi o potwierdzenie płatności',
    advice: 'Prosimy potwierdzić płatność w swoim banku. Do tego czasu nie pobierzemy żadnych środków.',
  },
  toBank: 'Przejdź do banku',
  bank: 'Bank',
  challengeDone: {
    heading: 'Dziękujemy',
    advice: 'Bank odpowiedział. Płatność jest kontynuowana automatycznie.',
  },
  toPayment: 'Wróć do płatności',
  outcomes: {
    approved: { heading: 'Zapłacono', advice: 'Dziękujemy. Można zamknąć tę stronę.' },
    review: {
      heading: 'Płatność wymaga sprawdzenia',
      advice: 'Sprzedawca ją sprawdzi i poinformuje o wyniku. Prosimy nie płacić ponownie.',
    },
    declined: { heading: 'Karta została odrzucona', advice: newLink },
    cancelled: {
      heading: 'Płatność została anulowana',
      advice:
        'Nie pobrano żadnych środków. Aby mimo to zapłacić, prosimy zwrócić się o nowy link tam, skąd przyszedł ten.',
    },
    failed: { heading: 'Nie udało się wykonać płatności', advice: newLink },
    unknown: {
      heading: 'Wynik płatności nie jest jeszcze znany',
      advice: 'Odpowiedź banku nie nadeszła. Prosimy nie płacić ponownie. O wyniku poinformuje sprzedawca.',
    },
  },
  cancelledAtBank: {
    heading: 'Płatność została anulowana',
    advice: 'Bank jeszcze tego nie potwierdził. Jeśli mimo to pobrano jakąś kwotę, zostanie ona zwrócona.',
  },
  verified: {
    heading: 'Karta została zweryfikowana',
    advice: 'Nie pobrano żadnych środków. Można zamknąć tę stronę.',
  },
  paidAlready: { heading: 'Ta płatność została już wykonana', advice: 'Nie trzeba nic robić.' },
  verifiedAlready: {
    heading: 'Ta karta została już zweryfikowana',
    advice: 'Nie pobrano żadnych środków. Nie trzeba nic robić.',
  },
  tooManyAttempts: {
    heading: 'Zbyt wiele prób',
    advice: `Dane karty nie zostały przyjęte. ${newLink}`,
  },
  ranOut: { heading: 'Ten link wygasł', advice: newLink },
  newerLink: {
    heading: 'Wysłano nowszy link',
    advice: 'Ten jest już nieważny. Prosimy użyć linku, który został wysłany jako ostatni.',
  },
  unknownLink: {
    heading: 'Ten link jest nieprawidłowy',
    advice:
      'Jest niepełny albo wygasł. O nowy link prosimy zwrócić się tam, skąd przyszedł ten. Jeśli płatność została przed chwilą wykonana, prosimy nie płacić ponownie.',
  },
  ourFault: {
    heading: 'Wystąpił błąd po naszej stronie',
    advice: 'Prosimy za chwilę otworzyć link jeszcze raz. Pokaże, czy płatność została wykonana.',
  },
  notUnderstood: {
    heading: 'Nie udało się przetworzyć żądania',
    advice:
      'Prosimy otworzyć link jeszcze raz. Pokaże, czy płatność została wykonana. Jeśli to nie pomoże, o nowy link prosimy zwrócić się tam, skąd przyszedł ten.',
  },
  declineReasons: {
    'do-not-honour': bankKnows,
    'insufficient-funds': 'Na karcie nie ma wystarczających środków.',
    'expired-card': 'Karta straciła ważność.',
    'invalid-card-number': 'Bank nie zna tego numeru karty.',
    'invalid-security-code': 'Kod CVC/CVV jest nieprawidłowy.',
    'lost-or-stolen': bankKnows,
    'limit-exceeded': 'Kwota przekracza limit karty.',
    'card-not-supported': 'Karty tego rodzaju nie są przyjmowane. Prosimy użyć innej karty.',
    'suspected-fraud': bankKnows,
    'authentication-failed': 'Bank nie mógł potwierdzić tożsamości osoby płacącej.',
  },
  cardCheck: {
    notSent: {
      heading: 'Dane karty nie zostały wysłane',
      advice:
        'Karta nie została zweryfikowana. Urządzenie nie ma połączenia z internetem. Prosimy spróbować ponownie, gdy połączenie wróci.',
    },
    notPaid: {
      heading: 'Karta nie została zweryfikowana: połączenie zostało przerwane',
      advice: 'Nie pobrano żadnych środków. Prosimy spróbować jeszcze raz.',
    },
    unknownYet: {
      heading: 'Nie wiemy jeszcze, czy karta została zweryfikowana',
      advice: 'Połączenie zostało przerwane. Nie pobierzemy żadnych środków. Wciąż czekamy na wynik.',
    },
    processing: {
      heading: 'Weryfikacja karty jest w toku',
      advice: 'Prosimy czekać. Nie pobierzemy żadnych środków. Wynik pojawi się tutaj.',
    },
    challenge: {
      heading: 'Bank prosi o potwierdzenie weryfikacji karty',
      advice: 'Prosimy potwierdzić weryfikację karty w swoim banku. Nie pobierzemy żadnych środków.',
    },
    challengeDone: {
      heading: 'Dziękujemy',
      advice: 'Bank odpowiedział. Weryfikacja karty jest kontynuowana automatycznie.',
    },
    toPayment: 'Wróć do weryfikacji karty',
    outcomes: {
      review: {
        heading: 'Weryfikacja karty wymaga sprawdzenia',
        advice: 'Nie pobrano żadnych środków. Sprzedawca poinformuje o wyniku.',
      },
      cancelled: {
        heading: 'Weryfikacja karty została anulowana',
        advice:
          'Nie pobrano żadnych środków. Aby mimo to zweryfikować kartę, prosimy zwrócić się o nowy link tam, skąd przyszedł ten.',
      },
      failed: { heading: 'Nie udało się zweryfikować karty', advice: newLink },
      unknown: {
        heading: 'Wynik weryfikacji karty nie jest jeszcze znany',
        advice: 'Odpowiedź banku nie nadeszła. Nie pobrano żadnych środków. O wyniku poinformuje sprzedawca.',
      },
    },
    cancelledAtBank: {
      heading: 'Weryfikacja karty została anulowana',
      advice: 'Bank jeszcze tego nie potwierdził. Nie pobrano żadnych środków.',
    },
    declineReasons: {
      'do-not-honour': bankKnowsOfCheck,
      'lost-or-stolen': bankKnowsOfCheck,
      'suspected-fraud': bankKnowsOfCheck,
    },
  },
  merchantLabel: 'Sprzedawca',
  amountLabel: 'Kwota',
  referenceLabel: 'Numer referencyjny',
}
